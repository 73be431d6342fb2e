"""The RSS feed of a Letterboxd account: its latest views, reviews and lists, newest first.

Letterboxd documents it nowhere. An item's guid tells what it is: ``letterboxd-watch-N``,
``letterboxd-review-N`` or ``letterboxd-list-N``.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, tzinfo
from email.utils import parsedate_to_datetime
from typing import TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from cinestats.application.imports.rows import ImportedRow, RejectedRow, Row, SkippedRow
from cinestats.domain.days import local_day, parse_day
from cinestats.domain.entry import MAX_REVIEW_LENGTH
from cinestats.domain.errors import CinestatsError, InvalidInput

from .html_text import paragraphs
from .importers import cells, marks

MAX_ITEMS = 1000  # it has about 50, and the lists
_MAX_HTML = 4 * MAX_REVIEW_LENGTH

_GUID = re.compile(r"letterboxd-(watch|review|list)-\d+")
# What Letterboxd writes itself into a description, in English whoever asks.
_OWN_WORDS = re.compile(
    r"Watched on [A-Z]\w+ [A-Z]\w+ \d{1,2}, \d{4}\.|This review may contain spoilers\."
)

_T = TypeVar("_T")


class NoFeed(CinestatsError):
    """It is not the feed of an account."""


def read_rss(data: bytes, zone: tzinfo) -> tuple[Sequence[Row], Sequence[str]]:
    """The rows of a feed, oldest first, each with its number from the top as its line.

    ``zone`` tells the day on which an item was published. The second value has a sentence for
    every value that could not be read and was left out. Raises NoFeed.
    """
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:  # ValueError: what is forbidden
        raise NoFeed("It is no feed.") from error
    channel = root.find("channel") if root.tag == "rss" else None
    if channel is None:
        raise NoFeed("It is no feed.")
    items = channel.findall("item")
    if len(items) > MAX_ITEMS:
        raise NoFeed(f"It has more than {MAX_ITEMS:,} items.")
    notes: list[str] = []
    rows = [_row(_Item(item, line, notes), zone) for line, item in enumerate(items, 1)]
    return rows[::-1], notes


class _Item:
    """An item, its elements by their names, whatever they are prefixed with."""

    def __init__(self, element: Element, line: int, notes: list[str]) -> None:
        self._element = element
        self._notes = notes
        self.line = line

    def __getitem__(self, name: str) -> str:
        return (self._element.findtext(f"{{*}}{name}") or "").strip()

    def try_read(self, read: Callable[[str, str], _T], name: str) -> _T | None:
        """What an element says; None, with a note, where that cannot be read."""
        try:
            return read(self[name], name)
        except InvalidInput as error:
            self._notes.append(f"Item {self.line}: {error}")
            return None


def _row(item: _Item, zone: tzinfo) -> Row:
    guid = item["guid"]
    told = _GUID.fullmatch(guid)
    if told is None or told[1] == "list":
        return SkippedRow(item.line, "a list" if told else "neither a view nor a review")
    if item["tvId"] and not item["movieId"]:
        return SkippedRow(item.line, "a series")
    tmdb_id = item.try_read(cells.tmdb_id, "movieId")
    try:
        title = cells.title(item["filmTitle"], "filmTitle") if item["filmTitle"] else ""
    except CinestatsError as error:
        return RejectedRow(item.line, str(error))
    if not title and tmdb_id is None:
        return RejectedRow(item.line, "filmTitle: there is none, and no movieId")
    return ImportedRow(
        line=item.line,
        # A review need not be of a logged view: without a day it only tells of the film.
        kind="play" if item["watchedDate"] else "film",
        title=title,
        year=item.try_read(cells.year, "filmYear"),
        rating=item.try_read(cells.half_stars, "memberRating"),
        watched_on=item.try_read(_day, "watchedDate"),
        logged_on=item.try_read(lambda text, field: _published(text, field, zone), "pubDate"),
        tmdb_id=tmdb_id,
        service="letterboxd",
        reference=guid,
        rewatch=item.try_read(cells.flag, "rewatch") if item["rewatch"] else None,
        liked=item.try_read(cells.flag, "memberLike") or None,
        review=_review(item["description"]) if told[1] == "review" else None,
    )


def _day(text: str, field: str) -> date | None:
    return parse_day(text, field) if text else None


def _published(text: str, field: str, zone: tzinfo) -> date | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:  # "-0000": the zone is not known
            return moment.date()
        return local_day(moment, zone)
    except (ValueError, OverflowError) as error:
        raise cells.unfit(
            field, text, "a day such as Sun, 10 May 2026 10:00:30 +1200"
        ) from error


def _review(html: str) -> str | None:
    def own() -> Iterator[str]:
        yield from (p for p in paragraphs(html[:_MAX_HTML]) if not _OWN_WORDS.fullmatch(p))

    return marks.text("\n\n".join(own()))
