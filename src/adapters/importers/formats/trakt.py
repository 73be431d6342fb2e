"""Trakt's JSON: history, ratings and summaries of what was watched, films among series."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, cast

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export
from cinestats.application.imports.rows import ImportedRow, RejectedRow, Row, SkippedRow
from cinestats.domain.days import local_day
from cinestats.domain.diary import FIRST_DAY
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import FIRST_YEAR, LAST_YEAR

# Trakt writes this moment for a view whose day its user does not know.
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


# The moment that only the items of such a file have.
_MOMENTS = {
    "history": "watched_at",
    "watched": "last_watched_at",
    "ratings": "rated_at",
    "watchlist": "listed_at",
    "collection": "collected_at",
}
_NO_VIEWS = ("watchlist", "collection")
_NOTES = {
    "watched": "A summary of what was watched tells only the last day of each film: earlier"
    " views were not added; import the history for those.",
    "watchlist": "A watchlist or list holds films to see: nothing was added.",
    "collection": "A collection says nothing of views: nothing was added.",
}


def recognises(source: Source) -> Confidence:
    """Whether the items have one of Trakt's moments; a list without items may be anybody's."""
    if source.json == []:
        return Confidence.POSSIBLE
    return Confidence.LIKELY if _kind(source.items) else Confidence.NO


@Importer(
    "trakt",
    label="Trakt",
    hint={
        "en": "JSON of your history, watched films or ratings. On the website: Settings, Data,"
        " Export; backup tools write the same.",
        "it": "Il JSON della cronologia, dei film visti o dei voti. Sul sito: Settings, Data,"
        " Export; va bene anche quello dei programmi di backup.",
    },
    accepts=("json",),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read a list of Trakt's items, numbered from 1, as JSON has no lines of its own."""
    kind = _kind(source.items) or "history"
    items = enumerate(source.items, 1)
    rows = tuple(_row(number, item, kind, options.zone) for number, item in items)
    return Export(f"Trakt {kind}", rows, (_NOTES[kind],) if kind in _NOTES else ())


def _kind(items: Sequence[object]) -> str | None:
    """What the list holds, told by the first item that has a moment of Trakt's."""
    for item in items:
        if isinstance(item, dict):
            for kind, moment in _MOMENTS.items():
                if moment in item:
                    return kind
    return None


def _row(number: int, item: object, kind: str, zone: tzinfo) -> Row:
    try:
        fields = _mapping(item, "item")
        for other in ("episode", "season", "show"):
            if other in fields or fields.get("type") == other:
                return SkippedRow(number, f"not a film: {other}")
        if kind in _NO_VIEWS:
            return SkippedRow(number, f"on a {kind}")
        return _film(number, fields, kind, zone)
    except InvalidInput as error:
        return RejectedRow(number, f"item {number}: {error}")


def _film(number: int, fields: Mapping[str, Any], kind: str, zone: tzinfo) -> ImportedRow:
    movie = _mapping(fields.get("movie"), "movie")
    ids = _mapping(movie.get("ids") or {}, "ids")
    is_rating = kind == "ratings"
    rating = _whole(fields.get("rating"), "rating", 1, 10) if is_rating else None
    if is_rating and rating is None:
        raise cells.unfit("rating", None, "a whole number from 1 to 10")
    moment = _moment(fields.get(_MOMENTS[kind]), _MOMENTS[kind])
    day = None if moment == _UNKNOWN else local_day(moment, zone)
    return ImportedRow(
        line=number,
        kind="film" if is_rating else "play",
        title=cells.title(_text(movie.get("title"), "title"), "title"),
        year=_whole(movie.get("year"), "year", FIRST_YEAR, LAST_YEAR),
        rating=rating,
        watched_on=None if is_rating else day,
        logged_on=day if is_rating else None,
        imdb_id=cells.imdb_id(_text(ids.get("imdb") or "", "imdb"), "imdb"),
        tmdb_id=_whole(ids.get("tmdb"), "tmdb", 1, 10**9),
    )


def _moment(value: object, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, field))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise cells.unfit(
            field, value, "a time with its zone, such as 2024-01-31T20:15:00.000Z"
        )
    if not FIRST_DAY.year < moment.year <= LAST_YEAR:
        raise cells.unfit(field, value, f"a time after {FIRST_DAY.year}")
    return moment


def _whole(value: object, field: str, least: int, most: int) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not least <= value <= most:
        raise cells.unfit(field, value, f"a whole number from {least} to {most}")
    return value


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise cells.unfit(field, value, "text")
    return value


def _mapping(value: object, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise cells.unfit(field, value, "an object")
    return cast("dict[str, Any]", value)
