"""Ratings as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.importers.cells import UNREADABLE, LeftOut
from cinestats.adapters.importers.ratings import RatingReader, half_stars, scale_of


@pytest.mark.parametrize(
    "cell",
    [
        *("4/5", "8/10", "80/100", "80%", "80 %", "4 / 5", "4,0/5", "8 out of 10", "8 su 10"),
        *("★★★★", "⭐⭐⭐⭐", "⭐️⭐️⭐️⭐️", "★★★★☆", "★ ★ ★ ★", "4 stars", "4★", "4 Sterne"),
    ],
)
@pytest.mark.parametrize("scale", [5, 10, 100])
def test_a_cell_that_says_what_it_is_out_of_is_read_on_any_scale(cell, scale):
    """Four stars of five."""
    assert half_stars(cell, "x", scale) == 8


@pytest.mark.parametrize(("cell", "halves"), [("½", 1), ("★½", 3), ("⭐⭐⯨", 5), ("4½", 9)])
def test_half_stars_are_drawn_too(cell, halves):
    """In several ways."""
    assert half_stars(cell, "x", 5) == halves


@pytest.mark.parametrize(
    "cell", ["", "0", "0,00", "0.0", "0/10", "0%", "N/A", "n/a", "-", "none", "☆☆☆☆☆", "Null"]
)
def test_no_rating_is_none(cell):
    """It is not refused."""
    assert half_stars(cell, "x", 5) is None


@pytest.mark.parametrize(
    ("cell", "scale"), [("3.75", 5), ("7.5", 10), ("75", 100), ("75%", 5), ("3/4", 5)]
)
def test_a_rating_between_two_half_stars_is_left_out(cell, scale):
    """It is not rounded."""
    with pytest.raises(LeftOut) as left:
        half_stars(cell, "x", scale)
    assert left.value.why == "lies between two half stars"


@pytest.mark.parametrize(
    "cell", ["good", "6/5", "-4", "1/0", "101%", "5-Apr", "★★★★★½", "½★", "4/", "6 stars", "11"]
)
def test_what_is_no_rating_is_left_out(cell):
    """The row can do without it."""
    with pytest.raises(LeftOut) as left:
        half_stars(cell, "x", 10)
    assert left.value.why == UNREADABLE


@pytest.mark.parametrize(
    ("column", "scale"),
    [
        (["5"], 5),
        (["5.5"], 10),
        (["10"], 10),
        (["10.1"], 100),
        (["101"], 100),
        (["4/5", "", "x"], None),
        (["0", "0,0"], None),
        (["90%", "4"], 5),
    ],
)
def test_the_greatest_bare_number_tells_the_scale(column, scale):
    """Cells with a scale of their own say nothing of the others."""
    assert scale_of(column) == scale


@given(st.lists(st.integers(1, 10), min_size=1), st.sampled_from([5, 10, 100]))
def test_a_scale_that_is_said_is_kept(halves, scale):
    """Hypothesis: each rating comes back, whatever the others are."""
    cells = [f"{half * scale / 10:g}" for half in halves]
    read = RatingReader(scale).judged(cells, "x")
    assert [read(cell, "x") for cell in cells] == halves
