"""A diary to correct, its films and rows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.imports.rows import ImportedRow
from cinestats.application.imports.undo import undo_import
from cinestats.domain.entry import Entry
from cinestats.domain.movie import FilmIds, Movie
from tests.unit.application.application import Application

DAY = date(2025, 1, 3)
CIRCLE = CatalogueFilm(
    Movie.create(
        "Circle",
        year=2015,
        directors=["Aaron Hann", "Mario Miscione"],
        genres=["Drama"],
        duration=87,
        ids=FilmIds(imdb="tt3118452"),
    )
)
THE_CIRCLE = CatalogueFilm(
    Movie.create(
        "The Circle",
        year=2017,
        directors="James Ponsoldt",
        genres=["Thriller"],
        duration=110,
        ids=FilmIds(imdb="tt4287320", tmdb=339988),
    )
)
ROW = ImportedRow(
    line=2,
    kind="play",
    service="letterboxd",
    title="Circle",
    year=2015,
    rating=8,
    watched_on=DAY,
)


def row(**fields: Any) -> ImportedRow:
    return replace(ROW, **fields)


def imported(app: Application, *rows: ImportedRow) -> Sequence[Entry]:
    """The diary after an import of the rows."""
    app.importer.run("u1", rows)
    return entries(app)


def entries(app: Application) -> Sequence[Entry]:
    return app.diaries.entries("u1")


def by_id(app: Application) -> dict[str, Entry]:
    return {entry.entry_id: entry for entry in entries(app)}


def undone(app: Application, cause: str | None) -> dict[str, Entry]:
    """The diary after undoing a cause; every figure is still equal to a recompute."""
    assert cause is not None
    app.projector.catch_up()
    undo_import(app.keeper, user="u1", import_id=cause)
    assert app.verifier.verify().equal
    return by_id(app)
