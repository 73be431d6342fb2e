"""TMDB's CSV files: ratings, watchlist and favourites, films among series."""

import re
from dataclasses import replace

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.listed import kept, listing_of, whole
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.lists import likes_of, watchlist_of

_FILM = ("movie", "film")
_NO_FILM = ("tv", "show", "series", "season", "episode")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_RATING = re.compile(r"(10|\d)(?:[.,](\d))?0*")


def recognises(source: Source) -> Confidence:
    """Whether the columns are TMDB's; all three files have the same."""
    columns = set(source.table.columns)
    own = {"tmdbid", "imdbid", "type", "name", "releasedate"} <= columns
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "tmdb",
    label="TMDB",
    hint={
        "en": "The CSV of your ratings. On the website: your profile, Ratings, Export.",
        "it": "Il CSV dei tuoi voti. Sul sito: il tuo profilo, Ratings, Export.",
    },
    accepts=("csv", "zip"),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the films that are rated: of those it can be said that they were seen.

    Watchlist and favourites are kept as lists. The column Rating is the average of all members
    and says nothing of this one.
    """
    known = ("watchlist", "favorite", "favourite")
    kind = next((kind for kind in known if kind in source.name), "")
    films = likes_of("tmdb") if kind.startswith("favo") else watchlist_of("tmdb")
    between = 0

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        nonlocal between
        if what := record.read(_no_film, "type"):
            return SkippedRow(record.line, f"not a film: {what}")
        if record["seasonnumber"] or record["episodenumber"]:
            return SkippedRow(record.line, "not a film: episode")
        if not kind and not record["yourrating"]:
            return SkippedRow(record.line, "without a rating of your own")
        tenths = record.try_read(_tenths, "yourrating") if record["yourrating"] else None
        between += tenths is not None and tenths % 10 != 0
        imdb_id = record.try_read(cells.imdb_id, "imdbid")
        tmdb_id = record.try_read(cells.tmdb_id, "tmdbid")
        has_id = imdb_id or tmdb_id
        row = ImportedRow(
            line=record.line,
            kind="film",
            title="" if has_id and not record["name"] else record.read(cells.title, "name"),
            year=record.try_read(_year, "releasedate"),
            rating=None if tenths is None else max(1, (tenths + 5) // 10),
            logged_on=record.try_read(options.day, "daterated"),
            imdb_id=imdb_id,
            tmdb_id=tmdb_id,
            liked=True if kind.startswith("favo") else None,
        )
        if not kind:
            return row
        listed = replace(row, logged_on=None)  # that is the day of the rating
        if not record["yourrating"]:
            return kept(listed, films)
        return replace(row, listed=listing_of(listed, films))

    export = source.table.export("TMDB ratings", read_row)
    if kind:
        export = whole(export, films)
    if between:
        noun = "rating lies" if between == 1 else "ratings lie"
        note = (
            f"{between:,} {noun} between two half stars and went to the nearer or higher one."
        )
        return replace(export, notes=(*export.notes, note))
    return export


def _no_film(cell: str, field: str) -> str | None:
    """What it is instead of a film; None for a film, and where nothing is said."""
    word = cell.casefold()
    if word in _NO_FILM:
        return word
    if word and word not in _FILM:
        raise cells.unfit(field, cell, "movie or tv")
    return None


def _year(cell: str, field: str) -> int | None:
    """The year of a day in any form: the day itself may be another in another zone."""
    found = _YEAR.findall(cell)
    if cell and len(found) != 1:
        raise cells.unfit(field, cell, "a day such as 1994-09-10")
    return cells.year(found[0], field) if found else None


def _tenths(cell: str, field: str) -> int:
    """A rating from 0.5 to 10, times ten."""
    match = _RATING.fullmatch(cell)
    tenths = int(match[1]) * 10 + int(match[2] or 0) if match else 0
    if not 5 <= tenths <= 100:
        raise cells.unfit(field, cell, "a number from 0.5 to 10")
    return tenths
