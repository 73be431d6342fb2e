"""Films: what is checked, cleaned and cut."""

import unicodedata

import pytest

from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import Movie, split_names


def test_credits_are_cut_to_what_is_counted() -> None:
    """At most 2 directors and the first 5 actors; a repeated name counts once."""
    movie = Movie.create(
        "A", directors=["X", "X", "Y", "Z"], actors=list("aabcdefg"), genres=["g", "g"]
    )
    assert movie.directors == ("X", "Y")
    assert movie.actors == ("a", "b", "c", "d", "e")
    assert movie.genres == ("g",)


def test_composed_and_decomposed_spellings_are_one_film() -> None:
    """Bad input 13: NFC and NFD of a title are the same title."""
    composed = "Amélie"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert Movie.create(composed, year=2001) == Movie.create(decomposed, year=2001)


@pytest.mark.parametrize("title", ["", "  ", "\t", "a\0b", "\ud800", "x\ny", "a" * 501])
def test_titles_that_are_no_text_are_refused(title: str) -> None:
    """Bad inputs 8, 9, 12 and 14."""
    with pytest.raises(InvalidInput, match=r"^title: "):
        Movie.create(title)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", 1),
        ("year", 1869),
        ("year", 9999),
        ("duration", 0),
        ("duration", -5),
        ("duration", 10**9),
        ("genres", [""]),
        ("genres", ["a\0"]),
        ("actors", ["x" * 201]),
        ("poster_url", " "),
    ],
)
def test_other_fields_out_of_bounds_are_refused_by_name(field: str, value: object) -> None:
    """Bad inputs 9, 12 and 18."""
    with pytest.raises(InvalidInput) as caught:
        Movie.create("A", **{field: value})  # type: ignore[arg-type]
    assert caught.value.field == field


def test_names_in_one_text_are_taken_apart() -> None:
    """The original writes "A, B" for two directors; a suffix stays with its name."""
    assert split_names("A, B,C") == ["A", "B", "C"]
    assert split_names("Robert Downey, Jr., Mel Gibson") == ["Robert Downey, Jr.", "Mel Gibson"]
    assert split_names(" , ") == []


def test_a_film_is_completed_and_never_overwritten() -> None:
    """What an entry says itself wins over the catalogue, which gives the key."""
    own = Movie.create("Lo squalo", year=1975, directors="Somebody")
    known = Movie.create("Jaws", year=1975, directors="Steven Spielberg", duration=124)
    both = own.completed_by(known)
    assert (both.title, both.film_key, both.directors, both.duration) == (
        "Lo squalo",
        "jaws|1975",
        ("Somebody",),
        124,
    )
