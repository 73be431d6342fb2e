"""Moments that a service writes in universal time, or as a computer counts it."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo

from cinestats.domain.days import local_day
from cinestats.domain.diary import FIRST_DAY
from cinestats.domain.movie import LAST_YEAR

from .cells import unfit

_COUNTED = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})", re.ASCII)  # seconds, milliseconds

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def moment(cell: str, field: str) -> datetime | None:
    """A moment (aware); one that names no zone is in UTC.

    >>> moment("1704151800", "date"), moment("2024-01-01 23:30:00", "Start Time")
    (datetime.datetime(2024, 1, 1, 23, 30, tzinfo=datetime.timezone.utc), \
datetime.datetime(2024, 1, 1, 23, 30, tzinfo=datetime.timezone.utc))
    """
    if not cell:
        return None
    found = _moment(cell)
    if found is None or not FIRST_DAY.year < found.year <= LAST_YEAR:
        raise unfit(field, cell, "a moment such as 2024-01-31 20:15:00")
    return found


def day_in(zone: tzinfo) -> Callable[[str, str], date | None]:
    """A reader of the day, in ``zone``, of a moment; a day alone is that day.

    >>> from zoneinfo import ZoneInfo
    >>> day_in(ZoneInfo("Europe/Rome"))("2022-10-17 23:42:00", "Start Time")
    datetime.date(2022, 10, 18)
    """

    def read(cell: str, field: str) -> date | None:
        found = moment(cell, field)
        if found is None:
            return None
        return found.date() if _DAY.fullmatch(cell) else local_day(found, zone)

    return read


def _moment(cell: str) -> datetime | None:
    with suppress(ValueError, OverflowError, OSError):
        if match := _COUNTED.fullmatch(cell):
            seconds = int(match[1]) if match[1] else int(match[2]) // 1000
            return datetime.fromtimestamp(seconds, UTC)
        found = datetime.fromisoformat(cell)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
