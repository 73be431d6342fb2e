"""Our own CSV of a diary, which Letterboxd takes too: written here, and read here again.

The first columns are among those that Letterboxd documents for its import. The others it
ignores; they make a row say all that there is to say of an entry, so that a diary that is
exported and imported has the same statistics, whatever a catalogue knows by then.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from cinestats.application.diary.export import ExportedPlay
from cinestats.domain.entry import Entry
from cinestats.domain.rating import stars

from .entry_json import said_document
from .film_json import FILM_FIELDS, SOMETIMES, FilmField, film_document

MAX_PART_BYTES = 10**6  # what Letterboxd takes at a time


def _film_cell(field: FilmField, play: ExportedPlay) -> object:
    """What the column of a film's field holds: names in a JSON list."""
    value = getattr(play.entry.movie, field.attribute)
    return orjson.dumps(value).decode() if value and isinstance(value, tuple) else value or None


def _said(entry: Entry) -> dict[str, Any]:
    """What the other columns do not tell of an entry, or not as it is kept."""
    film = film_document(entry.movie)
    kept: dict[str, Any] = {n: film[n] for n in SOMETIMES if n in film}
    return {**said_document(entry), **kept}


def _stars(rating: int | None) -> str:
    return "" if rating is None else f"{stars(rating):g}"


_COLUMNS: Mapping[str, Callable[[ExportedPlay], object]] = {
    "WatchedDate": lambda play: play.entry.watched_on,
    "Title": lambda play: play.entry.movie.title,
    "Year": lambda play: play.entry.movie.year,
    "Directors": lambda play: ", ".join(play.entry.movie.directors),
    "Rating": lambda play: _stars(play.entry.rating),
    "Rewatch": lambda play: "true" if play.rewatch else None,
    "Tags": lambda play: ", ".join(play.entry.tags),
    "Review": lambda play: play.entry.review,
    "imdbID": lambda play: play.ids.imdb,
    "tmdbID": lambda play: play.ids.tmdb,
    **{f.column: partial(_film_cell, f) for f in FILM_FIELDS if f.attribute != "film_key"},
    "Added": lambda play: play.entry.added_on,
    "FilmKey": lambda play: play.entry.movie.film_key,
    "EntryID": lambda play: play.entry.entry_id,
    "Said": lambda play: orjson.dumps(_said(play.entry)).decode(),
}
COLUMNS = tuple(_COLUMNS)


def write_parts(plays: Iterable[ExportedPlay]) -> Iterator[bytes]:
    """The plays as one CSV file, or as many as the limit of Letterboxd's asks for."""
    header = _line(COLUMNS)
    part = bytearray(header)
    for play in plays:
        line = _line(["" if (cell := of(play)) is None else cell for of in _COLUMNS.values()])
        if len(part) + len(line) > MAX_PART_BYTES:
            yield bytes(part)
            part = bytearray(header)
        part += line
    yield bytes(part)


def _line(cells: Sequence[object]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line).writerow([escaped(str(cell)) for cell in cells])
    return line.getvalue().encode()


# What a spreadsheet takes for a formula, also in its full-width form; and what would be taken
# for the escape of one when it is read again.
_FORMULA = re.compile("'*[=+\\-@＝＋－＠]")
_ESCAPED_FORMULA = re.compile("'+[=+\\-@＝＋－＠]")


def escaped(cell: str) -> str:
    """The cell as text to every spreadsheet.

    >>> escaped("=cmd()"), escaped("'=x"), escaped("Amélie"), escaped("'71")
    ("'=cmd()", "''=x", 'Amélie', "'71")
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescaped(cell: str) -> str:
    """The cell as it was before ``escaped``.

    >>> unescaped("'=cmd()"), unescaped("''=x"), unescaped("=x"), unescaped("'71")
    ('=cmd()', "'=x", '=x', "'71")
    """
    return cell[1:] if _ESCAPED_FORMULA.match(cell) else cell
