"""Complete the films of a diary from a source that knows more of them by now.

What is there stays: a day, a rating, a tag, a credit, and any film that a person chose.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import Recognised, recognise
from cinestats.application.catalogue.tell_apart import Films
from cinestats.application.catalogue.told import ToldFilm, told_of
from cinestats.application.diary.keep import DiaryKeeper, correction_of
from cinestats.application.imports.plays import KnownPlays
from cinestats.domain.diary import CorrectEntry, Correction
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import NO_IDS, FilmIds, Movie

CHUNK = 500
"""Films that are recorded together."""


@dataclass(slots=True)
class EnrichReport:
    """What became of the films that lacked something, each counted once.

    ``films == completed + ambiguous + not_found + failed``. ``requests`` counts what was
    asked of a source elsewhere. ``cause`` undoes it.
    """

    cause: str
    completed: int = 0
    ambiguous: int = 0
    not_found: int = 0
    failed: int = 0
    requests: int = 0
    unsure: dict[str, Recognised] = field(default_factory=dict[str, Recognised])

    @property
    def films(self) -> int:
        return self.completed + self.ambiguous + self.not_found + self.failed


def enrich(
    diary: DiaryKeeper,
    *,
    user: str,
    source: Catalogue | None = None,
    refresh: bool = False,
    dry_run: bool = False,
    chunk: int = CHUNK,
) -> EnrichReport:
    """Complete the user's films from ``source``, the catalogue unless another is given.

    With ``refresh`` the source's credits take the place of those that are there; with
    ``dry_run`` it is only told what would happen. It may be broken off at any moment: what is
    complete by then, ``chunk`` films at a time, is not asked for again.
    """
    report = EnrichReport(f"enrich:{diary.new_id()}")
    diary.recorder.catch_up_with(user)
    entries = diary.diaries.entries(user)
    completions: list[Sequence[CorrectEntry]] = []
    for plays, found in _films(entries, source or diary.catalogue):
        changes = [
            (play, movie)
            for play in plays
            if (movie := _completed(play, found, refresh=refresh)) != play.movie
        ]
        if changes:
            report.completed += 1
            completions.append(
                [
                    correction_of(
                        diary,
                        diary.stamp(user, cause=report.cause),
                        play.entry_id,
                        Correction(movie=movie),
                        of=play.movie,
                    )
                    for play, movie in changes
                ]
            )
        elif found.known is not None or all(map(_is_complete, plays)):
            continue  # nothing is lacking, or the source lacks it, too
        elif found.candidates:
            report.ambiguous += 1
            report.unsure[plays[0].entry_id] = found
        else:
            report.not_found += 1
    if not dry_run:
        for start in range(0, len(completions), chunk):
            failed = _record(diary, completions[start : start + chunk])
            report.completed -= failed
            report.failed += failed
    return report


def sum_of(reports: Iterable[EnrichReport]) -> EnrichReport:
    """What became of the films of several diaries; a film counts in each of them."""
    total = EnrichReport("")
    for each in reports:
        total.completed += each.completed
        total.ambiguous += each.ambiguous
        total.not_found += each.not_found
        total.failed += each.failed
        total.requests += each.requests
    return total


def _record(diary: DiaryKeeper, completions: Sequence[Sequence[CorrectEntry]]) -> int:
    """Record what completes each film; returns how many films were refused."""
    commands = [(film, each) for film, of_film in enumerate(completions) for each in of_film]
    outcomes = diary.recorder.record_all([command for _, command in commands])
    refused = {
        film
        for (film, _), outcome in zip(commands, outcomes, strict=True)
        if isinstance(outcome, CinestatsError)
    }
    return len(refused)


def _films(
    entries: Sequence[Entry], source: Catalogue
) -> Iterator[tuple[Sequence[Entry], Recognised]]:
    """The plays of each film, with what the source knows of it.

    A film that a person chose by an id is only known by that id; of one that a person chose
    otherwise, or that has its credits by that choice, nothing is asked.
    """
    open_ = [entry for entry in entries if not entry.film_chosen]
    told: Mapping[str, ToldFilm] = {each.entry_id: told_of(each) for each in open_}
    films = Films(told.values(), source, KnownPlays(open_).key_of)
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
        yield of_film, films.recognised(told[of_film[0].entry_id])
    for ids, of_film in chosen.items():
        found = recognise(replace(of_film[0].movie, title="", ids=ids), source)
        yield of_film, found._replace(candidates=())


def _completed(play: Entry, found: Recognised, *, refresh: bool) -> Movie:
    """The play's film with what the source adds."""
    if found.known is None:
        return play.movie
    movie, known = play.movie, found.known.movie
    if play.sources and play.told_name is None:
        movie = replace(movie, title=known.title)  # it had ids only
    if refresh:  # all but what the entry's own sources call the film
        full = known.filled_by(movie)
        movie = replace(full, title=movie.title, year=movie.year, ids=movie.ids)
    return movie.completed_by(known)


def _is_complete(play: Entry) -> bool:
    movie = play.movie
    return bool(movie.directors and movie.genres and movie.duration)
