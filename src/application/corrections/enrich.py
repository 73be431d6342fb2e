"""Complete the films of a diary from the catalogue, which knows more of them by now.

What is there stays: a day, a rating, a tag, a credit, and any film that a person chose.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from cinestats.application.catalogue.recognise import Recognised
from cinestats.application.diary.keep import DiaryKeeper, correction_of
from cinestats.domain.diary import CorrectEntry, Correction
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie

from .diary_films import diary_films

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

    @property
    def films(self) -> int:
        return self.completed + self.ambiguous + self.not_found + self.failed


def enrich(
    diary: DiaryKeeper,
    *,
    user: str,
    refresh: bool = False,
    dry_run: bool = False,
    chunk: int = CHUNK,
    failed: Collection[str] = (),
    left: Collection[str] = (),
    check: Callable[[], None] | None = None,
) -> EnrichReport:
    """Complete the user's films from the catalogue.

    With ``refresh`` the source's credits take the place of those that are there; with
    ``dry_run`` it is only told what would happen. It may be broken off at any moment: what is
    complete by then, ``chunk`` films at a time, is not asked for again. ``failed`` are plays
    whose film could not be asked for elsewhere: one that still lacks something is failed.
    ``left`` are plays whose film was not asked for yet: nobody knows whether it can be found,
    so it is not counted.
    ``check`` is asked before each film and each chunk, and breaks it off by what it raises.
    """
    report = EnrichReport(f"enrich:{diary.new_id()}")
    diary.recorder.catch_up_with(user)
    entries = diary.diaries.entries(user)
    completions: list[Sequence[CorrectEntry]] = []
    for film in diary_films(entries, diary.catalogue):
        if check is not None:
            check()
        plays, found = film.plays, film.found
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
        elif found.known is not None or film.is_complete:
            continue  # nothing is lacking, or the source lacks it, too
        elif plays[0].entry_id in failed:
            report.failed += 1
        elif found.candidates:
            report.ambiguous += 1
        elif plays[0].entry_id not in left:
            report.not_found += 1
    if not dry_run:
        for start in range(0, len(completions), chunk):
            if check is not None:
                check()
            refused = _record(diary, completions[start : start + chunk])
            report.completed -= refused
            report.failed += refused
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
