"""What an importer reads from a file: rows that are plays, and rows that are not."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cinestats.domain.entry import Entry
from cinestats.domain.lists import Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """A row that says a film was watched.

    A ``play`` is one viewing: with ``watched_on`` None its day is unknown. A ``film`` row
    only says that the film has been seen at some time; it adds nothing to a film that
    already has a play. ``rating`` is in half stars; None says nothing about the rating. That
    of a ``film`` row belongs to the film, that of a ``play`` to the play.
    ``logged_on`` is the day the source recorded the row. Credits are what the file gives.

    ``service`` is the importer's format. ``reference`` is what the service calls this one
    play, never the film: a Letterboxd diary URI, a Trakt history id. ``title`` is blank where
    the file has ids only; ``letterboxd_uri`` is the address of a film. What the file has no
    column for is None (no ``tags``: ``()``); a blank cell of a rewatch column is False.
    ``short`` tells that the file calls the film a short.

    ``written`` are the row's cells as they stand in the file, where the title was mended. A
    row of our own export is an ``entry``: it says all there is to say of the play, and the
    rest is not looked at. ``listed`` is the film's place on a list that the row is of, too.
    """

    line: int
    file: str | None = None
    kind: Literal["play", "film"]
    title: str
    year: int | None = None
    rating: int | None = None
    watched_on: date | None = None
    logged_on: date | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None
    directors: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    duration: int | None = None
    service: str = ""
    reference: str | None = None
    wikidata_id: str | None = None
    letterboxd_uri: str | None = None
    rewatch: bool | None = None
    liked: bool | None = None
    tags: tuple[str, ...] = ()
    review: str | None = None
    place: str | None = None
    company: str | None = None
    short: bool = False
    written: tuple[str, ...] = field(default=(), compare=False)
    entry: Entry | None = None
    listed: Listing | None = None


@dataclass(frozen=True, slots=True)
class _NoPlay:
    """``line`` is where the row starts in the file, from 1."""

    line: int
    reason: str
    file: str | None = None

    @property
    def full_reason(self) -> str:
        """The reason, behind the name of the row's file where there are several."""
        return self.reason if self.file is None else f"{self.file}: {self.reason}"


@dataclass(frozen=True, slots=True)
class SkippedRow(_NoPlay):
    """A good row that is no play: an episode, a film on a watchlist.

    ``written`` are its cells as they stand in the file, whatever they say; ``listed`` is what
    it says of a list.
    """

    written: tuple[str, ...] = field(default=(), compare=False)
    listed: Listing | None = None


class RejectedRow(_NoPlay):
    """A row that cannot be understood."""


Row = ImportedRow | SkippedRow | RejectedRow
