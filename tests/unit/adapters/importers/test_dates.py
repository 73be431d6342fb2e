"""Days as files have them, at the bounds of what can be told."""

from datetime import UTC, date, timedelta, timezone

import pytest

from cinestats.adapters.importers.dates import day
from cinestats.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("1888-01-01", date(1888, 1, 1)),
        ("2200-12-31", date(2200, 12, 31)),
        ("13/12/2024", date(2024, 12, 13)),
        ("12/13/2024", date(2024, 12, 13)),
        ("12/12/2024", date(2024, 12, 12)),
        ("1.1.2024", date(2024, 1, 1)),
        ("29-2-2024", date(2024, 2, 29)),
        ("20000", date(1954, 10, 3)),
        ("45322,5", date(2024, 1, 31)),
        ("79999", date(2119, 1, 10)),
        ("20240131", date(2024, 1, 31)),
        ("Sat Mar  2 23:59:59 2024", date(2024, 3, 2)),
    ],
)
def test_a_day_that_has_one_reading_is_read(cell, found):
    """Whichever order it has, and also as a spreadsheet's number."""
    assert day(cell, "Date", UTC) == found


@pytest.mark.parametrize(
    "cell",
    [
        "1887-12-31",
        "2201-01-01",
        "1/12/2024",
        "12/1/2024",
        "13/13/2024",
        "32/1/2024",
        "29/2/2023",
        "0/1/2024",
        "19999",
        "80000",
        "1/1/24",
        "Sat Mar 32 23:59:59 2024",
        "2024-1-31",
    ],
)
def test_other_days_are_refused(cell):
    """Too early, too late, in two readings, or no day at all."""
    with pytest.raises(InvalidInput, match=r"^Date: found .*, expected a day"):
        day(cell, "Date", UTC)


def test_a_moment_falls_on_the_day_of_the_users_zone():
    """Without a zone of its own it is already local."""
    west = timezone(timedelta(hours=-5))
    assert day("2024-02-01T04:59:59Z", "Date", west) == date(2024, 1, 31)
    assert day("2024-02-01T05:00:00Z", "Date", west) == date(2024, 2, 1)
    assert day("2024-02-01T04:59:59", "Date", west) == date(2024, 2, 1)


def test_a_blank_day_is_none():
    """It is not refused."""
    assert day("", "Date", UTC) is None
