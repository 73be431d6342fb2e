"""Letterboxd's CSV files: diary, reviews, ratings, watched, watchlist, likes and lists."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Literal

from cinestats.adapters.importers import cells, marks
from cinestats.adapters.importers.letterboxd_export import DISCARDED, LIKES, choose, complete
from cinestats.adapters.importers.listed import KEPT, kept, list_named_by, listing_of, whole
from cinestats.adapters.importers.mending import mended
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import (
    Export,
    Record,
    Table,
    column_key,
    read_table,
)
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.errors import CinestatsError
from cinestats.domain.lists import MAX_NOTE_LENGTH, FilmList, likes_of, watchlist_of

Kind = Literal["diary", "reviews", "ratings", "watched", "watchlist", "likes", "list"]

_LIST_COLUMN = "letterboxdlistexport"  # with a version: the line before that of a list's header
_NOTES = {
    "watchlist": f"A watchlist holds films to see. {KEPT}",
    "likes": f"Likes say nothing of views. {KEPT}",
    "list": f"A list says nothing of views. {KEPT}",
}
_OF_A_FILM = re.compile(r"https?://(www\.)?letterboxd\.com/film/[^/]+/?$")
_ADDRESS = re.compile(r"https?://((www\.)?letterboxd\.com|boxd\.it)/\S+")


def recognises(source: Source) -> Confidence:
    """Whether the columns are those of one of Letterboxd's files."""
    columns = source.table.columns
    if columns[0].startswith(_LIST_COLUMN):
        return Confidence.CERTAIN
    if {"name", "year", "letterboxduri"} <= set(columns):
        return Confidence.CERTAIN
    is_list = columns[:3] == ("position", "name", "year")
    return Confidence.LIKELY if is_list else Confidence.NO


def read_together(files: Mapping[str, Source], options: Options) -> Mapping[str, Export]:
    """Read the files of one export, whose rows complete each other."""
    exports = {name: read(file, options) for name, file in files.items()}
    if LIKES in files:
        exports[LIKES] = _likes(files[LIKES].table, options)
    rows = complete({name: export.rows for name, export in exports.items()})
    return {name: replace(export, rows=rows[name]) for name, export in exports.items()}


def _likes(table: Table, options: Options) -> Export:
    """The films that are liked, as rows that tell of films."""
    likes = likes_of("letterboxd")

    def read_row(record: Record) -> ImportedRow:
        row = _listed_film(record, options)
        return replace(row, listed=listing_of(row, likes))

    return whole(table.export("Letterboxd likes", read_row), likes)


def _listed_film(record: Record, options: Options) -> ImportedRow:
    uri = "letterboxduri" if "letterboxduri" in record.cells else "url"
    return ImportedRow(
        line=record.line,
        kind="film",
        title=record.read(cells.title, "name"),
        year=record.try_read(cells.year, "year"),
        logged_on=record.try_read(options.day, "date"),
        letterboxd_uri=record.try_read(address, uri),
    )


def _read_list(table: Table, about: FilmList, options: Options) -> Export:
    def read_row(record: Record) -> SkippedRow:
        position = record.try_read(cells.position, "position")
        film = _listed_film(record, options)
        return kept(film, about, position=position, note=record["description"])

    export = table.export(f"Letterboxd {about.kind}", read_row, _NOTES[about.kind])
    return whole(export, about)


def _list_of(source: Source) -> tuple[FilmList, Table]:
    """A list and its films: two tables, the first of which has one row about the list.

    A file without the first is called by its own name.
    """
    named = list_named_by(source, "letterboxd")
    if not source.table.columns[0].startswith(_LIST_COLUMN):
        return replace(named, kind="list"), source.table
    lines = list(io.StringIO(source.text, newline=""))
    start = next(at for at, line in enumerate(lines) if line.strip()) + 1
    reader = csv.reader(lines[start:])
    try:
        labels, cells_ = (
            [mended(cell).strip() for cell in next(reader, list[str]())] for _ in "12"
        )
    except csv.Error as error:
        raise CinestatsError(
            f"What the file says of its list cannot be read: {error}."
        ) from error
    said = dict(zip(map(column_key, labels), cells_, strict=False))
    start += reader.line_num
    films = read_table("\n" * start + "".join(lines[start:]), first_column="Position")
    about = FilmList(
        "letterboxd",
        "list",
        marks.text(said.get("name", "")) or named.name,
        (marks.text(said.get("description", "")) or "")[:MAX_NOTE_LENGTH].strip() or None,
        said.get("url") or None,
        marks.tags(said.get("tags", "")),
    )
    return about, films


@Importer(
    "letterboxd",
    label="Letterboxd",
    hint={
        "en": "The zip as it comes, or its diary.csv, watched.csv or ratings.csv."
        " On the website: Settings, Data, Export your data.",
        "it": "Lo zip così com’è, oppure i suoi diary.csv, watched.csv o ratings.csv."
        " Sul sito: Settings, Data, Export your data.",
    },
    accepts=("csv", "zip"),
    recognises=recognises,
    choose=choose,
    together=read_together,
)
def read(source: Source, options: Options) -> Export:
    """Read one of Letterboxd's files.

    A diary row is a play, whose day is unknown where the file has no day watched: the day
    it was logged is another. Rows of ratings.csv and watched.csv say only that a film was
    seen; those of watchlist, likes and lists are kept as such. The path tells what the columns
    cannot: watched, watchlist or likes, and whether the file lies among the deleted or orphaned
    ones, which count for nothing.
    """
    kind, table = _kind(set(source.table.columns), source.path), source.table
    about = watchlist_of("letterboxd")
    if kind == "list":
        about, table = _list_of(source)
    elif kind == "likes":
        about = likes_of("letterboxd")
    format = f"Letterboxd {kind}"
    if where := discarded(source.path):
        reason = f"{where} on Letterboxd"
        note = f"The file holds what was {where} on Letterboxd: nothing was added."
        return table.export(
            f"{format} ({where})", lambda record: SkippedRow(record.line, reason), note
        )
    if kind in _NOTES:
        return _read_list(table, about, options)
    is_log = kind in ("diary", "reviews")
    shared = _shared_addresses(table) if is_log else frozenset[str]()
    has_rewatch = "rewatch" in table.columns

    def read_row(record: Record) -> ImportedRow:
        # A review need not be of a logged view: without a day it only tells of the film.
        is_play = kind == "diary" or (kind == "reviews" and record["watcheddate"] != "")
        uri = record.try_read(address, "letterboxduri")
        is_of_film = uri is not None and (not is_log or uri in shared or names_a_film(uri))
        tags = marks.tags(record["tags"])
        return ImportedRow(
            line=record.line,
            kind="play" if is_play else "film",
            title=record.read(cells.title, "name"),
            year=record.try_read(cells.year, "year"),
            rating=record.try_read(cells.half_stars, "rating"),
            watched_on=record.try_read(options.day, "watcheddate"),
            logged_on=record.try_read(options.day, "date"),
            reference=uri if is_play and not is_of_film else None,
            letterboxd_uri=uri if is_of_film else None,
            rewatch=record.try_read(cells.flag, "rewatch") if has_rewatch else None,
            tags=tags,
            review=marks.text(record["review"]),
        )

    return table.export(format, read_row)


def address(cell: str, field: str) -> str | None:
    """An address at Letterboxd, of whatever; None for a blank cell. Raises InvalidInput.

    >>> address("https://boxd.it/2DjO", "URI")
    'https://boxd.it/2DjO'
    """
    if not cell:
        return None
    if not _ADDRESS.fullmatch(cell):
        raise cells.unfit(field, cell, "an address such as https://boxd.it/2DjO")
    return cell


def names_a_film(address: str) -> bool | None:
    """Whether an address is that of a film, not of what a member wrote of one.

    A short one tells neither: None.
    """
    return None if "//boxd.it/" in address else _OF_A_FILM.match(address) is not None


def _shared_addresses(table: Table) -> frozenset[str]:
    """What stands on rows of several days: the address of a film, as no play has two days."""
    days = defaultdict[str, set[str]](set)
    wanted = ("letterboxduri", "watcheddate", "date")
    at = [table.columns.index(name) for name in wanted if name in table.columns]
    for row in table.cells():
        uri, *rest = (row[index].strip() for index in at)
        days[uri].add(next(filter(None, rest), ""))
    return frozenset(uri for uri, found in days.items() if len(found) > 1)


def discarded(path: str) -> str | None:
    """Whether the path says that its rows were deleted or orphaned on Letterboxd.

    >>> discarded("export/deleted/diary.csv"), discarded("diary.csv")
    ('deleted', None)
    """
    *folders, name = _parts(path)
    for word in DISCARDED:
        if folders[-1:] == [word] or re.match(rf"{word}[_-]", name):
            return word
    return None


def _kind(columns: set[str], path: str) -> Kind:
    if "letterboxduri" not in columns:
        return "list"
    if "review" in columns:
        return "reviews"
    if columns & {"watcheddate", "rewatch"}:
        return "diary"
    if "rating" in columns:
        return "ratings"
    for part in reversed(_parts(path)):
        words = re.split(r"[^a-z]+", part)
        if "watchlist" in words:
            return "watchlist"
        if "likes" in words or part == "films.csv":
            return "likes"
        if "watched" in words:
            return "watched"
    raise CinestatsError(
        "Letterboxd's watched.csv, watchlist.csv and likes/films.csv look alike inside and the"
        " file's name does not tell which it is; give it its own name back."
    )


def _parts(path: str) -> tuple[str, ...]:
    return PurePosixPath(path.replace("\\", "/").lower()).parts or ("",)
