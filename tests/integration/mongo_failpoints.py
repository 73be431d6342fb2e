"""A MongoDB that dies, stalls and loses answers on cue, and what must be true afterwards."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from cinestats.adapters.mongo.database import MongoDatabase, WriteModel, Written
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.application.figures.ports import Batch
from cinestats.application.log.ports import Recorded
from cinestats.application.upkeep.rebuild import recompute_user
from cinestats.domain.affinity import AFFINITY_TYPES
from cinestats.domain.events import Event
from stack.mongo import Mongo
from tests.contracts.builders import added, corrected, deleted, entry, movie, rated

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2025, 3, 1, 10, tzinfo=UTC)
_numbers = itertools.count(1)


class Crash(BaseException):
    """The process is gone; nothing may catch it."""


class FailingDatabase(MongoDatabase):
    """Dies before (or, with ``after``, right after) its ``fatal``-th write; counts writes.

    With ``part``, a bulk is cut in the middle: its first half arrives.
    """

    fatal: int | None = None
    after = False
    part = False
    writes = 0

    def _is_fatal(self) -> bool:
        self.writes += 1
        return self.writes - 1 == self.fatal

    def write(self, send, *arguments, **options):  # type: ignore[no-untyped-def]
        if send.__name__ in ("create_indexes", "bulk_write"):
            return super().write(send, *arguments, **options)
        fatal = self._is_fatal()
        if fatal and not self.after:
            raise Crash
        answer = super().write(send, *arguments, **options)
        if fatal:
            raise Crash
        return answer

    def write_all(self, collection: str, writes: Sequence[WriteModel]) -> Written:
        fatal = self._is_fatal()
        if fatal and self.part:
            super().write_all(collection, writes[: len(writes) // 2])
        if fatal and not self.after:
            raise Crash
        written = super().write_all(collection, writes)
        if fatal:
            raise Crash
        return written


class StoppedDatabase(MongoDatabase):
    """Stands still before its bulk number ``stop``, while ``meanwhile`` happens elsewhere."""

    def __init__(
        self, database: MongoDatabase, stop: int, meanwhile: Callable[[], None]
    ) -> None:
        super().__init__(database._uri, database.name)
        self.bulks_left = stop
        self._meanwhile = meanwhile

    def write_all(self, collection: str, writes: Sequence[WriteModel]) -> Written:
        if self.bulks_left == 0:
            self._meanwhile()
        self.bulks_left -= 1
        return super().write_all(collection, writes)


def failing_database(mongo: Mongo) -> Iterator[FailingDatabase]:
    """A new database, for a fixture to yield."""
    database = FailingDatabase(mongo.uri, f"faults{next(_numbers)}")
    yield database
    database.fatal = None
    database.drop()


def history() -> list[Event]:
    """Events of two users that add, re-rate, correct, delete and add again, films shared."""
    films = [
        movie("Alien", 1979, genres=["Horror", "Sci.Fi"], directors=["R. Scott"], actors=["A"]),
        movie("Legend", 1985, genres=["$gt"], directors=["R. Scott"], actors=["A", "B"]),
        movie("Heat", 1995, genres=["Crime"], directors=["M. Mann"], actors=["B"]),
    ]
    entries = [entry(f"e{n}", films[n % 3], rating=n % 10 + 1) for n in range(9)]
    events: list[Event] = []
    for n, each in enumerate(entries):
        user_id = "anna" if n % 2 else "bruno"
        events.append(added(n, user_id, of=each))
        play = each
        if n % 3 == 1:
            events.append(rated(100 + n, play, (n + 4) % 10 + 1, user_id))
            play = events[-1].after or play
        if n % 4 == 2:
            events.append(deleted(200 + n, play, user_id))
        if n % 4 == 3:
            fix = corrected(300 + n, play, {"movie": films[0], "tags": ("a",)}, user_id)
            events += [fix, corrected(400 + n, fix.corrected, {"tags": ()}, user_id)]
    return events


def empty(database: MongoDatabase) -> None:
    """Drop the read models."""
    for collection in ("user_stats", "user_affinities", "global_days", "checkpoints"):
        database.collection(collection).drop()


def check(database: MongoDatabase, events: list[Recorded]) -> None:
    """Every document equals one recomputed from the events."""
    models = MongoReadModels(database, ROME)
    alive = 0
    for user_id in ("anna", "bruno"):
        mine = [r for r in events if r.event and r.event.user_id == user_id]
        documents, plays = recompute_user(user_id, mine, len(events), NOW)
        alive += len(plays.entries)
        stored = models.user_stats(user_id)
        assert stored is not None
        assert stored.stats == documents.states["user_stats"][user_id,]
        stored_affinities = {
            (user_id, d.type, d.name): d.affinity
            for type_ in AFFINITY_TYPES
            for d in models.affinities(user_id, type_)
        }
        assert stored_affinities == documents.states["user_affinities"]
    assert sum(count.plays for _, count in models.film_days(date.min)) == alive


def project(models: MongoReadModels, events: list[Recorded], size: int) -> None:
    """Go on from the checkpoint in batches of ``size``."""
    while (base := models.checkpoint(0)) < len(events):
        models.apply(Batch(0, base, events[base : base + size], NOW))


def request_of(command: str, collection: str) -> bytes:
    """How a request begins that sends a command to a collection; for the proxy's faults."""
    length = (len(collection) + 1).to_bytes(4, "little")
    return command.encode() + b"\x00" + length + collection.encode() + b"\x00"
