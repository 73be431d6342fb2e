"""Letterboxd's CSV files: diary, reviews, ratings, watched, watchlist, likes and lists."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, read_table
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.errors import CinestatsError

Kind = Literal["diary", "reviews", "ratings", "watched", "watchlist", "likes", "list"]

_LIST_COLUMN = "letterboxdlistexport"  # with a version: the line before that of a list's header
_DISCARDED = ("deleted", "orphaned")
_FOLDERS = {*_DISCARDED, "likes", "lists"}
_VIEWS = ("diary.csv", "reviews.csv", "ratings.csv", "watched.csv")
_NO_VIEWS = ("watchlist.csv", "likes", "lists")
_LISTED = {
    "watchlist": ("on a watchlist", "A watchlist lists films to see: nothing was added."),
    "likes": ("a like", "Likes say nothing of views: nothing was added."),
    "list": ("on a list", "A list says nothing of views: nothing was added."),
}


def recognises(source: Source) -> Confidence:
    """Whether the columns are those of one of Letterboxd's files."""
    columns = source.table.columns
    if columns[0].startswith(_LIST_COLUMN):
        return Confidence.CERTAIN
    if {"name", "year", "letterboxduri"} <= set(columns):
        return Confidence.CERTAIN
    is_list = columns[:3] == ("position", "name", "year")
    return Confidence.LIKELY if is_list else Confidence.NO


def choose(paths: Sequence[str]) -> tuple[Mapping[str, str], Sequence[str]]:
    """The views in a whole export, whose files repeat each other.

    Every diary row is a play. A film that the diary lacks comes once: from ratings.csv with
    its rating, else from watched.csv. Raises CinestatsError for a zip without views.
    """
    folder = _root(paths)
    files = {path.removeprefix(folder): path for path in paths}
    # reviews.csv repeats rows of the diary, but stands in for it.
    repeats = {"reviews.csv"} & files.keys() if "diary.csv" in files else set[str]()
    views = {name: files[name] for name in _VIEWS if name in files and name not in repeats}
    if not views:
        raise CinestatsError(
            "The zip file is none of Letterboxd's: it holds no diary.csv, ratings.csv,"
            " watched.csv or reviews.csv."
        )
    top = {name.partition("/")[0] for name in files}
    notes: list[str] = []
    if discarded := [name for name in _DISCARDED if name in top]:
        notes.append(f"What Letterboxd keeps as {' and '.join(discarded)} was left alone.")
    if others := [name for name in _NO_VIEWS if name in top]:
        notes.append(f"No views are in {', '.join(others)}: left alone.")
    notes += [f"{name} repeats rows of diary.csv: left alone." for name in repeats]
    return views, notes


def _root(paths: Sequence[str]) -> str:
    """The folder that everything lies in, where the export was packed again; else blank."""
    folders = {path.partition("/")[:2] for path in paths}
    if len(folders) != 1:
        return ""
    ((folder, slash),) = folders
    return f"{folder}/" if slash and folder not in _FOLDERS else ""


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
)
def read(source: Source, options: Options) -> Export:
    """Read one of Letterboxd's files.

    A diary row is a play, whose day is unknown where the file has no day watched: the day
    it was logged is another. Rows of ratings.csv and watched.csv say only that a film was
    seen. The path tells what the columns cannot: watched, watchlist or likes, and whether
    the file lies among the deleted or orphaned ones, which count for nothing.
    """
    table = source.table
    if table.columns[0].startswith(_LIST_COLUMN):
        table = read_table(source.text, first_column="Position")
    kind = _kind(set(table.columns), source.path)
    format, reason, note = f"Letterboxd {kind}", "", ""
    if where := discarded(source.path):
        format, reason = f"{format} ({where})", f"{where} on Letterboxd"
        note = f"The file holds what was {where} on Letterboxd: nothing was added."
    elif kind in _LISTED:
        reason, note = _LISTED[kind]
    if reason:
        return table.export(format, lambda record: SkippedRow(record.line, reason), note)

    def read_row(record: Record) -> ImportedRow:
        watched_on = record.read(options.day, "watcheddate")
        # A review need not be of a logged view: without a day it only tells of the film.
        is_play = kind == "diary" or (kind == "reviews" and watched_on is not None)
        return ImportedRow(
            line=record.line,
            kind="play" if is_play else "film",
            title=record.read(cells.title, "name"),
            year=record.read(cells.year, "year"),
            rating=record.read(cells.half_stars, "rating"),
            watched_on=watched_on,
            logged_on=record.try_read(options.day, "date"),
        )

    return table.export(format, read_row)


def discarded(path: str) -> str | None:
    """Whether the path says that its rows were deleted or orphaned on Letterboxd.

    >>> discarded("export/deleted/diary.csv"), discarded("diary.csv")
    ('deleted', None)
    """
    *folders, name = _parts(path)
    for word in _DISCARDED:
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
