"""Moving the log out and in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cinestats.adapters.event_json import parse_event
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.diary.record import Receipt
from cinestats.application.imports import events
from cinestats.application.imports.events import export_events, import_events
from cinestats.domain.diary import Command, DeleteMovie, UpdateRating
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import Event, MovieAdded
from cinestats.domain.movie import Movie
from tests.unit.application.application import Application

Line = tuple[int, Event | CinestatsError]


def busy(partitions: int = 1) -> Application:
    app = Application(partitions)
    for user in ("u1", "u2"):
        heat, ali = app.add("Heat", user), app.add("Ali", user, rating=None)
        app.recorder.record_all([heat, ali])
        app.recorder.record(
            UpdateRating(
                event_id=app.new_id(),
                user_id=user,
                entry_id=ali.entry_id,
                new_rating=7,
                now=app.now,
            )
        )
        app.recorder.record(
            DeleteMovie(
                event_id=app.new_id(), user_id=user, entry_id=heat.entry_id, now=app.now
            )
        )
    return app


def exported(app: Application) -> list[Line]:
    events = (r.event for r in export_events(app.log) if r.event is not None)
    return [(line, event) for line, event in enumerate(events, 1)]


@pytest.mark.parametrize("partitions", [1, 3])
def test_a_log_moves_to_another_store(partitions: int) -> None:
    """Whatever the number of partitions there, the statistics are the same."""
    source, target = busy(), Application(partitions)
    report = import_events(target.keeper, exported(source))
    assert (report.read, report.added, report.rejected) == (8, 8, [])
    for user in ("u1", "u2"):
        assert target.total(user) == source.total(user) == 1
        moved, kept = target.models.user_stats(user), source.models.user_stats(user)
        assert moved is not None
        assert kept is not None
        assert moved.stats == kept.stats
    assert target.verifier.verify().equal


def test_the_same_log_twice_adds_nothing() -> None:
    """In two files, in one file, and into the store that it came from."""
    source, target = busy(), Application()
    lines = exported(source)
    import_events(target.keeper, lines)
    again = import_events(target.keeper, lines + lines)
    assert (again.added, again.skipped, again.rejected) == (0, 16, [])
    both = import_events(Application().keeper, lines + lines)
    assert (both.added, both.skipped, both.rejected) == (8, 8, [])
    assert import_events(source.keeper, lines).added == 0


def test_an_event_id_with_another_body_is_rejected() -> None:
    """Bad input 20."""
    source, target = busy(), Application()
    lines = exported(source)
    import_events(target.keeper, lines)
    first = lines[0][1]
    assert isinstance(first, MovieAdded)
    other = replace(first, occurred_at=first.occurred_at + timedelta(days=1))
    report = import_events(target.keeper, [(5, other)])
    assert [row.line for row in report.rejected] == [5]
    assert "used before for another event" in report.rejected[0].reason


def test_bad_lines_are_listed_and_the_good_go_in() -> None:
    """What could not be parsed, what the diary refuses, what lies ahead in time."""
    source, target = busy(), Application()
    lines = exported(source)
    add = lines[0][1]
    assert isinstance(add, MovieAdded)
    ahead = MovieAdded("ahead", "u9", datetime(2025, 1, 22, tzinfo=UTC), add.entry)
    twice = MovieAdded("twice", add.user_id, add.occurred_at, add.entry)
    bad: list[Line] = [(1, InvalidInput("timestamp", "must say its zone"))]
    report = import_events(target.keeper, [*bad, (2, add), (3, twice), (4, ahead)])
    assert report.added == 1
    assert [(row.line, row.reason.split(":")[0]) for row in report.rejected] == [
        (1, "timestamp"),
        (4, "timestamp"),
        (
            3,
            "Heat is already in the diary on 2025-01-20; a rewatch needs another day, or to be"
            " added as seen again.",
        ),
    ]


def original(verb: str, **fields: object) -> Event:
    document = {
        "event_type": verb,
        "user_id": "u1",
        "movie": {"name": "Inception", "year": 2010, "rating": 4},
        "timestamp": "2025-01-20T12:00:00+01:00",
        **fields,
    }
    return parse_event(document, UTC).event


def test_events_of_the_original_find_their_entries() -> None:
    """They have no ids: credits come from the catalogue, entries are found by title."""
    app = Application()
    film = Movie.create("Inception", year=2010, directors="Christopher Nolan", duration=148)
    app.catalogue.load([CatalogueFilm(film)])
    update = original("UPDATE", movie={"name": "INCEPTION"}, old_rating=4, new_rating=5)
    lines: list[Line] = [(1, original("ADD")), (2, update)]
    assert import_events(app.keeper, lines).added == 2
    assert import_events(app.keeper, lines).skipped == 2
    (entry,) = app.diaries.entries("u1")
    assert (entry.rating, entry.movie.directors) == (10, ("Christopher Nolan",))
    assert import_events(app.keeper, [(3, original("DELETE"))]).added == 1
    assert app.total() == 0
    assert app.verifier.verify().equal


def test_a_deletion_without_its_film_is_rejected() -> None:
    """Bad input 19."""
    report = import_events(Application().keeper, [(9, original("DELETE"))])
    assert report.rejected[0].line == 9
    assert report.rejected[0].reason == "Inception is not in the diary of u1."


def test_two_ratings_at_one_moment_are_two_events() -> None:
    """The rating is part of the id that an event of the original gets."""
    app = Application()
    ratings = [
        original(
            "UPDATE", movie={"name": "Inception", "year": 2010}, old_rating=4, new_rating=n
        )
        for n in (5, 3)
    ]
    lines: list[Line] = list(enumerate([original("ADD"), *ratings], 1))
    assert import_events(app.keeper, lines).added == 3
    assert import_events(app.keeper, lines).skipped == 3
    (entry,) = app.diaries.entries("u1")
    assert entry.rating == 6


def test_the_film_may_be_added_in_the_very_same_thousand() -> None:
    """Events that name no entry are looked up behind those before them."""
    app = Application()
    keyed = app.add("Inception", days_ago=2)
    event = MovieAdded(keyed.event_id, "u1", app.now, keyed.entry)
    update = original("UPDATE", movie={"name": "Inception"}, old_rating=4, new_rating=5)
    report = import_events(app.keeper, [(1, event), (2, update)])
    assert (report.read, report.added, report.rejected) == (2, 2, [])
    (entry,) = app.diaries.entries("u1")
    assert entry.rating == 10


def test_erased_events_are_not_exported() -> None:
    """Nothing of a forgotten user leaves the store."""
    app = busy()
    app.forgetter.forget("u1")
    assert {r.event.user_id for r in export_events(app.log) if r.event} == {"u2"}
    assert all(r.event is not None for r in export_events(app.log))


def test_events_are_taken_in_by_the_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is recorded as soon as it fills a chunk; nothing comes twice."""
    source, target = busy(), Application()
    monkeypatch.setattr(events, "_CHUNK", 2)
    sizes: list[int] = []
    record_all = target.recorder.record_all

    def counted(commands: Sequence[Command]) -> list[Receipt | CinestatsError]:
        sizes.append(len(commands))
        return record_all(commands)

    monkeypatch.setattr(target.recorder, "record_all", counted)
    lines = exported(source)
    report = import_events(target.keeper, lines)
    assert (report.added, report.skipped, report.rejected) == (len(lines), 0, [])
    assert max(sizes) == 2
    assert sum(sizes) == len(lines)
