"""Tautulli's history, as its API (get_history) answers it in JSON.

``response.data.data`` is a list of views with row_id, reference_id (one for all sessions of a
view), date (seconds since 1970), user, friendly_name, media_type (movie, episode, track,
live), title, year, guid, percent_complete and watched_status (1 where it was watched, by the
share that is set in Tautulli).
"""

import re
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
    *("row_id", "reference_id", "date", "friendly_name", "media_type", "title", "year"),
    *("guid", "percent_complete", "watched_status"),
)
_WATCHED = ("1", "1.0")
# The agents of old wrote their own ids: com.plexapp.agents.imdb://tt0113277?lang=en
_IMDB = re.compile(r"imdb://(tt\d+)")
_TMDB = re.compile(r"(?:themoviedb|tmdb)://(\d+)")


def recognises(source: Source) -> Confidence:
    """Whether the views are Tautulli's."""
    own = first_fields(_views(source)).keys() >= {"media_type", "watched_status", "title"}
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "tautulli",
    label="Tautulli",
    hint={
        "en": "The JSON that the API's command get_history answers, with a great length.",
        "it": "Il JSON della risposta al comando get_history dell’API, con length grande.",
    },
    accepts=("json",),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the history; films watched are plays, and sessions of one view one play."""
    people: set[str] = set()
    seen: dict[str, int] = {}

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if (type_ := record["mediatype"]) != "movie":
            return SkippedRow(record.line, f"not a film: {type_[:60]}")
        if record["watchedstatus"] not in _WATCHED:
            share = record["percentcomplete"][:10]
            return SkippedRow(record.line, f"not watched to the end: {share} %")
        reference = record["referenceid"] or record["rowid"]
        earlier = seen.setdefault(reference, record.line) if reference else record.line
        if earlier != record.line:
            return SkippedRow(record.line, f"a part of the play in row {earlier}")
        people.add(record["friendlyname"])
        imdb, tmdb = (pattern.search(record["guid"]) for pattern in (_IMDB, _TMDB))
        return ImportedRow(
            line=record.line,
            kind="play",
            title=record.read(cells.title, "title"),
            year=record.try_read(cells.year, "year"),
            watched_on=record.try_read(day_in(options.zone), "date"),
            imdb_id=imdb[1] if imdb else None,
            tmdb_id=int(tmdb[1]) if tmdb else None,
            reference=reference or None,
        )

    table = read_objects(enumerate(_views(source), 1), {key: key for key in _KEYS})
    export = table.export("Tautulli history", read_row)
    return Export(export.format, export.rows, (*several_people(people), *export.notes))


def _views(source: Source) -> Sequence[object]:
    """The views of an answer, of its data alone, or of the list alone."""
    data = source.json
    for step in ("response", "data", "data"):
        data = as_fields(data).get(step, data)
    return as_items(data)
