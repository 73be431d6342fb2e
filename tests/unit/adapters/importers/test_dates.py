"""Days as files have them, at the bounds of what can be told."""

from contextlib import suppress
from datetime import UTC, date, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.importers.cells import LeftOut
from cinestats.adapters.importers.dates import AmbiguousDays, DayReader, day
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
        ("1/1/24", date(2024, 1, 1)),
        ("3/15/98", date(1998, 3, 15)),
        ("2024-1-31", date(2024, 1, 31)),
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
        "Sat Mar 32 23:59:59 2024",
        "1/2/24",
        "24-03-15",
        "March 2024",
        "2024",
        "before 15 March 2024",
        "2024-15-03",
        "1/2/3/2024",
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


@pytest.mark.parametrize("cell", ["", "N/A", "n/a", "-", "–", "unknown", "None", "?"])
def test_a_blank_day_is_none(cell):
    """It is not refused, nor is one that says that nobody knows."""
    assert day(cell, "Date", UTC) is None


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "2024-3-15",
            "2024/3/15",
            "2024.03.15",
            "2024. 3. 15.",
            "15/03/2024 20:30",
            "15-Mar-24",
        ),
        *(
            "March 15, 2024",
            "15 Mar 2024",
            "Mar 15th, 2024 at 8:30 PM",
            "Friday, 15 March 2024",
        ),
        *("15 marzo 2024", "ven 15 mar 2024", "15. März 2024", "vendredi 15 mars 2024"),
        *("15 de marzo de 2024", "15 de março de 2024", "15 maart 2024", "15 marca 2024"),
        *("15 марта 2024 г.", "15 березня 2024 р.", "15 Mart 2024", "15 mars 2024 kl 20:30"),
        *(
            "15. maaliskuuta 2024",
            "15.3.2024 klo 20.30",
            "15. března 2024",
            "2024. március 15.",
        ),
        *(
            "15 Μαρτίου 2024",
            "2024年3月15日",
            "2024年03月15日(金)",
            "2024년 3월 15일",
            "15 मार्च 2024",
        ),
        *("1710500000", "1710500000000", "20240315", "45366", "2024-03-15 20:30:00 UTC"),
        *("2024-03-15T20:30:00+02:00", "2024-03-15T20:30:00.000Z", "15/03/2024, 8:30 p.m."),
        *("Fri, 15 Mar 2024 20:30:00 +0000", "2024-03-15 20:30:00 +0200", "2024/03/15 20:30"),
    ],
)
def test_every_unambiguous_form_is_read(cell):
    """In figures and in words, with and without a time."""
    assert day(cell, "Date", UTC) == date(2024, 3, 15)


def test_a_month_that_is_also_a_day_of_the_week_is_told_by_its_place():
    """An Italian Tuesday and an Italian March are both "mar"."""
    assert day("mar 5 mar 2024", "Data", UTC) == date(2024, 3, 5)
    assert day("mar 5 ott 2024", "Data", UTC) == date(2024, 10, 5)


def test_a_moment_in_words_falls_on_the_day_of_the_users_zone():
    """Its own zone is not overlooked."""
    east = timezone(timedelta(hours=2))
    assert day("Fri, 15 Mar 2024 23:30:00 GMT", "Date", east) == date(2024, 3, 16)
    assert day("3/15/2024 11:30 PM +0000", "Date", east) == date(2024, 3, 16)


def judged(cells, order=None):
    """The days of a column; None for a cell that is left out."""
    read = DayReader(UTC, order).judged(cells, "Date")

    def try_read(cell):
        try:
            return read(cell, "Date")
        except LeftOut:
            return None

    return [found and found.isoformat() for found in map(try_read, cells)]


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["1/2/2024", "13/2/2024"], ["2024-02-01", "2024-02-13"]),
        (["1/2/2024", "2/13/2024"], ["2024-01-02", "2024-02-13"]),
        (["1/2/24", "2/13/24", "x"], ["2024-01-02", "2024-02-13", None]),
        (["4/12/22", "6/15/22"], ["2022-04-12", "2022-06-15"]),
        (["15.03.24", "01.02.24"], ["2024-03-15", "2024-02-01"]),
        (["24-01-02", "99-12-31"], ["2024-01-02", "1999-12-31"]),
        (["3/3/2024", "5/5/2024"], ["2024-03-03", "2024-05-05"]),
        (["2024-01-02", "1/2/2024", "31/1/2024"], ["2024-01-02", "2024-02-01", "2024-01-31"]),
        (["1/2/2024", "13/2/2024", "2/13/2024"], [None, "2024-02-13", "2024-02-13"]),
    ],
)
def test_the_rows_of_a_column_tell_the_order_of_each_other(cells, days):
    """One that fits a single order decides; where they contradict each other none does."""
    assert judged(cells) == days


@given(
    st.lists(st.dates(date(1970, 1, 1), date(2060, 1, 1)), min_size=1),
    st.sampled_from(["%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%y", "%d-%m-%Y"]),
)
def test_a_column_of_one_order_is_read_or_refused_and_never_turned(days, form):
    """Hypothesis: no day ever becomes another."""
    cells = [each.strftime(form) for each in days]
    expected = [each.isoformat() for each in days]
    order = "mdy" if form.startswith("%m") else "dmy"
    assert judged(cells, order) == expected
    with suppress(AmbiguousDays):
        assert judged(cells) == expected


def test_the_order_that_the_user_says_counts_only_where_two_are_possible():
    """A day that has one reading keeps it."""
    cells = ["1/2/2024", "2/13/2024"]
    assert judged(cells, "dmy") == ["2024-02-01", "2024-02-13"]


@pytest.mark.parametrize(
    ("cells", "readings"),
    [
        (["1/2/2024"], "'1/2/2024' is 2 January 2024 or 1 February 2024"),
        (["3/3/2024", "12/11/2024"], "'12/11/2024' is 12 November 2024 or 11 December 2024"),
        (["15-03-24"], "'15-03-24' is 24 March 2015 or 15 March 2024"),
    ],
)
def test_a_column_that_fits_two_orders_is_refused(cells, readings):
    """With both readings of one cell."""
    with pytest.raises(AmbiguousDays) as refused:
        judged(cells)
    assert readings in str(refused.value)
