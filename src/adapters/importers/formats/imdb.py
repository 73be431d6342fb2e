"""IMDb's CSV files: ratings, watchlists, lists and check-ins, in all their generations.

Columns and title types come in the account's language; the order of the columns does not.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from cinestats.adapters.importers import cells, marks
from cinestats.adapters.importers.listed import kept, list_named_by, listing_of, whole
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, Table
from cinestats.application.imports.rows import ImportedRow, Row, SkippedRow
from cinestats.domain.titles import normalize_title

# The order of the columns, with and without the original title; their names are translated.
_FILM = (
    "title{} url titletype imdbrating runtimemins year genres numvotes releasedate directors"
)
_LAYOUTS = [
    tuple(layout.format(original).split())
    for layout in (
        f"const yourrating daterated {_FILM}",
        f"position const created modified description {_FILM} yourrating daterated",
        f"position const created modified description {_FILM}",
    )
    for original in ("", " originaltitle")
]

# Parts of title types as normalize_title writes them, in the languages IMDb speaks. What is
# no film is looked for first: a "TV Mini Series", a "Videogioco".
_NO_FILM = (
    *("serie", "serial", "episod", "folge", "podcast", "pilot"),
    *("game", "gioco", "jeu", "juego", "jogo", "videospiel"),
)
_FILM_TYPES = (
    *("film", "movie", "pelicula", "video", "documentar", "documental", "dokumentar"),
    *("special", "especial", "spezial"),
)
_SHORT_TYPES = ("short", "cort", "court", "curta", "kurz")
_CHECK_INS = re.compile(r"check[ _-]?ins?")


def recognises(source: Source) -> Confidence:
    """Whether the file is one of IMDb's, in whatever language."""
    return Confidence.CERTAIN if _columns(source.table) else Confidence.NO


@Importer(
    "imdb",
    label="IMDb",
    hint={
        "en": "The CSV of your ratings, or of your check-ins. On the website: Your ratings,"
        " Export.",
        "it": "Il CSV dei tuoi voti o dei tuoi check-in. Sul sito: Your ratings, Export.",
    },
    accepts=("csv", "zip"),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read one of IMDb's files; rows of films that are rated there say that they were seen.

    A list is kept as one, its other films as no more than that; series, episodes and games are
    skipped everywhere. In a list of check-ins each row is a play on the day that it was put
    there: the file's name tells which list is one, or the user does.
    """
    columns = _columns(source.table) or source.table.columns
    is_list = "created" in columns
    films = list_named_by(source, "imdb")
    has_plays = is_list and (
        options.as_ == "plays" or _CHECK_INS.search(source.name) is not None
    )

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        type_ = record["titletype"]
        if not _is_film(type_):
            return SkippedRow(record.line, f"not a film: {type_[:60]}")
        rated_on = "daterated" if record["daterated"] else "created"
        imdb_id = record.try_read(cells.imdb_id, "const")
        has_title = record["title"] or not imdb_id
        row = ImportedRow(
            line=record.line,
            kind="play" if has_plays else "film",
            title=record.read(cells.title, "title") if has_title else "",
            year=record.try_read(cells.year, "year"),
            rating=record.try_read(cells.out_of_ten, "yourrating"),
            watched_on=record.try_read(options.day, "created") if has_plays else None,
            logged_on=record.try_read(options.day, rated_on),
            imdb_id=imdb_id,
            directors=record.try_read(cells.names, "directors") or (),
            genres=tuple(map(_genre, record.try_read(cells.names, "genres") or ())),
            duration=record.try_read(cells.minutes, "runtimemins"),
            review=marks.text(record["description"]) if has_plays else None,
            short=_is_short(type_),
        )
        return _on_list(record, row) if is_list and not has_plays else row

    def _on_list(record: Record, row: ImportedRow) -> ImportedRow | SkippedRow:
        came = replace(row, logged_on=record.try_read(options.day, "created"))
        position = record.try_read(cells.position, "position")
        words = record["description"]
        if not record["yourrating"]:
            return kept(came, films, position=position, note=words)
        return replace(row, listed=listing_of(came, films, position=position, note=words))

    table = replace(source.table, columns=columns)
    if has_plays:
        export = table.export("IMDb check-ins", read_row)
        return replace(export, rows=tuple(_rated_once(export.rows)))
    if not is_list:
        return table.export("IMDb ratings", read_row)
    note = (
        "A list holds films to see as well: it was kept as a list, and only the rated ones were"
        " added."
    )
    return whole(table.export("IMDb list", read_row, note), films)


def _rated_once(rows: Iterable[Row]) -> Iterable[Row]:
    """The rows, the rating of a film on its latest play only: IMDb repeats it on each."""
    rows = tuple(rows)
    latest: dict[object, tuple[date, int]] = {}
    for at, row in enumerate(rows):
        if isinstance(row, ImportedRow):
            place = (row.watched_on or date.min, at)
            latest[_film(row)] = max(place, latest.get(_film(row), place))
    for at, row in enumerate(rows):
        if isinstance(row, ImportedRow) and latest[_film(row)][1] != at:
            row = replace(row, rating=None)
        yield row


def _film(row: ImportedRow) -> object:
    return row.imdb_id or (row.title, row.year)


def _columns(table: Table) -> tuple[str, ...] | None:
    """The columns in English; None for a file that is not IMDb's."""
    columns = tuple("yourrating" if c == "yourated" else c for c in table.columns)
    # A list need not say what its owner thought of the films.
    if {"const", "title", "titletype"} <= set(columns) and {"yourrating", "created"} & set(
        columns
    ):
        return columns
    for layout in _LAYOUTS:
        if len(layout) == len(columns):
            first = dict(zip(layout, next(table.cells(), columns), strict=True))
            if first["const"].startswith("tt") and "imdb.com/title/" in first["url"]:
                return layout
    return None


def _is_film(type_: str) -> bool:
    words = normalize_title(type_)
    if any(part in words for part in _NO_FILM):
        return False
    if words and not any(part in words for part in (*_FILM_TYPES, *_SHORT_TYPES)):
        raise cells.unfit("Title Type", type_, "a type of film or series")
    return True


def _is_short(type_: str) -> bool:
    words = normalize_title(type_)
    return any(part in words for part in _SHORT_TYPES)


def _genre(name: str) -> str:
    """The genre as the present files write it; those of 2014 have "sci_fi", "film_noir"."""
    return "-".join(map(str.capitalize, name.split("_"))) if name.islower() else name
