"""Films as JSON."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from cinestats.adapters.film_json import (
    FILM_FIELDS,
    catalogue_document,
    catalogue_film_of,
    film_document,
    film_json,
    movie_of,
    movie_of_json,
    read_movie,
)
from cinestats.application.catalogue.origins import Origin
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.details import FilmDetails, Votes
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import FilmIds, FilmName, Movie

from .wire_events import movies

JAWS = Movie.create(
    "Jaws",
    year=1975,
    genres=["Thriller"],
    directors=["Steven Spielberg"],
    actors=["Roy Scheider", "Robert Shaw"],
    duration=124,
    poster_url="https://films.example/jaws.jpg",
)
FULL = replace(
    JAWS,
    ids=FilmIds("tt0073195", 578, "Q189505", "https://boxd.it/2abc"),
    listed=FilmName("Jaws", 1975),
    details=FilmDetails(
        "Jaws!",
        ("United States",),
        ("English",),
        ("Peter Benchley",),
        ("John Williams",),
        ("Bill Butler",),
        ("Universal Pictures",),
        "Jaws",
        Votes("tmdb", 7.7, 10_000),
    ),
)
BARE = Movie.create("Heat")
FILM = CatalogueFilm(
    FULL,
    "Lo squalo",
    ("Tiburón",),
    (1975, 1976),
    (Origin("credits", "wikidata", date(2026, 11, 28)),),
)


@pytest.mark.parametrize("movie", [JAWS, BARE])
def test_each_field_of_a_film_has_its_name(movie: Movie) -> None:
    """Ids, and a name in a catalogue, are written where there are any."""
    names = [field.name for field in FILM_FIELDS]
    assert sorted(film_document(movie)) == sorted(names)
    assert sorted(film_document(FULL)) == sorted([*names, "ids", "film", "details"])


@given(movies())
def test_a_film_comes_back_from_its_document(movie: Movie) -> None:
    """As values and as text, by the reader that trusts and the one that checks."""
    document = film_document(movie)
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
    assert {name: document[name] for name in document.keys() - film_document(FULL).keys()} == {
        "italian_title": "Lo squalo",
        "alternative_titles": ("Tiburón",),
        "release_years": (1975, 1976),
        "origins": [{"group": "credits", "source": "wikidata", "fetched_on": "2026-11-28"}],
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
        ("ids", "tt0113277"),
        ("film", []),
    ],
)
def test_the_field_that_is_wrong_is_named(field: str, value: object) -> None:
    """By its name in JSON."""
    with pytest.raises(InvalidInput) as caught:
        read_movie({"name": "A", field: value})
    assert caught.value.field == field
