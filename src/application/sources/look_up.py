"""Fill the catalogue with what a source knows of films that diaries lack."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from cinestats.application.catalogue.learn import told_by
from cinestats.application.catalogue.ports import (
    CatalogueFilm,
    FilmQuery,
    FilmStore,
    Found,
    Suggested,
)
from cinestats.application.corrections.diary_films import DiaryFilm, is_complete
from cinestats.domain.titles import normalize_title

from .ports import Answer, Failed, FilmSource, SourceStopped

REMEMBERED = timedelta(days=30)
"""How long a film that a source does not know is not asked for again."""
MOST_CANDIDATES = 10


@dataclass(slots=True)
class LookUp:
    """What came of it.

    ``failed`` tells why, by the id of a play of the film; ``stopped`` why it ended early.
    ``left`` are plays of the films that were not asked for: their turn is another time.
    """

    asked: int = 0
    failed: dict[str, str] = field(default_factory=dict[str, str])
    left: set[str] = field(default_factory=set[str])
    stopped: str | None = None


def look_up(
    films: Iterable[DiaryFilm],
    source: FilmSource,
    catalogue: FilmStore,
    today: date,
    *,
    limit: int | None = None,
    progress: Callable[[int, int], object] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> LookUp:
    """Ask the source for the films that lack something and that it was not asked for lately.

    What it tells goes into the catalogue after each batch, so it may be broken off at any
    moment: nothing is asked twice. ``limit`` is the number of films at most, ``progress`` is
    told how many of how many are done, and ``stop`` is asked between batches.
    """
    report = LookUp()
    all_wanted = _wanted(films, source, catalogue, today)
    wanted = all_wanted[:limit]
    for start in range(0, len(wanted), source.batch):
        if stop():
            break
        batch = wanted[start : start + source.batch]
        try:
            answers = zip(batch, source.look_up([each.query for each in batch]), strict=True)
            _keep(answers, source.name, catalogue, today, report)
        except SourceStopped as error:
            report.stopped = str(error)
            for left in wanted[report.asked :]:  # nobody knows whether the source has them
                report.failed |= dict.fromkeys(left.plays, report.stopped)
            break
        if progress is not None:
            progress(report.asked, len(wanted))
    report.left.update(play for each in all_wanted[report.asked :] for play in each.plays)
    return report


class _Wanted(NamedTuple):
    """A film to ask for; ``plays`` has one play of each film of the diaries that it is."""

    asked: str
    query: FilmQuery
    plays: list[str]


def _asked_as(query: FilmQuery) -> str:
    """What a film is remembered by that a source does not know."""
    ids = " ".join(f"{kind}={value}" for kind, value in query.ids._asdict().items() if value)
    return ids or f"{normalize_title(query.title)}|{query.year or ''}"


def _wanted(
    films: Iterable[DiaryFilm], source: FilmSource, catalogue: FilmStore, today: date
) -> Sequence[_Wanted]:
    wanted: dict[str, _Wanted] = {}
    for film in films:
        known = film.found.known
        if film.is_complete or (known is not None and not _may_add(known, source.name)):
            continue
        query = film.query
        if known is not None:
            query = replace(query, ids=query.ids.filled_by(known.movie.ids))
        asked = _asked_as(query)
        wanted.setdefault(asked, _Wanted(asked, query, [])).plays.append(film.plays[0].entry_id)
    missing = catalogue.missing(source.name, list(wanted), today - REMEMBERED)
    return [each for asked, each in wanted.items() if asked not in missing]


def _may_add(known: CatalogueFilm, source: str) -> bool:
    """Whether the source may know what the catalogue lacks."""
    asked = any(origin.source == source for origin in known.origins)
    return not asked and not is_complete(known.movie)


def _keep(
    answers: Iterable[tuple[_Wanted, Answer]],
    source: str,
    catalogue: FilmStore,
    today: date,
    report: LookUp,
) -> None:
    """Take answers in; those before a SourceStopped are kept, too."""
    learned: list[CatalogueFilm] = []
    missing: list[str] = []
    try:
        for wanted, answer in answers:
            report.asked += 1
            match answer:
                case Found(film):
                    learned.append(film)
                case Suggested() as suggested:
                    learned += suggested.candidates[:MOST_CANDIDATES]
                    missing.append(wanted.asked)
                case Failed(reason):
                    report.failed |= dict.fromkeys(wanted.plays, reason)
                case None:
                    missing.append(wanted.asked)
    finally:
        catalogue.learn([told_by(film, source, today) for film in learned])
        catalogue.note_missing(source, missing, today)
