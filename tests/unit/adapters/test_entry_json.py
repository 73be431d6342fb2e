"""Entries as JSON."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from pydantic import TypeAdapter

from cinestats.adapters.entry_json import (
    SAID_FIELDS,
    CandidateDocument,
    EntryDocument,
    PlayDocument,
    candidate_document,
    clean_prose,
    entry_document,
    entry_of,
    figure_document,
    play_document,
    read_said,
)
from cinestats.adapters.film_json import SOMETIMES, film_document
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.diary.shown import ShownEntry
from cinestats.domain.details import FilmDetails
from cinestats.domain.entry import Entry, Source
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import FilmIds, FilmName, Movie
from tests.unit.domain.diaries import play

from .wire_events import entries, movies

HEAT = replace(play("Heat", "2024-05-01", 9, year=1995), rewatch=True, tags=("cinema",))


@given(entries())
def test_an_entry_comes_back_from_its_document(entry: Entry) -> None:
    """Through JSON, where lists take the place of tuples: every field, and no other value."""
    document = json.loads(json.dumps(play_document(entry)))
    assert entry_of(entry.movie, document) == entry


@given(entries())
def test_what_is_said_is_read_back_by_the_reader_that_checks(entry: Entry) -> None:
    """What nobody said is not there."""
    document = json.loads(json.dumps(play_document(entry)))
    assert replace(_unsaid(entry), **read_said(document)) == entry


def _unsaid(entry: Entry) -> Entry:
    return Entry(entry.entry_id, entry.movie, entry.rating, entry.watched_on, entry.added_on)


def test_what_nobody_said_is_not_written() -> None:
    """The document of an entry of an older version is what it always was."""
    assert play_document(play("Heat", "2024-05-01", 9)) == {
        "entry_id": "Heat 2024-05-01",
        "rating": 4.5,
        "watched_date": "2024-05-01",
        "added_on": "2025-01-06",
    }
    older = {"entry_id": "e", "rating": None, "watched_date": None, "added_on": "2025-01-06"}
    entry = entry_of(HEAT.movie, older)
    assert entry == Entry("e", HEAT.movie, None, None, date(2025, 1, 6))


def test_what_a_source_last_said_has_the_names_and_forms_of_the_entry() -> None:
    """Days as text, ratings in stars."""
    said = (("watched_on", date(2024, 5, 2)), ("film_rating", 7), ("tags", ()), ("liked", None))
    source = Source("letterboxd", "https://boxd.it/1", None, None, said)
    (document,) = play_document(replace(HEAT, sources=(source,)))["sources"]
    assert document == {
        "service": "letterboxd",
        "reference": "https://boxd.it/1",
        "said": {"watched_date": "2024-05-02", "film_rating": 3.5, "tags": (), "liked": None},
    }


@given(entries())
def test_what_readers_see_is_as_it_is_described(entry: Entry) -> None:
    """Fields in the order of the description, each of its type."""
    film = CatalogueFilm(entry.movie)
    shown = ShownEntry(entry, rewatch=True, rewatch_from="order", candidates=[film])
    for model, document in (
        (EntryDocument, entry_document(shown)),
        (PlayDocument, figure_document(entry)),
        (CandidateDocument, candidate_document(film)),
    ):
        assert list(document) == list(model.__annotations__)
        TypeAdapter(model).validate_json(json.dumps(document), strict=True)


def test_readers_see_what_was_said_and_what_follows() -> None:
    """The rewatch as it is shown, the film's name in a catalogue, and where it was told."""
    movie = replace(HEAT.movie, ids=FilmIds(imdb="tt0113277"), listed=FilmName("Heat", 1995))
    sources = (
        Source("movary", None, "Heat"),
        Source("trakt", "17", "Heat", 1995, (("rating", 2),)),
    )
    entry = replace(HEAT, movie=movie, sources=sources)
    document = entry_document(ShownEntry(entry, False, "source", ()))
    assert document["rewatch"] is False
    assert document["suggestion"] is None
    assert document["film"] == {"title": "Heat", "year": 1995}
    assert document["ids"]["imdb"] == "tt0113277"
    assert document["source"] == {  # the one that has a word for this play
        "service": "trakt",
        "reference": "17",
        "title": "Heat",
        "year": 1995,
    }
    bare = entry_document(ShownEntry(HEAT, False, "order", ()))
    assert (bare["source"], bare["film"]) == (None, None)


@given(movies())
def test_a_candidate_is_named_as_its_catalogue_calls_it(movie: Movie) -> None:
    """``ref`` chooses it."""
    document = candidate_document(CatalogueFilm(movie))
    assert (document["name"], document["ref"]) == (movie.title, movie.film_key)
    assert film_document(movie)["film_key"] == document["ref"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, {}),
        ({"rewatch": None, "tags": None, "review": None, "sources": None}, {}),
        ({"tags": [], "review": " \n ", "place": " ", "sources": []}, {}),
        ({"rewatch": False, "liked": False}, {"rewatch": False, "liked": False}),
        (
            {"film_chosen": False, "rating_of": "play"},
            {"film_chosen": False, "rating_of": "play"},
        ),
        ({"tags": "cinema"}, {"tags": ("cinema",)}),
        ({"tags": ["b", "a", "b "]}, {"tags": ("b", "a")}),
        ({"place": " Odeon "}, {"place": "Odeon"}),
        ({"review": "a\tb\r\n\r\n c "}, {"review": "a b\n\nc"}),
        ({"mood": "good"}, {}),
        (
            {"sources": [{"service": "trakt", "title": None, "said": None, "more": 1}]},
            {"sources": (Source("trakt"),)},
        ),
    ],
    ids=str,
)
def test_what_is_said_is_cleaned(document: dict[str, Any], said: dict[str, Any]) -> None:
    """What is absent, null or blank is nothing said; an unknown field is left aside."""
    assert read_said(document) == said


@pytest.mark.parametrize("text", ["a\x07b", "a\rb", "\ud800", "x" * 20_001])
def test_a_text_of_several_lines_holds_no_control_characters(text: str) -> None:
    """But the ends of its lines; the field is named."""
    with pytest.raises(InvalidInput) as caught:
        clean_prose(text, "review")
    assert caught.value.field == "review"


def test_the_fields_that_may_be_absent_are_named() -> None:
    """A store that writes over an older document has to take them away."""
    said = {"rewatch": True, "liked": True, "tags": ("a",), "review": "r", "place": "p"}
    full = replace(
        HEAT,
        **said,
        company="c",
        sources=(Source("trakt"),),
        rating_of="film",
        film_chosen=True,
        merged=(Source("trakt"),),
        apart=True,
        movie=replace(
            HEAT.movie,
            ids=FilmIds(tmdb=949),
            listed=FilmName("Heat", 1995),
            details=FilmDetails("Heat"),
        ),
    )
    bare = {**play_document(_unsaid(HEAT)), **film_document(HEAT.movie)}
    document = {**play_document(full), **film_document(full.movie)}
    assert set(document) - set(bare) == {*SAID_FIELDS, *SOMETIMES}
