"""Filmweb's ratings, as two programs take them from the website; all of them are of films.

filmweb-export, as CSV and as a list in JSON: timestamp, favorite, user_rating (out of ten),
global_rating, global_rating_count, original_title, pl_title, year, movie_id, url, date (of
the rating); its older CSV has user_vote, user_comment, iso_date, duration_min, directors,
countries and genres (as Python writes lists), and a day for the year.

filmweb-backup: original_title, international_title, title, year, rate, my_rate, favorite,
view_date (20240131), duration, genres, directors, cast, countries.
"""

import re
from functools import partial

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.objects import first_fields, read_objects
from cinestats.adapters.importers.ratings import half_stars
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, Table, column_key
from cinestats.application.imports.rows import ImportedRow

_EXPORT, _OLD = ({"originaltitle", "pltitle", each} for each in ("userrating", "uservote"))
_BACKUP = {"originaltitle", "internationaltitle", "myrate", "viewdate"}
_KEYS = ("original_title", "pl_title", "year", "user_rating", "date", "favorite")
_OLD_KEYS = ("user_vote", "user_comment", "iso_date", "duration_min")
_YES = ("true", "1")


def recognises(source: Source) -> Confidence:
    """Whether the columns, or the keys of the items, are those of one of the programs."""
    if source.kind == "json":
        columns = {column_key(key) for key in first_fields(source.items)}
    else:
        columns = set(source.table.columns)
    own = any(columns >= each for each in (_EXPORT, _OLD, _BACKUP))
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "filmweb",
    label="Filmweb",
    hint={
        "en": "The CSV or JSON of the programs filmweb-export or filmweb-backup.",
        "it": "Il CSV o JSON dei programmi filmweb-export o filmweb-backup.",
    },
    accepts=("csv", "json"),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the ratings; each says that a film was seen, and filmweb-backup's says when."""
    table = _table(source)
    columns = set(table.columns)
    rating = next(each for each in ("userrating", "uservote", "myrate") if each in columns)
    rated = "isodate" if "isodate" in columns else "date"
    local = "pltitle" if "pltitle" in columns else "title"
    minutes = "durationmin" if "durationmin" in columns else "duration"

    def read_row(record: Record) -> ImportedRow:
        watched_on = record.try_read(options.day, "viewdate")
        original = "originaltitle" if record["originaltitle"] else local
        return ImportedRow(
            line=record.line,
            kind="film" if watched_on is None else "play",
            title=record.read(cells.title, original),
            year=record.try_read(_release_year, "year"),
            rating=record.try_read(partial(half_stars, scale=10), rating),
            watched_on=watched_on,
            logged_on=record.try_read(options.day, rated),
            duration=record.try_read(cells.minutes, minutes),
            liked=True if record["favorite"].lower() in _YES else None,
            review=record.read(cells.text, "usercomment"),
        )

    return table.export("Filmweb ratings", read_row)


def _table(source: Source) -> Table:
    """The rows of either kind of file; those of JSON under the same names."""
    if source.kind == "csv":
        return source.table
    first = first_fields(source.items)
    keys = [key for key in (*_KEYS, *_OLD_KEYS) if key in first]
    return read_objects(enumerate(source.items, 1), {key: key for key in keys})


def _release_year(cell: str, field: str) -> int | None:
    return cells.year(re.sub(r"-\d\d-\d\d$", "", cell), field)
