"""Ratings: half stars inside, stars outside."""

import pytest

from cinestats.domain.errors import InvalidInput
from cinestats.domain.rating import distribution_key, parse_rating, stars


@pytest.mark.parametrize("half_stars", range(1, 11))
def test_every_half_step_survives_the_way_in_and_out(half_stars: int) -> None:
    """0.5, 1, … 5 are all ratings there are."""
    assert parse_rating(stars(half_stars)) == half_stars


def test_no_rating_is_a_rating_of_none() -> None:
    """A film may be watched and not rated."""
    assert parse_rating(None) is None


NO_NUMBERS = [True, False, "5", "", b"5", [], {}, float("nan"), float("inf"), -float("inf")]
NO_RATINGS = [0, 0.0, -1, 5.5, 6, 4.25, 0.49999, 1e308, 2**63, 10**400]


@pytest.mark.parametrize(
    "value",
    [*NO_NUMBERS, *NO_RATINGS],
)
def test_anything_else_is_refused_by_name(value: object) -> None:
    """Bad inputs 1 to 4: the message names the field and what is expected, and stays short."""
    with pytest.raises(InvalidInput, match=r"rating: must be a number from 0.5 to 5") as caught:
        parse_rating(value)
    assert caught.value.field == "rating"
    assert len(str(caught.value)) < 150


def test_distribution_keys_are_those_of_the_documents() -> None:
    """Whole stars are plain, half stars carry _5; no key holds a dot."""
    keys = [distribution_key(n) for n in range(1, 11)]
    assert keys == ["0_5", "1", "1_5", "2", "2_5", "3", "3_5", "4", "4_5", "5"]


def test_whole_stars_may_be_whole_numbers() -> None:
    """JSON tells 4 from 4.0; as ratings they are the same."""
    assert [parse_rating(n) for n in range(1, 6)] == [2, 4, 6, 8, 10]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("5", "'5'"),
        ("x" * 38, f"'{'x' * 38}'"),
        ("x" * 39, f"'{'x' * 38}…"),
        (2**64 - 1, "18446744073709551615"),
        (2**64, "a number that large"),
    ],
)
def test_the_sentence_shows_what_was_given(value: object, shown: str) -> None:
    """Cut at 40 characters; a number of more than 64 bits is not written out."""
    with pytest.raises(InvalidInput) as caught:
        parse_rating(value)
    assert str(caught.value).endswith(f"in half steps, not {shown}")
