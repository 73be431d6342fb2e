"""Two diaries side by side, counted by hand."""

from math import sqrt

import pytest
from hypothesis import given

from cinestats.domain.entry import Entry
from cinestats.domain.figures.comparison import Comparison, compare, student_t

from .diaries import diaries, play


def rated(**ratings: int) -> list[Entry]:
    return [play(title, "2024-01-01", rating) for title, rating in ratings.items()]


def test_films_are_counted_once_and_overlap() -> None:
    """The share of all films that both have seen; rewatches make no difference."""
    mine = [play("A", "2024-01-01"), play("A", "2024-01-02"), play("B"), play("C")]
    told = compare(mine, [play("B"), play("C"), play("D"), play("E")])
    assert (told.films, told.other_films, told.common) == (3, 4, 2)
    assert told.overlap == 2 / 5
    assert (told.rated_common, told.mean_distance, told.distance_low) == (0, None, None)
    assert [e.movie.title for e in told.only_user] == ["A"]
    assert [e.movie.title for e in told.only_other] == ["D", "E"]


def test_two_empty_diaries_have_nothing_in_common() -> None:
    """Nothing is divided by nothing."""
    assert compare([], []).overlap == 0


def test_the_latest_rating_of_a_film_counts() -> None:
    """Neither an older rating, nor a later play without one, nor one of an unknown day."""
    mine = [
        play("A", None, 1),
        play("A", "2024-01-01", 2),
        play("A", "2024-01-02", 8),
        play("A", "2024-01-03"),
    ]
    told = compare(mine, rated(A=9))
    assert (told.rated_common, told.mean_distance) == (1, 0.5)
    assert [(f.rating, f.other_rating) for f in told.agree] == [(8, 9)]
    assert (told.distance_low, told.distance_high) == (None, None)


def test_the_distance_has_an_interval_by_student() -> None:
    """Of 0, 1 and 2 stars the mean is 1 and the standard error 1/√3."""
    told = compare(rated(A=4, B=4, C=4), rated(A=4, B=6, C=8))
    assert told.mean_distance == 1
    assert (told.distance_low, told.distance_high) == (
        pytest.approx(0.0),  # 1 - 4.303 / √3 is below what a distance can be
        pytest.approx(1 + 4.3027 / sqrt(3)),
    )
    wide = compare(rated(A=1, B=1), rated(A=10, B=2))
    assert (wide.distance_low, wide.distance_high) == (0.0, 4.5)


def test_the_quantiles_are_the_published_ones() -> None:
    """To 3 decimals, also where the table ends."""
    published = {1: 12.706, 4: 2.776, 10: 2.228, 11: 2.201, 15: 2.131, 60: 2.000, 10**6: 1.960}
    assert {n: round(student_t(n), 3) for n in published} == published


def test_the_correlation_is_pearsons() -> None:
    """It needs three films and ratings that differ."""
    assert compare(rated(A=2, B=4, C=6), rated(A=1, B=2, C=3)).correlation == pytest.approx(1)
    assert compare(rated(A=2, B=4, C=6), rated(A=3, B=2, C=1)).correlation == pytest.approx(-1)
    mixed = compare(rated(A=2, B=4, C=6), rated(A=2, B=6, C=4)).correlation
    assert mixed == pytest.approx(0.5)
    assert compare(rated(A=2, B=4), rated(A=1, B=2)).correlation is None
    assert compare(rated(A=2, B=4, C=6), rated(A=5, B=5, C=5)).correlation is None


def test_what_they_agree_and_disagree_on() -> None:
    """Half a star apart is agreement; the clearest cases come first, then the best rated."""
    told = compare(
        rated(Same=6, Best=10, Near=9, Far=1, Off=8, Also=9),
        rated(Same=6, Best=10, Near=10, Far=10, Off=6, Also=7),
    )
    assert [f.movie.title for f in told.agree] == ["Best", "Same", "Near"]
    assert [f.movie.title for f in told.disagree] == ["Far", "Also", "Off"]


def test_what_only_one_has_seen_comes_best_first() -> None:
    """Ten films; those without a rating are last, ties by title."""
    mine = [*rated(**{f"F{n:02}": 6 for n in range(9)}, Top=9), play("Unrated"), play("Also")]
    titles = [e.movie.title for e in compare(mine, []).only_user]
    assert titles == ["Top", *(f"F{n:02}" for n in range(9))]


@given(diaries(), diaries())
def test_a_comparison_is_symmetric(mine: list[Entry], theirs: list[Entry]) -> None:
    """Whoever comes first, the figures are the same with the sides changed."""
    one, other = compare(mine, theirs), compare(theirs, mine)
    assert one == Comparison(
        films=other.other_films,
        other_films=other.films,
        common=other.common,
        overlap=other.overlap,
        rated_common=other.rated_common,
        mean_distance=other.mean_distance,
        distance_low=other.distance_low,
        distance_high=other.distance_high,
        correlation=pytest.approx(other.correlation),
        agree=tuple(type(f)(f.movie, f.other_rating, f.rating) for f in other.agree),
        disagree=tuple(type(f)(f.movie, f.other_rating, f.rating) for f in other.disagree),
        only_user=other.only_other,
        only_other=other.only_user,
    )


@given(diaries())
def test_a_diary_agrees_with_itself(entries: list[Entry]) -> None:
    """No distance, and all of the films in common."""
    told = compare(entries, entries)
    assert told.films == told.common
    assert told.mean_distance in (None, 0)
    assert told.disagree == told.only_user == told.only_other == ()


PUBLISHED = {
    11: 2.200985160,
    15: 2.131449546,
    20: 2.085963447,
    30: 2.042272456,
    60: 2.000297822,
    120: 1.979930405,
}
"""Student's t at 0.975, to 9 decimals."""


@pytest.mark.parametrize(("degrees", "exact"), PUBLISHED.items())
def test_the_error_of_the_series_falls_with_the_fourth_power(
    degrees: int, exact: float
) -> None:
    """So it does when each of its terms is right, and only then."""
    assert 1 < (exact - student_t(degrees)) * degrees**4 < 2


def test_few_degrees_have_four_decimals() -> None:
    """There the series is not near enough."""
    published = {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 9: 2.2622, 10: 2.2281}
    assert {n: round(student_t(n), 4) for n in published} == published
