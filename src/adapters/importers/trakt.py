"""Trakt's JSON: history, ratings and summaries of what was watched, films among series."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple, cast

from cinestats.adapters.strict_json import parse
from cinestats.application.imports.rows import ImportedRow, RejectedRow, Row, SkippedRow
from cinestats.domain.days import local_day
from cinestats.domain.diary import FIRST_DAY
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.movie import FIRST_YEAR, LAST_YEAR

from .cells import imdb_id, title, unfit
from .export import Export
from .table import MAX_ROWS

# Trakt writes this moment for a view whose day its user does not know.
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


class _Kind(NamedTuple):
    name: str
    moment: str
    note: str | None = None


_KINDS = (
    _Kind("history", "watched_at"),
    _Kind(
        "watched",
        "last_watched_at",
        "A summary of what was watched tells only the last day of each film: earlier views"
        " were not added; import the history for those.",
    ),
    _Kind("ratings", "rated_at"),
    _Kind(
        "watchlist", "listed_at", "A watchlist or list holds films to see: nothing was added."
    ),
    _Kind(
        "collection", "collected_at", "A collection says nothing of views: nothing was added."
    ),
)


def read(text: str, zone: tzinfo) -> Export:
    """Read a list of Trakt's items; days are those of ``zone``.

    Rows are numbered by item, from 1, as JSON has no lines of its own. Raises
    CinestatsError for what is not JSON, or not a list of Trakt's.
    """
    try:
        value = parse(text)
    except InvalidInput as error:
        raise CinestatsError(f"The JSON file {str(error).removeprefix('body: ')}.") from error
    if not isinstance(value, list):
        raise CinestatsError("The JSON file holds no list; expected a list of Trakt's items.")
    items = cast("list[object]", value)
    if len(items) > MAX_ROWS:
        raise CinestatsError(f"The file has more than {MAX_ROWS:,} items; split it.")
    kind = _kind(items)
    rows = tuple(_row(number, item, kind, zone) for number, item in enumerate(items, 1))
    return Export(f"Trakt {kind.name}", rows, (kind.note,) if kind.note else ())


def _kind(items: Sequence[object]) -> _Kind:
    if not items:
        return _KINDS[0]
    for item in items:
        if isinstance(item, dict):
            for kind in _KINDS:
                if kind.moment in item:
                    return kind
    raise CinestatsError(
        "The JSON file is none of Trakt's: no item has"
        f" {', '.join(kind.moment for kind in _KINDS[:-1])} or {_KINDS[-1].moment}."
    )


def _row(number: int, item: object, kind: _Kind, zone: tzinfo) -> Row:
    try:
        fields = _mapping(item, "item")
        for other in ("episode", "season", "show"):
            if other in fields or fields.get("type") == other:
                return SkippedRow(number, f"not a film: {other}")
        if kind.name in ("watchlist", "collection"):
            return SkippedRow(number, f"on a {kind.name}")
        return _film(number, fields, kind, zone)
    except InvalidInput as error:
        return RejectedRow(number, f"item {number}: {error}")


def _film(number: int, fields: Mapping[str, Any], kind: _Kind, zone: tzinfo) -> ImportedRow:
    movie = _mapping(fields.get("movie"), "movie")
    ids = _mapping(movie.get("ids") or {}, "ids")
    is_rating = kind.name == "ratings"
    rating = _whole(fields.get("rating"), "rating", 1, 10) if is_rating else None
    if is_rating and rating is None:
        raise unfit("rating", None, "a whole number from 1 to 10")
    moment = _moment(fields.get(kind.moment), kind.moment)
    day = None if moment == _UNKNOWN else local_day(moment, zone)
    return ImportedRow(
        line=number,
        kind="film" if is_rating else "play",
        title=title(_text(movie.get("title"), "title"), "title"),
        year=_whole(movie.get("year"), "year", FIRST_YEAR, LAST_YEAR),
        rating=rating,
        watched_on=None if is_rating else day,
        logged_on=day if is_rating else None,
        imdb_id=imdb_id(_text(ids.get("imdb") or "", "imdb"), "imdb"),
        tmdb_id=_whole(ids.get("tmdb"), "tmdb", 1, 10**9),
    )


def _moment(value: object, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, field))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise unfit(field, value, "a time with its zone, such as 2024-01-31T20:15:00.000Z")
    if not FIRST_DAY.year < moment.year <= LAST_YEAR:
        raise unfit(field, value, f"a time after {FIRST_DAY.year}")
    return moment


def _whole(value: object, field: str, least: int, most: int) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not least <= value <= most:
        raise unfit(field, value, f"a whole number from {least} to {most}")
    return value


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise unfit(field, value, "text")
    return value


def _mapping(value: object, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise unfit(field, value, "an object")
    return cast("dict[str, Any]", value)
