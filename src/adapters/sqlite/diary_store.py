"""Every user's present entries in one SQLite file; it can be rebuilt from the log."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import orjson

from cinestats.adapters.entry_json import entry_of, play_document
from cinestats.adapters.film_json import film_json, movie_of_json
from cinestats.application.diary.ports import EntryKey
from cinestats.application.log.ports import Recorded
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event
from cinestats.domain.titles import normalize_title

from .database import Database

FORM = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    row INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL, entry_id TEXT NOT NULL, film_key TEXT NOT NULL,
    title_key TEXT NOT NULL, play BLOB NOT NULL, film BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS entries_by_id ON entries (user_id, entry_id);
CREATE INDEX IF NOT EXISTS entries_by_film ON entries (user_id, film_key)
"""
_PUT = (
    "INSERT INTO entries (film_key, title_key, play, film, user_id, entry_id)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET film_key = excluded.film_key,"
    " title_key = excluded.title_key, play = excluded.play, film = excluded.film"
)
_DELETE = "DELETE FROM entries WHERE user_id = ? AND entry_id = ?"
_CHANGE = (
    "UPDATE entries SET film_key = ?, title_key = ?, play = ?, film = ?"
    " WHERE user_id = ? AND entry_id = ?"
)


class SqliteDiaryStore:
    """The entries table with the log position it stands at."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, form=FORM, durable=False, overwrite=True)

    def position(self, partition: int) -> int:
        return self._database.number(
            "SELECT position FROM positions WHERE partition = ?", (partition,)
        )

    def apply(self, partition: int, base: int, events: Sequence[Recorded]) -> None:
        with self._database.transaction() as connection:
            moved = connection.execute(
                "INSERT INTO positions VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET position = excluded.position WHERE position = ?",
                (partition, events[-1].position, base),
            )
            if moved.rowcount:
                told = (each.event for each in events if each.event is not None)
                changes = (_change(event) for event in told if not event.as_published)
                for sql, run in groupby(changes, itemgetter(0)):
                    connection.executemany(sql, (parameters for _, parameters in run))

    def entries(self, user_id: str) -> Sequence[Entry]:
        rows = self._database.query(
            "SELECT film, play FROM entries WHERE user_id = ? ORDER BY row", (user_id,)
        )
        return self._entries(rows)

    def count(self, user_id: str) -> int:
        return self._database.number(
            "SELECT count(*) FROM entries WHERE user_id = ?", (user_id,)
        )

    def lookup(self, user_id: str, keys: Iterable[EntryKey]) -> Sequence[Entry]:
        values: defaultdict[str, list[str]] = defaultdict(list)
        for kind, value in keys:
            values[kind].append(value)
        found: dict[str, Entry] = {}
        for column, wanted in values.items():
            rows = self._database.query(
                "SELECT film, play FROM entries WHERE user_id = ?"
                f" AND {column} IN (SELECT value FROM json_each(?)) ORDER BY row",
                (user_id, orjson.dumps(wanted).decode()),
            )
            found.update((entry.entry_id, entry) for entry in self._entries(rows))
        return list(found.values())

    def _entries(self, rows: Iterable[tuple[bytes, bytes]]) -> list[Entry]:
        with self._database.decoding():
            return [_entry(*row) for row in rows]

    def close(self) -> None:
        self._database.close()


def _change(event: Event) -> tuple[str, tuple[object, ...]]:
    """The statement that an event comes down to, and its parameters."""
    key = event.user_id, event.entry.entry_id
    after = event.after
    if after is None:
        return _DELETE, key
    movie = after.movie
    values = (
        movie.film_key,
        normalize_title(movie.title),
        orjson.dumps(play_document(after)),
        film_json(movie),
    )
    # What changes an entry that is not there changes nothing.
    return _PUT if event.before is None else _CHANGE, (*values, *key)


def _entry(film: bytes, play: bytes) -> Entry:
    return entry_of(movie_of_json(film), orjson.loads(play))
