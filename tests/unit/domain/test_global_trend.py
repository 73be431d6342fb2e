"""How films and genres moved since the window that ended a week ago."""

from datetime import date, timedelta

import pytest

from cinestats.domain.global_trend import (
    MAX_GENRE_COUNTS,
    DayCount,
    FilmDay,
    first_day,
    in_window,
    summarize,
)
from cinestats.domain.movie import Movie

TODAY = date(2025, 3, 1)


def days(**ages: list[int]) -> list[tuple[FilmDay, DayCount]]:
    """One play of each film, so many days ago; its genre is the first letter."""
    return [
        (FilmDay(TODAY - timedelta(days=age), title), DayCount(1, film))
        for title, plays in ages.items()
        for film in (Movie.create(title, year=2000, genres=[title[0]]),)
        for age in plays
    ]


def test_ranks_are_compared_with_the_window_of_a_week_ago() -> None:
    """Then: Ape 2 plays, Bee 1. Now: Bee 3, Ant 2, Ape 1."""
    trend = summarize(days(Ape=[7, 36, 37], Bee=[29, 1, 0], Ant=[6, 0]), TODAY)
    assert [(m.title, m.year, m.rank, m.previous_rank) for m in trend.movements] == [
        ("Bee", 2000, 1, 2),
        ("Ant", 2000, 2, None),
        ("Ape", 2000, 3, 1),
    ]
    assert [(m.count, m.previous_count) for m in trend.movements] == [(3, 1), (2, 0), (1, 2)]
    assert [(g.genre, g.count, g.previous_count) for g in trend.genre_movements] == [
        ("A", 3, 2),
        ("B", 3, 1),
    ]


def test_movements_have_the_order_of_their_lists() -> None:
    """One for each film of the top list and each trending genre; no more."""
    trend = summarize(days(**{f"{chr(65 + n)}": [0] * (n + 1) for n in range(14)}), TODAY)
    assert [m.title for m in trend.movements] == [m.title for m in trend.top_movies]
    genres = [genre for genre, _ in trend.trending_genres]
    assert [g.genre for g in trend.genre_movements] == genres
    assert len(genres) == 10


def test_the_earlier_window_ranks_films_beyond_the_top_list() -> None:
    """A film that comes from place 12 comes from place 12."""
    crowd = {f"F{n:02}": [10, 20] for n in range(11)}
    trend = summarize(days(**crowd, Late=[15, 0, 0]), TODAY)
    assert (trend.movements[0].title, trend.movements[0].previous_rank) == ("Late", 12)


def test_a_deletion_leaves_both_windows() -> None:
    """Days whose counts are down to 0 rank nothing."""
    added, film = days(Ape=[10])[0]
    trend = summarize(
        [(added, DayCount(1, film.movie)), (added, DayCount(-1, film.movie)), *days(Ape=[0])],
        TODAY,
    )
    (movement,) = trend.movements
    assert (movement.previous_rank, movement.previous_count) == (None, 0)


def test_the_days_before_the_windows_are_not_needed() -> None:
    """From the first day on is enough for the same trend."""
    every = days(Ape=[0, 29, 30, 36, 37, 50], Bee=[35])
    needed = [item for item in every if item[0].day >= first_day(TODAY)]
    assert summarize(needed, TODAY) == summarize(every, TODAY)
    assert summarize(needed[:2], TODAY) != summarize(every, TODAY)


def test_a_document_has_a_bounded_size() -> None:
    """However many genres somebody makes up, those that are listed are the most seen."""
    film = Movie.create("Ape", year=2000, genres=["Drama"])
    made_up = [
        (FilmDay(TODAY, f"f{n}"), DayCount(1, Movie.create("X", genres=[f"Genre {n}"])))
        for n in range(2 * MAX_GENRE_COUNTS)
    ]
    trend = summarize([*made_up, (FilmDay(TODAY, "ape"), DayCount(2, film))], TODAY)
    assert len(trend.genre_counts) == MAX_GENRE_COUNTS
    assert trend.genre_counts["Drama"] == 2


def test_a_window_of_other_days_bounds_everything() -> None:
    """With 7 days: today's window, that of a week ago, and the first day that is needed."""
    every = days(Ape=[0, 6, 7, 13, 14], Bee=[7])
    trend = summarize(every, TODAY, 7)
    assert (trend.window_days, trend.movie_counts) == (7, {"Ape": 2})
    assert [m.previous_count for m in trend.movements] == [2]
    assert first_day(TODAY, 7) == TODAY - timedelta(days=13)
    assert summarize(every[:4] + every[5:], TODAY, 7) == trend


def test_no_day_before_the_first_is_read() -> None:
    """The first day is the one on which the window of a week ago begins."""
    then = TODAY - timedelta(days=7)
    assert in_window(first_day(TODAY), then)
    assert not in_window(first_day(TODAY) - timedelta(days=1), then)


def test_the_genre_with_more_plays_comes_first() -> None:
    """Before any name; one that is down to no play is not there at all."""
    film = Movie.create("Gone", genres=["Gone"])
    trend = summarize(
        [*days(Ant=[0], Bee=[0, 0]), (FilmDay(TODAY, "g"), DayCount(0, film))], TODAY
    )
    assert trend.trending_genres == (("B", 2), ("A", 1))
    assert trend.genre_counts == {"B": 2, "A": 1}


def test_no_earlier_count_is_below_nothing() -> None:
    """A deletion may be counted before the addition that it takes back: so far, that is 0."""
    film = Movie.create("Ape", year=2000, genres=["A"])
    then = FilmDay(TODAY - timedelta(days=29), "Ape")
    for count, expected in ((-1, 0), (0, 0), (1, 1)):
        trend = summarize([(then, DayCount(count, film)), *days(Ape=[0, 0, 0])], TODAY)
        assert [m.previous_count for m in trend.movements] == [expected]
        assert [g.previous_count for g in trend.genre_movements] == [expected]


SNAPSHOTS = [
    Movie.create(title, film_key="f", year=year, genres=genres, poster_url=poster)
    for title in ("Ape", "Bee")
    for year in (None, 2000)
    for genres in ([], ["A"], ["B"])
    for poster in (None, "https://films.example/1.jpg", "https://films.example/2.jpg")
]


@pytest.mark.parametrize("one", SNAPSHOTS)
def test_the_order_of_the_days_makes_no_difference(one: Movie) -> None:
    """Whatever two snapshots of one film disagree on."""
    for other in SNAPSHOTS:
        told = [(FilmDay(TODAY, "f"), DayCount(1, film)) for film in (one, other)]
        assert summarize(told, TODAY) == summarize(told[::-1], TODAY)


def test_what_is_dated_ahead_waits_for_its_day() -> None:
    """Also a day that is years ahead, and whatever an earlier play of the film counts."""
    dated = days(Ape=[0, -1, -1], Bee=[-1, -3650], Ant=[1])
    trend = summarize(dated, TODAY)
    assert [(m.title, m.count) for m in trend.top_movies] == [("Ape", 1), ("Ant", 1)]
    assert trend.genre_counts == {"A": 2}
    tomorrow = summarize(dated, TODAY + timedelta(days=1))
    assert [(m.title, m.count) for m in tomorrow.top_movies] == [
        ("Ape", 3),
        ("Bee", 1),
        ("Ant", 1),
    ]
