"""Importing rows into a diary."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.diary.record import Receipt
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow
from cinestats.domain.diary import Command
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import FilmIds, Movie
from tests.unit.application.application import Application

DAY = date(2025, 1, 3)
PLAY = ImportedRow(line=2, kind="play", title="Heat", year=1995, rating=8, watched_on=DAY)
SEEN = ImportedRow(line=2, kind="film", title="Heat", year=1995)


def figures(app: Application, *rows: ImportedRow | RejectedRow | SkippedRow) -> tuple[int, ...]:
    report = app.importer.run("u1", rows)
    assert report.read == len(rows)
    assert report.read == (
        report.added + report.updated + report.corrected + report.skipped + len(report.rejected)
    )
    assert not report.corrected
    return report.added, report.updated, report.skipped, len(report.rejected)


def test_every_row_is_accounted_for() -> None:
    """Good rows go in, the others are counted and listed."""
    app = Application()
    rows = [PLAY, SkippedRow(3, "an episode"), RejectedRow(4, "rating: no number")]
    assert figures(app, *rows) == (1, 0, 1, 1)


def test_importing_again_adds_nothing() -> None:
    """The ids of entries follow from their content."""
    app = Application()
    assert figures(app, PLAY, replace(SEEN, title="Ali")) == (2, 0, 0, 0)
    assert figures(app, PLAY, replace(SEEN, title="Ali")) == (0, 0, 2, 0)


def test_a_changed_rating_is_an_update() -> None:
    """A blank rating in the file clears nothing."""
    app = Application()
    figures(app, PLAY)
    assert figures(app, replace(PLAY, rating=9)) == (0, 1, 0, 0)
    assert figures(app, replace(PLAY, rating=None)) == (0, 0, 1, 0)
    assert app.diaries.entries("u1")[0].rating == 9


def test_a_film_row_adds_nothing_to_a_film_with_a_play() -> None:
    """Having seen a film is no further play of it, and its rating is not the play's."""
    app = Application()
    figures(app, PLAY)
    assert figures(app, replace(SEEN, rating=2)) == (0, 0, 1, 0)
    assert app.diaries.entries("u1")[0].rating == 8


def test_a_dated_play_takes_the_place_of_an_imported_undated_one() -> None:
    """Whichever file comes first, the diary ends the same."""
    app = Application()
    figures(app, replace(SEEN, rating=6))
    assert figures(app, PLAY) == (1, 0, 0, 0)
    assert [(e.watched_on, e.rating) for e in app.diaries.entries("u1")] == [(DAY, 8)]


def test_an_undated_play_that_a_person_added_stays() -> None:
    """An import takes back only what an import put there."""
    app = Application()
    app.recorder.record(app.add("Heat", days_ago=None))
    figures(app, replace(PLAY, year=None))
    assert [e.watched_on for e in app.diaries.entries("u1")] == [None, DAY]


def test_two_titles_are_two_films_whatever_the_catalogue_says() -> None:
    """Whether two rows tell of one film is for ids, or a person, to say."""
    app = Application()
    jaws = Movie.create("Jaws", year=1975)
    app.catalogue.load([CatalogueFilm(jaws, "Lo squalo")])
    figures(app, replace(PLAY, title="Jaws", year=1975))
    assert figures(app, replace(PLAY, title="Lo squalo", year=1975)) == (1, 0, 0, 0)
    keys = [entry.movie.film_key for entry in app.diaries.entries("u1")]
    assert keys == [jaws.film_key, "lo squalo|1975"]


def test_a_catalogue_loaded_in_between_makes_no_difference() -> None:
    """Rows imported before their film was known are still recognised afterwards."""
    app = Application()
    rows = [
        replace(PLAY, title="Lo squalo", year=1975),
        replace(SEEN, title="Il sorpasso", year=1962),
    ]
    assert figures(app, *rows) == (2, 0, 0, 0)
    app.catalogue.load(
        [
            CatalogueFilm(Movie.create("Jaws", year=1975), "Lo squalo"),
            CatalogueFilm(Movie.create("The Easy Life", year=1962), "Il sorpasso"),
        ]
    )
    assert figures(app, *rows) == (0, 0, 2, 0)
    watched = [replace(SEEN, title="Lo squalo", year=1975)]
    assert figures(app, *watched) == (0, 0, 1, 0)


def test_unmatched_films_are_counted_among_the_added() -> None:
    """They count like the others, without credits."""
    app = Application()
    app.catalogue.load([CatalogueFilm(Movie.create("Heat", year=1995, duration=170))])
    report = app.importer.run("u1", [PLAY, replace(PLAY, title="Home Video")])
    assert (report.added, report.unmatched) == (2, 1)


def test_what_the_domain_refuses_is_listed_with_its_line() -> None:
    """A day to come, a blank title."""
    app = Application()
    rows = [
        replace(PLAY, line=7, watched_on=date(2025, 1, 22)),
        replace(PLAY, line=8, title=" "),
    ]
    report = app.importer.run("u1", rows)
    assert [row.line for row in report.rejected] == [7, 8]
    assert "watched_date: must be from" in report.rejected[0].reason
    assert "title: must not be blank" in report.rejected[1].reason


def test_a_dry_run_reports_the_same_and_stores_nothing() -> None:
    """Also for rows that depend on each other."""
    app = Application()
    rows = [PLAY, PLAY, replace(SEEN, title="Ali"), replace(SEEN, title="Ali", rating=4)]
    dry = app.importer.run("u1", rows, dry_run=True)
    assert app.log.tail(0) == 0
    wet = app.importer.run("u1", rows)
    assert (dry.added, dry.updated, dry.skipped) == (wet.added, wet.updated, wet.skipped)
    assert (wet.added, wet.updated, wet.skipped) == (2, 1, 1)


def test_old_plays_land_on_the_day_they_were_logged() -> None:
    """An imported history does not flood what everybody is watching now."""
    app = Application()
    logged = date(2020, 5, 2)
    figures(app, replace(PLAY, watched_on=date(2020, 5, 1), logged_on=logged))
    assert app.diaries.entries("u1")[0].added_on == logged


def test_progress_is_told_by_the_chunk() -> None:
    """The last call names the number of rows."""
    app = Application()
    told: list[int] = []
    rows = [replace(PLAY, title=f"Film {n}") for n in range(1100)]
    app.importer.run("u1", rows, progress=told.append)
    assert told == [500, 1000, 1100]


def test_a_row_that_another_writer_took_first_is_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between planning and recording the film came in by another way."""
    app = Application()
    record_all = app.recorder.record_all

    def somebody_was_faster(commands: Sequence[Command]) -> list[Receipt | CinestatsError]:
        record_all([replace(c, event_id=f"theirs-{c.event_id}") for c in commands])
        return record_all(commands)

    monkeypatch.setattr(app.recorder, "record_all", somebody_was_faster)
    report = app.importer.run("u1", [PLAY])
    assert (report.added, report.skipped) == (0, 1)


def test_the_report_says_of_each_row_what_became_of_it() -> None:
    """With its line and file, the film as the row names it, and a reason."""
    app = Application()
    app.catalogue.load(
        [
            CatalogueFilm(Movie.create("Heat", year=1995)),
            *(CatalogueFilm(Movie.create("Emma", year=y)) for y in (1996, 2020)),
        ]
    )
    rated = replace(PLAY, line=5, rating=9)
    rows = [
        PLAY,
        replace(PLAY, line=3, title="Home Video", year=None, file="a.csv"),
        replace(PLAY, line=4, title="Emma", year=None),
        rated,
        replace(rated, line=6),
        SkippedRow(7, "an episode", "b.csv"),
        RejectedRow(8, "rating: no number"),
        replace(PLAY, line=9, title="Ali", watched_on=date(2025, 2, 1)),
    ]
    told = [
        (r.line, r.file, r.name, r.year, r.outcome, r.reason)
        for r in app.importer.run("u1", rows).rows
    ]
    refused = "watched_date: must be from 1888-01-01 to today (2025-01-21), not 2025-02-01"
    assert told == [
        (2, None, "Heat", 1995, "added", None),
        (3, "a.csv", "Home Video", None, "unmatched", "the catalogue does not know the film"),
        (
            4,
            None,
            "Emma",
            None,
            "suggested",
            "it may be Emma (2020), Emma (1996)",
        ),
        (5, None, "Heat", 1995, "updated", "rating: 4 before, 4.5 now"),
        (6, None, "Heat", 1995, "skipped", "it is in the diary already"),
        (7, "b.csv", None, None, "skipped", "an episode"),
        (8, None, None, None, "rejected", "rating: no number"),
        (9, None, "Ali", 1995, "rejected", refused),
    ]


def test_a_first_rating_had_none_before() -> None:
    """The reason says so."""
    app = Application()
    (row,) = [
        app.importer.run("u1", [replace(PLAY, rating=rating)]).rows for rating in (None, 7)
    ][1]
    assert (row.outcome, row.reason) == ("updated", "rating: none before, 3.5 now")


def own_row(title: str, key: str) -> ImportedRow:
    """A row of our own export, which brings the whole film."""
    film = Movie.create(title, film_key=key, poster_url="https://films.example/a.jpg")
    entry = Entry("e1", film, 8, None, DAY)
    return ImportedRow(line=2, kind="play", title=title, entry=entry)


def test_a_row_of_our_own_export_is_taken_for_no_other_entry() -> None:
    """Two plays of unknown days are two; the same day of the same film is one."""
    app = Application()
    row = own_row("Heat", "imdb:tt0113277")
    assert figures(app, row) == (1, 0, 0, 0)
    (entry,) = app.diaries.entries("u1")
    assert (entry.entry_id, entry.movie) == ("e1", row.entry.movie)
    other = own_row("Ali", "ali|2001")
    assert other.entry is not None
    other = replace(other, entry=replace(other.entry, entry_id="e2", watched_on=DAY))
    assert figures(app, other) == (1, 0, 0, 0)
    assert len({e.entry_id for e in app.diaries.entries("u1")}) == 2
    assert figures(app, row, other) == (0, 0, 2, 0)


def test_a_row_of_our_own_export_needs_no_catalogue() -> None:
    """It says itself which film it is."""
    report = Application().importer.run("u1", [own_row("Heat", "imdb:tt0113277")])
    assert [row.outcome for row in report.rows] == ["added"]


def test_a_film_is_as_long_as_its_row_says() -> None:
    app = Application()
    figures(app, replace(PLAY, duration=170))
    assert [e.movie.duration for e in app.diaries.entries("u1")] == [170]


def test_no_entry_is_added_after_today() -> None:
    """The source's clock may be ahead of ours."""
    app = Application()
    figures(app, replace(PLAY, logged_on=date(2025, 6, 1)), replace(SEEN, title="Ali"))
    assert [e.added_on for e in app.diaries.entries("u1")] == [app.keeper.today()] * 2


def test_a_row_is_known_again_when_the_catalogue_knows_its_film_no_more() -> None:
    """By the id that follows from the row."""
    app = Application()
    row = replace(PLAY, year=None)
    app.catalogue.load([CatalogueFilm(Movie.create("Heat", year=1995))])
    assert figures(app, row) == (1, 0, 0, 0)
    app.catalogue.load([])
    assert figures(app, row) == (0, 0, 1, 0)


def test_an_identifier_of_the_row_says_which_film_it_is() -> None:
    """Either of the two."""
    app = Application()
    ids = FilmIds("tt0113277", 949)
    film = Movie.create("Heat", year=1995, duration=170, ids=ids)
    app.catalogue.load([CatalogueFilm(film)])
    row = replace(PLAY, title="La sfida", year=None)
    figures(app, replace(row, imdb_id="tt0113277"))
    figures(app, replace(row, tmdb_id=949, watched_on=DAY - timedelta(days=1)))
    assert [e.movie.film_key for e in app.diaries.entries("u1")] == ["heat|1995"] * 2


def test_five_films_of_a_title_are_named() -> None:
    """However many there are."""
    app = Application()
    films = [CatalogueFilm(Movie.create("Emma", year=y)) for y in range(1990, 1997)]
    app.catalogue.load(films)
    (row,) = app.importer.run("u1", [replace(PLAY, title="Emma", year=None)]).rows
    assert row.reason is not None
    assert row.reason.count(", ") == 4
