"""TV Time's data, as it sends them on request, and as TV Time Out (Liberator) takes them.

``tracking-prod-records.csv`` has a row for each film watched or to watch, among episodes and
totals. Of its columns these are read: type (watch, rewatch, towatch, follow, …),
entity_type (movie, episode), movie_name, release_date, runtime (seconds), created_at and
watch_date (UTC). ``tracking-prod-records-v2.csv`` has episodes only.

``tvtime-movies-….csv`` has tvdb_id, imdb_id, uuid, title, year, created_at, watched_at,
is_watched, is_favorite and rewatch_count; ``tvtime-movies-….json`` is a list of the same with
``id.imdb``, ``tvtime-series-….json`` one with ``seasons``, ``tvtime-series-episodes-….csv``
has series_tvdb_id, season and episode.
"""

import re
from dataclasses import replace

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.listed import kept, whole
from cinestats.adapters.importers.moments import day_in
from cinestats.adapters.importers.objects import first_fields, read_objects
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, Table
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.lists import watchlist_of

_TO_SEE = "towatch"
_SECONDS = re.compile(r"\d{1,7}", re.ASCII)
_RECORDS = {"type", "entitytype", "moviename", "createdat"}
_EPISODES = (
    {"sid", "seriesname", "seasonnumber", "episodenumber"},
    {"seriestvdbid", "season", "episode"},
)
_MOVIES = {"title", "imdbid", "tvdbid", "iswatched", "watchedat"}
_OBJECT = {
    "title": "title",
    "year": "year",
    "imdb_id": "id.imdb",
    "is_watched": "is_watched",
    "watched_at": "watched_at",
    "is_favorite": "is_favorite",
    "rewatch_count": "rewatch_count",
    "seasons": "seasons",
}


def recognises(source: Source) -> Confidence:
    """Whether the columns or the items are those of one of the files."""
    if source.kind == "json":
        first = first_fields(source.items)
        is_movie = first.keys() >= {"id", "uuid", "title", "is_watched"}
        is_series = first.keys() >= {"id", "uuid", "title", "seasons"}
        return Confidence.CERTAIN if is_movie or is_series else Confidence.NO
    columns = set(source.table.columns)
    own = any(columns >= each for each in (_RECORDS, *_EPISODES, _MOVIES))
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "tv-time",
    label="TV Time",
    hint={
        "en": "tracking-prod-records.csv of the data that TV Time sends on request, or"
        " tvtime-movies (CSV or JSON) of TV Time Out.",
        "it": "tracking-prod-records.csv dei dati che TV Time invia su richiesta, oppure"
        " tvtime-movies (CSV o JSON) di TV Time Out.",
    },
    accepts=("csv", "json"),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read one of the files; the day of a film is the one on which it was ticked off.

    Films to watch are kept as a watchlist.
    """
    if source.kind == "json":
        table = read_objects(enumerate(source.items, 1), _OBJECT)
        is_series = "seasons" in first_fields(source.items)
        return _episodes(table) if is_series else _movies(table, options)
    columns = set(source.table.columns)
    if columns >= _RECORDS:
        return _records(source.table, options)
    if columns >= _MOVIES:
        return _movies(source.table, options)
    return _episodes(source.table)


def _records(table: Table, options: Options) -> Export:
    moment = day_in(options.zone)

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if (entity := record["entitytype"]) != "movie":
            return SkippedRow(record.line, f"not a film: {entity[:60] or 'a total'}")
        type_ = record["type"]
        if type_ not in ("watch", "rewatch", _TO_SEE):
            return SkippedRow(record.line, f"not a view: {type_[:60]}")
        day = "watchdate" if record["watchdate"] else "createdat"
        row = ImportedRow(
            line=record.line,
            kind="play",
            title=record.read(cells.title, "moviename"),
            year=record.try_read(_release_year, "releasedate"),
            watched_on=record.try_read(moment, day),
            duration=record.try_read(_whole_minutes, "runtime"),
            rewatch=type_ == "rewatch",
        )
        if type_ != _TO_SEE:
            return row
        return kept(replace(row, logged_on=record.try_read(moment, "createdat")), films)

    films = watchlist_of("tv-time")
    return whole(table.export("TV Time records", read_row), films)


def _movies(table: Table, options: Options) -> Export:
    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if record["iswatched"].lower() != "true":
            return SkippedRow(record.line, "not watched")
        watched_on = record.try_read(day_in(options.zone), "watchedat")
        return ImportedRow(
            line=record.line,
            kind="film" if watched_on is None else "play",
            title=record.read(cells.title, "title"),
            year=record.try_read(cells.year, "year"),
            watched_on=watched_on,
            imdb_id=record.try_read(cells.imdb_id, "imdbid"),
            liked=True if record["isfavorite"].lower() == "true" else None,
        )

    export = table.export("TV Time films", read_row)
    again = "rewatchcount" in table.columns and any(
        row[table.columns.index("rewatchcount")].strip() not in ("", "0")
        for row in table.cells()
    )
    note = "Rewatches are counted there without their days: only one play of a film was read."
    return replace(export, notes=(*[note] * again, *export.notes))


def _episodes(table: Table) -> Export:
    return table.export(
        "TV Time episodes",
        lambda record: SkippedRow(record.line, "not a film: episodes"),
        "The file holds series: nothing was added.",
    )


def _release_year(cell: str, field: str) -> int | None:
    return cells.year(cell[:4], field)


def _whole_minutes(cell: str, field: str) -> int | None:
    if not cell or cell == "0":
        return None
    if not _SECONDS.fullmatch(cell) or int(cell) % 60:
        raise cells.unfit(field, cell, "seconds of whole minutes")
    return cells.minutes(str(int(cell) // 60), field)
