"""Plex Media Server's history in JSON (``/status/sessions/history/all``).

``MediaContainer.Metadata`` is a list of views with historyKey (of this one view), type
(movie, episode, track), title, year or originallyAvailableAt, viewedAt (seconds since 1970)
and accountID. The server keeps a view there when it was watched.
"""

from collections.abc import Sequence

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.moments import day_in
from cinestats.adapters.importers.objects import as_fields, as_items, first_fields, read_objects
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.sessions import several_people
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record
from cinestats.application.imports.rows import ImportedRow, SkippedRow

_KEYS = (
    *("historyKey", "type", "title", "year", "originallyAvailableAt", "viewedAt"),
    "accountID",
)


def recognises(source: Source) -> Confidence:
    """Whether the file is an answer of the server with views."""
    own = "viewedAt" in first_fields(_views(source))
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "plex",
    label="Plex",
    hint={
        "en": "The JSON of your server's address /status/sessions/history/all.",
        "it": "Il JSON dell’indirizzo /status/sessions/history/all del tuo server.",
    },
    accepts=("json",),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the history; its films are plays."""
    people: set[str] = set()

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if (type_ := record["type"]) != "movie":
            return SkippedRow(record.line, f"not a film: {type_[:60]}")
        people.add(record["accountid"] and f"account {record['accountid']}")
        year = record.try_read(cells.year, "year")
        return ImportedRow(
            line=record.line,
            kind="play",
            title=record.read(cells.title, "title"),
            year=year or record.try_read(_release_year, "originallyavailableat"),
            watched_on=record.try_read(day_in(options.zone), "viewedat"),
            reference=record["historykey"] or None,
        )

    table = read_objects(enumerate(_views(source), 1), {key: key for key in _KEYS})
    export = table.export("Plex history", read_row)
    return Export(export.format, export.rows, (*several_people(people), *export.notes))


def _views(source: Source) -> Sequence[object]:
    return as_items(as_fields(as_fields(source.json).get("MediaContainer")).get("Metadata"))


def _release_year(cell: str, field: str) -> int | None:
    return cells.year(cell[:4], field)
