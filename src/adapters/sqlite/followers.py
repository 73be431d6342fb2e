"""Webhooks and relay after a restore: where they go on in the log that was put back."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from cinestats.adapters.places import POSITION

from .database import reading
from .errors import FAULTS
from .relay_positions import SqliteRelayPositions

_EVENTS = "SELECT place, digest, body FROM events LEFT JOIN seals USING (place) ORDER BY place"
_ROW = "topic = ? AND partition = ?"
_END = f"SELECT coalesce(max(place), 0) & {POSITION} FROM events"


def shared_end(old: Path, new: Path) -> int:
    """The last position up to which nothing in the new log contradicts the old one.

    An event is the same when its digest or its bytes are: where one is damaged, the other
    still tells, and one that was erased in either log contradicts nothing. An old log that
    cannot be read says nothing either: then it is the end of the new one.
    """
    with reading(new) as log:
        ((end,),) = log.execute(_END).fetchall()
        try:
            with reading(old) as before:
                for mine, theirs in zip(
                    log.execute(_EVENTS), before.execute(_EVENTS), strict=False
                ):
                    if _contradict(mine, theirs):
                        return int(mine[0] & POSITION) - 1
        except FAULTS:
            return int(end)  # it is missing, damaged, or of a form without digests
    return int(end)


def _contradict(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    place, digest, body = mine
    other_place, other_digest, other_body = theirs
    both = place == other_place and body is not None and other_body is not None
    return both and digest != other_digest and body != other_body


def move_webhooks(restored: Path, live: Path, end: int) -> None:
    """Let each webhook go on behind what its receiver got of the log up to ``end``."""
    with closing(sqlite3.connect(restored)) as file, file:
        reached = _positions(live)
        for webhook_id, position in _positions(restored).items():
            told = max(position, reached.get(webhook_id, position))
            file.execute(
                "UPDATE webhooks SET position = ? WHERE webhook_id = ?",
                (min(told, end), webhook_id),
            )


def _positions(path: Path) -> Mapping[str, int]:
    with reading(path) as file:
        return dict(file.execute("SELECT webhook_id, position FROM webhooks").fetchall())


def move_relay(positions: Path, log: Path, end: int) -> None:
    """Let the relay go on where the topic holds nothing else than the log; else never.

    A topic that holds more is fenced: no log has the hash that is noted then, so the relay
    refuses it.
    """
    SqliteRelayPositions(positions, "").close()  # brings an earlier form up
    with reading(log) as sealed, closing(sqlite3.connect(positions)) as file, file:
        rows = file.execute("SELECT topic, partition, position FROM published").fetchall()
        for topic, partition, position in rows:
            at = (partition << POSITION.bit_length()) + position
            found = sealed.execute("SELECT chain FROM seals WHERE place = ?", (at,)).fetchone()
            chain = found[0] if found and position <= end else b""
            reached = min(position, end)
            moved = "UPDATE published SET position = ?, noted = ?, chain = ?"
            file.execute(f"{moved} WHERE {_ROW}", (reached, reached, chain, topic, partition))
