"""Kinopoisk's table of ratings: its .xls, which is HTML inside, or the same as CSV.

русскоязычное название, оригинальное название, год ("2002 – 2005" for a series), страны,
режисcёр, актёры, жанры, возраст, время (minutes), моя оценка (out of ten), рейтинг КиноПоиска
and more, among it мой комментарий and, in later files, дата и время.
"""

import re
from functools import partial

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.ratings import half_stars
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, column_key
from cinestats.application.imports.rows import ImportedRow, SkippedRow

_RUSSIAN, _ORIGINAL, _YEAR, _RATING, _MINUTES, _GENRES, _COMMENT = map(
    column_key,
    (
        *("русскоязычное название", "оригинальное название", "год", "моя оценка", "время"),
        *("жанры", "мой комментарий"),
    ),
)
# The website writes the word with a Latin c in it.
_DIRECTORS, _ACTORS = column_key("режисcёр"), column_key("актёры")
_OWN = {_RUSSIAN, _ORIGINAL, _YEAR, _RATING}
_UNRATED = ("0", "zero", "-")
_YEARS = re.compile(r"\d{4}\s*[-–—]\s*(\d{4}|\.{3}|…)?")


def recognises(source: Source) -> Confidence:
    """Whether the columns are Kinopoisk's."""
    return Confidence.CERTAIN if set(source.table.columns) >= _OWN else Confidence.NO


@Importer(
    "kinopoisk",
    label="Kinopoisk",
    hint={
        "en": "The .xls of your ratings as the website gave it, or the same as CSV.",
        "it": "Il file .xls dei tuoi voti dato dal sito, o lo stesso in CSV.",
    },
    recognises=recognises,
)
def read(source: Source, _: Options) -> Export:
    """Read the ratings; each says that a film was seen, by its original title if told."""

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if _YEARS.fullmatch(record[_YEAR]):
            return SkippedRow(record.line, "not a film: series")
        if record[_RATING] in ("", *_UNRATED):
            return SkippedRow(record.line, "without a rating")
        original = _ORIGINAL if record[_ORIGINAL] else _RUSSIAN
        return ImportedRow(
            line=record.line,
            kind="film",
            title=record.read(cells.title, original),
            year=record.try_read(cells.year, _YEAR),
            rating=record.try_read(partial(half_stars, scale=10), _RATING),
            directors=record.try_read(cells.names, _DIRECTORS) or (),
            actors=record.try_read(cells.names, _ACTORS) or (),
            genres=record.try_read(cells.names, _GENRES) or (),
            duration=record.try_read(cells.minutes, _MINUTES),
            review=record.read(cells.text, _COMMENT),
        )

    return source.table.export("Kinopoisk ratings", read_row)
