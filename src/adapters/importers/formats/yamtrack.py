"""Yamtrack's CSV of everything it tracks.

media_id, source (tmdb, mal, manual, …), media_type (movie, tv, season, episode, …), title,
image, season_number, episode_number, score (out of ten, with decimals), progress, status
(Completed, In progress, Planning, Paused, Dropped), start_date, end_date, notes,
progress_changed. Its first files lack the source, which was TMDB then.
"""

from functools import partial

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.listed import kept, whole
from cinestats.adapters.importers.ratings import half_stars
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.lists import watchlist_of

_TO_SEE = "Planning"
_OWN = {"mediaid", "mediatype", "title", "score", "progress", "status", "enddate"}


def recognises(source: Source) -> Confidence:
    """Whether the columns are Yamtrack's."""
    return Confidence.CERTAIN if set(source.table.columns) >= _OWN else Confidence.NO


@Importer(
    "yamtrack",
    label="Yamtrack",
    hint={
        "en": "The CSV. In Yamtrack: Settings, Export.",
        "it": "Il CSV. In Yamtrack: Settings, Export.",
    },
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the file; a completed film is a play on the day it ended, if that is told.

    Films that are planned are kept as a watchlist.
    """
    films = watchlist_of("yamtrack")
    has_source = "source" in source.table.columns

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if (type_ := record["mediatype"]) != "movie":
            return SkippedRow(record.line, f"not a film: {type_[:60]}")
        status = record["status"]
        if status not in ("Completed", _TO_SEE):
            return SkippedRow(record.line, f"not watched to the end: {status.lower()[:60]}")
        watched_on = record.try_read(options.day, "enddate")
        is_tmdb = not has_source or record["source"] == "tmdb"
        row = ImportedRow(
            line=record.line,
            kind="film" if watched_on is None else "play",
            title=record.read(cells.title, "title"),
            rating=record.try_read(partial(half_stars, scale=10), "score"),
            watched_on=watched_on,
            tmdb_id=record.try_read(cells.tmdb_id, "mediaid") if is_tmdb else None,
            review=record.read(cells.text, "notes"),
        )
        return kept(row, films, note=row.review) if status == _TO_SEE else row

    return whole(source.table.export("Yamtrack export", read_row), films)
