"""Days as people's files have them; what a spreadsheet did to one is undone where it can be."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo
from email.utils import parsedate

from cinestats.domain.days import local_day
from cinestats.domain.diary import FIRST_DAY
from cinestats.domain.movie import LAST_YEAR

from .cells import unfit

_NUMERIC_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SERIAL_DAY = re.compile(r"([2-7]\d{4})(?:[.,]\d+)?")  # 1954 to 2119
_SERIAL_EPOCH = date(1899, 12, 30)
_ASCTIME = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4}")
_A_DAY = "a day such as 2024-01-31"


def day(cell: str, field: str, zone: tzinfo) -> date | None:
    """A calendar day; of a moment that names its own zone, the day in ``zone``.

    >>> from datetime import UTC
    >>> day("31/1/2024", "Date", UTC) == day("45322", "Date", UTC) == date(2024, 1, 31)
    True
    >>> day("1/11/2024", "Date", UTC)
    Traceback (most recent call last):
    ...
    cinestats.domain.errors.InvalidInput: Date: found '1/11/2024', expected a day such as \
2024-01-31, as month and day cannot be told apart here
    """
    if not cell:
        return None
    found = _day(cell, field, zone)
    if found is None:
        raise unfit(field, cell, _A_DAY)
    if not FIRST_DAY <= found <= date(LAST_YEAR, 12, 31):
        raise unfit(field, cell, f"a day from {FIRST_DAY} on")
    return found


def _day(cell: str, field: str, zone: tzinfo) -> date | None:
    # Years 0001 and 9999 have days that no other zone can tell: those overflow.
    with suppress(ValueError, OverflowError):
        if match := _SERIAL_DAY.fullmatch(cell):
            return _SERIAL_EPOCH + timedelta(days=int(match[1]))
        if match := _NUMERIC_DAY.fullmatch(cell):
            first, second, year = map(int, match.groups())
            if first <= 12 and second <= 12 and first != second:
                # Neighbouring rows prove nothing: a spreadsheet turns the days it can and
                # leaves the rest, so that both orders stand in one column.
                raise unfit(
                    field, cell, f"{_A_DAY}, as month and day cannot be told apart here"
                )
            return date(year, second, first) if first > 12 else date(year, first, second)
        if _ASCTIME.fullmatch(cell) and (parts := parsedate(cell)):
            return date(*parts[:3])
        moment = datetime.fromisoformat(cell.replace("/", "-"))
        return moment.date() if moment.tzinfo is None else local_day(moment, zone)
    return None
