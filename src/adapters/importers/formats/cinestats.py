"""Our own export: a CSV file, a zip of several, or JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

import orjson

from cinestats.adapters import strict_json
from cinestats.adapters.entry_json import read_said
from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.adapters.film_json import FILM_FIELDS, read_movie
from cinestats.adapters.importers import cells
from cinestats.adapters.importers.listed import kept_as
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, column_key
from cinestats.adapters.letterboxd_csv import unescaped
from cinestats.adapters.list_json import read_list, read_listing
from cinestats.adapters.strict_json import Fields
from cinestats.application.imports.rows import ImportedRow, RejectedRow, Row, SkippedRow
from cinestats.domain.days import parse_day
from cinestats.domain.diary import FIRST_DAY
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.lists import FilmList
from cinestats.domain.movie import MAX_NAME_LENGTH, Movie
from cinestats.domain.rating import parse_rating
from cinestats.domain.texts import clean_text

_MAX_TEXT_LENGTH = 5_000
_LISTS = "lists"
_A_LIST = 'a list such as ["Drama","Crime"]'


def recognises(source: Source) -> Confidence:
    """Whether it is our export: by the columns of a table, or the keys of a JSON text."""
    if source.kind == "json":
        value = source.json
        keys = set(cast("dict[str, object]", value)) if isinstance(value, dict) else set[str]()
        own = {"user_id", "entries", "stats"} <= keys
    else:
        own = {"title", "watcheddate", "filmkey", "entryid"} <= set(source.table.columns)
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "cinestats",
    label="cinestats",
    hint={
        "en": "What cinestats itself exports, as Letterboxd CSV or JSON: Settings, Export.",
        "it": "Ciò che cinestats esporta, come CSV per Letterboxd o JSON: Impostazioni,"
        " Esporta.",
    },
    accepts=("csv", "json", "zip"),
    recognises=recognises,
    also=["letterboxd"],  # which takes our export, too
)
def read(source: Source, options: Options) -> Export:
    """Read one file. A row that somebody wrote into it needs no more than a title."""
    if source.kind == "json":
        return _read_json(cast("dict[str, Any]", source.json))

    def read_row(record: Record) -> ImportedRow:
        record.cells = {column: unescaped(cell) for column, cell in record.cells.items()}
        film: dict[str, Any] = {
            field.attribute: record.read(_BY_KIND[field.kind], column_key(field.column))
            for field in FILM_FIELDS
            if field.kind in _BY_KIND and field.attribute not in ("title", "film_key")
        }
        film["directors"] = film["directors"] or record.read(_names, "directors")
        row = ImportedRow(
            line=record.line,
            kind="play",
            title=record.read(cells.title, "title"),
            year=record.read(cells.year, "year"),
            rating=record.read(cells.half_stars, "rating"),
            watched_on=record.read(options.day, "watcheddate"),
            logged_on=record.try_read(options.day, "added"),
            imdb_id=record.try_read(cells.imdb_id, "imdbid"),
            tmdb_id=record.try_read(cells.tmdb_id, "tmdbid"),
            duration=record.try_read(cells.minutes, "duration"),
            directors=film["directors"],
            actors=film["actors"],
            genres=film["genres"],
        )
        film_key = record.read(_text, "filmkey")
        if film_key is None:
            return row if row.watched_on else replace(row, kind="film")
        movie = Movie.create(
            row.title, year=row.year, film_key=film_key, duration=row.duration, **film
        )
        return replace(row, entry=_entry(row, movie, record))

    return source.table.export("cinestats diary", read_row, mend=False)


def _entry(row: ImportedRow, movie: Movie, record: Record) -> Entry:
    """The entry that a row of ours was written from."""
    said = strict_json.as_object(strict_json.parse(record["said"] or "{}"), "Said")
    known = read_movie({**said, "name": movie.title})
    return Entry(
        record.read(partial(_text, limit=MAX_ID_LENGTH), "entryid") or "",
        replace(movie, ids=known.ids, listed=known.listed, details=known.details),
        row.rating,
        row.watched_on,
        row.logged_on or row.watched_on or FIRST_DAY,
        **read_said(said),
    )


def _read_json(document: Fields) -> Export:
    """Read the entries of the JSON that we export, numbered from 1."""
    entries = document["entries"]
    if not isinstance(entries, list):
        raise CinestatsError("The JSON file is no export of cinestats: entries is no list.")
    numbered = enumerate(cast("list[object]", entries), 1)
    rows = [_json_row(line, each) for line, each in numbered]
    lists = list(_lists(document))
    rows += [row for _, films in lists for row in films]
    # Of a list with a film that cannot be read nobody knows that it is there whole.
    keys = tuple(
        about.key
        for about, films in lists
        if about is not None and not any(isinstance(row, RejectedRow) for row in films)
    )
    return Export("cinestats diary", tuple(rows), lists=keys)


def _lists(document: Fields) -> Iterator[tuple[FilmList | None, Sequence[Row]]]:
    """Each list with its films; those of all lists are numbered from 1."""
    value: object = document.get("lists") or []
    if not isinstance(value, list):
        raise CinestatsError("The JSON file is no export of cinestats: lists is no list.")
    number = 0
    for each in cast("list[object]", value):
        try:
            fields = strict_json.as_object(each, "list")
            about, films = read_list(fields), fields.get("films")
            if not isinstance(films, list):
                raise InvalidInput("films", "must be a list of objects")
        except InvalidInput as error:
            number += 1
            yield None, [RejectedRow(number, str(error), _LISTS)]
            continue
        numbered = enumerate(cast("list[object]", films), number + 1)
        rows = [_listed_row(at, film, about) for at, film in numbered]
        yield about, rows
        number += len(rows)


def _listed_row(number: int, value: object, about: FilmList) -> Row:
    try:
        listing = read_listing(strict_json.as_object(value, "film"), about)
    except InvalidInput as error:
        return RejectedRow(number, f"item {number}: {error}", _LISTS)
    return SkippedRow(number, kept_as(listing.list), _LISTS, listed=listing)


def _json_row(line: int, value: object) -> Row:
    try:
        fields = dict(strict_json.as_object(value, "entry"))
        if fields.pop("rewatch_from", "source") == "order":
            del fields["rewatch"]
        movie, day = read_movie(fields), strict_json.optional_text(fields, "watched_date")
        entry = Entry(
            clean_text(strict_json.text(fields, "entry_id"), "entry_id", MAX_ID_LENGTH),
            movie,
            parse_rating(fields.get("rating")),
            parse_day(day, "watched_date") if day else None,
            parse_day(strict_json.text(fields, "added_on"), "added_on"),
            **read_said(fields),
        )
    except InvalidInput as error:
        return RejectedRow(line, f"item {line}: {error}")
    return ImportedRow(line=line, kind="play", title=movie.title, year=movie.year, entry=entry)


def _text(cell: str, field: str, limit: int = _MAX_TEXT_LENGTH) -> str | None:
    return clean_text(cell, field, limit) if cell else None


def _names(cell: str, field: str) -> tuple[str, ...]:
    """Names in a JSON list, as we write them, or parted as others do."""
    if not cell.startswith("["):
        return cells.parted_names(cell, field)
    try:
        found: object = orjson.loads(cell)
    except orjson.JSONDecodeError as error:
        raise cells.unfit(field, cell, _A_LIST) from error
    items = cast(list[object], found)  # for it begins with a bracket
    if not all(isinstance(item, str) for item in items):
        raise cells.unfit(field, cell, _A_LIST)
    return tuple(clean_text(str(item), field, MAX_NAME_LENGTH) for item in items)


# What is no text and no names has limits of its own.
_BY_KIND: Mapping[str, Callable[[str, str], Any]] = {
    "text": _text,
    "names": _names,
    "labels": _names,
}
