"""Ask a source again for what it told long ago, and drop what may be kept no longer."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from cinestats.application.catalogue.learn import told_by
from cinestats.application.catalogue.ports import FilmQuery, FilmStore, Found

from .ports import FilmSource, SourceStopped

KEPT = timedelta(days=180)
"""How long what a source with such terms told may be kept."""
RENEWED = timedelta(days=150)
"""When it is asked for again: a month is left for a source that does not answer."""
AT_ONCE = 500
"""Films of one turn; there is another turn soon."""


class Renewal(NamedTuple):
    """How many films were renewed, and how many were forgotten."""

    renewed: int
    forgotten: int


def renew(
    source: FilmSource,
    catalogue: FilmStore,
    today: date,
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Renewal:
    """Renew what the source told the longest ago.

    A film that it knows no more is forgotten at once; one that it did not answer for is asked
    for again in the next turn, and forgotten when its time has passed.
    """
    films = catalogue.told_by(source.name, today - RENEWED, AT_ONCE)
    renewed, gone = 0, list[str]()
    try:
        for start in range(0, len(films), source.batch):
            if stop():
                break
            batch = films[start : start + source.batch]
            queries = [FilmQuery(f.movie.title, f.movie.year, f.movie.ids) for f in batch]
            for film, answer in zip(batch, source.look_up(queries), strict=True):
                if isinstance(answer, Found):
                    catalogue.learn([told_by(answer.film, source.name, today)])
                    renewed += 1
                elif answer is None:
                    gone.append(film.movie.film_key)
    except SourceStopped:
        pass  # what is left has a month; whoever completes films is told why
    old = catalogue.told_by(source.name, today - KEPT, AT_ONCE)
    gone += [film.movie.film_key for film in old]
    return Renewal(renewed, catalogue.forget(source.name, gone) if gone else 0)
