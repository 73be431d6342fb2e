"""Letterboxd's CSV files: diary, reviews, ratings, watched, watchlist, likes and lists."""

import re
from collections.abc import Callable
from datetime import tzinfo
from functools import partial
from pathlib import PurePosixPath
from typing import Literal, get_args

from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.errors import CinestatsError

from .cells import LeftOut, half_stars, title, year
from .dates import day
from .export import Export
from .table import Record, Table

LIST_TITLE = "Letterboxd list export"
LIST_FIRST_COLUMN = "Position"

Kind = Literal["diary", "reviews", "ratings", "watched", "watchlist", "likes", "list"]
Discarded = Literal["deleted", "orphaned"]
DISCARDED: tuple[Discarded, ...] = get_args(Discarded)

_LISTED = {
    "watchlist": ("on a watchlist", "A watchlist lists films to see: nothing was added."),
    "likes": ("a like", "Likes say nothing of views: nothing was added."),
    "list": ("on a list", "A list says nothing of views: nothing was added."),
}


def recognises(table: Table) -> bool:
    """Whether the columns are those of one of Letterboxd's files."""
    return {"name", "year"} <= set(table.keys) and (
        "letterboxduri" in table.keys or table.keys[:3] == ("position", "name", "year")
    )


def read(table: Table, path: str, zone: tzinfo) -> Export:
    """Read one of Letterboxd's files.

    A diary row is a play, whose day is unknown where the file has no day watched: the day
    it was logged is another. Rows of ratings.csv and watched.csv say only that a film was
    seen. ``path`` tells what the columns cannot: watched, watchlist or likes, and whether
    the file lies among the deleted or orphaned ones, which count for nothing.
    """
    kind = _kind(table, path)
    where = discarded(path)
    if where is not None:
        skip = partial(_skipped, reason=f"{where} on Letterboxd")
        note = f"The file holds what was {where} on Letterboxd: nothing was added."
        return Export(f"Letterboxd {kind} ({where})", table.convert(skip), (note,))
    if kind in _LISTED:
        reason, note = _LISTED[kind]
        return Export(
            f"Letterboxd {kind}", table.convert(partial(_skipped, reason=reason)), (note,)
        )
    left_out = LeftOut()
    rows = table.convert(_reader(kind, zone, left_out))
    return Export(f"Letterboxd {kind}", rows, left_out.notes())


def discarded(path: str) -> Discarded | None:
    """Whether the path says that its rows were deleted or orphaned on Letterboxd.

    >>> discarded("export/deleted/diary.csv"), discarded("diary.csv")
    ('deleted', None)
    """
    *folders, name = _parts(path)
    for word in DISCARDED:
        if folders[-1:] == [word] or re.match(rf"{word}[_-]", name):
            return word
    return None


def _kind(table: Table, path: str) -> Kind:
    columns = set(table.keys)
    if "letterboxduri" not in columns:
        return "list"
    if "review" in columns:
        return "reviews"
    if columns & {"watcheddate", "rewatch"}:
        return "diary"
    if "rating" in columns:
        return "ratings"
    return _kind_by_name(path)


def _kind_by_name(path: str) -> Kind:
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


def _skipped(record: Record, reason: str) -> SkippedRow:
    return SkippedRow(record.line, reason)


def _reader(kind: Kind, zone: tzinfo, left_out: LeftOut) -> Callable[[Record], ImportedRow]:
    def read_row(record: Record) -> ImportedRow:
        watched_on = day(record.cell("watcheddate"), "Watched Date", zone)
        # A review need not be of a logged view: without a day it only tells of the film.
        is_play = kind == "diary" or (kind == "reviews" and watched_on is not None)
        return ImportedRow(
            line=record.line,
            kind="play" if is_play else "film",
            title=title(record.cell("name"), "Name"),
            year=year(record.cell("year"), "Year"),
            rating=half_stars(record.cell("rating"), "Rating"),
            watched_on=watched_on,
            logged_on=left_out.optional(partial(day, zone=zone), record.cell("date"), "Date"),
        )

    return read_row
