"""The catalogue in a SQLite file."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path

import orjson

from cinestats.adapters.title_index import Answer, find_film
from cinestats.adapters.title_search import search_films
from cinestats.application.catalogue.learn import forget_source
from cinestats.application.catalogue.load import load_films
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Loaded, SourceShare

from .catalogue_index import Index, Kept
from .catalogue_rows import BITS, FORM, SCHEMA, check, empty, film_of, insert, purge, remove
from .catalogue_upgrade import upgrade
from .database import Database


class SqliteCatalogue:
    """Implements FilmStore. Opening it reads nothing; searches warm up as they go."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, SCHEMA, form=FORM, durable=True, upgrade=upgrade)
        self._kept = Kept(0)

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
            if replace:
                empty(connection)
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
            return [film_of(connection, number) for (number,) in rows]

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
            purge(connection)

    def size(self) -> int:
        return self._database.number("SELECT count(*) FROM films")

    def check(self) -> None:
        """Read every film; raises StoreUnavailable where one, or what finds it, differs."""
        with self._database.snapshot() as connection, self._database.decoding():
            check(connection)
            for day in connection.execute("SELECT asked_on FROM missing"):
                date.fromisoformat(*day)

    def close(self) -> None:
        self._database.close()

    def _index(self, connection: sqlite3.Connection) -> Index:
        generation = _generation(connection)
        kept = self._kept
        if kept.generation != generation:
            self._kept = kept = Kept(generation)
        return Index(connection, kept)


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
            " WHERE key = ? AND forms & ? AND year IS ?",
            title,
            BITS["exact"],
            year,
        )

    def has_key(self, film_key: str) -> bool:
        return bool(self.with_key(film_key))

    def with_key(self, film_key: str) -> Sequence[int]:
        return self._numbers("SELECT film FROM films WHERE film_key = ?", film_key)

    def film(self, number: int) -> CatalogueFilm:
        with self._database.decoding():
            return film_of(self._connection, number)

    def add(self, film: CatalogueFilm) -> int:
        (number,) = self._numbers("SELECT coalesce(max(film) + 1, 0) FROM films")
        insert(self._connection, number, film)
        return number

    def change(self, number: int, film: CatalogueFilm) -> None:
        self.remove(number)
        insert(self._connection, number, film)

    def remove(self, number: int) -> None:
        with self._database.decoding():
            remove(self._connection, number)

    def _numbers(self, sql: str, *parameters: str | int | None) -> list[int]:
        return [number for (number,) in self._connection.execute(sql, parameters)]


def _raise_generation(connection: sqlite3.Connection) -> None:
    number = _generation(connection) + 1
    connection.execute("DELETE FROM generation")
    connection.execute("INSERT INTO generation VALUES (?)", (number,))


def _generation(connection: sqlite3.Connection) -> int:
    """How often films were loaded."""
    ((number,),) = connection.execute("SELECT coalesce(max(number), 0) FROM generation")
    return int(number)
