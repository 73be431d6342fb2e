"""Days and moments."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cinestats.domain.days import local_day, parse_day
from cinestats.domain.errors import InvalidInput


def test_a_moment_is_on_the_day_of_its_zone() -> None:
    """An hour before midnight in UTC, it is the next day in Rome."""
    moment = datetime(2025, 1, 31, 23, tzinfo=UTC)
    assert local_day(moment, ZoneInfo("Europe/Rome")) == date(2025, 2, 1)
    assert local_day(moment, UTC) == date(2025, 1, 31)


@pytest.mark.parametrize("text", ["2025-01-20", "0001-01-01", "2024-02-29"])
def test_a_day_is_written_in_one_form(text: str) -> None:
    """Year, month and day in digits."""
    assert parse_day(text).isoformat() == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2025-1-20", "'2025-1-20'"),
        ("20250120", "'20250120'"),
        ("2025-W04-1", "'2025-W04-1'"),
        ("2025-01-20 ", "'2025-01-20 '"),
        ("٢٠٢٥-٠١-٢٠", "'٢٠٢٥-٠١-٢٠'"),
        ("x" * 41, f"'{'x' * 40}'"),
        (20250120, "'20250120'"),
        (None, "'None'"),
    ],
)
def test_other_forms_are_refused(value: object, shown: str) -> None:
    """The sentence shows the first 40 characters of what was given."""
    with pytest.raises(InvalidInput) as caught:
        parse_day(value)
    assert str(caught.value) == f"date: must be a day such as 2025-01-20, not {shown}"


def test_a_day_that_no_calendar_has_is_refused() -> None:
    """The sentence names the field."""
    with pytest.raises(InvalidInput) as caught:
        parse_day("2025-02-29", "watched_date")
    assert str(caught.value) == "watched_date: '2025-02-29' is no day of the calendar"
