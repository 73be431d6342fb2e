"""Films: what is checked, cleaned and cut."""

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import FilmName, Movie, split_names


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


BARE = Movie.create("Jaws")
FULL = Movie.create(
    "Jaws",
    year=1975,
    genres=["Thriller"],
    directors="Steven Spielberg",
    actors=["Roy Scheider"],
    duration=124,
    poster_url="https://films.example/jaws.jpg",
)
OTHER = Movie.create(
    "Other",
    year=1999,
    genres=["War"],
    directors="Somebody",
    actors=["Anybody"],
    duration=90,
    poster_url="https://films.example/other.jpg",
)


def test_every_field_that_a_film_lacks_is_taken_from_the_catalogue() -> None:
    """And each one that it has stays, but for the key, which is the catalogue's."""
    assert BARE.completed_by(FULL) == replace(FULL, listed=FilmName("Jaws", 1975))
    assert OTHER.completed_by(FULL) == replace(
        OTHER, film_key="jaws|1975", listed=FilmName("Jaws", 1975)
    )
    assert FULL.completed_by(BARE) == replace(
        FULL, film_key="jaws|", listed=FilmName("Jaws", None)
    )


@pytest.mark.parametrize(
    ("field", "last", "beyond"),
    [
        ("title", "a" * 500, "a" * 501),
        ("year", 1870, 1869),
        ("year", 2200, 2201),
        ("duration", 1, 0),
        ("duration", 60_000, 60_001),
        ("actors", ["x" * 200], ["x" * 201]),
        ("poster_url", "x" * 2000, "x" * 2001),
    ],
)
def test_a_bound_is_itself_allowed(field: str, last: Any, beyond: Any) -> None:
    """The next value is not."""
    given = {"title": "A", field: last}
    assert getattr(Movie.create(**given), field) == (
        tuple(last) if isinstance(last, list) else last
    )
    with pytest.raises(InvalidInput) as caught:
        Movie.create(**{**given, field: beyond})
    assert caught.value.field == field


def test_a_film_counts_up_to_thirty_genres() -> None:
    """The first ones, in their order."""
    names = [f"Genre {n}" for n in range(31)]
    assert Movie.create("A", genres=names).genres == tuple(names[:30])


def test_a_key_that_is_given_stays() -> None:
    """A catalogue knows better which film it is."""
    assert Movie.create("Jaws", year=1975, film_key="tt0073195").film_key == "tt0073195"


@pytest.mark.parametrize("suffix", ["Jr", "jr.", "Sr.", "II", "III", "IV"])
def test_a_suffix_is_no_name(suffix: str) -> None:
    """Unless it stands alone, or is but the start of one."""
    assert split_names(f"A B, {suffix}, C") == [f"A B, {suffix}", "C"]
    assert split_names(f"{suffix}, C") == [suffix, "C"]
    assert split_names(f"A B, {suffix}anne") == ["A B", f"{suffix}anne"]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("a" * 1501, "title: is 1,501 characters long, more than 500"),
        (" \t", "title: must not be blank"),
        ("a\0b", "title: must not hold control characters or lone surrogates"),
        ("é\0", "title: must not hold control characters or lone surrogates"),
        ("\ud800", "title: must not hold control characters or lone surrogates"),
    ],
)
def test_the_sentence_says_what_is_wrong_with_a_text(title: str, sentence: str) -> None:
    """ASCII or not."""
    with pytest.raises(InvalidInput) as caught:
        Movie.create(title)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("title", ["a\u200db", "\ufeffa", "é\u00ad"])
def test_invisible_letters_are_no_control_characters(title: str) -> None:
    """Joiners and soft hyphens belong to the spelling of some scripts."""
    assert Movie.create(title).title == unicodedata.normalize("NFC", title)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"year": 3000}, "year: must be from 1870 to 2200, not 3000"),
        ({"duration": -5}, "duration: must be from 1 to 60000 minutes, not -5"),
        ({"directors": ["x" * 201]}, "director: is 201 characters long, more than 200"),
    ],
)
def test_the_sentence_says_the_bounds(given: dict[str, Any], sentence: str) -> None:
    """And what was given."""
    with pytest.raises(InvalidInput) as caught:
        Movie.create("A", **given)
    assert str(caught.value) == sentence
