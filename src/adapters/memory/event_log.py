"""The log of events in lists."""

import secrets
import threading
from collections.abc import Iterator, Sequence

from cinestats.adapters.event_json import encode
from cinestats.application.log.chain import SALT_BYTES, START, Seal, sealed
from cinestats.application.log.ports import PositionTaken, Recorded, Stored
from cinestats.domain.events import Event
from cinestats.domain.partition import partition_of


class MemoryEventLog:
    """The log and, of the same events, every user's history."""

    def __init__(self, partitions: int = 1) -> None:
        self._rows: list[list[Event | None]] = [[] for _ in range(partitions)]
        self._seals: list[list[Seal]] = [[] for _ in range(partitions)]
        self._lock = threading.Lock()

    @property
    def partitions(self) -> int:
        return len(self._rows)

    def tail(self, partition: int) -> int:
        return len(self._rows[partition])

    def append(self, partition: int, after: int, events: Sequence[Event]) -> None:
        with self._lock:
            rows = self._rows[partition]
            ids = {(event.user_id, event.event_id) for event in rows if event is not None}
            taken = [event for event in events if (event.user_id, event.event_id) in ids]
            if len(rows) != after or taken:
                raise PositionTaken
            seals = self._seals[partition]
            previous, salts = seals[-1].chain if seals else START, SALT_BYTES * len(events)
            bodies = map(encode, events)
            seals += sealed(previous, partition, after, bodies, secrets.token_bytes(salts))
            rows.extend(events)

    def read(self, partition: int, after: int, limit: int) -> Sequence[Recorded]:
        events = self._rows[partition][after : after + limit]
        return [Recorded(partition, at, event) for at, event in enumerate(events, after + 1)]

    def of_user(self, user_id: str) -> Iterator[Recorded]:
        partition = partition_of(user_id, self.partitions)
        for recorded in self.read(partition, 0, self.tail(partition)):
            if recorded.event is not None and recorded.event.user_id == user_id:
                yield recorded

    def size_of(self, user_id: str) -> int:
        return sum(len(encode(r.event)) for r in self.of_user(user_id) if r.event)

    def users(self) -> Sequence[str]:
        return sorted({event.user_id for rows in self._rows for event in rows if event})

    def find(self, user_id: str, event_id: str) -> Recorded | None:
        history = self.of_user(user_id)
        return next((r for r in history if r.event and r.event.event_id == event_id), None)

    def erase(self, user_id: str, through: int) -> int:
        mine = [r for r in self.of_user(user_id) if r.position <= through]
        for recorded in mine:
            seals, at = self._seals[recorded.partition], recorded.position - 1
            seals[at] = seals[at]._replace(salt=None)
            self._rows[recorded.partition][at] = None
        return len(mine)

    def stored(self, partition: int, after: int, limit: int) -> Sequence[Stored]:
        return [
            Stored(r, r.event.user_id, r.event.event_id, encode(r.event), seal)
            if r.event
            else Stored(r, None, None, None, seal)
            for r, seal in zip(
                self.read(partition, after, limit), self._seals[partition][after:], strict=False
            )
        ]

    def chain_at(self, partition: int, position: int) -> bytes | None:
        seals = self._seals[partition]
        return seals[position - 1].chain if 0 < position <= len(seals) else None
