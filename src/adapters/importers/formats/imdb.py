"""IMDb's CSV files: ratings, watchlists and lists, in all their generations.

Columns and title types come in the account's language; the order of the columns does not.
"""

from dataclasses import replace

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, Table
from cinestats.application.imports.rows import ImportedRow, SkippedRow
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
    *("short", "cort", "court", "curta", "kurz", "special", "especial", "spezial"),
)


def recognises(source: Source) -> Confidence:
    """Whether the file is one of IMDb's, in whatever language."""
    return Confidence.CERTAIN if _columns(source.table) else Confidence.NO


@Importer(
    "imdb",
    label="IMDb",
    hint={
        "en": "The CSV of your ratings. On the website: Your ratings, Export.",
        "it": "Il CSV dei tuoi voti. Sul sito: Your ratings, Export.",
    },
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read one of IMDb's files; rows of films that are rated there say that they were seen.

    In a list the others are skipped, and so are series, episodes and games everywhere.
    """
    columns = _columns(source.table) or source.table.columns
    is_list = "position" in columns

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        type_ = record["titletype"]
        if not _is_film(type_):
            return SkippedRow(record.line, f"not a film: {type_[:60]}")
        if is_list and not record["yourrating"]:
            return SkippedRow(record.line, "on a list without a rating")
        rated_on = "daterated" if record["daterated"] else "created"
        return ImportedRow(
            line=record.line,
            kind="film",
            title=record.read(cells.title, "title"),
            year=record.read(cells.year, "year"),
            rating=record.read(cells.required_out_of_ten, "yourrating"),
            logged_on=record.try_read(options.day, rated_on),
            imdb_id=record.read(cells.imdb_id, "const"),
            directors=record.read(cells.names, "directors"),
            genres=tuple(map(_genre, record.read(cells.names, "genres"))),
            duration=record.try_read(cells.minutes, "runtimemins"),
        )

    note = "A list holds films to see as well: only the rated ones were added."
    table = replace(source.table, columns=columns)
    return table.export("IMDb list" if is_list else "IMDb ratings", read_row, *[note] * is_list)


def _columns(table: Table) -> tuple[str, ...] | None:
    """The columns in English; None for a file that is not IMDb's."""
    columns = tuple("yourrating" if c == "yourated" else c for c in table.columns)
    if {"const", "title", "titletype", "yourrating"} <= set(columns):
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
    if words and not any(part in words for part in _FILM_TYPES):
        raise cells.unfit("Title Type", type_, "a type of film or series")
    return True


def _genre(name: str) -> str:
    """The genre as the present files write it; those of 2014 have "sci_fi", "film_noir"."""
    return "-".join(map(str.capitalize, name.split("_"))) if name.islower() else name
