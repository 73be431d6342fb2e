"""One MongoDB database: a client a process, guarded writes, errors in our words.

Every write of these adapters may be sent twice, because each is idempotent or conditional
on what it finds: so a write whose answer was lost is sent once more, whether or not the
server knows the driver's own retryable writes.
"""

import atexit
import os
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from pymongo import (
    DeleteMany,
    IndexModel,
    InsertOne,
    MongoClient,
    ReplaceOne,
    UpdateOne,
    errors,
)
from pymongo.collection import Collection
from pymongo.results import UpdateResult

from cinestats.application.ports import StoreBusy, StoreFull, StoreUnavailable
from cinestats.domain.errors import InvalidInput

Document = dict[str, Any]
Item = TypeVar("Item")
WriteModel = InsertOne[Document] | UpdateOne | ReplaceOne[Document] | DeleteMany
_Answer = TypeVar("_Answer")

SELECTION_SECONDS = 5.0
SOCKET_SECONDS = 30.0
WRITE_CONCERN_SECONDS = 10.0
CHUNK = 1000
_DUPLICATE_KEY = 11000
_OUT_OF_DISK_SPACE = 14031
_WRITE_CONCERN_TIMEOUT = 64
_NO_VALUE = (AttributeError, KeyError, IndexError, TypeError, ValueError, InvalidInput)
"""What reading a document raises that is not as it was written."""


class Written(NamedTuple):
    """What a bulk did: how many updates found or made their document, and which ones, by
    index, met a document with the same unique key.
    """

    effective: int
    kept_out: Sequence[int]


class MongoDatabase:
    """A database by its URI and name. Making one connects to nothing, and it can be pickled.

    Waits are bounded: ``selection_seconds`` for a server that takes writes and for a
    connection to it, ``socket_seconds`` for an answer.

    Writes wait for a majority and for the journal; reads see what a majority has, so that
    nothing that was read can be rolled back.
    """

    def __init__(
        self,
        uri: str,
        name: str,
        *,
        selection_seconds: float = SELECTION_SECONDS,
        socket_seconds: float = SOCKET_SECONDS,
    ) -> None:
        self.name = name
        self._uri = uri
        self._seconds = selection_seconds, socket_seconds

    @property
    def _client(self) -> MongoClient[Document]:
        return _client(self._uri, *self._seconds)

    def collection(self, name: str) -> Collection[Document]:
        """A collection of the database."""
        with self.translated():
            return self._client[self.name][name]

    def has_sessions(self) -> bool:
        """Whether the server knows sessions, as every real MongoDB does."""
        with self.translated():
            self._client.admin.command("ping")
            return self._client.topology_description.logical_session_timeout_minutes is not None

    def create_indexes(self, collection: str, *indexes: IndexModel) -> None:
        """Make indexes; those that are there already are left alone."""
        self.write(self.collection(collection).create_indexes, list(indexes))

    def find(
        self,
        collection: str,
        condition: Mapping[str, Any],
        fields: Mapping[str, Any] | None = None,
        *,
        sort: Sequence[str | tuple[str, int]] = (),
        limit: int = 0,
    ) -> list[Document]:
        """All documents that fit; ``limit`` 0 means every one."""
        with self.translated():
            cursor = self.collection(collection).find(condition, fields, limit=limit)
            return list(cursor.sort(sort) if sort else cursor)

    def read(
        self,
        collection: str,
        condition: Mapping[str, Any],
        make: Callable[[Document], Item],
        fields: Mapping[str, Any] | None = None,
        *,
        sort: Sequence[str | tuple[str, int]] = (),
        limit: int = 0,
    ) -> list[Item]:
        """What ``make`` makes of each document that fits.

        Raises StoreUnavailable, which names the document, where one is not as it was written.
        """
        found = self.find(collection, condition, fields, sort=sort, limit=limit)
        return [self.decoded(collection, document, make) for document in found]

    def decoded(
        self, collection: str, document: Document, make: Callable[[Document], Item]
    ) -> Item:
        """What ``make`` makes of a document; raises StoreUnavailable, as ``read`` does."""
        try:
            return make(document)
        except _NO_VALUE as error:
            raise StoreUnavailable(
                f"The document {document.get('_id')!r} of the collection {collection} in"
                f" {self.name} is damaged: it cannot be read; cinestats doctor --deep says what"
                " to do."
            ) from error

    def number(self, collection: str, _id: object, field: str = "position") -> int:
        """A whole number in the document of an id; 0 where there is no document."""
        document = self.get(collection, _id)
        if not document:
            return 0
        return self.decoded(collection, document, lambda found: whole(found[field]))

    def texts(self, collection: str, field: str) -> list[str]:
        """Every text that a field has in any document, sorted."""
        with self.translated():
            found = self.collection(collection).distinct(field)
        if strange := [each for each in found if not isinstance(each, str | None)]:
            raise StoreUnavailable(
                f"The collection {collection} in {self.name} is damaged: {strange[0]!r} is no"
                f" {field}; cinestats doctor --deep says what to do."
            )
        return sorted(each for each in found if each is not None)

    def get(self, collection: str, _id: object) -> Document:
        """The document of an id; an empty one where there is none."""
        found = self.find(collection, {"_id": _id})
        return found[0] if found else {}

    def update(
        self, collection: str, condition: Document, change: Document, *, upsert: bool = False
    ) -> UpdateResult:
        """Change the one document that fits; DuplicateKeyError passes through."""
        return self.write(
            self.collection(collection).update_one, condition, change, upsert=upsert
        )

    def write(self, send: Callable[..., _Answer], *arguments: Any, **options: Any) -> _Answer:
        """Call ``send``, and once more when the connection broke before the answer came.

        DuplicateKeyError passes through.
        """
        with self.translated():
            try:
                return send(*arguments, **options)
            except errors.ServerSelectionTimeoutError:
                raise
            except errors.AutoReconnect:
                return send(*arguments, **options)

    def write_all(self, collection: str, writes: Sequence[WriteModel]) -> "Written":
        """Send writes in bulk, in any order."""
        if not writes:
            return Written(0, [])
        try:
            done = self.write(self.collection(collection).bulk_write, writes, ordered=False)
        except errors.BulkWriteError as error:
            details: Mapping[str, Any] = error.details or {}
            return Written(
                details["nMatched"] + details["nUpserted"], self._kept_out(details, error)
            )
        return Written(done.matched_count + done.upserted_count, [])

    def insert_in_order(self, collection: str, documents: Sequence[Document]) -> int | None:
        """Insert documents one behind the other, until one meets another of its key.

        Returns the index of that one; None when all are stored.
        """
        insert = self.collection(collection).insert_many
        try:
            self.write(insert, documents, ordered=True)
        except errors.BulkWriteError as error:
            return self._kept_out(error.details or {}, error)[0]
        return None

    def _kept_out(self, details: Mapping[str, Any], error: Exception) -> Sequence[int]:
        """Which writes of a bulk met a document of their key; another failure is raised."""
        failed = details["writeErrors"]
        for each in (*failed, *details["writeConcernErrors"]):
            if each["code"] != _DUPLICATE_KEY:
                raise self._in_our_words(
                    errors.OperationFailure(str(each.get("errmsg")), each["code"])
                ) from error
        return [each["index"] for each in failed]

    def drop(self) -> None:
        """Delete the whole database."""
        with self.translated():
            self._client.drop_database(self.name)

    def close(self) -> None:
        """End this process's connections, also of other databases on the same server."""
        _close(self._uri, *self._seconds)

    @contextmanager
    def translated(self) -> Generator[None]:
        """Raise what goes wrong inside as StoreUnavailable, StoreBusy or StoreFull."""
        try:
            yield
        except (errors.DuplicateKeyError, errors.BulkWriteError):
            raise
        except errors.PyMongoError as error:
            raise self._in_our_words(error) from error

    def _in_our_words(self, error: errors.PyMongoError) -> Exception:
        code = error.code if isinstance(error, errors.OperationFailure) else None
        slow = (errors.ExecutionTimeout, errors.WTimeoutError, errors.WaitQueueTimeoutError)
        if isinstance(error, slow) or code == _WRITE_CONCERN_TIMEOUT:
            return StoreBusy(f"The database {self.name} did not answer in time; try again.")
        if code == _OUT_OF_DISK_SPACE:
            return StoreFull(f"There is no room left to write to the database {self.name}.")
        if isinstance(error, errors.ConnectionFailure):
            return StoreUnavailable(f"MongoDB cannot be reached: {_first_clause(error)}.")
        if isinstance(
            error, errors.OperationFailure | errors.ConfigurationError | errors.InvalidURI
        ):
            return StoreUnavailable(
                f"MongoDB cannot use the database {self.name}: {_first_clause(error)}."
            )
        return error


def whole(value: object) -> int:
    """The value, a whole number; in a damaged document anything may stand for one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)  # as JavaScript programs write them
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return int(value)


def text(value: object) -> str:
    """The value, a text."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _first_clause(error: errors.PyMongoError) -> str:
    """What the driver says, without the topology and the settings that it appends."""
    return str(error).split(" (configured timeouts", 1)[0].split(", full error", 1)[0]


# By process id as well: a client must not be used in a process that was forked from its own.
_clients: dict[tuple[str, float, float, int], MongoClient[Document]] = {}
_making = threading.Lock()


def _client(uri: str, selection_seconds: float, socket_seconds: float) -> MongoClient[Document]:
    """The client that everything in this process shares, made when it is first needed."""
    key = uri, selection_seconds, socket_seconds, os.getpid()
    with _making:
        if key not in _clients:
            _clients[key] = MongoClient(
                uri,
                appname="cinestats",
                connectTimeoutMS=int(selection_seconds * 1000),
                journal=True,
                readConcernLevel="majority",
                serverSelectionTimeoutMS=int(selection_seconds * 1000),
                socketTimeoutMS=int(socket_seconds * 1000),
                w="majority",
                waitQueueTimeoutMS=int(selection_seconds * 1000),
                wTimeoutMS=int(WRITE_CONCERN_SECONDS * 1000),
            )
        return _clients[key]


@atexit.register
def _close_all() -> None:
    for uri, selection_seconds, socket_seconds, pid in list(_clients):
        if pid == os.getpid():
            _close(uri, selection_seconds, socket_seconds)


def _close(uri: str, selection_seconds: float, socket_seconds: float) -> None:
    with _making:
        client = _clients.pop((uri, selection_seconds, socket_seconds, os.getpid()), None)
    if client is not None:
        client.close()


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Lists of at most ``CHUNK`` items."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
