"""Trakt's JSON: history, ratings and summaries of what was watched, films among series."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any, TypeVar, cast

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.listed import KEPT, kept, list_named_by, whole
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import MAX_ROWS, Export
from cinestats.application.imports.rows import ImportedRow, RejectedRow, Row, SkippedRow
from cinestats.domain.days import local_day
from cinestats.domain.diary import FIRST_DAY
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.lists import FilmList, watchlist_of
from cinestats.domain.movie import FIRST_YEAR, LAST_YEAR

_T = TypeVar("_T")

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
_NOTES = {
    "watchlist": f"A watchlist or list holds films to see. {KEPT}",
    "collection": "A collection says nothing of views: nothing was added.",
}
# As the export zip names them: lists-list-100-noir.json, lists-favorites.json.
_LIST_FILE = re.compile(r"lists-(?:list-\d+-)?")
_SUMMARY = (
    "A summary of what was watched tells only the last day of each film: {} not added;"
    " import the history for that."
)


def recognises(source: Source) -> Confidence:
    """Whether the items have one of Trakt's moments; a list without items may be anybody's."""
    if source.json == []:
        return Confidence.POSSIBLE
    return Confidence.LIKELY if any(map(_kind, _lists(source).values())) else Confidence.NO


def read_together(files: Mapping[str, Source], options: Options) -> Mapping[str, Export]:
    """Read the files of one export: what is in the history is not counted by summaries, too."""
    exports = {name: read(file, options) for name, file in files.items()}
    is_summary = {name: export.format == "Trakt watched" for name, export in exports.items()}
    films = {
        film
        for name, export in exports.items()
        if not is_summary[name]
        for row in export.rows
        if isinstance(row, ImportedRow) and row.kind == "play"
        for film in _films(row)
    }
    return {
        name: _without(films, export) if is_summary[name] and films else export
        for name, export in exports.items()
    }


def _without(films: set[object], summary: Export) -> Export:
    rows = tuple(
        SkippedRow(row.line, "its plays are in the history")
        if isinstance(row, ImportedRow) and not films.isdisjoint(_films(row))
        else row
        for row in summary.rows
    )
    is_told = any(isinstance(row, ImportedRow) for row in rows)
    return replace(summary, rows=rows, notes=summary.notes if is_told else ())


def _films(row: ImportedRow) -> Sequence[object]:
    """What tells the film of a row from others."""
    ids = [each for each in (row.imdb_id, row.tmdb_id) if each is not None]
    return ids or [(row.title, row.year)]


@Importer(
    "trakt",
    label="Trakt",
    hint={
        "en": "The zip as it comes, or its JSON of your history, watched films or ratings. On"
        " the website: Settings, Data, Export; backup tools write the same.",
        "it": "Lo zip così com’è, oppure il suo JSON della cronologia, dei film visti o dei"
        " voti. Sul sito: Settings, Data, Export; anche quello dei programmi di backup.",
    },
    accepts=("json", "zip"),
    recognises=recognises,
    together=read_together,
)
def read(source: Source, options: Options) -> Export:
    """Read a list of Trakt's items, numbered from 1, as JSON has no lines of its own.

    A backup may hold several lists by their names, which are then as files of a zip.
    """
    lists = _lists(source)
    if list(lists) == [""]:
        return _read_list(lists[""], list_named_by(source, "trakt", _LIST_FILE), options.zone)
    watchlist = watchlist_of("trakt")
    exports = {
        name: _read_list(items, watchlist, options.zone) for name, items in lists.items()
    }
    rows = [replace(row, file=name) for name, export in exports.items() for row in export.rows]
    notes = dict.fromkeys(note for export in exports.values() for note in export.notes)
    whole_lists = tuple(each for export in exports.values() for each in export.lists)
    return Export("Trakt backup", tuple(rows), tuple(notes), lists=whole_lists)


def _lists(source: Source) -> Mapping[str, Sequence[object]]:
    """The lists of items by their names; that of a file of one list is blank."""
    value = source.json
    if not isinstance(value, dict):
        return {"": source.items}
    lists = {
        name: cast("list[object]", items)
        for name, items in cast("dict[str, object]", value).items()
        if name in _MOMENTS and isinstance(items, list)
    }
    if sum(map(len, lists.values())) > MAX_ROWS:
        raise CinestatsError(f"The file has more than {MAX_ROWS:,} items; split it.")
    return lists


def _read_list(items: Sequence[object], about: FilmList, zone: tzinfo) -> Export:
    kind = _kind(items) or "history"
    reading = _Reading(kind, about, zone)
    rows = tuple(reading.row(number, item) for number, item in enumerate(items, 1))
    notes = [_NOTES[kind]] if kind in _NOTES else []
    if reading.untold:
        is_one = reading.untold == 1
        views = "1 earlier view was" if is_one else f"{reading.untold:,} earlier views were"
        notes.append(_SUMMARY.format(views))
    for field, count in sorted(reading.ignored.items()):
        noun = "item" if count == 1 else "items"
        notes.append(f"{field} could not be read in {count:,} {noun} and was left out there.")
    export = Export(f"Trakt {kind}", rows, tuple(notes))
    return whole(export, about) if kind == "watchlist" else export


def _kind(items: Sequence[object]) -> str | None:
    """What the list holds, told by the first item that has a moment of Trakt's."""
    for item in items:
        if isinstance(item, dict):
            for kind, moment in _MOMENTS.items():
                if moment in item:
                    return kind
    return None


class _Reading:
    """One list: ``ignored`` counts, by field, what could not be read and an item can do
    without; ``untold`` counts the views of which a summary does not tell the day.
    """

    def __init__(self, kind: str, about: FilmList, zone: tzinfo) -> None:
        self._kind, self._about, self._zone = kind, about, zone
        self.ignored = Counter[str]()
        self.untold = 0

    def row(self, number: int, item: object) -> Row:
        try:
            fields = _mapping(item, "item")
            for other in ("episode", "season", "show", "person"):
                if other in fields or fields.get("type") == other:
                    return SkippedRow(number, f"not a film: {other}")
            if self._kind == "collection":
                return SkippedRow(number, "on a collection")
            film = self._film(number, fields)
            return self._listed(film, fields) if self._kind == "watchlist" else film
        except InvalidInput as error:
            return RejectedRow(number, f"item {number}: {error}")

    def _listed(self, film: ImportedRow, fields: Mapping[str, Any]) -> SkippedRow:
        position = self._try(_position, fields.get("rank"), "rank")
        notes = self._try(_text, fields.get("notes") or "", "notes")
        film = replace(film, logged_on=film.watched_on)
        return kept(film, self._about, position=position, note=notes)

    def _film(self, number: int, fields: Mapping[str, Any]) -> ImportedRow:
        movie = _mapping(fields.get("movie"), "movie")
        ids = self._try(_mapping, movie.get("ids") or {}, "ids") or {}
        imdb_id = self._try(_imdb_id, ids.get("imdb"), "imdb")
        tmdb_id = self._try(_tmdb_id, ids.get("tmdb"), "tmdb")
        is_rating = self._kind == "ratings"
        day = self._try(self._day, fields.get(_MOMENTS[self._kind]), _MOMENTS[self._kind])
        if self._kind == "watched":
            plays = self._try(_plays, fields.get("plays"), "plays") or 1
            self.untold += plays - 1
        has_id = imdb_id is not None or tmdb_id is not None
        title = movie.get("title") or ""
        return ImportedRow(
            line=number,
            kind="film" if is_rating else "play",
            title="" if has_id and not title else cells.title(_text(title, "title"), "title"),
            year=self._try(_year, movie.get("year"), "year"),
            rating=self._try(_rating, fields.get("rating"), "rating") if is_rating else None,
            watched_on=None if is_rating else day,
            logged_on=day if is_rating else None,
            imdb_id=imdb_id,
            tmdb_id=tmdb_id,
            reference=self._reference(fields),
        )

    def _reference(self, fields: Mapping[str, Any]) -> str | None:
        """The id of a play; other lists number other things."""
        if self._kind != "history":
            return None
        number = self._try(_history_id, fields.get("id"), "id")
        return None if number is None else str(number)

    def _day(self, value: object, field: str) -> date | None:
        moment = _moment(value, field)
        return None if moment == _UNKNOWN else local_day(moment, self._zone)

    def _try(self, read: Callable[[object, str], _T], value: object, field: str) -> _T | None:
        try:
            return read(value, field)
        except InvalidInput:
            self.ignored[field] += 1
            return None


def _imdb_id(value: object, field: str) -> str | None:
    return cells.imdb_id(_text(value or "", field), field)


def _tmdb_id(value: object, field: str) -> int | None:
    return _whole(value, field, 1, 10**9)


def _position(value: object, field: str) -> int | None:
    return _whole(value, field, 1, 10**9)


def _history_id(value: object, field: str) -> int | None:
    return _whole(value, field, 1, 2**63 - 1)


def _year(value: object, field: str) -> int | None:
    return _whole(value, field, FIRST_YEAR, LAST_YEAR)


def _rating(value: object, field: str) -> int | None:
    rating = _whole(value, field, 1, 10)
    if rating is None:
        raise cells.unfit(field, None, "a whole number from 1 to 10")
    return rating


def _plays(value: object, field: str) -> int | None:
    return _whole(value, field, 1, 10**6)


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
