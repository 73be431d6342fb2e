"""The catalogue in a SQLite file."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from cinestats.adapters.film_json import (
    catalogue_document,
    catalogue_film_of,
    catalogue_film_of_earlier,
)
from cinestats.adapters.title_index import (
    MOST_SHELVES,
    Answer,
    Form,
    Listing,
    Shelf,
    find_film,
    keys_of,
    shelf_of,
)
from cinestats.adapters.title_search import search_films, sorted_vocabulary, words_of
from cinestats.application.catalogue.learn import forget_source, oldest_days
from cinestats.application.catalogue.load import load_films
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Loaded, SourceShare
from cinestats.domain.details import FilmDetails
from cinestats.domain.movie import FilmIds, Movie

from .database import Database

# A film's row has what films are found by beside the film itself; a key's has the shelf that
# it stands on. ``generation`` counts the loads; ``origins`` tell the oldest day of a source's.
# ``digests`` has the checksum of each film, which nothing else could tell from another one.
FORM = 4
_SCHEMA = """
CREATE TABLE IF NOT EXISTS films (
    film INTEGER PRIMARY KEY, year INTEGER, imdb TEXT, tmdb INTEGER, wikidata TEXT,
    letterboxd TEXT, release_years TEXT, film_key TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS films_by_imdb ON films (imdb) WHERE imdb IS NOT NULL;
CREATE INDEX IF NOT EXISTS films_by_tmdb ON films (tmdb) WHERE tmdb IS NOT NULL;
CREATE INDEX IF NOT EXISTS films_by_wikidata ON films (wikidata) WHERE wikidata IS NOT NULL;
CREATE INDEX IF NOT EXISTS films_by_letterboxd ON films (letterboxd)
    WHERE letterboxd IS NOT NULL;
CREATE INDEX IF NOT EXISTS films_by_key ON films (film_key);
CREATE INDEX IF NOT EXISTS films_by_year ON films (year);
CREATE TABLE IF NOT EXISTS keys (
    form TEXT NOT NULL, key TEXT NOT NULL, film INTEGER NOT NULL, shelf TEXT,
    PRIMARY KEY (form, key, film)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS keys_by_shelf ON keys (shelf, key, film) WHERE shelf IS NOT NULL;
CREATE TABLE IF NOT EXISTS words (
    word TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (word, film)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generation (number INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS origins (
    source TEXT NOT NULL, film INTEGER NOT NULL, fetched_on TEXT NOT NULL,
    PRIMARY KEY (source, film)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS origins_by_film ON origins (film);
CREATE TABLE IF NOT EXISTS missing (
    source TEXT NOT NULL, asked TEXT NOT NULL, asked_on TEXT NOT NULL,
    PRIMARY KEY (source, asked)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS digests (film INTEGER PRIMARY KEY, digest BLOB NOT NULL) STRICT
"""
_OF_FILMS = ("films", "keys", "words", "origins", "digests")
_NOTE_DIGEST = "INSERT INTO digests VALUES (?, ?)"
_THERE = {
    "keys": "SELECT 1 FROM keys WHERE form = ? AND key = ? AND film = ? AND shelf IS ?",
    "words": "SELECT 1 FROM words WHERE word = ? AND film = ?",
    "origins": "SELECT 1 FROM origins WHERE source = ? AND film = ? AND fetched_on = ?",
}
"""Is a row of a film there?"""
_LISTING = "SELECT film, year, imdb, tmdb, wikidata, letterboxd, release_years FROM films"


class SqliteCatalogue:
    """Implements FilmStore. Opening it reads nothing; searches warm up as they go."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, form=FORM, durable=True, upgrade=_upgrade)
        self._kept = _Kept(0)

    def find(self, query: FilmQuery) -> Answer:
        with self._database.snapshot() as connection, self._database.decoding():
            return find_film(query, self._index(connection))

    def search(self, text: str, limit: int) -> Sequence[CatalogueFilm]:
        with self._database.snapshot() as connection, self._database.decoding():
            index = self._index(connection)
            return [index.film(number) for number in search_films(text, limit, index)]

    def load(self, films: Iterable[CatalogueFilm], *, replace: bool = False) -> Loaded:
        with self._database.transaction() as connection:
            _raise_generation(connection)
            for table in _OF_FILMS:
                if replace:
                    connection.execute(f"DELETE FROM {table}")
            added, updated = load_films(films, _FilmsThere(connection, self._database))
        return Loaded(added, updated, self.size())

    def learn(self, films: Iterable[CatalogueFilm]) -> Loaded:
        return self.load(films)

    def told_by(self, source: str, before: date, limit: int) -> Sequence[CatalogueFilm]:
        with self._database.snapshot() as connection, self._database.decoding():
            rows = connection.execute(
                "SELECT film FROM origins WHERE source = ? AND fetched_on < ?"
                " ORDER BY fetched_on, film LIMIT ?",
                (source, before.isoformat(), limit),
            ).fetchall()
            return [_film(connection, number) for (number,) in rows]

    def forget(self, source: str, film_keys: Collection[str] | None = None) -> int:
        with self._database.transaction() as connection:
            _raise_generation(connection)
            if film_keys is None:
                connection.execute("DELETE FROM missing WHERE source = ?", (source,))
            keys = None if film_keys is None else orjson.dumps(list(film_keys)).decode()
            rows = connection.execute(
                "SELECT film FROM origins JOIN films USING (film) WHERE source = ?"
                " AND (?2 IS NULL OR film_key IN (SELECT value FROM json_each(?2)))",
                (source, keys),
            )
            numbers = [number for (number,) in rows]
            forget_source(source, numbers, _FilmsThere(connection, self._database))
        return len(numbers)

    def shares(self) -> Sequence[SourceShare]:
        rows = self._database.query(
            "SELECT source, count(*), min(fetched_on) FROM origins GROUP BY source"
        )
        with self._database.decoding():
            return [SourceShare(source, n, date.fromisoformat(day)) for source, n, day in rows]

    def note_missing(self, source: str, asked: Collection[str], day: date) -> None:
        rows = [(source, each, day.isoformat()) for each in asked]
        with self._database.transaction() as connection:
            connection.executemany("REPLACE INTO missing VALUES (?, ?, ?)", rows)

    def missing(self, source: str, asked: Collection[str], since: date) -> Collection[str]:
        rows = self._database.query(
            "SELECT asked FROM missing WHERE source = ? AND asked_on >= ?"
            " AND asked IN (SELECT value FROM json_each(?))",
            (source, since.isoformat(), orjson.dumps(list(asked)).decode()),
        )
        return {asked for (asked,) in rows}

    def forget_asked(self, films: Collection[str]) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM missing")
            _raise_generation(connection)
            there = _FilmsThere(connection, self._database)
            for film_key in films:
                for number in there.with_key(film_key):
                    there.remove(number)

    def size(self) -> int:
        return self._database.number("SELECT count(*) FROM films")

    def check(self) -> None:
        """Read every film; raises StoreUnavailable where one, or what it is found by, differs.

        A key that no film has any more says nothing of a film, and is not looked for.
        """
        with self._database.snapshot() as connection, self._database.decoding():
            for number, *names, _ in connection.execute("SELECT * FROM films"):
                rows = _rows(number, _film(connection, number))
                ((_, *right, _),) = rows["films"]
                there = all(
                    connection.execute(_THERE[table], row).fetchone()
                    for table in _THERE
                    for row in rows[table]
                )
                if names != right or not there:
                    raise ValueError(f"film {number} is not found by its names")
            for day in connection.execute("SELECT asked_on FROM missing"):
                date.fromisoformat(*day)

    def close(self) -> None:
        self._database.close()

    def _index(self, connection: sqlite3.Connection) -> "_Index":
        generation = _generation(connection)
        kept = self._kept
        if kept.generation != generation:
            self._kept = kept = _Kept(generation)
        return _Index(connection, kept)


class _Kept:
    """What searches have needed, of one generation of the content."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.answers: dict[FilmQuery, Answer] = {}
        self.shelves: dict[str, Shelf] = {}
        self.vocabulary: list[str] | None = None


class _Index:
    """One view of the file as a TitleIndex and a SearchIndex."""

    def __init__(self, connection: sqlite3.Connection, kept: _Kept) -> None:
        self._connection = connection
        self._kept = kept

    @property
    def answers(self) -> dict[FilmQuery, Answer]:
        return self._kept.answers

    def with_film_key(self, film_key: str) -> Sequence[Listing]:
        return self._listings("WHERE film_key = ?", film_key)

    def with_id(self, kind: str, value: str | int) -> Sequence[Listing]:
        return self._listings(f"WHERE {kind} = ?", value)

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        return self._listings("JOIN keys USING (film) WHERE form = ? AND key = ?", form, key)

    def listings(self, films: Sequence[int]) -> Sequence[Listing]:
        return [listing for film in films for listing in self._listings("WHERE film = ?", film)]

    def shelf(self, name: str) -> Shelf:
        shelves = self._kept.shelves
        shelf = shelves.get(name)
        if shelf is None:
            rows = self._connection.execute(
                "SELECT key, film FROM keys WHERE shelf = ?", (name,)
            ).fetchall()
            shelf = Shelf([key for key, _ in rows], [film for _, film in rows])
            if len(shelves) >= MOST_SHELVES:
                shelves.clear()
            shelves[name] = shelf
        return shelf

    def film(self, film: int) -> CatalogueFilm:
        return _film(self._connection, film)

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
        vocabulary = self._kept.vocabulary
        if vocabulary is None:
            rows = self._connection.execute("SELECT DISTINCT word FROM words")
            vocabulary = sorted_vocabulary(word for (word,) in rows)
            self._kept.vocabulary = vocabulary
        return vocabulary

    def _listings(self, clause: str, *parameters: str | int) -> Sequence[Listing]:
        rows = self._connection.execute(f"{_LISTING} {clause}", parameters)
        return [
            Listing(film, year, FilmIds(*ids), _years(others))
            for film, year, *ids, others in rows
        ]

    def _newest(self, films: str, parameters: Sequence[object], limit: int) -> Sequence[int]:
        rows = self._connection.execute(
            f"SELECT film FROM films WHERE film IN ({films}) ORDER BY year DESC, film LIMIT ?",
            (*parameters, limit),
        )
        return [film for (film,) in rows]


class _FilmsThere:
    """Implements FilmsThere, in a transaction that writes."""

    def __init__(self, connection: sqlite3.Connection, database: Database) -> None:
        self._connection = connection
        self._database = database

    def with_id(self, kind: str, value: str | int) -> Sequence[int]:
        return self._numbers(f"SELECT film FROM films WHERE {kind} = ?", value)

    def called(self, title: str, year: int | None) -> Sequence[int]:
        return self._numbers(
            "SELECT film FROM keys JOIN films USING (film)"
            " WHERE form = 'exact' AND key = ? AND year IS ?",
            title,
            year,
        )

    def has_key(self, film_key: str) -> bool:
        return bool(self.with_key(film_key))

    def with_key(self, film_key: str) -> Sequence[int]:
        return self._numbers("SELECT film FROM films WHERE film_key = ?", film_key)

    def film(self, number: int) -> CatalogueFilm:
        with self._database.decoding():
            return _film(self._connection, number)

    def add(self, film: CatalogueFilm) -> int:
        (number,) = self._numbers("SELECT coalesce(max(film) + 1, 0) FROM films")
        _insert(self._connection, number, film)
        return number

    def change(self, number: int, film: CatalogueFilm) -> None:
        self.remove(number)
        _insert(self._connection, number, film)

    def remove(self, number: int) -> None:
        """Take the film out, with all that it is found by."""
        known, connection = self.film(number), self._connection
        for table in ("films", "digests", "origins"):
            connection.execute(f"DELETE FROM {table} WHERE film = ?", (number,))
        keys = [(form, key, number) for form, key in keys_of(known)]
        connection.executemany("DELETE FROM keys WHERE form = ? AND key = ? AND film = ?", keys)
        words = [(word, number) for word in words_of(known)]
        connection.executemany("DELETE FROM words WHERE word = ? AND film = ?", words)

    def _numbers(self, sql: str, *parameters: str | int | None) -> list[int]:
        return [number for (number,) in self._connection.execute(sql, parameters)]


def _film(connection: sqlite3.Connection, film: int) -> CatalogueFilm:
    """The film as it was loaded; raises ValueError where it is not that film any more."""
    found = "SELECT body, digest FROM films LEFT JOIN digests USING (film) WHERE film = ?"
    ((body, digest),) = connection.execute(found, (film,))
    if _digest(film, body) != digest:
        raise ValueError(f"film {film} does not fit its checksum")
    return catalogue_film_of(orjson.loads(body))


def _digest(number: int, body: bytes) -> bytes:
    return sha256(b"%d %b" % (number, body)).digest()


def _rows(number: int, film: CatalogueFilm) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a film, by their table; the same ones in the same order every time."""
    movie, body = film.movie, orjson.dumps(catalogue_document(film))
    years, days = " ".join(map(str, film.release_years)) or None, oldest_days(film).items()
    return {
        "films": [(number, movie.year, *movie.ids, years, movie.film_key, body)],
        "digests": [(number, _digest(number, body))],
        "words": [(word, number) for word in sorted(words_of(film))],
        "keys": [
            (form, key, number, shelf_of(form, key, movie.year))
            for form, key in sorted(keys_of(film))
        ],
        "origins": [(source, number, day.isoformat()) for source, day in days],
    }


def _insert(connection: sqlite3.Connection, number: int, film: CatalogueFilm) -> None:
    for table, rows in _rows(number, film).items():
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _insert_keys(
    connection: sqlite3.Connection, keys: Iterable[tuple[Form, str, int, int | None]]
) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)",
        [(form, key, film, shelf_of(form, key, year)) for form, key, film, year in keys],
    )


def _years(text: str | None) -> tuple[int, ...]:
    return tuple(map(int, text.split())) if text else ()


def _upgrade(connection: sqlite3.Connection) -> None:
    """Take over the films of a file of an earlier form, and the keys they were found by.

    (A film of the first files has no other titles: its keys are all that is left of them.)
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "films" not in tables:
        return
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(films)")}
    if "release_years" in columns:  # of the second or third form, which only lack tables
        connection.execute(_SCHEMA.rpartition(";")[2])
        for number, body in connection.execute("SELECT film, body FROM films").fetchall():
            connection.execute(_NOTE_DIGEST, (number, _digest(number, body)))
        return
    bodies = "body" in columns
    films = _films_of_form_1(connection) if bodies else _films_of_form_0(connection, tables)
    years = {number: film.movie.year for number, film in films}
    rows = connection.execute("SELECT form, key, film FROM keys")
    keys = [(form, key, film, years[film]) for form, key, film in rows]
    for table in ("films", "titles", "words", "keys"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    for number, film in films:
        _insert(connection, number, film)
    _insert_keys(connection, keys)


def _films_of_form_1(connection: sqlite3.Connection) -> list[tuple[int, CatalogueFilm]]:
    """Those of a file that had two of the ids, beside the film."""
    rows = connection.execute("SELECT film, body FROM films")
    return [(n, catalogue_film_of_earlier(orjson.loads(body))) for n, body in rows]


def _films_of_form_0(
    connection: sqlite3.Connection, tables: Collection[str]
) -> list[tuple[int, CatalogueFilm]]:
    """Those of a file that had a column for each field."""
    titles = "original, italian, alternative FROM films LEFT JOIN titles USING (film)"
    if "titles" not in tables:
        titles = "NULL, NULL, NULL FROM films"
    films: list[tuple[int, CatalogueFilm]] = []
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
        films.append((number, CatalogueFilm(movie, italian, alternatives)))
    return films


def _range(prefix: str) -> tuple[str, str]:
    """The first text that begins with ``prefix``, and one behind the last."""
    return prefix, prefix + "\U0010ffff"


def _raise_generation(connection: sqlite3.Connection) -> None:
    number = _generation(connection) + 1
    connection.execute("DELETE FROM generation")
    connection.execute("INSERT INTO generation VALUES (?)", (number,))


def _generation(connection: sqlite3.Connection) -> int:
    """How often films were loaded."""
    ((number,),) = connection.execute("SELECT coalesce(max(number), 0) FROM generation")
    return int(number)
