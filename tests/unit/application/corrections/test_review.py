"""What a person should look at."""

from dataclasses import replace
from datetime import date

import pytest

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.corrections.enrich import enrich
from cinestats.application.corrections.many import change_many
from cinestats.application.corrections.match import match
from cinestats.application.corrections.review import (
    KEPT_APART,
    Doubt,
    doubts,
    duplicates,
    only_namesake,
)
from cinestats.application.diary import keep
from cinestats.domain.movie import NO_IDS, Movie
from tests.unit.application.application import Application

from .diary import CIRCLE, DAY, THE_CIRCLE, entries, imported, row

NEXT_DAY = date(2025, 1, 4)


@pytest.fixture
def app() -> Application:
    app = Application()
    app.catalogue.load([CIRCLE, THE_CIRCLE])
    return app


def doubts_of(app: Application) -> list[Doubt]:
    return doubts(entries(app), app.catalogue)


def test_plays_of_one_film_are_one_doubt(app: Application) -> None:
    """With the films that it may be; the answer for one is the answer for all."""
    imported(app, row(year=2014), row(line=3, year=2014, watched_on=NEXT_DAY))
    (doubt,) = doubts_of(app)
    assert (doubt.why, doubt.candidates) == ("suggestion", (CIRCLE,))
    assert {play.watched_on for play in doubt.plays} == {DAY, NEXT_DAY}


def test_who_is_known_or_unheard_of_is_no_doubt(app: Application) -> None:
    """Nor is one that has nothing like it."""
    imported(app, row(), row(line=3, title="Nothing Like It At All", watched_on=NEXT_DAY))
    assert doubts_of(app) == []


@pytest.mark.parametrize("ref", [CIRCLE.ref, THE_CIRCLE.ref, None])
def test_what_a_person_decided_is_not_asked_again(app: Application, ref: str | None) -> None:
    """Whatever they said."""
    (entry,) = imported(app, row(year=2014))
    assert doubts_of(app)
    match(app.keeper, user="u1", entry_id=entry.entry_id, ref=ref)
    assert doubts_of(app) == []


def test_an_old_entry_that_counts_for_a_film_of_another_year_is_a_doubt(
    app: Application,
) -> None:
    """As the first version matched: under the film's key and credits, and nothing noted."""
    wrong = replace(THE_CIRCLE.movie, title="Circle", year=2015, ids=NO_IDS)
    command = app.add()
    app.recorder.record(replace(command, entry=replace(command.entry, movie=wrong)))
    (doubt,) = doubts_of(app)
    assert doubt.why == "another-film"
    assert doubt.candidates == (CIRCLE,)


def test_an_old_entry_of_another_of_the_films_titles_is_none(app: Application) -> None:
    """Or of another year in which it was released."""
    film = replace(THE_CIRCLE, alternative_titles=("Il cerchio",), release_years=(2016,))
    app.catalogue.load([film])
    for title, year in (("Il cerchio", 2017), ("The Circle", 2016), ("Il cerchio", 2016)):
        movie = replace(film.movie, title=title, year=year)
        command = app.add()
        entry = replace(command.entry, movie=movie)
        app.recorder.record(replace(command, entry=entry, again=True))
    assert doubts_of(app) == []


def test_the_only_film_of_exactly_the_title_can_be_taken_without_a_year(
    app: Application,
) -> None:
    """Not one nearly of the title, one of several, or one of another year."""
    cases = {
        "Circle": (None, CIRCLE),
        "Circel": (None, None),
        "The Circle": (2016, None),
    }
    rows = [
        row(line=line, title=title, year=year)
        for line, (title, (year, _)) in enumerate(cases.items())
    ]
    imported(app, *rows)
    found = {doubt.plays[0].movie.title: only_namesake(doubt) for doubt in doubts_of(app)}
    assert found["Circle"] == CIRCLE
    assert not found.get("Circel")
    assert not found["The Circle"]
    app.catalogue.load([CatalogueFilm(Movie.create("Circle", year=1999))])
    assert {only_namesake(doubt) for doubt in doubts_of(app)} == {None}


def test_plays_that_two_services_tell_of_one_day_may_be_one(app: Application) -> None:
    """Under two titles of a film; those of one service's own references are two."""
    app.catalogue.load([replace(CIRCLE, alternative_titles=("Il cerchio",))])
    imported(
        app,
        row(reference="https://boxd.it/1"),
        row(line=3, reference="https://boxd.it/2"),
    )
    assert duplicates(entries(app)) == []
    *_, italian = imported(app, row(service="movary", title="Il cerchio"))
    match(app.keeper, user="u1", entry_id=italian.entry_id, ref=CIRCLE.ref)
    (found,) = duplicates(entries(app))
    assert len(found) == 3


def test_two_plays_of_a_day_by_hand_may_be_one(app: Application) -> None:
    """Nobody but a person can tell."""
    for again in (False, True):
        keep.add(app.keeper, user="u1", film=Movie.create("Circle", year=2015), again=again)
    (found,) = duplicates(entries(app))
    assert len(found) == 2


def test_plays_that_a_person_keeps_apart_are_two(app: Application) -> None:
    """Where it was said of each; it stays said when their film is known better."""
    for again in (False, True):
        keep.add(app.keeper, user="u1", film=Movie.create("Circle", year=2015), again=again)
    one, other = (entry.entry_id for entry in entries(app))
    change_many(app.keeper, user="u1", entry_ids=[one], change=KEPT_APART)
    assert len(duplicates(entries(app))) == 1
    change_many(app.keeper, user="u1", entry_ids=[other], change=KEPT_APART)
    assert duplicates(entries(app)) == []
    enrich(app.keeper, user="u1")
    assert duplicates(entries(app)) == []


def test_plays_of_an_unknown_day_are_no_duplicates(app: Application) -> None:
    """Nobody can tell."""
    imported(app, row(watched_on=None, reference="a"), row(line=3, watched_on=None))
    assert duplicates(entries(app)) == []
