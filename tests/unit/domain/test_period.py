"""What a period is called, and what it holds."""

from datetime import date

import pytest

from cinestats.domain.entry import Entry
from cinestats.domain.errors import InvalidInput
from cinestats.domain.figures.period import parse_period
from cinestats.domain.movie import Movie

TODAY = date(2025, 3, 1)


@pytest.mark.parametrize(
    ("name", "kind", "first", "last"),
    [
        ("all", "all", None, None),
        ("2024", "calendar", date(2024, 1, 1), date(2024, 12, 31)),
        ("9999-12", "calendar", date(9999, 12, 1), date(9999, 12, 31)),
        ("2024-02", "calendar", date(2024, 2, 1), date(2024, 2, 29)),
        ("last-30-days", "rolling", date(2025, 1, 31), TODAY),
        ("2024-05-03..2024-05-03", "range", date(2024, 5, 3), date(2024, 5, 3)),
    ],
)
def test_every_form_has_its_days(
    name: str, kind: str, first: date | None, last: date | None
) -> None:
    """The bounds are part of the period; 30 days end today."""
    period = parse_period(name, TODAY)
    assert (period.name, period.kind, period.first, period.last) == (name, kind, first, last)


@pytest.mark.parametrize(
    "name",
    [
        *("", "ALL", "24", "2024-13", "2024-00", "0000", "0001", "2024-1", "last-31-days"),
        *("2024-02-30..2024-03-01", "2024-05-02..2024-05-01", "2024-05-01", "٢٠٢٤", "2024 "),
    ],
)
def test_what_is_no_period_is_refused(name: str) -> None:
    """The sentence names the field."""
    with pytest.raises(InvalidInput, match=r"^period: "):
        parse_period(name, TODAY)


def test_a_period_holds_the_plays_watched_in_it() -> None:
    """Both bounds are in; plays of an unknown day are only in "all"."""
    days = [date(2024, 4, 30), date(2024, 5, 1), date(2024, 5, 31), date(2024, 6, 1), None]
    film = Movie.create("A")
    entries = [Entry(str(n), film, None, day, TODAY) for n, day in enumerate(days)]
    held = {
        name: [e.entry_id for e in parse_period(name, TODAY).plays(entries)]
        for name in ("2024-05", "2024-05-02..2024-06-01", "2024", "2023", "all")
    }
    assert held == {
        "2024-05": ["1", "2"],
        "2024-05-02..2024-06-01": ["2", "3"],
        "2024": ["0", "1", "2", "3"],
        "2023": [],
        "all": ["0", "1", "2", "3", "4"],
    }


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("2024-13", "'2024-13' is not in the calendar"),
        ("2024-02-30..2024-03-01", "'2024-02-30..2024-03-01' is not in the calendar"),
        ("2024-05-02..2024-05-01", "must not end before it begins"),
        ("1887", "must not end before 1888-01-01"),
        ("1887-01-01..1887-12-31", "must not end before 1888-01-01"),
        (
            "x" * 41,
            "must be all, last-30-days, or written as 2024, 2024-05 or 2024-05-01..2024-06-15,"
            f" not '{'x' * 40}'",
        ),
    ],
)
def test_the_sentence_says_what_is_wrong(name: str, sentence: str) -> None:
    """Of what was given, it shows 40 characters at most."""
    with pytest.raises(InvalidInput) as caught:
        parse_period(name, TODAY)
    assert str(caught.value) == f"period: {sentence}"


def test_a_period_may_end_with_the_first_day_of_film() -> None:
    """What comes before that day is only its beginning."""
    period = parse_period("1800-01-01..1888-01-01", TODAY)
    assert (period.first, period.last) == (date(1800, 1, 1), date(1888, 1, 1))
