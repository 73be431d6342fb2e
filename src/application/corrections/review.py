"""What a person should look at: films that nobody is sure of, and plays that stand twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

from cinestats.application.catalogue.ports import Catalogue, CatalogueFilm, FilmQuery, Found
from cinestats.application.catalogue.recognise import candidates_for
from cinestats.application.catalogue.told import told_of
from cinestats.domain.diary import Correction
from cinestats.domain.entry import Entry
from cinestats.domain.movie import film_key_of
from cinestats.domain.titles import normalize_title

from .many import Change

Why = Literal["suggestion", "another-film"]


class Doubt(NamedTuple):
    """Plays of one film that may be of another, with the films that they may be of, best first.

    ``why`` is "suggestion" where no catalogue's film is theirs, "another-film" where the film
    that they count for has not their title and year.
    """

    why: Why
    plays: Sequence[Entry]
    candidates: Sequence[CatalogueFilm]


def doubts(entries: Sequence[Entry], catalogue: Catalogue) -> list[Doubt]:
    """The films of a diary to look at, in the order in which they were added."""
    by_film: defaultdict[object, list[Entry]] = defaultdict(list)
    for entry in entries:
        if not entry.film_chosen:
            by_film[told_of(entry).name, entry.movie.film_key].append(entry)
    return [doubt for plays in by_film.values() for doubt in _doubts(plays, catalogue)]


def _doubts(plays: Sequence[Entry], catalogue: Catalogue) -> Iterator[Doubt]:
    play = plays[0]
    if (film := _of_another(play, catalogue)) is not None:
        yield Doubt("another-film", plays, film)
    elif candidates := candidates_for(play, catalogue):
        yield Doubt("suggestion", plays, candidates)


def _of_another(play: Entry, catalogue: Catalogue) -> Sequence[CatalogueFilm] | None:
    """The films that a play may be of, if it counts for one of another title or year."""
    movie, told = play.movie, told_of(play)
    if movie.listed is not None or movie.film_key == film_key_of(told.title, told.year):
        return None
    match catalogue.find(FilmQuery("", film_key=movie.film_key)):
        case Found(film) if not _is_called(film, told.title, told.year):
            return candidates_for(play, catalogue)
        case _:
            return None


def _is_called(film: CatalogueFilm, title: str, year: int | None) -> bool:
    titles = map(normalize_title, film.titles)
    return normalize_title(title) in titles and (year is None or year in film.years)


def only_namesake(doubt: Doubt) -> CatalogueFilm | None:
    """The only candidate of exactly the title, where the plays say no year."""
    told = told_of(doubt.plays[0])
    if doubt.why != "suggestion" or told.year is not None:
        return None
    films = [film for film in doubt.candidates if _is_called(film, told.title, None)]
    return films[0] if len(films) == 1 else None


def duplicates(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    """Plays of one film on one day that may be one play, told twice.

    Those that one service tells apart by its references are two, and so are those of which a
    person said of each that it is a play of its own.
    """
    plays: defaultdict[tuple[str, date], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.watched_on is not None:
            plays[entry.movie.film_key, entry.watched_on].append(entry)
    return [alike for alike in plays.values() if len(alike) > 1 and not _told_apart(alike)]


KEPT_APART = Change(Correction(apart=True))
"""What ``change_many`` has to do with plays of which each is one of its own."""


def _told_apart(plays: Sequence[Entry]) -> bool:
    if all(play.apart for play in plays):
        return True
    kinds = [
        {each.kind for each in play.sources if each.reference is not None} for play in plays
    ]
    return bool(kinds[0].intersection(*kinds))
