"""Ryot's JSON: an object with the list ``metadata`` (``media`` in older versions).

Each item has ``lot`` (movie, show, book, …), ``source_id`` (the title), ``source`` and
``identifier`` (such as tmdb and 949), ``seen_history`` and ``reviews``. A view has
``progress`` in percent, of which none means all, and ``ended_on``; a review has ``rating``,
out of 100, and ``review.text``. Numbers may be texts.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.moments import day_in
from cinestats.adapters.importers.objects import as_fields, as_items, first_fields, read_objects
from cinestats.adapters.importers.ratings import half_stars
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record
from cinestats.application.imports.rows import ImportedRow, SkippedRow

_LISTS = ("metadata", "media")
_PATHS = {
    "lot": "lot",
    "title": "source_id",
    "source": "source",
    "identifier": "identifier",
    "seen": "seen",
    "progress": "seen_history.progress",
    "ended": "seen_history.ended_on",
    "rating": "reviews.rating",
    "review": "reviews.review.text",
}
_ALL = ("", "100", "100.0", "100.00")


def recognises(source: Source) -> Confidence:
    """Whether a list holds items of Ryot's."""
    first = first_fields(_items(source))
    own = first.keys() >= {"lot", "source", "identifier", "seen_history"}
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "ryot",
    label="Ryot",
    hint={
        "en": "The JSON of your data. In Ryot: Settings, Imports and Exports, Export.",
        "it": "Il JSON dei tuoi dati. In Ryot: Settings, Imports and Exports, Export.",
    },
    accepts=("json",),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the export; a film has a row for each view, or one where it was only rated."""

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if (lot := record["lot"]) != "movie":
            return SkippedRow(record.line, f"not a film: {lot.replace('_', ' ')[:60]}")
        if not record["seen"]:
            return SkippedRow(record.line, "neither watched nor rated")
        if record["progress"] not in _ALL:
            return SkippedRow(
                record.line, f"not watched to the end: {record['progress'][:10]} %"
            )
        is_play = record["seen"] == "view"
        is_tmdb = record["source"] == "tmdb"
        return ImportedRow(
            line=record.line,
            kind="play" if is_play else "film",
            title=record.read(cells.title, "title"),
            rating=record.try_read(partial(half_stars, scale=100), "rating"),
            watched_on=record.try_read(day_in(options.zone), "ended"),
            tmdb_id=record.try_read(cells.tmdb_id, "identifier") if is_tmdb else None,
            review=record.read(cells.text, "review"),
        )

    return read_objects(_views(source), _PATHS).export("Ryot export", read_row)


def _items(source: Source) -> list[object]:
    data = as_fields(source.json)
    return [item for name in _LISTS for item in as_items(data.get(name))]


def _views(source: Source) -> Iterator[tuple[int, object]]:
    """Each item as often as it was seen; the last review stands at the last view."""
    for number, item in enumerate(_items(source), 1):
        fields = as_fields(item)
        views = sorted(map(as_fields, as_items(fields.get("seen_history"))), key=_end)
        reviews = list(map(as_fields, as_items(fields.get("reviews"))))
        reviewed = reviews[-1] if reviews else None
        for view in views[:-1]:
            yield number, {**fields, "seen": "view", "seen_history": view, "reviews": None}
        if views:
            last = {"seen": "view", "seen_history": views[-1], "reviews": reviewed}
            yield number, {**fields, **last}
        else:
            seen = "review" if reviewed else ""
            yield number, {**fields, "seen": seen, "reviews": reviewed} if fields else item


def _end(view: Mapping[str, object]) -> str:
    return str(view.get("ended_on") or "")
