"""Reads a catalogue of films from a CSV file."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.imports.rows import RejectedRow
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import MAX_TITLE_LENGTH, Movie, clean_text
from cinestats.domain.titles import normalize_title

from .film_json import FILM_FIELDS

_DELIMITERS = ",;\t"
_TMDB_POSTERS = "https://image.tmdb.org/t/p/w342"
_IMDB_ID = re.compile(r"tt\d{7,10}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_MACHINE_LABEL = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
# Where the sample and larger catalogues have different words for one genre.
_GENRES = {"science_fiction": "Sci-Fi", "sci_fi": "Sci-Fi", "animated": "Animation"}


class CatalogueFile(NamedTuple):
    """The films of a file in its order, and the rows that are none."""

    films: list[CatalogueFilm]
    rejected: list[RejectedRow]


def read_catalogue(data: bytes) -> CatalogueFile:
    """Read films from a CSV file in UTF-8 with a header line.

    Columns: ``title``, and where there are any ``original_title``, ``italian_title``,
    ``alt_titles``, ``year``, ``genres``, ``directors``, ``actors``, ``duration`` (minutes),
    ``poster`` (a URL, or a path at TMDB), ``imdb_id`` and ``tmdb_id``; others are ignored.
    ``|`` parts several values; a comma, a semicolon or a tab parts the columns.

    No two films get the same ``film_key``: those of one title and year are told apart by
    what else is known of them, so the order of the rows makes no difference.

    Raises InvalidInput (field ``file``) for what is no such file.
    """
    films: list[CatalogueFilm] = []
    rejected: list[RejectedRow] = []
    lines: dict[str, int] = {}
    for line, row in _rows(data):
        try:
            if isinstance(row, InvalidInput):
                raise row
            film = _film(row)
            first_line = lines.setdefault(film.imdb_id or _full_key(film), line)
            if first_line != line:
                raise InvalidInput("title", f"the film is already on line {first_line}")
        except InvalidInput as error:
            rejected.append(RejectedRow(line, str(error)))
        else:
            films.append(film)
    return CatalogueFile(_with_own_keys(films), rejected)


def _rows(data: bytes) -> Iterator[tuple[int, Mapping[str, str] | InvalidInput]]:
    """Each row with the line it starts on, or why it cannot be read."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("file", f"is not UTF-8 at byte {error.start}") from error
    records = _records(text)
    _, first = next(records, (1, None))
    header = [name.strip().lower() for name in first] if isinstance(first, list) else []
    if "title" not in header:
        raise InvalidInput("file", 'has no column "title" in its first line')
    for line, record in records:
        if isinstance(record, InvalidInput):
            yield line, record
        elif len(record) == len(header):
            yield line, dict(zip(header, record, strict=True))
        elif record:
            counts = f"{len(record)} columns where the header has {len(header)}"
            yield line, InvalidInput("row", f"has {counts}")


def _records(text: str) -> Iterator[tuple[int, list[str] | InvalidInput]]:
    first_line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, InvalidInput("row", f"cannot be read: {error}")
        else:
            yield line, record


def _film(row: Mapping[str, str]) -> CatalogueFilm:
    film = {
        field.attribute: _BY_KIND[field.kind](row, field.attribute)
        for field in FILM_FIELDS
        if field.attribute not in ("title", "poster_url", "film_key")
    }
    film["genres"] = map(_genre, film["genres"])
    alternative = [
        clean_text(title, "alt_titles", MAX_TITLE_LENGTH)
        for title in _values(row, "alt_titles")
    ]
    return CatalogueFilm(
        Movie.create(row["title"], **film, poster_url=_poster_url(row)),
        _title(row, "original_title"),
        _title(row, "italian_title"),
        tuple(alternative),
        _imdb_id(row),
        _number(row, "tmdb_id"),
    )


def _values(row: Mapping[str, str], column: str) -> Sequence[str]:
    return [value for text in row.get(column, "").split("|") if (value := text.strip())]


def _text(row: Mapping[str, str], column: str) -> str | None:
    return row.get(column, "").strip() or None


def _title(row: Mapping[str, str], column: str) -> str | None:
    text = _text(row, column)
    return clean_text(text, column, MAX_TITLE_LENGTH) if text else None


def _number(row: Mapping[str, str], column: str) -> int | None:
    text = _text(row, column)
    if text and not _WHOLE_NUMBER.fullmatch(text):
        raise InvalidInput(column, f"must be a whole number, not {text[:40]!r}")
    return int(text) if text else None


def _imdb_id(row: Mapping[str, str]) -> str | None:
    text = _text(row, "imdb_id")
    if text and not _IMDB_ID.fullmatch(text):
        raise InvalidInput("imdb_id", f'must be like "tt0111161", not {text[:40]!r}')
    return text


def _poster_url(row: Mapping[str, str]) -> str | None:
    text = _text(row, "poster")
    if not text or text.startswith(("https://", "http://")):
        return text
    if not text.startswith("/"):
        raise InvalidInput("poster", "must be a URL or a path that begins with /")
    return _TMDB_POSTERS + text


_BY_KIND: Mapping[str, Callable[[Mapping[str, str], str], Any]] = {
    "text": _text,
    "whole": _number,
    "names": _values,
    "labels": _values,
}


def _genre(label: str) -> str:
    """A label for people, from one for machines: "crime_thriller" is "Crime Thriller"."""
    if not _MACHINE_LABEL.fullmatch(label):
        return label
    return _GENRES.get(label) or label.replace("_", " ").title()


def _with_own_keys(films: Sequence[CatalogueFilm]) -> list[CatalogueFilm]:
    namesakes: defaultdict[str, list[str]] = defaultdict(list)
    for film in films:
        namesakes[film.movie.film_key].append(_full_key(film))
    return [
        film
        if _full_key(film) == min(namesakes[film.movie.film_key])
        else replace(film, movie=replace(film.movie, film_key=_full_key(film)))
        for film in films
    ]


def _full_key(film: CatalogueFilm) -> str:
    """A key that no other film of a file has: title, year, and an identifier or names."""
    names = normalize_title(" ".join((film.original_title or "", *film.movie.directors)))
    return f"{film.movie.film_key}|{film.imdb_id or film.tmdb_id or names}"
