"""Takes over the films of catalogues that earlier versions wrote, one at a time."""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import orjson

from cinestats.adapters.film_json import catalogue_film_of, catalogue_film_of_earlier
from cinestats.adapters.title_index import shelf_of
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.ports import StoreDamaged
from cinestats.domain.details import FilmDetails
from cinestats.domain.movie import FilmIds, Movie

from .catalogue_rows import BITS, SCHEMA, digest_of, insert

_KEEP_KEY = """
INSERT INTO keys VALUES (?, ?, ?)
ON CONFLICT (key, film) DO UPDATE SET forms = forms | excluded.forms
"""


def upgrade(connection: sqlite3.Connection) -> None:
    """Take over the films of a file of an earlier form, and the keys they were found by.

    (A film of the first files has no other titles: its keys are all that is left of them.)
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "films" not in tables:
        return
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    for (name,) in connection.execute(indexes).fetchall():
        connection.execute(f"DROP INDEX {name}")
    for table in ("films", "keys", "digests"):
        if table in tables:
            connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for table in ("words", "origins"):  # of which the films tell, too
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    for number, film in _films(connection, tables):
        insert(connection, number, film)
    _keep_keys(connection)
    for table in ("titles", "old_films", "old_keys", "old_digests"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def _keep_keys(connection: sqlite3.Connection) -> None:
    for key, film, form, year in connection.execute(
        "SELECT key, film, form, year FROM old_keys JOIN films USING (film)"
    ):
        connection.execute(_KEEP_KEY, (key, film, BITS[form]))
        if shelf := shelf_of(form, key, year):
            row = shelf, key, film
            connection.execute("INSERT OR IGNORE INTO shelves VALUES (?, ?, ?)", row)


def _films(
    connection: sqlite3.Connection, tables: Collection[str]
) -> Iterator[tuple[int, CatalogueFilm]]:
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(old_films)")}
    if "body" not in columns:
        return _films_of_form_0(connection, tables)
    read = catalogue_film_of if "release_years" in columns else catalogue_film_of_earlier
    return _films_with_body(connection, tables, read)


def _films_with_body(
    connection: sqlite3.Connection,
    tables: Collection[str],
    read: Callable[[Mapping[str, Any]], CatalogueFilm],
) -> Iterator[tuple[int, CatalogueFilm]]:
    """Those of the first form had two ids beside the film, those of the fourth digests."""
    checked = "digests" in tables
    digests = "LEFT JOIN old_digests USING (film)" if checked else ""
    digest = "digest" if checked else "NULL"
    rows = connection.execute(f"SELECT film, body, {digest} FROM old_films {digests}")
    for number, body, told in rows:
        if checked and digest_of(number, body) != told:
            raise StoreDamaged(
                f"Film {number} of the catalogue does not fit its checksum: move catalog.db out"
                " of the data folder, and load your films again."
            )
        yield number, read(orjson.loads(body))


def _films_of_form_0(
    connection: sqlite3.Connection, tables: Collection[str]
) -> Iterator[tuple[int, CatalogueFilm]]:
    """Those of a file that had a column for each field."""
    titles = "original, italian, alternative FROM old_films LEFT JOIN titles USING (film)"
    if "titles" not in tables:
        titles = "NULL, NULL, NULL FROM old_films"
    for number, title, year, key, *others in connection.execute(
        "SELECT film, title, year, film_key, genres, directors, actors, duration, poster_url,"
        f" imdb_id, tmdb_id, {titles}"
    ):
        *lists, duration, poster_url, imdb, tmdb, original, italian, alternative = others
        genres, directors, actors, alternatives = (
            tuple(orjson.loads(each)) for each in (*lists, alternative or "[]")
        )
        credits_ = genres, directors, actors
        ids, details = FilmIds(imdb, tmdb), FilmDetails(original)
        movie = Movie(title, year, key, *credits_, duration, poster_url, ids, None, details)
        yield number, CatalogueFilm(movie, italian, alternatives)
