"""The figures of a handful of plays, worked out by hand."""

from datetime import date, timedelta

import pytest

from cinestats.domain.entry import Entry
from cinestats.domain.figures.overview import overview_of
from cinestats.domain.figures.period import ALL_TIME
from cinestats.domain.figures.rankings import MIN_FILMS, PRIOR_FILMS
from cinestats.domain.movie import Movie

DAY = date(2025, 1, 6)  # a Monday


def play(n: int, title: str, rating: int | None = None, **credits: object) -> Entry:
    movie = Movie.create(title, **credits)  # type: ignore[arg-type]
    return Entry(f"e{n}", movie, rating, DAY + timedelta(days=n), DAY)


def test_an_empty_diary_has_statistics_too() -> None:
    """Nothing is divided by nothing."""
    full = overview_of([], ALL_TIME)
    assert (full.totals.total_watched, full.average_rating, full.streaks.longest_days) == (
        0,
        None,
        0,
    )
    assert full.top_rated == full.recent == full.rankings["genre"].by_plays == ()


def test_plays_and_distinct_films_are_both_told() -> None:
    """A rewatch is a play, not a film."""
    full = overview_of([play(0, "A"), play(1, "A"), play(2, "B")], ALL_TIME)
    assert (full.totals.total_watched, full.films, full.rewatches) == (3, 2, 1)


def test_best_rated_needs_a_minimum_of_films_and_is_shrunk() -> None:
    """One perfect film does not beat three very good ones; means are pulled to the overall."""
    plays = [play(n, f"S{n}", 9, directors="Steady") for n in range(MIN_FILMS)]
    plays += [play(8, "L", 10, directors="Lucky"), play(9, "M", 2, directors="Meh")]
    full = overview_of(plays, ALL_TIME)
    (best,) = full.rankings["director"].by_rating
    overall = (9 * MIN_FILMS + 10 + 2) / 2 / len(plays)
    assert full.average_rating == pytest.approx(overall)
    assert best.name == "Steady"
    assert best.mean == 4.5
    assert best.shrunk_mean == pytest.approx(
        (4.5 * MIN_FILMS + PRIOR_FILMS * overall) / (MIN_FILMS + PRIOR_FILMS)
    )


def test_most_watched_names_that_are_alike_go_by_name() -> None:
    """The order never depends on chance."""
    plays = [play(n, f"F{n}", directors=name) for n, name in enumerate("CABA")]
    full = overview_of(plays, ALL_TIME)
    assert [r.name for r in full.rankings["director"].by_plays] == ["A", "B", "C"]


def test_top_rated_lists_a_film_once_with_its_best_rating() -> None:
    """The highest rating first."""
    plays = [play(0, "B", 9), play(1, "A", 9), play(2, "B", 10), play(3, "C")]
    full = overview_of(plays, ALL_TIME)
    assert [(e.movie.title, e.rating) for e in full.top_rated] == [("B", 10), ("A", 9)]


def test_recent_films_come_latest_first_and_undated_ones_last() -> None:
    """A play without a day is not recent."""
    undated = Entry("u", Movie.create("U"), None, None, DAY + timedelta(days=99))
    full = overview_of([play(0, "A"), undated, play(5, "B")], ALL_TIME)
    assert [e.movie.title for e in full.recent] == ["B", "A", "U"]
    assert full.undated == 1


def test_calendar_figures_follow_the_watched_day() -> None:
    """Months, weekdays, decades and streaks, from plays on days 0, 1, 1, 2, 4 and 40."""
    days = [0, 1, 1, 2, 4, 40]
    plays = [play(n, f"F{i}", year=1990 + i * 3) for i, n in enumerate(days)]
    full = overview_of(plays, ALL_TIME)
    assert full.totals.monthly_counts == {(2025, 1): 5, (2025, 2): 1}
    assert full.by_weekday == (1, 2, 1, 0, 1, 1, 0)
    assert full.by_decade == {1990: 4, 2000: 2}
    assert full.by_day[DAY + timedelta(days=1)] == 2
    assert (full.streaks.longest_days, full.streaks.longest_end) == (3, DAY + timedelta(days=2))
    assert (full.streaks.latest_days, full.streaks.latest_end) == (1, DAY + timedelta(days=40))
