"""The catalogue in a SQLite file."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from cinestats.adapters.title_index import Form, Listing, Shelf, find_film, keys_of
from cinestats.application.ports import Ambiguous, CatalogueFilm, FilmQuery, Found
from cinestats.domain.movie import Movie

from .database import Database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS films (
    film INTEGER PRIMARY KEY,
    imdb_id TEXT,
    tmdb_id INTEGER,
    title TEXT NOT NULL,
    year INTEGER,
    film_key TEXT NOT NULL,
    genres TEXT NOT NULL,
    directors TEXT NOT NULL,
    actors TEXT NOT NULL,
    duration INTEGER,
    poster_url TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS films_by_imdb_id ON films (imdb_id);
CREATE INDEX IF NOT EXISTS films_by_tmdb_id ON films (tmdb_id);
CREATE INDEX IF NOT EXISTS films_by_year ON films (year);
CREATE TABLE IF NOT EXISTS keys (
    form TEXT NOT NULL,
    key TEXT NOT NULL,
    film INTEGER NOT NULL,
    PRIMARY KEY (form, key, film)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS keys_by_film ON keys (film, form)
"""

_LISTING = "SELECT film, year, imdb_id, tmdb_id FROM films"
_SHELF = "SELECT key, film, year, imdb_id, tmdb_id FROM keys JOIN films USING (film)"


class SqliteCatalogue:
    """Implements Catalogue. Opening it reads nothing; searches warm up as they go."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, durable=True)
        self._shelves = _Shelves(0)

    def find(self, query: FilmQuery) -> Found | Ambiguous | None:
        with self._database.snapshot() as connection:
            generation = _generation(connection)
            shelves = self._shelves
            if shelves.generation != generation:
                self._shelves = shelves = _Shelves(generation)
            return find_film(query, _Index(connection, shelves))

    def load(self, films: Iterable[CatalogueFilm]) -> int:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM keys")
            connection.execute("DELETE FROM films")
            for number, film in enumerate(films):
                connection.execute(
                    "INSERT INTO films VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (number, film.imdb_id, film.tmdb_id, *_columns(film.movie)),
                )
                connection.executemany(
                    "INSERT INTO keys VALUES (?, ?, ?)",
                    [(form, key, number) for form, key in keys_of(film)],
                )
            connection.execute(f"PRAGMA user_version = {_generation(connection) + 1}")
        return self.size()

    def size(self) -> int:
        return int(self._database.query("SELECT count(*) FROM films")[0][0])

    def close(self) -> None:
        self._database.close()


class _Shelves:
    """The shelves that searches have needed, of one generation of the content."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.by_year: dict[int, Shelf] = {}
        self.by_initial: dict[str, Shelf] = {}


class _Index:
    """One view of the file as a TitleIndex."""

    def __init__(self, connection: sqlite3.Connection, shelves: _Shelves) -> None:
        self._connection = connection
        self._shelves = shelves

    def with_imdb_id(self, imdb_id: str) -> Sequence[Listing]:
        rows = self._connection.execute(f"{_LISTING} WHERE imdb_id = ?", (imdb_id,))
        return [Listing(*row) for row in rows]

    def with_tmdb_id(self, tmdb_id: int) -> Sequence[Listing]:
        rows = self._connection.execute(f"{_LISTING} WHERE tmdb_id = ?", (tmdb_id,))
        return [Listing(*row) for row in rows]

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        rows = self._connection.execute(
            f"{_LISTING} JOIN keys USING (film) WHERE form = ? AND key = ?", (form, key)
        )
        return [Listing(*row) for row in rows]

    def shelf_of_year(self, year: int) -> Shelf:
        shelf = self._shelves.by_year.get(year)
        if shelf is None:
            shelf = self._shelf("year = ? AND form = 'bare'", (year,))
            self._shelves.by_year[year] = shelf
        return shelf

    def shelf_of_initial(self, initial: str) -> Shelf:
        shelf = self._shelves.by_initial.get(initial)
        if shelf is None:
            shelf = self._shelf(
                "form = 'loose' AND key >= ? AND key < ?", (initial, chr(ord(initial) + 1))
            )
            self._shelves.by_initial[initial] = shelf
        return shelf

    def movie(self, film: int) -> Movie:
        row = self._connection.execute(
            "SELECT title, year, film_key, genres, directors, actors, duration, poster_url"
            " FROM films WHERE film = ?",
            (film,),
        ).fetchone()
        title, year, film_key, genres, directors, actors, duration, poster_url = row
        return Movie(
            title,
            year,
            film_key,
            tuple(json.loads(genres)),
            tuple(json.loads(directors)),
            tuple(json.loads(actors)),
            duration,
            poster_url,
        )

    def _shelf(self, condition: str, parameters: Sequence[object]) -> Shelf:
        rows = self._connection.execute(f"{_SHELF} WHERE {condition}", parameters).fetchall()
        return Shelf([row[0] for row in rows], [Listing(*row[1:]) for row in rows])


def _columns(movie: Movie) -> tuple[object, ...]:
    """The movie as ``films`` stores it, from ``title`` to ``poster_url``."""
    return (
        movie.title,
        movie.year,
        movie.film_key,
        json.dumps(movie.genres),
        json.dumps(movie.directors),
        json.dumps(movie.actors),
        movie.duration,
        movie.poster_url,
    )


def _generation(connection: sqlite3.Connection) -> int:
    """How often the content was replaced; SQLite keeps the number in the file's header."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
