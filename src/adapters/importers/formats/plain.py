"""Any table that has a column of titles, its columns named in one of the usual ways."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, Table
from cinestats.application.imports.rows import ImportedRow
from cinestats.domain.errors import CinestatsError, InvalidInput

# Of each field's names the first that the file has is taken.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "film", "movie", "filmtitle", "movietitle", "titolo"),
    "year": ("year", "releaseyear", "filmyear", "anno"),
    "rating": ("rating", "myrating", "yourrating", "userrating", "stars", "score", "voto"),
    "rating10": ("rating10",),
    "watched": (
        *("watcheddate", "watchedon", "watchedat", "datewatched", "watched"),
        *("viewdate", "dateviewed", "viewedon", "datavisione"),
    ),
    "date": ("date", "data"),
    "imdb": ("imdb", "imdbid", "tt", "const", "tconst"),
    "tmdb": ("tmdb", "tmdbid"),
    "directors": ("directors", "director", "directedby", "regista", "registi", "regia"),
    "actors": ("actors", "actor", "cast", "starring", "attori", "stars"),
    "genres": ("genres", "genre", "genere", "generi"),
    "duration": ("duration", "runtime", "runtimemins", "minutes", "durata"),
}


@Importer(
    "csv",
    label="a plain table",
    hint={
        "en": "CSV or TSV with a column of titles, and any of year, rating and date watched.",
        "it": "CSV o TSV con una colonna di titoli e, se vuoi, anno, voto e data di visione.",
    },
    recognises=lambda _: Confidence.POSSIBLE,
)
def read(source: Source, options: Options) -> Export:
    """Read a table with a row for each view, or each film seen where no day is given.

    A lone ``date`` is the day of the view; beside a column for that day it is the day of
    writing. A column for ratings that hardly holds any is left alone, or read as the actors
    when it is called ``stars``. Raises CinestatsError for a table without titles.
    """
    columns, notes = _columns(source.table)

    def read_row(record: Record) -> ImportedRow:
        watched_on = record.read(options.day, "watched")
        rating = record.read(cells.half_stars, "rating")
        return ImportedRow(
            line=record.line,
            kind="film" if watched_on is None else "play",
            title=record.read(cells.title, "title"),
            year=record.read(cells.year, "year"),
            rating=record.read(cells.out_of_ten, "rating10") if rating is None else rating,
            watched_on=watched_on,
            logged_on=record.try_read(options.day, "date"),
            imdb_id=record.try_read(cells.imdb_id, "imdb"),
            tmdb_id=record.try_read(cells.tmdb_id, "tmdb"),
            directors=record.read(cells.parted_names, "directors"),
            actors=record.read(cells.parted_names, "actors"),
            genres=record.read(cells.parted_names, "genres"),
            duration=record.try_read(cells.minutes, "duration"),
        )

    renamed = tuple(columns.get(column, "") for column in source.table.columns)
    return replace(source.table, columns=renamed).export("plain table", read_row, *notes)


def _columns(table: Table) -> tuple[Mapping[str, str], list[str]]:
    """The field that each column holds, and a note on the one that was left out."""
    found: dict[str, str] = {}
    for field, known in _NAMES.items():
        if column := next((name for name in known if name in table.columns), None):
            found[field] = column
    if "title" not in found:
        raise CinestatsError(
            f"The file has the columns {table.shown_labels()}; expected one for the title at"
            " least, called title, name, film or movie."
        )
    notes: list[str] = []
    rating = found.get("rating")
    if rating is not None:
        at, may_be_actors = table.columns.index(rating), rating == found.get("actors")
        if _mostly_stars([row[at].strip() for row in table.cells()]):
            if may_be_actors:
                del found["actors"]
        else:
            del found["rating"]
            if not may_be_actors:
                notes.append(
                    f"The column {table.labels[at]} does not hold ratings from 0.5 to 5 stars"
                    " and was left out."
                )
    if "watched" not in found and "date" in found:
        found["watched"] = found.pop("date")
    return {column: field for field, column in found.items()}, notes


def _mostly_stars(column: Sequence[str]) -> bool:
    """Whether at least half of the cells that are not blank are ratings."""
    filled = [cell for cell in column if cell]
    return sum(map(_is_stars, filled)) * 2 >= len(filled)


def _is_stars(cell: str) -> bool:
    with suppress(InvalidInput):
        return cells.half_stars(cell, "") is not None
    return False
