"""FilmAffinity's ratings, as the program fa-backup takes them from the website.

``watched.csv``, parted by semicolons: genre, title, original title, year, country, user
score (out of ten), FA score, FA movie ID, directors. The file of a list lacks the genre.
Series are among the films, and nothing tells them apart. FilmAffinity has no export of its
own; other programs write Letterboxd's import format.
"""

from dataclasses import replace
from functools import partial

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.listed import kept, list_named_by, listing_of, whole
from cinestats.adapters.importers.ratings import half_stars
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record
from cinestats.application.imports.rows import ImportedRow, SkippedRow

_OWN = {"title", "userscore", "fascore", "famovieid"}
_UNRATED = ("--", "-")
_NOTE = "The file does not tell series from films: both were read."


def recognises(source: Source) -> Confidence:
    """Whether the columns are those of fa-backup."""
    return Confidence.CERTAIN if set(source.table.columns) >= _OWN else Confidence.NO


@Importer(
    "filmaffinity",
    label="FilmAffinity",
    hint={
        "en": "watched.csv of the program fa-backup, which reads your ratings on the website.",
        "it": "watched.csv del programma fa-backup, che legge i tuoi voti dal sito.",
    },
    recognises=recognises,
)
def read(source: Source, _: Options) -> Export:
    """Read the ratings; each says that a film was seen, by its original title if told.

    A list is kept as one, its films without a rating as no more than that.
    """
    is_list, films = "genre" not in source.table.columns, list_named_by(source, "filmaffinity")

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        rating = record.try_read(partial(half_stars, scale=10), "userscore")
        original = "originaltitle" if record["originaltitle"] else "title"
        row = ImportedRow(
            line=record.line,
            kind="film",
            title=record.read(cells.title, original),
            year=record.try_read(cells.year, "year"),
            rating=rating,
            directors=record.try_read(cells.names, "directors") or (),
        )
        if not is_list:
            return row
        if record["userscore"] in ("", *_UNRATED):
            return kept(row, films)
        return replace(row, listed=listing_of(row, films))

    export = source.table.export("FilmAffinity ratings", read_row, _NOTE)
    return whole(export, films) if is_list else export
