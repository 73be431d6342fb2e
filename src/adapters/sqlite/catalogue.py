"""The catalogue in a SQLite file."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

from cinestats.adapters.film_json import catalogue_document, catalogue_film_of
from cinestats.adapters.title_index import Form, IdKind, Listing, Shelf, find_film, keys_of
from cinestats.adapters.title_search import search_films, sorted_vocabulary, words_of
from cinestats.application.catalogue.ports import Ambiguous, CatalogueFilm, FilmQuery, Found
from cinestats.domain.movie import Movie

from .database import Database

# A film's row has what films are found by beside the film itself. ``generation`` counts how
# often the content was replaced.
FORM = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS films (
    film INTEGER PRIMARY KEY, imdb_id TEXT, tmdb_id INTEGER, year INTEGER, body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS films_by_imdb_id ON films (imdb_id);
CREATE INDEX IF NOT EXISTS films_by_tmdb_id ON films (tmdb_id);
CREATE INDEX IF NOT EXISTS films_by_year ON films (year);
CREATE TABLE IF NOT EXISTS keys (
    form TEXT NOT NULL, key TEXT NOT NULL, film INTEGER NOT NULL,
    PRIMARY KEY (form, key, film)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS keys_by_film ON keys (film, form);
CREATE TABLE IF NOT EXISTS words (
    word TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (word, film)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generation (number INTEGER NOT NULL) STRICT
"""

_LISTING = "SELECT film, year, imdb_id, tmdb_id FROM films"
_SHELF = "SELECT key, film, year, imdb_id, tmdb_id FROM keys JOIN films USING (film)"


class SqliteCatalogue:
    """Implements Catalogue. Opening it reads nothing; searches warm up as they go."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, form=FORM, durable=True, upgrade=_upgrade)
        self._shelves = _Shelves(0)

    def find(self, query: FilmQuery) -> Found | Ambiguous | None:
        with self._database.snapshot() as connection:
            return find_film(query, self._index(connection))

    def search(self, text: str, limit: int) -> Sequence[CatalogueFilm]:
        with self._database.snapshot() as connection:
            index = self._index(connection)
            return [index.film(number) for number in search_films(text, limit, index)]

    def load(self, films: Iterable[CatalogueFilm]) -> int:
        with self._database.transaction() as connection:
            generation = _generation(connection) + 1
            for table in ("films", "keys", "words", "generation"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("INSERT INTO generation VALUES (?)", (generation,))
            for number, film in enumerate(films):
                _insert(connection, number, film)
                connection.executemany(
                    "INSERT INTO keys VALUES (?, ?, ?)",
                    [(form, key, number) for form, key in keys_of(film)],
                )
        return self.size()

    def size(self) -> int:
        return int(self._database.query("SELECT count(*) FROM films")[0][0])

    def close(self) -> None:
        self._database.close()

    def _index(self, connection: sqlite3.Connection) -> "_Index":
        generation = _generation(connection)
        shelves = self._shelves
        if shelves.generation != generation:
            self._shelves = shelves = _Shelves(generation)
        return _Index(connection, shelves)


class _Shelves:
    """What searches have needed, of one generation of the content."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.by_place: dict[int | str, Shelf] = {}
        self.vocabulary: list[str] | None = None


class _Index:
    """One view of the file as a TitleIndex and a SearchIndex."""

    def __init__(self, connection: sqlite3.Connection, shelves: _Shelves) -> None:
        self._connection = connection
        self._shelves = shelves

    def with_id(self, kind: IdKind, value: str | int) -> Sequence[Listing]:
        return self._listings(f"WHERE {kind} = ?", value)

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        return self._listings("JOIN keys USING (film) WHERE form = ? AND key = ?", form, key)

    def shelf(self, of: int | str) -> Shelf:
        shelf = self._shelves.by_place.get(of)
        if shelf is None:
            if isinstance(of, int):
                shelf = self._shelf("year = ? AND form = 'bare'", (of,))
            else:
                shelf = self._shelf("form = 'loose' AND key >= ? AND key < ?", _range(of))
            self._shelves.by_place[of] = shelf
        return shelf

    def movie(self, film: int) -> Movie:
        return self.film(film).movie

    def film(self, film: int) -> CatalogueFilm:
        """The film as it was loaded."""
        ((body,),) = self._connection.execute("SELECT body FROM films WHERE film = ?", (film,))
        return catalogue_film_of(orjson.loads(body))

    def beginning(self, form: Form, prefix: str, limit: int) -> Sequence[int]:
        return self._newest(
            "SELECT film FROM keys WHERE form = ? AND key >= ? AND key < ?",
            (form, *_range(prefix)),
            limit,
        )

    def with_words(self, prefixes: Sequence[Sequence[str]], limit: int) -> Sequence[int]:
        groups = (
            " UNION ".join(["SELECT film FROM words WHERE word >= ? AND word < ?"] * len(group))
            for group in prefixes
        )
        bounds = [bound for group in prefixes for prefix in group for bound in _range(prefix)]
        return self._newest(") AND film IN (".join(groups), bounds, limit)

    @property
    def vocabulary(self) -> Sequence[str]:
        vocabulary = self._shelves.vocabulary
        if vocabulary is None:
            rows = self._connection.execute("SELECT DISTINCT word FROM words")
            vocabulary = sorted_vocabulary(word for (word,) in rows)
            self._shelves.vocabulary = vocabulary
        return vocabulary

    def _listings(self, clause: str, *parameters: str | int) -> Sequence[Listing]:
        return [
            Listing(*row)
            for row in self._connection.execute(f"{_LISTING} {clause}", parameters)
        ]

    def _newest(self, films: str, parameters: Sequence[object], limit: int) -> Sequence[int]:
        rows = self._connection.execute(
            f"SELECT film FROM films WHERE film IN ({films}) ORDER BY year DESC, film LIMIT ?",
            (*parameters, limit),
        )
        return [film for (film,) in rows]

    def _shelf(self, condition: str, parameters: Sequence[object]) -> Shelf:
        rows = self._connection.execute(f"{_SHELF} WHERE {condition}", parameters).fetchall()
        return Shelf([row[0] for row in rows], [Listing(*row[1:]) for row in rows])


def _insert(connection: sqlite3.Connection, number: int, film: CatalogueFilm) -> None:
    body = orjson.dumps(catalogue_document(film))
    row = number, film.imdb_id, film.tmdb_id, film.movie.year, body
    connection.execute("INSERT INTO films VALUES (?, ?, ?, ?, ?)", row)
    words = [(word, number) for word in words_of(film)]
    connection.executemany("INSERT INTO words VALUES (?, ?)", words)


def _upgrade(connection: sqlite3.Connection) -> None:
    """Take over the films of a file that had a column for each of their fields.

    Where it is from before there was a search, it has the keys of other titles only.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "films" not in tables:
        return
    titles = "original, italian, alternative FROM films LEFT JOIN titles USING (film)"
    if "titles" not in tables:
        titles = "NULL, NULL, NULL FROM films"
    films = connection.execute(
        "SELECT film, title, year, film_key, genres, directors, actors, duration, poster_url,"
        f" imdb_id, tmdb_id, {titles}"
    ).fetchall()
    for table in ("films", "titles", "words"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    for number, title, year, key, *others in films:
        *lists, duration, poster_url, imdb_id, tmdb_id, original, italian, alternative = others
        genres, directors, actors, alternatives = (
            tuple(orjson.loads(each)) for each in (*lists, alternative or "[]")
        )
        movie = Movie(title, year, key, genres, directors, actors, duration, poster_url)
        film = CatalogueFilm(movie, original, italian, alternatives, imdb_id, tmdb_id)
        _insert(connection, number, film)


def _range(prefix: str) -> tuple[str, str]:
    """The first text that begins with ``prefix``, and one behind the last."""
    return prefix, prefix + "\U0010ffff"


def _generation(connection: sqlite3.Connection) -> int:
    """How often the content was replaced."""
    ((number,),) = connection.execute("SELECT coalesce(max(number), 0) FROM generation")
    return int(number)
