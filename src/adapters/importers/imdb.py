"""IMDb's CSV files: ratings, watchlists and lists, in all their generations.

Columns and title types come in the account's language; the order of the columns does not.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import partial

from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.titles import normalize_title

from .cells import LeftOut, imdb_id, minutes, names, out_of_ten, title, unfit, year
from .dates import day
from .export import Export
from .table import Record, Table

_TITLE = ("title", "url", "titletype", "imdbrating", "runtimemins", "year", "genres")
_TAIL = ("numvotes", "releasedate", "directors")
_RATINGS = ("const", "yourrating", "daterated", *_TITLE, *_TAIL)
_LIST = (
    *("position", "const", "created", "modified", "description"),
    *(*_TITLE, *_TAIL, "yourrating", "daterated"),
)
_OLD_NAMES = {"yourated": "yourrating"}

# Parts of title types as normalize_title writes them, in the languages IMDb speaks. What is
# no film is looked for first: a "TV Mini Series", a "Videogioco".
_NO_FILM = (
    *("serie", "serial", "episod", "folge", "podcast", "pilot"),
    *("game", "gioco", "jeu", "juego", "jogo", "videospiel"),
)
_FILM = (
    *("film", "movie", "pelicula", "video", "documentar", "documental", "dokumentar"),
    *("short", "cort", "court", "curta", "kurz", "special", "especial", "spezial"),
)


def recognises(table: Table) -> bool:
    """Whether the file is one of IMDb's, in whatever language."""
    return _layout(table) is not None


def read(table: Table, zone: tzinfo) -> Export:
    """Read one of IMDb's files; rows of films that are rated there say that they were seen.

    In a list the others are skipped, and so are series, episodes and games everywhere.
    """
    keys = _layout(table) or table.keys
    is_list = "position" in keys
    left_out = LeftOut()
    rows = replace(table, keys=tuple(keys)).convert(_reader(is_list, zone, left_out))
    notes = left_out.notes()
    if is_list:
        notes += ("A list holds films to see as well: only the rated ones were added.",)
    return Export("IMDb list" if is_list else "IMDb ratings", rows, notes)


def _layout(table: Table) -> Sequence[str] | None:
    keys = [_OLD_NAMES.get(key, key) for key in table.keys]
    if {"const", "title", "titletype", "yourrating"} <= set(keys):
        return keys
    for layout in (_RATINGS, _LIST):
        for known in (layout, _with_original_title(layout)):
            if len(known) == len(keys) and _fits(replace(table, keys=known)):
                return known
    return None


def _with_original_title(layout: Sequence[str]) -> tuple[str, ...]:
    after = layout.index("title") + 1
    return (*layout[:after], "originaltitle", *layout[after:])


def _fits(table: Table) -> bool:
    """Whether the first row of the table has IMDb's id and address where they should be."""
    first = next(table.records(), None)
    return (
        first is not None
        and first.cell("const").startswith("tt")
        and "imdb.com/title/" in first.cell("url")
    )


def _reader(
    is_list: bool, zone: tzinfo, left_out: LeftOut
) -> Callable[[Record], ImportedRow | SkippedRow]:
    def read_row(record: Record) -> ImportedRow | SkippedRow:
        type_ = record.cell("titletype")
        if not _is_film(type_):
            return SkippedRow(record.line, f"not a film: {type_[:60]}")
        rating = out_of_ten(record.cell("yourrating"), "Your Rating")
        if rating is None and is_list:
            return SkippedRow(record.line, "on a list without a rating")
        if rating is None:
            raise unfit("Your Rating", "", "a whole number from 1 to 10")
        return ImportedRow(
            line=record.line,
            kind="film",
            title=title(record.cell("title"), "Title"),
            year=year(record.cell("year"), "Year"),
            rating=rating,
            logged_on=left_out.optional(
                partial(day, zone=zone),
                record.cell("daterated") or record.cell("created"),
                "Date Rated",
            ),
            imdb_id=imdb_id(record.cell("const"), "Const"),
            directors=names(record.cell("directors"), "Directors"),
            genres=tuple(map(_genre, names(record.cell("genres"), "Genres"))),
            duration=left_out.optional(minutes, record.cell("runtimemins"), "Runtime (mins)"),
        )

    return read_row


def _is_film(type_: str) -> bool:
    words = normalize_title(type_)
    if any(part in words for part in _NO_FILM):
        return False
    if words and not any(part in words for part in _FILM):
        raise unfit("Title Type", type_, "a type of film or series")
    return True


def _genre(name: str) -> str:
    """The genre as the present files write it; those of 2014 have "sci_fi", "film_noir"."""
    return "-".join(map(str.capitalize, name.split("_"))) if name.islower() else name
