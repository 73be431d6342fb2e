"""The films of a diary, each with its plays and with what the catalogue knows of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cinestats.application.catalogue.ports import Catalogue, FilmQuery
from cinestats.application.catalogue.recognise import Recognised, recognise
from cinestats.application.catalogue.tell_apart import Films
from cinestats.application.catalogue.told import ToldFilm, told_of
from cinestats.application.imports.plays import KnownPlays
from cinestats.domain.entry import Entry
from cinestats.domain.movie import NO_IDS, FilmIds, Movie


@dataclass(frozen=True, slots=True)
class DiaryFilm:
    """A film of a diary; ``query`` is what may be asked of it, ``found`` the answer here."""

    plays: Sequence[Entry]
    query: FilmQuery
    found: Recognised

    @property
    def is_complete(self) -> bool:
        """Whether nothing that is counted lacks."""
        return all(is_complete(play.movie) for play in self.plays)


def is_complete(movie: Movie) -> bool:
    """Whether directors, genres and length are known."""
    return bool(movie.directors and movie.genres and movie.duration)


def diary_films(entries: Sequence[Entry], catalogue: Catalogue) -> Iterator[DiaryFilm]:
    """The films of a diary that may be completed.

    A film that a person chose by an id is only known by that id; of one that a person chose
    otherwise, or that has its credits by that choice, nothing is asked.
    """
    open_ = [entry for entry in entries if not entry.film_chosen]
    told: Mapping[str, ToldFilm] = {each.entry_id: told_of(each) for each in open_}
    films = Films(told.values(), catalogue, KnownPlays(open_).key_of)
    plays: defaultdict[object, list[Entry]] = defaultdict(list)
    chosen: defaultdict[FilmIds, list[Entry]] = defaultdict(list)
    for entry in entries:
        movie = entry.movie
        if not entry.film_chosen:
            film = told[entry.entry_id]
            plays[film.name, films.ids_of(film)].append(entry)
        elif movie.listed is None and movie.ids != NO_IDS:
            chosen[movie.ids].append(entry)
    for of_film in plays.values():
        film = told[of_film[0].entry_id]
        ids = film.movie.ids.filled_by(films.ids_of(film))
        yield DiaryFilm(of_film, replace(film.query, ids=ids), films.recognised(film))
    for ids, of_film in chosen.items():
        found = recognise(replace(of_film[0].movie, title="", ids=ids), catalogue)
        yield DiaryFilm(of_film, FilmQuery("", ids=ids), found._replace(candidates=()))
