"""Periods of figures: calendar years and months, the last days, any range."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from cinestats.domain.diary import FIRST_DAY
from cinestats.domain.entry import Entry
from cinestats.domain.errors import InvalidInput

PeriodKind = Literal["all", "calendar", "rolling", "range"]

ROLLING_DAYS = 30
LAST_DAYS = f"last-{ROLLING_DAYS}-days"
_CALENDAR = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", re.ASCII)
_FORMS = f"all, {LAST_DAYS}, or written as 2024, 2024-05 or 2024-05-01..2024-06-15"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included; None is no bound.

    ``calendar`` is a whole year or month, ``rolling`` moves on with every day, ``range`` is
    what was asked for, and only ``all`` holds the plays of an unknown day.
    """

    name: str
    kind: PeriodKind
    first: date | None = None
    last: date | None = None

    def plays(self, entries: Iterable[Entry]) -> list[Entry]:
        """The plays watched in the period, in their order."""
        first, last = self.first, self.last
        if first is None or last is None:
            return list(entries)
        return [
            e for e in entries if e.watched_on is not None and first <= e.watched_on <= last
        ]


ALL_TIME = Period("all", "all")


def parse_period(text: str, today: date) -> Period:
    """The period of that name; a rolling one ends ``today``. Raises InvalidInput.

    >>> parse_period("2024-02", date(2025, 1, 20)).last
    datetime.date(2024, 2, 29)
    >>> parse_period("last-30-days", date(2025, 1, 20)).first
    datetime.date(2024, 12, 22)
    """
    if text == "all":
        return ALL_TIME
    if text == LAST_DAYS:
        return Period(text, "rolling", today - timedelta(days=ROLLING_DAYS - 1), today)
    try:
        if match := _CALENDAR.fullmatch(text):
            year, month = match.groups()
            first = date(int(year), int(month or 1), 1)
            last = first.replace(month=int(month or 12))
            last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
            return _bounded(text, "calendar", first, last)
        if match := _RANGE.fullmatch(text):
            first, last = map(date.fromisoformat, match.groups())
            return _bounded(text, "range", first, last)
    except ValueError as error:
        raise InvalidInput("period", f"{text!r} is not in the calendar") from error
    raise InvalidInput("period", f"must be {_FORMS}, not {text[:40]!r}")


def _bounded(name: str, kind: PeriodKind, first: date, last: date) -> Period:
    if first > last:
        raise InvalidInput("period", "must not end before it begins")
    if last < FIRST_DAY:
        raise InvalidInput("period", f"must not end before {FIRST_DAY}")
    return Period(name, kind, first, last)
