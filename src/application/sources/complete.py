"""Complete the films of a diary from a source elsewhere, by way of the catalogue."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from cinestats.application.catalogue.ports import FilmStore
from cinestats.application.corrections.diary_films import diary_films
from cinestats.application.corrections.enrich import EnrichReport, enrich
from cinestats.application.diary.keep import DiaryKeeper

from .look_up import look_up
from .ports import FilmSource


class Completion(NamedTuple):
    """What became of the films; ``stopped`` tells why the source was not asked for all."""

    report: EnrichReport
    stopped: str | None


def complete(
    diary: DiaryKeeper,
    catalogue: FilmStore,
    source: FilmSource,
    today: date,
    *,
    user: str,
    refresh: bool = False,
    dry_run: bool = False,
    limit: int | None = None,
    progress: Callable[[int, int], object] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Completion:
    """Ask the source for what the user's films lack, then complete them.

    The catalogue keeps what the source told, also in a dry run, which only leaves the diary as
    it is. The other arguments are those of ``look_up`` and ``enrich``.
    """
    before = source.requests
    diary.recorder.catch_up_with(user)
    films = list(diary_films(diary.diaries.entries(user), catalogue))
    told = look_up(films, source, catalogue, today, limit=limit, progress=progress, stop=stop)
    report = enrich(
        diary,
        user=user,
        refresh=refresh,
        dry_run=dry_run,
        failed=told.failed,
        left=told.left,
    )
    report.requests = source.requests - before
    return Completion(report, told.stopped)
