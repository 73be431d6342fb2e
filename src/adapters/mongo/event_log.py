"""The log of events in one collection, a document an event.

A document's ``_id`` is its place: the partition in the high bits, the position in the low
40. There are no transactions, so an append of several events is made whole like this:

1. One insert is the commit. The document at the first place holds the first event and, in
   ``rest``, all others; ``keys`` names every event of the append. The unique ``_id`` lets
   one writer have the place, and the unique index of ``keys`` keeps event ids from coming
   twice: both refuse the append as a whole. Whoever takes position ``n + 1`` has read that
   the log ends at ``n``, and nobody can lengthen it from there but by the same place, so
   positions have no gaps.
2. The rest is then unfolded into documents of its own, the last place first, so that the
   highest place is the tail at every moment; ``rest`` is dropped in the end. All of it can
   be repeated: places that are taken are left as they are, erased ones too.

A process that dies between 1 and 2 leaves ``open`` set on the document, and every reader
unfolds what it finds open. Reading on from a position looks for it only where it meets such a
document, a gap or the end.

Each event has its ``salt``, ``digest`` and ``chain``; while the rest is folded, ``last`` is the
chain of the last of them. Whoever appends has read the chain of the tail with the tail, and has
the place only if it is the tail still.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from pymongo import DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.errors import DocumentTooLarge, DuplicateKeyError

from cinestats.adapters.event_json import encode
from cinestats.adapters.places import bounds, recorded, seal_of
from cinestats.adapters.sealing import Unsealed, seals_of
from cinestats.application.log.chain import SALT_BYTES, START, sealed
from cinestats.application.log.ports import DamagedLog, PositionTaken, Recorded, Stored
from cinestats.application.ports import StoreUnavailable
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import Event
from cinestats.domain.partition import partition_of

from .database import CHUNK, Document, MongoDatabase, chunks, whole

_EVENTS = "events"
_META = "meta"
_READ = {"body": 1, "salt": 1, "digest": 1}
_NO_SEAL = {"chain": {"$exists": False}}


def partitions_of(database: MongoDatabase) -> int | None:
    """How many partitions the log of a database has; None while there is no log."""
    return database.get(_META, "log").get("partitions")


class MongoEventLog:
    """The log and, of the same documents, every user's history."""

    def __init__(self, database: MongoDatabase, partitions: int = 1) -> None:
        self._database = database
        database.create_indexes(
            _EVENTS,
            IndexModel("keys", unique=True, sparse=True),
            IndexModel(["user_id", "_id"]),
            IndexModel("open", sparse=True),
        )
        kept = partitions_of(database)
        if kept is None:
            with suppress(DuplicateKeyError):  # another process made it at the same moment
                meta = database.collection(_META)
                database.write(meta.insert_one, {"_id": "log", "partitions": partitions})
            kept = partitions_of(database)
        if kept != partitions:
            raise StoreUnavailable(
                f"The log in {database.name} has {kept} partitions, not {partitions}; the"
                " number is fixed when a log is made. Export the events and import them into"
                " a new log."
            )
        self._partitions = partitions
        self._schema = 1  # the latest that is noted, as far as this object knows

    @property
    def partitions(self) -> int:
        return self._partitions

    def tail(self, partition: int) -> int:
        return self._end(partition)[0]

    def _end(self, partition: int) -> tuple[int, bytes]:
        """The tail and its running hash, read at one moment."""
        low, high = bounds(partition)
        found = self._database.find(
            _EVENTS,
            {"_id": {"$gt": low, "$lt": high}},
            {"size": 1, "chain": 1, "last": 1},
            sort=[("_id", DESCENDING)],
            limit=1,
        )
        if not found:
            return 0, START
        position, chain = self._database.decoded(_EVENTS, found[0], _end)
        return position - low, chain

    def append(self, partition: int, after: int, events: Sequence[Event]) -> None:
        keys = [_key(event.user_id, event.event_id) for event in events]
        tail, chain = self._end(partition)
        if tail != after or len(set(keys)) < len(keys):
            raise PositionTaken
        if not chain:
            raise DamagedLog(partition, tail, "its checksum is missing")
        bodies = [encode(event) for event in events]
        salts = secrets.token_bytes(SALT_BYTES * len(events))
        seals = sealed(chain, partition, after, bodies, salts)
        first, *rest = (
            {"user_id": event.user_id, "body": body.decode(), **seal._asdict()}
            for event, body, seal in zip(events, bodies, seals, strict=True)
        )
        schema = max(event.names.schema for event in events)
        if schema > self._schema:
            self._database.update(_META, {"_id": "log"}, {"$max": {"schema": schema}})
            self._schema = schema
        head: Document = {"_id": bounds(partition)[0] + after + 1, **first, "keys": keys}
        if rest:
            head |= {"size": len(events), "open": True, "rest": rest, "last": seals[-1].chain}
        try:
            self._database.write(self._database.collection(_EVENTS).insert_one, head)
        except DuplicateKeyError as error:
            # Also when a repeated insert meets what it stored itself: whoever decides anew
            # finds the events in the log.
            raise PositionTaken from error
        except DocumentTooLarge as error:
            raise InvalidInput(
                "events", f"{len(events)} are more than one append can hold; send fewer"
            ) from error
        if rest:
            self._unfold(head)

    def read(self, partition: int, after: int, limit: int) -> Sequence[Recorded]:
        found = self._places(partition, after, limit)
        events = _unbroken(found, after)
        if not events or len(events) < len(found) or any("open" in each for each in found):
            self.unfold_all()
            events = _unbroken(self._places(partition, after, limit), after)
        return events

    def _places(self, partition: int, after: int, limit: int) -> Sequence[Document]:
        low, high = bounds(partition)
        places = {"_id": {"$gt": low + after, "$lt": high}}
        fields = {**_READ, "open": 1}
        return self._database.find(_EVENTS, places, fields, sort=["_id"], limit=limit)

    def of_user(self, user_id: str) -> Iterator[Recorded]:
        low, _ = bounds(partition_of(user_id, self._partitions))
        tail = low + self.tail(partition_of(user_id, self._partitions))
        self.unfold_all()
        last = low
        while True:
            mine = {"user_id": user_id, "_id": {"$gt": last, "$lte": tail}}
            page = self._database.find(_EVENTS, mine, _READ, sort=["_id"], limit=CHUNK)
            yield from map(_recorded, page)
            if len(page) < CHUNK:
                return
            last = page[-1]["_id"]

    def size_of(self, user_id: str) -> int:
        self.unfold_all()
        found = self._database.write(
            self._database.collection(_EVENTS).aggregate,
            [
                {"$match": {"user_id": user_id}},
                {"$group": {"_id": None, "size": {"$sum": {"$strLenBytes": "$body"}}}},
            ],
        )
        return sum(each["size"] for each in found)

    def users(self) -> Sequence[str]:
        self.unfold_all()
        return self._database.texts(_EVENTS, "user_id")

    def find(self, user_id: str, event_id: str) -> Recorded | None:
        self.unfold_all()
        key = _key(user_id, event_id)
        for places in self._database.read(_EVENTS, {"keys": key}, _places_of, {"keys": 1}):
            for event in self._database.find(_EVENTS, {"_id": places[key]}, _READ):
                return _recorded(event)
        return None

    def erase(self, user_id: str, through: int) -> int:
        """Blank the user's events up to a position; their positions stay. Returns how many.

        The server may hold the old bodies in its oplog and its free pages for a while.
        """
        erased = 0
        for chunk in _chunks(self.of_user(user_id), through):
            # The ids first: a document that still names its user is found again after a crash.
            writes = [
                UpdateOne({"keys": key}, {"$set": {"keys.$": f"erased {place}"}})
                for place, key in chunk.items()
            ]
            self._database.write_all(_EVENTS, writes)
            blank = self._database.collection(_EVENTS).update_many
            bodies = {"$unset": {"user_id": "", "body": "", "salt": ""}}
            self._database.write(blank, {"_id": {"$in": list(chunk)}}, bodies)
            erased += len(chunk)
        return erased

    def stored(self, partition: int, after: int, limit: int) -> Sequence[Stored]:
        self.unfold_all()
        low, high = bounds(partition)
        places = {"_id": {"$gt": low + after, "$lt": high}}
        found = self._database.find(_EVENTS, places, sort=["_id"], limit=limit)
        keys: Sequence[str] = []
        if found and "keys" not in found[0]:
            before = {"_id": {"$gt": low, "$lt": found[0]["_id"]}, "keys": {"$exists": True}}
            last: Any = {"sort": [("_id", DESCENDING)], "limit": 1}
            for earlier in self._database.read(_EVENTS, before, _places_of, **last):
                keys = [key for key, place in earlier.items() if place >= found[0]["_id"]]
        stored: list[Stored] = []
        for each in found:
            if "keys" in each:
                keys = list(self._database.decoded(_EVENTS, each, _places_of))
            key, *keys = keys or [""]
            stored.append(self._database.decoded(_EVENTS, each, partial(_stored, key=key)))
        return stored

    def chain_at(self, partition: int, position: int) -> bytes | None:
        self.unfold_all()
        chain: bytes | None = self._database.get(_EVENTS, bounds(partition)[0] + position).get(
            "chain"
        )
        return chain

    def unfold_all(self) -> None:
        """Finish what other processes left folded, of every append."""
        for head in self._database.find(_EVENTS, {"open": True}):
            if "rest" in head:  # the stand-in may send what another unfolds at the moment
                self._unfold(head)

    def _unfold(self, head: Document) -> None:
        events = self._database.decoded(_EVENTS, head, _rest)
        self._database.write_all(_EVENTS, [InsertOne(events[-1])])
        for start in range(0, len(events) - 1, CHUNK):
            chunk = events[start : min(start + CHUNK, len(events) - 1)]
            self._database.write_all(_EVENTS, [InsertOne(event) for event in chunk])
        folded = {"$unset": {"open": "", "rest": "", "size": "", "last": ""}}
        self._database.update(_EVENTS, {"_id": head["_id"]}, folded)


def _rest(head: Document) -> list[Document]:
    """What an append of many events still has to unfold."""
    return [{"_id": at, **event} for at, event in enumerate(head["rest"], head["_id"] + 1)]


def _end(document: Document) -> tuple[int, bytes]:
    """The last place of a document, which may be of many events, and the hash there."""
    chain: Any = document.get("last", document.get("chain", b""))
    return document["_id"] + whole(document.get("size", 1)) - 1, bytes(memoryview(chain))


def _places_of(document: Document) -> dict[str, int]:
    """The place of each key in the first document of an append."""
    return {key: place for place, key in enumerate(document["keys"], document["_id"])}


def _key(user_id: str, event_id: str) -> str:
    return f"{user_id}\x1f{event_id}"


def _recorded(document: Document) -> Recorded:
    return recorded(
        document["_id"], _bytes_of(document), *map(document.get, ("salt", "digest"))
    )


def _bytes_of(document: Document) -> bytes | None:
    body = document.get("body")
    return body.encode() if isinstance(body, str) else body


def _stored(document: Document, key: str) -> Stored:
    seal = seal_of(*map(document.get, ("salt", "digest", "chain")))
    event_id = key.partition("\x1f")[2] or None  # an erased event has another kind of key
    user_id, body = document.get("user_id"), _bytes_of(document)
    return Stored(_recorded(document), user_id, event_id, body, seal)


def seal_earlier_events(database: MongoDatabase) -> None:
    """Give the events of a log from before there were checksums theirs.

    May be repeated, be broken off anywhere, and run twice at once: the salts come first, each
    stays as the first process has made it, and all that follows from them is the same for all.
    """
    partitions = partitions_of(database)
    if partitions is None:
        return
    MongoEventLog(database, partitions).unfold_all()
    unsalted = _NO_SEAL | {"salt": {"$exists": False}}
    for each in database.find(_EVENTS, unsalted, {"_id": 1}):
        salt = {"$set": {"salt": secrets.token_bytes(SALT_BYTES)}}
        database.update(_EVENTS, {"_id": each["_id"], **unsalted}, salt)
    writes = (
        UpdateOne({"_id": place, **_NO_SEAL}, {"$set": {"digest": digest, "chain": chain}})
        for place, (_, digest, chain) in seals_of(_unsealed(database))
    )
    for chunk in chunks(writes):
        database.write_all(_EVENTS, chunk)
    # Only now, so that who repeats it finds the salts from which the digests were made.
    erased = {"body": {"$exists": False}, "salt": {"$exists": True}}
    no_salt = {"$unset": {"salt": ""}}
    database.write(database.collection(_EVENTS).update_many, erased, no_salt)


def _unsealed(database: MongoDatabase) -> Iterator[Unsealed]:
    last = -1
    while page := database.find(_EVENTS, {"_id": {"$gt": last}}, sort=["_id"], limit=CHUNK):
        for each in page:
            salt, digest = each.get("salt", b""), each.get("digest")
            user_id, body = each.get("user_id"), _bytes_of(each)
            yield Unsealed(each["_id"], user_id, None, body, salt, digest)
        last = page[-1]["_id"]


def _unbroken(documents: Iterable[Document], after: int) -> Sequence[Recorded]:
    """The events up to the first gap: behind it, an append is being unfolded."""
    events: list[Recorded] = []
    for position, event in enumerate(map(_recorded, documents), after + 1):
        if event.position != position:
            break
        events.append(event)
    return events


def _chunks(events: Iterable[Recorded], through: int) -> Iterator[dict[int, str]]:
    """The keys of the events up to a position by their places, ``CHUNK`` at a time."""
    chunk: dict[int, str] = {}
    for partition, position, event in events:
        if event is not None and position <= through:
            place = bounds(partition)[0] + position
            chunk[place] = _key(event.user_id, event.event_id)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = {}
    if chunk:
        yield chunk
