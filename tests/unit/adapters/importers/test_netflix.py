"""The dates of Netflix's short file, which are those of an account's country."""

from datetime import date

import pytest

from cinestats.adapters.importers import importers
from cinestats.adapters.importers.registry import Confidence
from cinestats.adapters.importers.source import Source
from cinestats.domain.errors import CinestatsError

NAME = "NetflixViewingHistory.csv"


def history(*days):
    rows = "".join(f'"Film {number}","{day}"\n' for number, day in enumerate(days))
    return f"Title,Date\n{rows}"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("4/12/22", "6/15/22"), (date(2022, 4, 12), date(2022, 6, 15))),
        (("4/12/22", "15/6/22"), (date(2022, 12, 4), date(2022, 6, 15))),
        (("04.12.22", "15.06.22"), (date(2022, 12, 4), date(2022, 6, 15))),
        (("5/5/22", "6/6/22"), (date(2022, 5, 5), date(2022, 6, 6))),
        (("2022-04-12", "2022-06-15"), (date(2022, 4, 12), date(2022, 6, 15))),
        (("", "6/15/22"), (None, date(2022, 6, 15))),
    ],
)
def test_all_rows_tell_which_comes_first_the_month_or_the_day(read, days, expected):
    """One day above the twelfth is enough."""
    assert tuple(row.watched_on for row in read(NAME, history(*days)).rows) == expected


def test_dates_that_fit_both_orders_are_not_guessed(read):
    """The sentence names both readings."""
    with pytest.raises(CinestatsError, match="'4/12/22' is 12 April 2022 or 4 December 2022"):
        read(NAME, history("4/12/22", "5/5/22"))


def test_a_file_in_both_orders_costs_no_play(read):
    """Where rows contradict each other a day that could be two is left out, with a note."""
    export = read(NAME, history("4/12/22", "15/6/22", "6/15/22", "99/99/22"))
    assert [row.watched_on for row in export.rows] == [
        None,
        date(2022, 6, 15),
        date(2022, 6, 15),
        None,
    ]
    assert len(export.notes) == 2
    assert all(note.startswith("Date could ") for note in export.notes)


@pytest.mark.parametrize(
    ("path", "text", "sure"),
    [
        (NAME, history("2022-04-12"), Confidence.CERTAIN),
        ("x.csv", 'Title,Date\n"A: Season 1: B","2022-04-12"\n', Confidence.CERTAIN),
        ("x.csv", history("4/12/22"), Confidence.LIKELY),
        ("x.csv", history("2022-04-12"), Confidence.NO),
        ("x.csv", history(), Confidence.NO),
    ],
)
def test_two_columns_may_be_anybody_s(path, text, sure):
    """The name, an episode, or days as Netflix writes them tell that they are Netflix's."""
    netflix = next(each for each in importers() if each.format == "netflix")
    assert netflix.recognises(Source(path, text.encode())) == sure


def test_the_columns_may_name_the_zone_and_the_form(read):
    """They hold the same."""
    text = (
        "Profile Name,Start Time (UTC),Duration (H:MM:SS),Attributes,Title,Supplemental Video"
        " Type,Device Type,Bookmark,Latest Bookmark,Country\n"
        "Ann,2026-05-12 22:32:15,1:42:30,,Dune: Part Two,,TV,01:42:30,01:42:30,US\n"
    )
    (row,) = read("ViewingActivity.csv", text).rows
    assert (row.title, row.watched_on) == ("Dune: Part Two", date(2026, 5, 13))
