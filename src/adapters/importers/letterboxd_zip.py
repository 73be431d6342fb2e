"""Letterboxd's whole export: one zip file whose files repeat each other."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import tzinfo
from pathlib import PurePosixPath

from cinestats.application.imports.rows import ImportedRow, Row, SkippedRow
from cinestats.domain.errors import CinestatsError

from . import letterboxd
from .archive import Archive
from .export import Export
from .table import read_table
from .text import decode

_FOLDERS = (*letterboxd.DISCARDED, "likes", "lists")
_VIEWS = ("diary.csv", "ratings.csv", "watched.csv")
_NO_VIEWS = ("watchlist.csv", "likes", "lists")


def read(archive: Archive, zone: tzinfo) -> Export:
    """Read the views in an export.

    Every diary row is a play. A film that the diary lacks comes once: from ratings.csv with
    its rating, else from watched.csv. The files join by name and year only, as an address
    in the diary names the entry and elsewhere the film. Raises CinestatsError for a zip
    file that holds no views of Letterboxd's.
    """
    root = _root(archive.names)
    files = {name.removeprefix(root): name for name in archive.names}
    views = [name for name in _views(files) if name in files]
    if not views:
        raise CinestatsError(
            "The zip file is none of Letterboxd's: it holds no diary.csv, ratings.csv,"
            " watched.csv or reviews.csv."
        )
    rows: list[Row] = []
    notes: dict[str, None] = {}
    seen: dict[tuple[str, int | None], str] = {}
    for name in views:
        text, encoding_notes = decode(archive.read(files[name]))
        table = read_table(text)
        if not letterboxd.recognises(table):
            raise CinestatsError(f"{name} in the zip file has not the columns of Letterboxd's.")
        part = letterboxd.read(table, name, zone)
        found = list(_new_rows(part.rows, name, seen))
        rows += found
        for row in found:
            if isinstance(row, ImportedRow):
                seen.setdefault((row.title, row.year), name)
        notes |= dict.fromkeys(f"{name}: {note}" for note in (*encoding_notes, *part.notes))
    return Export("Letterboxd export", tuple(rows), (*notes, *_left_alone(files, views)))


def _root(names: Collection[str]) -> str:
    """The folder that everything lies in, where the export was packed again; else blank."""
    folders = {PurePosixPath(name).parts[0] for name in names} - {"__MACOSX"}
    if len(folders) == 1 and folders.isdisjoint(_FOLDERS):
        folder = f"{folders.pop()}/"
        return folder if all(name.startswith((folder, "__MACOSX/")) for name in names) else ""
    return ""


def _views(files: Collection[str]) -> tuple[str, ...]:
    """The files to read; reviews.csv repeats rows of the diary, but stands in for it."""
    return _VIEWS if "diary.csv" in files else ("reviews.csv", *_VIEWS)


def _new_rows(
    rows: Iterable[Row], name: str, seen: dict[tuple[str, int | None], str]
) -> Iterable[Row]:
    for row in rows:
        if isinstance(row, ImportedRow) and row.kind == "film":
            earlier = seen.get((row.title, row.year))
            if earlier is not None:
                yield SkippedRow(row.line, f"the film is in {earlier} already", name)
                continue
        yield replace(row, file=name)


def _left_alone(files: Collection[str], views: Collection[str]) -> Iterable[str]:
    top = {PurePosixPath(name).parts[0] for name in files}
    if discarded := [folder for folder in letterboxd.DISCARDED if folder in top]:
        yield f"What Letterboxd keeps as {' and '.join(discarded)} was left alone."
    if others := [name for name in _NO_VIEWS if name in top]:
        yield f"No views are in {', '.join(others)}: left alone."
    if "reviews.csv" in files and "reviews.csv" not in views:
        yield "reviews.csv repeats rows of diary.csv: left alone."
