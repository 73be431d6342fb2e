"""The sources that there are, and what each needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cinestats.application.sources.ports import FilmSource
from cinestats.domain.errors import CinestatsError, InvalidInput

from .names import SourceName

if TYPE_CHECKING:
    from .http import Timer
    from .settings import SourceSettings
    from .wikidata import Wikidata

Tell = Callable[[str], object]
"""Gets a sentence for each thing that a source left out."""


class SourceInfo(NamedTuple):
    """A source as its users see it.

    ``needs`` is what has to be there before, ``sends`` what leaves this machine, ``credit``
    what has to be said where its data are shown. What it told is ``renewed`` before half a
    year has passed, where its terms say so.
    """

    label: str
    needs: str
    sends: str
    credit: str
    renewed: bool
    open: Callable[[SourceSettings, Tell, Timer | None], FilmSource]


def wikidata(settings: SourceSettings, _tell: Tell, timer: Timer | None = None) -> Wikidata:
    """Wikidata, where the settings have it."""
    from .wikidata import RATE, Wikidata

    return Wikidata(
        sparql_url=settings.wikidata_sparql_url,
        api_url=settings.wikidata_api_url,
        image_url=settings.wikidata_image_url,
        rate=settings.source_rate or RATE,
        timer=timer,
    )


def _tmdb(settings: SourceSettings, _tell: Tell, timer: Timer | None) -> FilmSource:
    from .tmdb import RATE, Tmdb

    if settings.tmdb_token is None:
        raise CinestatsError(
            "TMDB needs a token: make one at https://www.themoviedb.org/settings/api and set"
            " CINESTATS_TMDB_TOKEN."
        )
    return Tmdb(
        settings.tmdb_token.get_secret_value(),
        url=settings.tmdb_url,
        image_url=settings.tmdb_image_url,
        rate=settings.source_rate or RATE,
        timer=timer,
    )


def _imdb(settings: SourceSettings, tell: Tell, _timer: Timer | None) -> FilmSource:
    from .imdb import Imdb

    if settings.imdb_dir is None:
        raise CinestatsError(
            "IMDb's files need a folder: set CINESTATS_IMDB_DIR; cinestats catalog fetch DIR"
            " gets them."
        )
    return Imdb(settings.imdb_dir, tell)


def _nfo(settings: SourceSettings, tell: Tell, _timer: Timer | None) -> FilmSource:
    from .nfo import Nfo

    if settings.nfo_dir is None:
        raise CinestatsError("NFO files need a folder: set CINESTATS_NFO_DIR.")
    return Nfo(settings.nfo_dir, tell)


SOURCES: Mapping[SourceName, SourceInfo] = {
    "wikidata": SourceInfo(
        label="Wikidata",
        needs="nothing",
        sends="titles, years and ids of films",
        credit="Data of Wikidata, in the public domain (CC0).",
        renewed=False,
        open=wikidata,
    ),
    "tmdb": SourceInfo(
        label="The Movie Database (TMDB)",
        needs="a token, from an account there",
        sends="titles, years and ids of films",
        credit="This product uses TMDB and the TMDB APIs but is not endorsed, certified, or"
        " otherwise approved by TMDB.",
        renewed=True,
        open=_tmdb,
    ),
    "imdb": SourceInfo(
        label="IMDb's non-commercial datasets",
        needs="its files, about 2 GB, for personal use",
        sends="nothing",
        credit="Information courtesy of IMDb (https://www.imdb.com). Used with permission.",
        renewed=False,
        open=_imdb,
    ),
    "nfo": SourceInfo(
        label="NFO files",
        needs="a folder of films",
        sends="nothing",
        credit="Your own files.",
        renewed=False,
        open=_nfo,
    ),
}

RENEWED = frozenset[str](name for name, info in SOURCES.items() if info.renewed)
"""The sources whose films are renewed before half a year has passed."""


def open_source(
    name: str, settings: SourceSettings, tell: Tell, timer: Timer | None = None
) -> FilmSource:
    """The source, which waits by the ``timer``.

    Raises InvalidInput for one that is not known, CinestatsError for one that lacks something.
    """
    for known, info in SOURCES.items():
        if known == name:
            return info.open(settings, tell, timer)
    raise InvalidInput(
        "source", f"found {name[:40]!r}, expected one of catalogue, {', '.join(SOURCES)}"
    )
