"""Films and entries as JSON."""

import json
from dataclasses import replace

import pytest

from cinestats.adapters.film_json import (
    FILM_FIELDS,
    EntryDocument,
    catalogue_document,
    catalogue_film_of,
    entry_document,
    entry_of,
    film_document,
    film_json,
    movie_of,
    movie_of_json,
    play_document,
    read_movie,
)
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.entry import Entry
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import Movie
from tests.unit.domain.diaries import play

JAWS = Movie.create(
    "Jaws",
    year=1975,
    genres=["Thriller"],
    directors=["Steven Spielberg"],
    actors=["Roy Scheider", "Robert Shaw"],
    duration=124,
    poster_url="https://films.example/jaws.jpg",
)
BARE = Movie.create("Heat")
FILM = CatalogueFilm(JAWS, "Jaws!", "Lo squalo", ("Tiburón",), "tt0073195", 578)


@pytest.mark.parametrize("movie", [JAWS, BARE])
def test_a_film_comes_back_from_its_document(movie: Movie) -> None:
    """As values and as text; each field under its name."""
    document = film_document(movie)
    assert sorted(document) == sorted(field.name for field in FILM_FIELDS)
    assert movie_of(document) == movie
    assert movie_of_json(film_json(movie)) == movie
    assert read_movie(json.loads(film_json(movie))) == movie


@pytest.mark.parametrize(
    ("director", "names"),
    [("A, B", ("A, B",)), (["A", "B"], ("A", "B")), (None, ()), ([], ())],
)
def test_an_event_has_one_director_plain(director: object, names: tuple[str, ...]) -> None:
    """What was checked before is taken as it is: a comma parts nothing."""
    document = {**film_document(JAWS), "director": director}
    assert movie_of(document) == replace(JAWS, directors=names)


@pytest.mark.parametrize("film", [FILM, CatalogueFilm(BARE)])
def test_a_film_of_a_catalogue_comes_back_with_its_titles_and_ids(film: CatalogueFilm) -> None:
    """From JSON, where a list takes the place of a tuple."""
    assert catalogue_film_of(json.loads(json.dumps(catalogue_document(film)))) == film


def test_the_fields_of_a_film_of_a_catalogue_have_their_names() -> None:
    """Stores that exist hold documents with these names."""
    document = catalogue_document(FILM)
    assert {name: document[name] for name in document.keys() - film_document(JAWS).keys()} == {
        "original_title": "Jaws!",
        "italian_title": "Lo squalo",
        "alternative_titles": ("Tiburón",),
        "imdb_id": "tt0073195",
        "tmdb_id": 578,
    }


@pytest.mark.parametrize("entry", [play("Heat", "2024-05-01", 9, year=1995), play("Heat")])
def test_an_entry_comes_back_from_its_document(entry: Entry) -> None:
    """The rating in stars; an unknown day and no rating stay what they are."""
    assert entry_of(entry.movie, play_document(entry)) == entry


def test_readers_see_an_entry_with_its_film_and_without_its_key() -> None:
    """The fields have the order that exports always had."""
    entry = play("Heat", "2024-05-01", 9, year=1995)
    document = entry_document(entry)
    assert list(document) == list(EntryDocument.__annotations__)
    assert {name: document[name] for name in list(document)[:6]} == {
        "entry_id": "Heat 2024-05-01",
        "name": "Heat",
        "year": 1995,
        "rating": 4.5,
        "watched_date": "2024-05-01",
        "added_on": "2025-01-06",
    }


def test_nothing_but_the_name_must_be_there() -> None:
    """What is absent or null is a film without it."""
    assert read_movie({"name": "Heat"}) == BARE
    nothing = {"year": None, "genres": [], "director": "", "actors": None, "poster_url": None}
    assert read_movie({"name": " Heat ", "film_key": None, **nothing}) == BARE


def test_one_text_of_names_is_parted_at_its_commas_and_one_of_genres_is_not() -> None:
    """As the original writes them; a list is taken as it is."""
    film = read_movie({"name": "A", "director": "X,  Y,", "actors": ["P, Q"], "genres": "A, B"})
    assert (film.directors, film.actors, film.genres) == (("X", "Y"), ("P, Q",), ("A, B",))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", "x" * 501),
        ("year", "1995"),
        ("year", 1995.0),
        ("director", [1]),
        ("director", ["x" * 201]),
        ("actors", {}),
        ("genres", [None]),
        ("duration", True),
        ("poster_url", 1),
        ("film_key", []),
    ],
)
def test_the_field_that_is_wrong_is_named(field: str, value: object) -> None:
    """By its name in JSON."""
    with pytest.raises(InvalidInput) as caught:
        read_movie({"name": "A", field: value})
    assert caught.value.field == field
