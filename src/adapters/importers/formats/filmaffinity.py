"""FilmAffinity's ratings, as the program fa-backup takes them from the website.

``watched.csv``, parted by semicolons: genre, title, original title, year, country, user
score (out of ten), FA score, FA movie ID, directors. The file of a list lacks the genre.
Series are among the films, and nothing tells them apart. FilmAffinity has no export of its
own; other programs write Letterboxd's import format.
"""

from functools import partial

from cinestats.adapters.importers import cells
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
    """Read the ratings; each says that a film was seen, by its original title if told."""

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        rating = record.try_read(partial(half_stars, scale=10), "userscore")
        if "genre" not in record.cells and record["userscore"] in ("", *_UNRATED):
            return SkippedRow(record.line, "on a list without a rating")
        original = "originaltitle" if record["originaltitle"] else "title"
        return ImportedRow(
            line=record.line,
            kind="film",
            title=record.read(cells.title, original),
            year=record.try_read(cells.year, "year"),
            rating=rating,
            directors=record.try_read(cells.names, "directors") or (),
        )

    return source.table.export("FilmAffinity ratings", read_row, _NOTE)
