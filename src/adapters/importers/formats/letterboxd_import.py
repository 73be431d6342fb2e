"""The CSV that Letterboxd takes in, as many tools write it: films by their ids."""

import re
from dataclasses import replace

from cinestats.adapters.importers import cells, marks
from cinestats.adapters.importers.listed import KEPT, kept, whole
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, Table, read_table
from cinestats.application.imports.rows import ImportedRow, RejectedRow
from cinestats.domain.lists import watchlist_of

from .letterboxd import address, names_a_film

# As Letterboxd spells them: a table of somebody's own hardly does.
_OWN = frozenset(("LetterboxdURI", "tmdbID", "imdbID", "WatchedDate", "Rating10"))
_FILM = frozenset(("LetterboxdURI", "tmdbID", "imdbID", "Title"))
_MOST_STARS = 5
_NUMBER = re.compile(r"\d+([.,]\d+)?")
_ESCAPED = re.compile(r'\\(["\\])')


def recognises(source: Source) -> Confidence:
    """Whether the columns are Letterboxd's, and the ratings such as it takes."""
    labels = {label.strip() for label in source.table.labels}
    if not (labels & _OWN and labels & _FILM) or not _has_stars(source.table):
        return Confidence.NO
    return Confidence.LIKELY


@Importer(
    "letterboxd-import",
    label="Letterboxd's import format",
    hint={
        "en": "The CSV that another service or a tool made for Letterboxd's import page.",
        "it": "Il CSV che un altro servizio o programma ha fatto per la pagina di importazione"
        " di Letterboxd.",
    },
    accepts=("csv", "zip"),
    recognises=recognises,
    also=["letterboxd"],
)
def read(source: Source, options: Options) -> Export:
    """Read a row for each play, or each film seen where no day is given.

    An id stands for the title; Letterboxd knows the film by it.
    """
    table = _table(source)
    has_rewatch = "rewatch" in table.columns
    untold = 0

    def read_row(record: Record) -> ImportedRow:
        nonlocal untold
        uri = record.try_read(address, "letterboxduri")
        is_of_film = names_a_film(uri) if uri else None
        untold += uri is not None and is_of_film is None
        imdb_id = record.try_read(cells.imdb_id, "imdbid")
        tmdb_id = record.try_read(cells.tmdb_id, "tmdbid")
        rating = record.try_read(cells.half_stars, "rating")
        if rating is None:
            rating = record.try_read(cells.out_of_ten, "rating10")
        tags = marks.tags(record["tags"])
        has_id = imdb_id or tmdb_id or is_of_film
        return ImportedRow(
            line=record.line,
            kind="play" if record["watcheddate"] else "film",
            title="" if has_id and not record["title"] else record.read(cells.title, "title"),
            year=record.try_read(cells.year, "year"),
            rating=rating,
            watched_on=record.try_read(options.day, "watcheddate"),
            imdb_id=imdb_id,
            tmdb_id=tmdb_id,
            directors=record.try_read(cells.names, "directors") or (),
            reference=uri if is_of_film is False and record["watcheddate"] else None,
            letterboxd_uri=uri if is_of_film else None,
            rewatch=record.try_read(cells.flag, "rewatch") if has_rewatch else None,
            tags=tags,
            review=marks.text(record["review"]),
        )

    if "watchlist" in source.name:
        films = watchlist_of("letterboxd-import")
        note = f"A watchlist holds films to see. {KEPT}"
        return whole(
            table.export(
                "Letterboxd import of a watchlist",
                lambda record: kept(read_row(record), films),
                note,
            ),
            films,
        )
    export = table.export("Letterboxd import", read_row)
    if not untold:
        return export
    note = (
        "A short address may be that of a film or of a play: LetterboxdURI was left out in"
        f" {untold:,} {'row' if untold == 1 else 'rows'}."
    )
    return replace(export, notes=(*export.notes, note))


def _has_stars(table: Table) -> bool:
    if "rating" not in table.columns:
        return True
    at = table.columns.index("rating")
    numbers = (row[at].strip() for row in table.cells() if _NUMBER.fullmatch(row[at].strip()))
    return all(float(number.replace(",", ".")) <= _MOST_STARS for number in numbers)


def _table(source: Source) -> Table:
    """The rows, of which fewer are broken: quotes inside quotes come doubled, or escaped."""
    plain = source.table
    if not _broken(plain):
        return plain
    return min(plain, read_table(_doubled(source.text)), key=_broken)


def _broken(table: Table) -> int:
    return sum(isinstance(row, RejectedRow) for row in table.rows)


def _doubled(text: str) -> str:
    return _ESCAPED.sub(lambda match: '""' if match[1] == '"' else "\\", text)
