"""Simkl's backup, as JSON and as CSV.

JSON: ``movies``, ``shows`` and ``anime``, lists of items with ``status``, ``user_rating``,
``last_watched_at`` and ``movie`` or ``show``, which has ``title``, ``year`` and ``ids``. Among
the anime those of the ``anime_type`` movie are films.

CSV: SIMKL_ID, Title, Type, Year, Watchlist, LastEpWatched, WatchedDate, Rating, Memo, TVDB,
TMDB, IMDB; in the form that Simkl imports TVDB_ID, IMDB_ID and MAL_ID.

Watchlist and status: completed, watching, plantowatch, hold, dropped. Ratings are out of ten.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.listed import kept, whole
from cinestats.adapters.importers.moments import day_in
from cinestats.adapters.importers.objects import as_fields, as_items, first_fields, read_objects
from cinestats.adapters.importers.ratings import half_stars
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, Table
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.lists import watchlist_of

_CSV = {"title", "type", "watchlist", "lastepwatched", "watcheddate"}
_TO_SEE = "plantowatch"
_LISTS = ("movies", "shows", "anime")
_FILM = {
    "title": "movie.title",
    "year": "movie.year",
    "imdb": "movie.ids.imdb",
    "tmdb": "movie.ids.tmdb",
}
_ITEM = {
    "type": "type",
    "watchlist": "status",
    "watcheddate": "last_watched_at",
    "rating": "user_rating",
    "memo": "memo.text",
    "added": "added_to_watchlist_at",
}


def recognises(source: Source) -> Confidence:
    """Whether the columns, or the lists and their items, are Simkl's."""
    if source.kind == "csv":
        return Confidence.CERTAIN if set(source.table.columns) >= _CSV else Confidence.NO
    lists = [as_items(as_fields(source.json).get(name)) for name in _LISTS]
    own = any("last_watched_at" in first_fields(items) for items in lists)
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "simkl",
    label="Simkl",
    hint={
        "en": "The backup as JSON or CSV. On the website: Settings, Backup.",
        "it": "Il backup in JSON o CSV. Sul sito: Settings, Backup.",
    },
    accepts=("csv", "json"),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read a backup; completed films were seen, on the day that it has for the last time.

    Those of plantowatch are kept as a watchlist.
    """
    films = watchlist_of("simkl")

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if (type_ := record["type"].lower()) != "movie":
            return SkippedRow(record.line, f"not a film: {type_[:60] or 'no type'}")
        status = record["watchlist"].lower()
        if status not in ("completed", _TO_SEE, ""):
            return SkippedRow(record.line, f"not watched to the end: {status[:60]}")
        moment = record["watcheddate"]
        read_day = day_in(options.zone) if "T" in moment else options.day
        watched_on = record.try_read(read_day, "watcheddate")
        row = ImportedRow(
            line=record.line,
            kind="film" if watched_on is None else "play",
            title=record.read(cells.title, "title"),
            year=record.try_read(cells.year, "year"),
            rating=record.try_read(partial(half_stars, scale=10), "rating"),
            watched_on=watched_on,
            imdb_id=record.try_read(cells.imdb_id, imdb),
            tmdb_id=record.try_read(cells.tmdb_id, "tmdb"),
            review=record.read(cells.text, "memo"),
        )
        if status != _TO_SEE:
            return row
        row = replace(row, logged_on=record.try_read(day_in(options.zone), "added"))
        return kept(row, films, note=row.review)

    table = source.table if source.kind == "csv" else _table(source.json)
    imdb = "imdb" if "imdb" in table.columns else "imdbid"
    return whole(table.export("Simkl backup", read_row), films)


def _table(backup: object) -> Table:
    return read_objects(enumerate(_films(backup), 1), {**_ITEM, **_FILM})


def _films(backup: object) -> Iterator[object]:
    """The items of all lists, each with its type, and the films among the anime as movies."""
    for name in _LISTS:
        for item in as_items(as_fields(backup).get(name)):
            fields = as_fields(item)
            if name == "movies":
                yield {**fields, "type": "movie"} if fields else item
            elif fields.get("anime_type") == "movie":
                # The ids of an anime are of a series, where it has one.
                show = as_fields(fields.get("show"))
                film = {"title": show.get("title"), "year": show.get("year")}
                yield {**fields, "type": "movie", "movie": film}
            else:
                yield {**fields, "type": name.rstrip("s")} if fields else item
