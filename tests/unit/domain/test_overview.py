"""The overview, counted by hand, and against the recompute."""

from datetime import date

import pytest
from hypothesis import given

from cinestats.domain.entry import Entry
from cinestats.domain.figures.overview import Overview, Streaks, overview_of
from cinestats.domain.figures.period import ALL_TIME, parse_period
from cinestats.domain.recompute import compute_user_stats

from .diaries import diaries, play
from .plain_figures import plain_figures

TODAY = date(2025, 3, 1)


def overview(entries: list[Entry], period: str = "all") -> Overview:
    return overview_of(entries, parse_period(period, TODAY))


def test_an_empty_period_is_all_zero() -> None:
    """Nothing is divided by nothing; the years with plays are told all the same."""
    empty = overview([play("A", "2024-05-01", 8)], "2023")
    assert (empty.plays, empty.films, empty.rewatches, empty.minutes) == (0, 0, 0, 0)
    assert (empty.average_rating, empty.streaks) == (None, Streaks(0, None, 0, None))
    assert empty.by_weekday == (0,) * 7
    assert empty.years == (2024,)


def test_the_totals_of_a_period() -> None:
    """Plays of other years and of an unknown day count only in all; ratings are per play."""
    entries = [
        play("A", "2023-12-31", 2, duration=100),
        play("A", "2024-01-01", 9, duration=100),
        play("A", "2024-01-02", duration=100),
        play("B", "2024-05-01", 7),
        play("C", None, 10, duration=30),
    ]
    year, everything = overview(entries, "2024"), overview(entries)
    assert (year.plays, year.films, year.rewatches, year.undated) == (3, 2, 1, 0)
    assert (year.rated_plays, year.average_rating, year.minutes) == (2, 4.0, 200)
    assert year.rating_distribution == {7: 1, 9: 1}
    assert (everything.plays, everything.films, everything.rewatches) == (5, 3, 2)
    assert (everything.undated, everything.rated_plays, everything.minutes) == (1, 4, 330)
    assert everything.average_rating == (1 + 4.5 + 3.5 + 5) / 4
    assert year.years == everything.years == (2024, 2023)


def test_days_months_years_weekdays_and_decades() -> None:
    """By watched day; 2024-01-01 was a Monday."""
    entries = [
        play("A", "2023-12-31", year=1989),
        play("B", "2024-01-01", year=1990),
        play("C", "2024-01-01", year=1999),
        play("D", "2024-02-07"),
        play("E", None, year=1995),
    ]
    counted = overview(entries)
    assert counted.by_day == {
        date(2023, 12, 31): 1,
        date(2024, 1, 1): 2,
        date(2024, 2, 7): 1,
    }
    assert counted.by_month == {(2023, 12): 1, (2024, 1): 2, (2024, 2): 1}
    assert counted.by_year == {2023: 1, 2024: 3}
    assert counted.by_weekday == (2, 0, 1, 0, 0, 0, 1)
    assert counted.by_decade == {1980: 1, 1990: 3}


def test_a_streak_ends_with_the_period() -> None:
    """Four days in a row over New Year are two days of the new year."""
    days = ["2023-12-30", "2023-12-31", "2024-01-01", "2024-01-02", "2024-02-01"]
    entries = [play("A", day) for day in days]
    assert overview(entries).streaks == Streaks(4, date(2024, 1, 2), 1, date(2024, 2, 1))
    assert overview(entries, "2024").streaks.longest_days == 2


def test_names_are_ranked_by_plays_films_and_rating() -> None:
    """Often seen, widely seen and well liked are three different things."""
    entries = [
        *(play("Often", f"2024-01-0{n}", 2, directors="Often") for n in range(1, 6)),
        *(play(f"W{n}", None, 4, directors="Wide") for n in range(4)),
        *(play(f"G{n}", None, 10, directors="Good") for n in range(3)),
        *(play(f"T{n}", None, 10, directors="Too few") for n in range(2)),
    ]
    directors = overview(entries).rankings["director"]
    assert [r.name for r in directors.by_plays] == ["Often", "Wide", "Good", "Too few"]
    assert [r.name for r in directors.by_films] == ["Wide", "Good", "Too few", "Often"]
    assert [r.name for r in directors.by_rating] == ["Good", "Wide"]
    mean = (5 * 1 + 4 * 2 + 5 * 5) / 14
    good = directors.by_rating[0]
    assert (good.plays, good.films, good.rated, good.mean) == (3, 3, 3, 5)
    assert good.shrunk_mean == pytest.approx((3 * 5 + 5 * mean) / (3 + 5))


def test_ties_are_broken_by_name_and_ten_are_listed() -> None:
    """The order never depends on chance."""
    entries = [play(f"F{name}", None, genres=[name]) for name in "LKJIHGFEDCBA"]
    genres = overview(entries).rankings["genre"]
    assert "".join(r.name for r in genres.by_plays) == "ABCDEFGHIJ"
    assert genres.by_films == genres.by_plays
    assert genres.by_rating == ()


def test_the_longest_films_come_once_with_their_latest_play() -> None:
    """Ties are broken by title; films of unknown length are left out."""
    entries = [
        play("Long", "2024-01-01", duration=300),
        play("Long", "2024-03-01", duration=300),
        play("Long", None, duration=300),
        play("Unknown", "2024-01-01"),
        *(play(name, "2024-01-01", duration=90) for name in "EDCBA"),
    ]
    longest = overview(entries).longest
    assert [e.movie.title for e in longest] == ["Long", "A", "B", "C", "D"]
    assert longest[0].watched_on == date(2024, 3, 1)


def test_films_seen_again_and_when_last() -> None:
    """The most plays first, then by title; a film seen once is not among them."""
    entries = [
        *(play("B", day) for day in ("2024-01-01", "2024-01-05", None)),
        *(play("A", day) for day in ("2024-02-01", "2024-02-02")),
        *(play("C", day) for day in ("2024-02-01", "2023-02-02")),
        play("Once", "2024-01-01"),
    ]
    again = overview(entries).rewatched
    assert [(r.movie.title, r.plays, r.last_watched) for r in again] == [
        ("B", 3, date(2024, 1, 5)),
        ("A", 2, date(2024, 2, 2)),
        ("C", 2, date(2024, 2, 1)),
    ]
    assert [r.movie.title for r in overview(entries, "2024").rewatched] == ["A", "B"]


def test_milestones_go_by_the_watched_day() -> None:
    """The 1st, 50th, 100th, 250th, 500th and every 1000th play; a day's in order of adding."""
    entries = [
        play(f"F{n:04}", f"{2000 + n // 300}-01-{1 + n % 300 // 10:02}") for n in range(2100)
    ]
    entries = [play("Undated"), *reversed(entries[:-1]), entries[-1]]
    milestones = overview(entries).milestones
    assert [m.number for m in milestones] == [1, 50, 100, 250, 500, 1000, 2000]
    first = milestones[0].entry
    assert (first.watched_on, first.movie.title) == (date(2000, 1, 1), "F0009")
    assert milestones[1].entry.watched_on == date(2000, 1, 5)
    of_2001 = overview(entries, "2001").milestones
    assert [m.number for m in of_2001] == [1, 50, 100, 250]
    assert of_2001[0].entry.watched_on == date(2001, 1, 1)


@given(diaries())
def test_the_overview_of_all_agrees_with_the_recompute(entries: list[Entry]) -> None:
    """Field by field, and without sharing how they count."""
    told, full = overview(entries), compute_user_stats(entries)
    assert told.totals == full.stats
    assert told.plays == full.stats.total_watched
    assert told.rated_plays == full.stats.rated_count
    assert told.minutes == full.stats.watch_time_minutes
    assert told.rating_distribution == full.stats.rating_distribution
    assert told.by_month == full.stats.monthly_counts
    for type_, rankings in told.rankings.items():
        for name in rankings.by_plays:
            affinity = full.affinities[type_, name.name]
            assert (name.plays, name.rated) == (affinity.plays, affinity.rated_count)


@given(diaries())
def test_the_overview_of_all_agrees_with_the_plain_figures(entries: list[Entry]) -> None:
    """Every figure by its definition, and not for the sake of speed."""
    told, full = overview(entries), plain_figures(entries)
    assert told.films == full.distinct_films
    assert told.rewatches == full.rewatches
    assert told.undated == full.undated
    assert told.average_rating == full.mean_rating
    assert told.by_day == full.by_day
    assert told.by_weekday == full.by_weekday
    assert told.by_decade == full.by_decade
    assert told.streaks == full.streaks
    assert told.top_rated == full.top_rated
    assert told.recent == full.recent
    assert told.rankings["genre"].by_plays == full.favourite_genres
    assert told.rankings["director"].by_plays == full.most_watched_directors
    assert told.rankings["director"].by_rating == full.best_rated_directors
    assert told.rankings["actor"].by_plays == full.most_watched_actors
    assert told.rankings["actor"].by_rating == full.best_rated_actors


@given(diaries())
def test_the_years_and_the_undated_add_up_to_all(entries: list[Entry]) -> None:
    """Every play is in exactly one year, or of an unknown day."""
    everything = overview(entries)
    years = [overview(entries, str(year)) for year in everything.years]
    undated = [entry for entry in entries if entry.watched_on is None]
    assert everything.undated == len(undated)
    assert everything.plays == sum(y.plays for y in years) + len(undated)
    assert everything.rated_plays == sum(y.rated_plays for y in years) + sum(
        entry.rating is not None for entry in undated
    )
    assert everything.minutes == sum(y.minutes for y in years) + sum(
        entry.movie.duration or 0 for entry in undated
    )
    assert everything.by_day == {day: n for y in reversed(years) for day, n in y.by_day.items()}
    assert everything.by_year == {y.period.first.year: y.plays for y in years if y.period.first}


@given(diaries())
def test_the_order_of_the_entries_moves_no_figure(entries: list[Entry]) -> None:
    """Only plays that nothing else tells apart follow the order in which they were added."""
    one, other = overview_of(entries, ALL_TIME), overview_of(entries[::-1], ALL_TIME)
    assert one.rankings == other.rankings
    assert (one.films, one.by_day, one.streaks) == (other.films, other.by_day, other.streaks)
    assert [m.number for m in one.milestones] == [m.number for m in other.milestones]


def test_coverage_counts_the_plays_that_tell_each_thing() -> None:
    """Of the period alone; somebody among the actors is a credit, too."""
    entries = [
        play("A", "2024-01-01", 8, directors=["D"], genres=["G"], duration=90),
        play("B", "2024-01-02", actors=["E"]),
        play("C", "2023-01-02"),
        play("D", None, 1),
    ]
    assert overview(entries).coverage == (4, 1, 2, 1, 3, 2)
    assert overview(entries, "2024").coverage == (2, 1, 2, 1, 2, 1)
    assert overview([]).coverage == (0, 0, 0, 0, 0, 0)
