"""Rows of watchlists, likes and other lists: kept as such, and no play."""

import re
from dataclasses import replace

from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow
from cinestats.domain.lists import MAX_NOTE_LENGTH, FilmList, Listing, checked
from cinestats.domain.movie import NO_IDS, FilmIds

from . import marks
from .source import Source
from .table import Export

KEPT = "It was kept as a list, and no play was added."

_COPY = re.compile(r"\s*\(\d+\)$")  # of a download that was there before


def list_named_by(
    source: Source, service: str, before: re.Pattern[str] | None = None
) -> FilmList:
    """The list that the file's name tells: a service's watchlist, or one of its own name.

    ``before`` is what the service puts in front of the name.
    """
    stem = _COPY.sub("", marks.text(source.stem) or "")
    if before is not None and (match := before.match(stem)):
        stem = stem[match.end() :]
    if "watchlist" in stem.lower():
        return FilmList(service, "watchlist", "watchlist")
    return FilmList(service, "list", stem or "list")


def listing_of(
    row: ImportedRow, about: FilmList, *, position: int | None = None, note: str | None = None
) -> Listing:
    """A row that tells of a film as the film's place on a list; raises InvalidInput."""
    ids = FilmIds(row.imdb_id, row.tmdb_id, row.wikidata_id, row.letterboxd_uri)
    words = marks.text(note or "")
    return checked(
        Listing(
            about,
            row.title,
            row.year,
            ids if any(ids) else NO_IDS,
            position,
            words[:MAX_NOTE_LENGTH].strip() if words else None,
            row.logged_on,
        )
    )


def kept(
    row: ImportedRow, about: FilmList, *, position: int | None = None, note: str | None = None
) -> SkippedRow:
    """A row that tells of a film as one of a list, which is no play."""
    listing = listing_of(row, about, position=position, note=note)
    return SkippedRow(row.line, kept_as(listing.list), listed=listing)


def whole(export: Export, *lists: FilmList) -> Export:
    """The export as one that has the lists whole, unless a row of it could not be read."""
    if any(isinstance(row, RejectedRow) for row in export.rows):
        return export
    return replace(export, lists=tuple(each.key for each in lists))


def kept_as(about: FilmList) -> str:
    """Why a row of the list is skipped."""
    match about.kind:
        case "watchlist":
            where = "on your watchlist"
        case "likes":
            where = "a like"
        case "list":
            where = f"on your list {about.name[:60]}"
    return f"{where}: kept as a list, not as a play"
