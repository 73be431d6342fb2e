"""Watcharr's JSON: a list of what was watched or shall be.

Each item has ``status`` (FINISHED, WATCHING, PLANNED, HOLD, DROPPED), ``rating`` (out of ten,
0 for none), ``thoughts``, ``createdAt``, ``tags`` and ``content`` (``type``, ``title``,
``release_date``, ``tmdbId``, ``imdb_id``, ``runtime``), and ``activity``. An activity is a play
where ``countAsPlay`` says so; older files lack that, and there a play is what made the film
finished, by its ``type`` and ``data``. Its day is ``customDate`` or else ``createdAt``.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.listed import kept, whole
from cinestats.adapters.importers.moments import day_in
from cinestats.adapters.importers.objects import as_fields, as_items, first_fields, read_objects
from cinestats.adapters.importers.ratings import half_stars
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.lists import watchlist_of

_PATHS = {
    "status": "status",
    "type": "content.type",
    "title": "content.title",
    "released": "content.release_date",
    "tmdb": "content.tmdbId",
    "imdb": "content.imdb_id",
    "runtime": "content.runtime",
    "rating": "rating",
    "thoughts": "thoughts",
    "added": "createdAt",
    "activity": "activity.id",
    "played": "activity.createdAt",
    "custom": "activity.customDate",
}
_TO_SEE = "PLANNED"
_IMPORTED = "IMPORTED_ADDED_WATCHED"
_FINISHING = ("ADDED_WATCHED", "STATUS_CHANGED")


def recognises(source: Source) -> Confidence:
    """Whether the items have what only Watcharr's have together."""
    own = first_fields(source.items).keys() >= {"status", "rating", "createdAt", "activity"}
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "watcharr",
    label="Watcharr",
    hint={
        "en": "The JSON of your list. In Watcharr: Profile, Export.",
        "it": "Il JSON della tua lista. In Watcharr: Profile, Export.",
    },
    accepts=("json",),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the list; a finished film has a row for each play, or one where none is told.

    Planned films are kept as a watchlist.
    """
    films = watchlist_of("watcharr")

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if (type_ := record["type"]) != "movie":
            return SkippedRow(record.line, f"not a film: {type_[:60] or 'game'}")
        status = record["status"]
        if status not in ("FINISHED", _TO_SEE):
            return SkippedRow(record.line, f"not watched to the end: {status.lower()[:60]}")
        moment = day_in(options.zone)
        is_play = bool(record["activity"])
        played = "custom" if record["custom"] else "played"
        row = ImportedRow(
            line=record.line,
            kind="play" if is_play else "film",
            title=record.read(cells.title, "title"),
            year=record.try_read(_release_year, "released"),
            rating=record.try_read(partial(half_stars, scale=10), "rating"),
            watched_on=record.try_read(moment, played) if is_play else None,
            logged_on=record.try_read(moment, "added"),
            imdb_id=record.try_read(cells.imdb_id, "imdb"),
            tmdb_id=record.try_read(cells.tmdb_id, "tmdb"),
            duration=record.try_read(_minutes, "runtime"),
            reference=record["activity"] or None,
            review=record.read(cells.text, "thoughts"),
        )
        return kept(row, films, note=row.review) if status == _TO_SEE else row

    return whole(read_objects(_plays(source), _PATHS).export("Watcharr list", read_row), films)


def _plays(source: Source) -> Iterator[tuple[int, object]]:
    """Each item as often as it was played; rating and thoughts stand at the last play."""
    for number, item in enumerate(source.items, 1):
        fields = as_fields(item)
        plays = _of_item(fields)
        for play in plays[:-1]:
            yield number, {**fields, "activity": play, "rating": None, "thoughts": None}
        yield number, {**fields, "activity": plays[-1]} if plays else item


def _of_item(fields: Mapping[str, object]) -> list[Mapping[str, object]]:
    activities = [as_fields(each) for each in as_items(fields.get("activity"))]
    if any("countAsPlay" in each for each in activities):
        plays = [each for each in activities if each.get("countAsPlay") is True]
    else:
        plays = [each for each in activities if _is_play(each)]
    return sorted(plays, key=lambda each: str(each.get("customDate") or each.get("createdAt")))


def _is_play(activity: Mapping[str, object]) -> bool:
    type_, data = str(activity.get("type")), str(activity.get("data"))
    return type_.startswith(_IMPORTED) or (type_ in _FINISHING and "FINISHED" in data)


def _release_year(cell: str, field: str) -> int | None:
    return cells.year(cell[:4], field)


def _minutes(cell: str, field: str) -> int | None:
    return None if cell == "0" else cells.minutes(cell, field)
