"""Days and moments: which day a moment belongs to depends on the zone."""

import re
from datetime import date, datetime, tzinfo

from .errors import InvalidInput

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The calendar day of ``moment`` (aware) in ``zone``."""
    return moment.astimezone(zone).date()


def parse_day(value: object, field: str = "date") -> date:
    """A day such as 2025-01-20; raises InvalidInput for anything else.

    >>> parse_day("2025-01-20")
    datetime.date(2025, 1, 20)
    """
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError as error:
        raise InvalidInput(field, f"{value!r} is no day of the calendar") from error
    raise InvalidInput(field, f"must be a day such as 2025-01-20, not {str(value)[:40]!r}")
