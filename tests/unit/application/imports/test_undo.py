"""Undoing an import."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cinestats.application.diary import keep
from cinestats.application.imports.rows import ImportedRow
from cinestats.application.imports.undo import (
    ImportNotFound,
    PastImport,
    past_imports,
    undo_import,
)
from cinestats.domain.diary import DeleteMovie, UpdateRating
from cinestats.domain.movie import Movie
from tests.unit.application.application import Application

SEEN = ImportedRow(line=2, kind="film", title="Heat", year=1995, rating=6)
PLAY = ImportedRow(
    line=2, kind="play", title="Heat", year=1995, rating=8, watched_on=date(2025, 1, 3)
)
OTHER = ImportedRow(
    line=3, kind="play", title="Ali", year=2001, rating=4, watched_on=date(2025, 1, 4)
)


def undo(app: Application, import_id: str) -> int:
    return undo_import(app.keeper, user="u1", import_id=import_id)


def entries(app: Application) -> list[tuple[str, date | None, int | None]]:
    return [(e.movie.title, e.watched_on, e.rating) for e in app.diaries.entries("u1")]


def test_everything_an_import_did_is_taken_back() -> None:
    """Added plays go, replaced ones come back, changed ratings are set back."""
    app = Application()
    app.importer.run("u1", [SEEN, OTHER])
    before = entries(app)
    report = app.importer.run("u1", [PLAY, replace(OTHER, rating=9)])
    assert (report.added, report.updated) == (1, 1)
    assert undo(app, report.import_id) == 3
    assert sorted(entries(app), key=str) == sorted(before, key=str)
    app.projector.catch_up()
    assert app.verifier.verify().equal


def test_what_a_person_changed_since_stays() -> None:
    """A rating given after the import, an entry deleted after it."""
    app = Application()
    app.importer.run("u1", [OTHER])
    report = app.importer.run("u1", [PLAY, replace(OTHER, rating=9)])
    ali, heat = app.diaries.entries("u1")
    app.recorder.record(
        UpdateRating(
            event_id="r", user_id="u1", entry_id=ali.entry_id, new_rating=10, now=app.now
        )
    )
    app.recorder.record(
        DeleteMovie(event_id="d", user_id="u1", entry_id=heat.entry_id, now=app.now)
    )
    assert undo(app, report.import_id) == 0
    assert entries(app) == [("Ali", OTHER.watched_on, 10)]


def test_a_replaced_play_whose_place_is_taken_stays_away() -> None:
    """The film came in without a day by hand; the import's own play goes all the same."""
    app = Application()
    app.importer.run("u1", [SEEN])
    report = app.importer.run("u1", [PLAY])
    film = Movie.create(SEEN.title, year=SEEN.year)
    keep.add(app.keeper, user="u1", film=film, watched=None, rating=2)
    assert undo(app, report.import_id) == 1
    assert entries(app) == [("Heat", None, 2)]


def test_a_rating_that_was_changed_and_changed_back_is_undone() -> None:
    """What stands is what the import said."""
    app = Application()
    app.importer.run("u1", [OTHER])
    report = app.importer.run("u1", [replace(OTHER, rating=9)])
    (ali,) = app.diaries.entries("u1")
    for rating in (None, 9):
        keep.rate(app.keeper, user="u1", entry_id=ali.entry_id, rating=rating)
    assert undo(app, report.import_id) == 1
    assert entries(app) == [("Ali", OTHER.watched_on, 4)]


def test_undoing_twice_changes_nothing_more() -> None:
    """Each event is compensated once; the undo itself names its cause."""
    app = Application()
    report = app.importer.run("u1", [PLAY, OTHER])
    assert (undo(app, report.import_id), undo(app, report.import_id)) == (2, 0)
    causes = [r.event.cause for r in app.log.of_user("u1") if r.event]
    assert causes[2:] == [f"undo:{report.import_id}"] * 2


def test_past_imports_are_listed_latest_first() -> None:
    """With what they changed, and whether they were undone."""
    app = Application()
    first = app.importer.run("u1", [SEEN]).import_id
    second = app.importer.run("u1", [OTHER]).import_id
    undo(app, first)
    listed = past_imports(app.log.of_user("u1"))
    assert [(p.import_id, p.changes, p.undone) for p in listed] == [
        (second, 1, False),
        (first, 1, True),
    ]


def test_an_unknown_import_is_named() -> None:
    """Nothing is undone by mistake."""
    app = Application()
    with pytest.raises(ImportNotFound, match="u1 has no import nope"):
        undo(app, "nope")


def test_what_a_person_did_and_what_was_erased_is_no_import() -> None:
    """An import is told with the moment of its first change."""
    app = Application()
    app.recorder.record(app.add("By hand"))
    began = app.now
    report = app.importer.run("u1", [OTHER])
    app.now += timedelta(hours=1)
    (recorded, imported) = app.log.of_user("u1")
    assert imported.event is not None
    later = imported._replace(event=replace(imported.event, occurred_at=app.now))
    erased = recorded._replace(event=None)
    history = [erased, recorded, imported, later]
    assert past_imports(history) == [PastImport(report.import_id, began, 2, False)]
