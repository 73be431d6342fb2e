"""The log of events in one SQLite file."""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import starmap
from pathlib import Path

from cinestats.adapters.event_json import decode, encode, refuse_newer_schema
from cinestats.adapters.places import POSITION, bounds, recorded, seal_of
from cinestats.adapters.sealing import Unsealed, seals_of
from cinestats.application.log.chain import SALT_BYTES, START, sealed
from cinestats.application.log.ports import (
    DamagedLog,
    NewerEvent,
    PositionTaken,
    Recorded,
    Stored,
)
from cinestats.application.ports import StoreDamaged, StoreUnavailable
from cinestats.domain.events import Event

from .database import Database, form_of, reading

# A row's id is its place. ``seals`` has the checksum and the running hash of each event.
FORM = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    place INTEGER PRIMARY KEY, user_id TEXT, event_id TEXT, body BLOB
);
CREATE TABLE IF NOT EXISTS seals (
    place INTEGER PRIMARY KEY, salt BLOB, digest BLOB NOT NULL, chain BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_user ON events (user_id);
CREATE UNIQUE INDEX IF NOT EXISTS events_by_id ON events (user_id, event_id)
"""
_PAGE = 1000
_REMEMBERED = 2000
_READ = "SELECT place, body, salt, digest FROM events LEFT JOIN seals USING (place)"
_LOOKED_THROUGH = 1000


def refuse_newer_events(path: Path) -> None:
    """Raise NewerEvent when a later version wrote to the log.

    The log notes the latest schema in it. The last events are looked at besides, for another
    program may have put them there.
    """
    if form_of(path) is None:
        return
    with reading(path) as log:
        ((schema,),) = log.execute("SELECT max(value) FROM meta WHERE key = 'schema'")
        if schema is not None:
            refuse_newer_schema(schema)
        bodies = "SELECT body FROM events WHERE body IS NOT NULL ORDER BY place DESC LIMIT ?"
        for (body,) in log.execute(bodies, (_LOOKED_THROUGH,)):
            try:
                decode(body)
            except NewerEvent:
                raise
            except (KeyError, TypeError, ValueError):
                continue  # it is damaged, which whoever reads it tells


class SqliteEventLog:
    """The log and, of the same rows, every user's history. A commit is durable.

    What this object appended last it also remembers, for the projector in the same process
    to take it from there instead of decoding it.
    """

    def __init__(self, path: Path, partitions: int = 1) -> None:
        self._database = Database(
            path, _SCHEMA, form=FORM, durable=True, upgrade=seal_earlier_events, overwrite=True
        )
        number = "SELECT value FROM meta WHERE key = 'partitions'"
        if not self._database.query(number):
            new = "INSERT INTO meta VALUES ('partitions', :n) ON CONFLICT DO NOTHING"
            self._database.execute(new, n=partitions)
        ((kept,),) = self._database.query(number)
        if kept != partitions:
            raise StoreUnavailable(
                f"The log {path} has {kept} partitions, not {partitions}; the number is fixed"
                " when a log is made. Export the events and import them into a new log."
            )
        self._partitions = partitions
        self._schema = 1  # the latest that is noted, as far as this object knows
        self._latest: dict[int, tuple[Recorded, ...]] = {}

    @property
    def partitions(self) -> int:
        return self._partitions

    def tail(self, partition: int) -> int:
        return self._position(self._database.query(_TAIL, bounds(partition)))

    def append(self, partition: int, after: int, events: Sequence[Event]) -> None:
        first = bounds(partition)[0] + after + 1
        bodies = [encode(event) for event in events]
        rows = [
            (first + i, event.user_id, event.event_id, body)
            for i, (event, body) in enumerate(zip(events, bodies, strict=True))
        ]
        salts = secrets.token_bytes(SALT_BYTES * len(events))
        schema = max(event.names.schema for event in events)
        with self._database.transaction() as connection:
            end, (last, chain) = _end_of(connection, partition)
            tail = self._position([(end,)])
            if tail != after:
                raise PositionTaken
            if last != end or not isinstance(chain, bytes):
                raise DamagedLog(partition, tail, "its checksum is missing")
            seals = sealed(chain, partition, after, bodies, salts)
            try:
                connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", rows)
                connection.executemany(
                    "INSERT INTO seals VALUES (?, ?, ?, ?)",
                    [(first + i, *seal) for i, seal in enumerate(seals)],
                )
            except sqlite3.IntegrityError as error:  # the event id is there: decide anew
                raise PositionTaken from error
            if schema > self._schema:
                connection.execute(_NOTE_SCHEMA, (schema,))
        self._schema = max(schema, self._schema)
        self._remember(partition, after, events)

    def read(self, partition: int, after: int, limit: int) -> Sequence[Recorded]:
        known = self._remembered(partition, after, limit)
        if len(known) == limit:
            return known
        low, high = bounds(partition)
        rows = self._database.query(
            f"{_READ} WHERE place > ? AND place < ? ORDER BY place LIMIT ?",
            (low + after + len(known), high, limit - len(known)),
        )
        return [*known, *(recorded(*row) for row in rows)]

    def of_user(self, user_id: str) -> Iterator[Recorded]:
        last = -1
        while True:
            rows = self._database.query(
                f"{_READ} WHERE user_id = ? AND place > ? ORDER BY place LIMIT ?",
                (user_id, last, _PAGE),
            )
            yield from (recorded(*row) for row in rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]

    def size_of(self, user_id: str) -> int:
        return self._database.number(
            "SELECT coalesce(sum(length(body)), 0) FROM events WHERE user_id = ?", (user_id,)
        )

    def users(self) -> Sequence[str]:
        # A plain DISTINCT would walk every event; this leaps from user to user.
        rows = self._database.query(
            "WITH RECURSIVE leap (user_id) AS ("
            " SELECT min(user_id) FROM events UNION ALL"
            " SELECT (SELECT min(user_id) FROM events WHERE user_id > leap.user_id)"
            " FROM leap WHERE leap.user_id IS NOT NULL"
            ") SELECT user_id FROM leap WHERE user_id IS NOT NULL"
        )
        return [user_id for (user_id,) in rows]

    def find(self, user_id: str, event_id: str) -> Recorded | None:
        rows = self._database.query(
            f"{_READ} WHERE user_id = ? AND event_id = ?", (user_id, event_id)
        )
        return recorded(*rows[0]) if rows else None

    def erase(self, user_id: str, through: int) -> int:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('unswept', 1)")
            mine = f"user_id = ? AND (place & {POSITION}) <= ?"
            connection.execute(
                "UPDATE seals SET salt = NULL WHERE place IN"
                f" (SELECT place FROM events WHERE {mine})",
                (user_id, through),
            )
            return connection.execute(
                f"UPDATE events SET user_id = NULL, event_id = NULL, body = NULL WHERE {mine}",
                (user_id, through),
            ).rowcount

    def unswept(self) -> bool:
        """Whether freed bytes of the folder's files may still hold what was erased."""
        return bool(self._database.query("SELECT 1 FROM meta WHERE key = 'unswept'"))

    def note_swept(self) -> None:
        """They hold it no longer."""
        self._database.execute("DELETE FROM meta WHERE key = 'unswept'")

    def stored(self, partition: int, after: int, limit: int) -> Sequence[Stored]:
        low, high = bounds(partition)
        rows = self._database.query(
            "SELECT place, user_id, event_id, body, salt, digest, chain"
            " FROM events LEFT JOIN seals USING (place)"
            " WHERE place > ? AND place < ? ORDER BY place LIMIT ?",
            (low + after, high, limit),
        )
        return list(starmap(_stored, rows))

    def chain_at(self, partition: int, position: int) -> bytes | None:
        rows = self._database.query(
            "SELECT chain FROM seals WHERE place = ?", (bounds(partition)[0] + position,)
        )
        return rows[0][0] if rows and isinstance(rows[0][0], bytes) else None

    def backup(self, target: Path) -> None:
        """Copy the log to a new file as it stands at one moment, while writes go on."""
        self._database.backup(target)

    def close(self) -> None:
        self._database.close()

    def _remember(self, partition: int, after: int, events: Sequence[Event]) -> None:
        before = self._latest.get(partition, ())
        if before and before[-1].position != after:  # others appended in between
            before = ()
        new = [Recorded(partition, after + i, event) for i, event in enumerate(events, 1)]
        self._latest[partition] = (*before, *new)[-_REMEMBERED:]

    def _remembered(self, partition: int, after: int, limit: int) -> Sequence[Recorded]:
        """What is remembered from ``after`` on; nothing where any of it is erased by now."""
        latest = self._latest.get(partition)
        if not latest or not latest[0].position <= after + 1 <= latest[-1].position:
            return ()
        start = after + 1 - latest[0].position
        known = latest[start : start + limit]
        low, _ = bounds(partition)
        erased = self._database.query(
            "SELECT 1 FROM events WHERE user_id IS NULL AND place > ? AND place <= ? LIMIT 1",
            (low + after, low + after + len(known)),
        )
        return () if erased else known

    @staticmethod
    def _position(rows: list[tuple[int | None]]) -> int:
        ((place,),) = rows
        return 0 if place is None else place & POSITION


_NOTE_SCHEMA = (
    "INSERT INTO meta VALUES ('schema', ?)"
    " ON CONFLICT DO UPDATE SET value = max(value, excluded.value)"
)
_TAIL = "SELECT max(place) FROM events WHERE place > ? AND place < ?"
_LAST_SEAL = (
    "SELECT place, chain FROM seals WHERE place > ? AND place < ? ORDER BY place DESC LIMIT 1"
)


def _end_of(
    connection: sqlite3.Connection, partition: int
) -> tuple[int | None, tuple[int | None, object]]:
    """The place of the last event, and the last seal with its place."""
    ((end,),) = connection.execute(_TAIL, bounds(partition)).fetchall()
    return end, connection.execute(_LAST_SEAL, bounds(partition)).fetchone() or (None, START)


def _stored(
    place: int,
    user_id: str | None,
    event_id: str | None,
    body: bytes | None,
    salt: bytes | None,
    digest: bytes | None,
    chain: bytes | None,
) -> Stored:
    event = recorded(place, body, salt, digest)
    return Stored(event, user_id, event_id, body, seal_of(salt, digest, chain))


def seal_earlier_events(connection: sqlite3.Connection) -> None:
    """Give the events of a log from before there were checksums theirs.

    Raises DamagedLog, and changes nothing, where an event cannot be read or is missing. An
    erased one gets a random digest.
    """
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    if connection.execute("SELECT 1 FROM seals LIMIT 1").fetchone():
        raise StoreDamaged(
            "The log's header is damaged: it names a form without checksums, and has them."
            " Put a backup back with cinestats restore FILE."
        )
    for place, seal in seals_of(_unsealed(connection)):
        connection.execute("INSERT INTO seals VALUES (?, ?, ?, ?)", (place, *seal))


def _unsealed(connection: sqlite3.Connection) -> Iterator[Unsealed]:
    last = -1
    page = "SELECT * FROM events WHERE place > ? ORDER BY place LIMIT ?"
    while rows := connection.execute(page, (last, _PAGE)).fetchall():
        for place, user_id, event_id, body in rows:
            salt = secrets.token_bytes(SALT_BYTES)
            yield Unsealed(place, user_id, event_id, body, salt)
        last = rows[-1][0]
