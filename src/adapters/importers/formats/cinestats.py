"""Our own export: a CSV file, or a zip of several."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

import orjson

from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.adapters.film_json import FILM_FIELDS
from cinestats.adapters.importers import cells
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, column_key
from cinestats.adapters.letterboxd_csv import unescaped
from cinestats.application.imports.rows import ImportedRow
from cinestats.domain.movie import MAX_NAME_LENGTH, Movie, clean_text

_MAX_TEXT_LENGTH = 5_000
_A_LIST = 'a list such as ["Drama","Crime"]'


def recognises(source: Source) -> Confidence:
    """Whether the columns are those of our export."""
    own = {"title", "watcheddate", "filmkey", "entryid"} <= set(source.table.columns)
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "cinestats",
    label="cinestats",
    hint={
        "en": "What cinestats itself exports as Letterboxd CSV: Settings, Export.",
        "it": "Il CSV in formato Letterboxd che cinestats esporta: Impostazioni, Esporta.",
    },
    accepts=("csv", "zip"),
    recognises=recognises,
    also=["letterboxd"],  # which takes our export, too
)
def read(source: Source, options: Options) -> Export:
    """Read one file. A row that somebody wrote into it needs no more than a title."""

    def read_row(record: Record) -> ImportedRow:
        record.cells = {column: unescaped(cell) for column, cell in record.cells.items()}
        film_key = record.read(_text, "filmkey")
        watched_on = record.read(options.day, "watcheddate")
        film: dict[str, Any] = {
            field.attribute: record.read(_BY_KIND[field.kind], column_key(field.column))
            for field in FILM_FIELDS
            if field.kind in _BY_KIND and field.attribute not in ("title", "film_key")
        }
        film["directors"] = film["directors"] or record.read(_names, "directors")
        movie = Movie.create(
            record.read(cells.title, "title"),
            year=record.read(cells.year, "year"),
            film_key=film_key,
            duration=record.try_read(cells.minutes, "duration"),
            **film,
        )
        return ImportedRow(
            line=record.line,
            kind="film" if film_key is None and watched_on is None else "play",
            title=movie.title,
            year=movie.year,
            film=movie,
            rating=record.read(cells.half_stars, "rating"),
            watched_on=watched_on,
            logged_on=record.try_read(options.day, "added"),
            imdb_id=record.try_read(cells.imdb_id, "imdbid"),
            tmdb_id=record.try_read(cells.tmdb_id, "tmdbid"),
            film_key=film_key,
            entry_id=film_key and record.read(partial(_text, limit=MAX_ID_LENGTH), "entryid"),
        )

    return source.table.export("cinestats diary", read_row)


def _text(cell: str, field: str, limit: int = _MAX_TEXT_LENGTH) -> str | None:
    return clean_text(cell, field, limit) if cell else None


def _names(cell: str, field: str) -> tuple[str, ...]:
    """Names in a JSON list, as we write them, or parted as others do."""
    if not cell.startswith("["):
        return cells.parted_names(cell, field)
    try:
        found: object = orjson.loads(cell)
    except orjson.JSONDecodeError as error:
        raise cells.unfit(field, cell, _A_LIST) from error
    items = cast(list[object], found)  # for it begins with a bracket
    if not all(isinstance(item, str) for item in items):
        raise cells.unfit(field, cell, _A_LIST)
    return tuple(clean_text(str(item), field, MAX_NAME_LENGTH) for item in items)


# What is no text and no names has limits of its own.
_BY_KIND: Mapping[str, Callable[[str, str], Any]] = {
    "text": _text,
    "names": _names,
    "labels": _names,
}
