"""Every user's present entries in one SQLite file; it can be rebuilt from the log."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import orjson

from cinestats.application.diary.ports import EntryKey
from cinestats.application.log.ports import Recorded
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event, MovieAdded, MovieDeleted, RatingUpdated
from cinestats.domain.movie import Movie
from cinestats.domain.titles import normalize_title

from .database import Database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    row INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL, entry_id TEXT NOT NULL, film_key TEXT NOT NULL,
    title_key TEXT NOT NULL, rating INTEGER, watched_on TEXT, added_on TEXT NOT NULL,
    movie BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS entries_by_id ON entries (user_id, entry_id);
CREATE INDEX IF NOT EXISTS entries_by_film ON entries (user_id, film_key)
"""
_COLUMNS = "entry_id, film_key, rating, watched_on, added_on, movie"
_INSERT = (
    "INSERT OR REPLACE INTO entries"
    f" (user_id, title_key, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_DELETE = "DELETE FROM entries WHERE user_id = ? AND entry_id = ?"
_RATE = "UPDATE entries SET rating = ? WHERE user_id = ? AND entry_id = ?"


class SqliteDiaryStore:
    """The entries table with the log position it stands at."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, durable=False)

    def position(self, partition: int) -> int:
        rows = self._database.query(
            "SELECT position FROM positions WHERE partition = ?", (partition,)
        )
        return rows[0][0] if rows else 0

    def apply(self, partition: int, base: int, events: Sequence[Recorded]) -> None:
        with self._database.transaction() as connection:
            moved = connection.execute(
                "INSERT INTO positions VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET position = excluded.position WHERE position = ?",
                (partition, events[-1].position, base),
            )
            if moved.rowcount:
                changes = (_change(each.event) for each in events if each.event is not None)
                for sql, run in groupby(changes, itemgetter(0)):
                    connection.executemany(sql, (parameters for _, parameters in run))

    def entries(self, user_id: str) -> Sequence[Entry]:
        rows = self._database.query(
            f"SELECT {_COLUMNS} FROM entries WHERE user_id = ? ORDER BY row", (user_id,)
        )
        return [_entry(*row) for row in rows]

    def lookup(self, user_id: str, keys: Iterable[EntryKey]) -> Sequence[Entry]:
        values: defaultdict[str, list[str]] = defaultdict(list)
        for kind, value in keys:
            values[kind].append(value)
        found: dict[str, Entry] = {}
        for column, wanted in values.items():
            rows = self._database.query(
                f"SELECT {_COLUMNS} FROM entries WHERE user_id = ?"
                f" AND {column} IN (SELECT value FROM json_each(?)) ORDER BY row",
                (user_id, orjson.dumps(wanted).decode()),
            )
            found.update((row[0], _entry(*row)) for row in rows)
        return list(found.values())

    def close(self) -> None:
        self._database.close()


def _change(event: Event) -> tuple[str, tuple[object, ...]]:
    """The statement that an event comes down to, and its parameters."""
    entry = event.entry
    match event:
        case MovieAdded():
            movie = entry.movie
            return _INSERT, (
                event.user_id,
                normalize_title(movie.title),
                entry.entry_id,
                movie.film_key,
                entry.rating,
                entry.watched_on and entry.watched_on.isoformat(),
                entry.added_on.isoformat(),
                _movie_json(movie),
            )
        case MovieDeleted():
            return _DELETE, (event.user_id, entry.entry_id)
        case RatingUpdated():
            return _RATE, (event.new_rating, event.user_id, entry.entry_id)


def _movie_json(movie: Movie) -> bytes:
    return orjson.dumps(
        (
            movie.title,
            movie.year,
            movie.genres,
            movie.directors,
            movie.actors,
            movie.duration,
            movie.poster_url,
        )
    )


def _entry(
    entry_id: str,
    film_key: str,
    rating: int | None,
    watched_on: str | None,
    added_on: str,
    movie: bytes,
) -> Entry:
    return Entry(
        entry_id,
        _movie(film_key, movie),
        rating,
        None if watched_on is None else date.fromisoformat(watched_on),
        date.fromisoformat(added_on),
    )


@lru_cache(maxsize=20_000)  # a diary is read again after each change, with the same films
def _movie(film_key: str, movie: bytes) -> Movie:
    title, year, genres, directors, actors, duration, poster_url = orjson.loads(movie)
    return Movie(
        title,
        year,
        film_key,
        tuple(genres),
        tuple(directors),
        tuple(actors),
        duration,
        poster_url,
    )
