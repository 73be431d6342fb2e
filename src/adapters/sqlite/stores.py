"""The stores of one data folder: a SQLite file each."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from cinestats.adapters.catalogue_sample import with_sample
from cinestats.application.catalogue.ports import FilmStore
from cinestats.application.diary.ports import Diaries
from cinestats.application.figures.ports import Models
from cinestats.application.following.accounts import FollowStore
from cinestats.application.lists.ports import ListLog
from cinestats.application.ports import StoreUnavailable
from cinestats.application.stores import AccessStores, Stores
from cinestats.application.upkeep.examine import Check, contents_of, counted, lag_of
from cinestats.application.upkeep.ports import OpeningBalances, TakingIn
from cinestats.application.webhooks.subscriptions import WebhookStore
from cinestats.domain.errors import InvalidInput

from .access import SqliteAccess
from .catalogue import SqliteCatalogue
from .data_folder import DataFolder, check_log
from .database import JOURNAL_MODE, can_write
from .deep_checks import deep_checks
from .diary_store import SqliteDiaryStore
from .event_log import SqliteEventLog
from .followed import SqliteFollowed
from .lists import SqliteLists
from .read_models import SqliteReadModels
from .relay_positions import SqliteRelayPositions
from .restore import settle
from .webhooks import SqliteWebhooks

_Derived = TypeVar("_Derived", SqliteDiaryStore, SqliteReadModels)
_Store = TypeVar("_Store", bound="_Closable")


class _Closable(Protocol):
    def close(self) -> None: ...


class SqliteStores(Stores):
    """The relay publishes to ``topic``. ``in_memory`` has what a read-only folder lacks.

    Raises StoreUnavailable, before anything is written, for a folder of a later version, and
    for one whose log is missing or shorter than what was made from it.
    """

    def __init__(self, path: Path, topic: str, in_memory: Stores) -> None:
        self._path = path
        self._topic = topic
        self._in_memory = in_memory
        folder = DataFolder(path)
        folder.refuse_foreign()
        folder.refuse_newer()
        if settle(folder):
            folder.refuse_short_log()
        self._opened = ExitStack()

    @cached_property
    def folder(self) -> DataFolder:
        """The folder, in use from now on: nobody can put a log back meanwhile."""
        folder = DataFolder(self._path)
        self._opened.enter_context(folder.in_use())
        return folder

    @cached_property
    def log(self) -> SqliteEventLog:
        return self._open(SqliteEventLog, self.folder.log)

    @cached_property
    def diaries(self) -> Diaries:
        path, position = self.folder.diary, SqliteDiaryStore.position
        return self._derived(SqliteDiaryStore, path, position) or self._in_memory.diaries

    @cached_property
    def models(self) -> Models:
        path, position = self.folder.views, SqliteReadModels.checkpoint
        return self._derived(SqliteReadModels, path, position) or self._in_memory.models

    @cached_property
    def catalogue(self) -> FilmStore:
        if self._lacks(self.folder.catalogue):
            return self._in_memory.catalogue
        catalogue = self._open(SqliteCatalogue, self.folder.catalogue)
        return with_sample(catalogue) if can_write(self.folder.catalogue) else catalogue

    @cached_property
    def access(self) -> AccessStores:
        if self._lacks(self.folder.access):
            return self._in_memory.access
        return self._open(SqliteAccess, self.folder.access)

    @cached_property
    def webhooks(self) -> WebhookStore:
        if self._lacks(self.folder.webhooks):
            return self._in_memory.webhooks
        return self._open(SqliteWebhooks, self.folder.webhooks)

    @cached_property
    def followed(self) -> FollowStore:
        if self._lacks(self.folder.followed):
            return self._in_memory.followed
        return self._open(SqliteFollowed, self.folder.followed)

    @cached_property
    def lists(self) -> ListLog:
        if self._lacks(self.folder.lists):
            return self._in_memory.lists
        return self._open(SqliteLists, self.folder.lists)

    @cached_property
    def relay_positions(self) -> SqliteRelayPositions:
        return self._open(
            lambda path: SqliteRelayPositions(path, self._topic), self.folder.relay
        )

    @cached_property
    def dead_letters(self) -> NoReturn:
        raise InvalidInput(
            "CINESTATS_BACKEND", "must be distributed: only a topic has dead letters"
        )

    @cached_property
    def topic_claims(self) -> NoReturn:
        raise InvalidInput("CINESTATS_BACKEND", "must be distributed: no topic is counted here")

    @cached_property
    def topic_ways(self) -> NoReturn:
        raise InvalidInput("CINESTATS_BACKEND", "must be distributed: no topic is read here")

    @cached_property
    def topic_positions(self) -> NoReturn:
        raise InvalidInput("CINESTATS_BACKEND", "must be distributed: no topic is read here")

    @cached_property
    def taking_in(self) -> TakingIn:
        return self._in_memory.taking_in  # no topic is

    @cached_property
    def opening(self) -> OpeningBalances:
        return self._in_memory.opening  # the log was there from the start

    def checks(self, *, deep: bool = False) -> Sequence[Check]:
        sqlite = f"version {sqlite3.sqlite_version}, journal mode {JOURNAL_MODE}"
        back = "Put a backup back with cinestats restore FILE."
        diary, views = (
            f"Delete {name}.db in the data folder; it follows from the log."
            for name in ("diary", "views")
        )
        again = "Move lists.db out of the data folder and import your lists again."
        reload = "Move catalog.db out of the data folder and load yours again."
        return (
            Check("data folder", self._writable_folder),
            Check("SQLite", lambda: sqlite),
            Check("log", self._sound_log, cure=back),
            Check(
                "diary", lambda: lag_of(self.log, self.diaries.position), "", ("log",), diary
            ),
            Check(
                "figures", lambda: lag_of(self.log, self.models.checkpoint), "", ("log",), views
            ),
            Check("catalogue", lambda: counted(self.catalogue.size(), "film"), cure=reload),
            Check(
                "lists", lambda: f"of {counted(len(self.lists.users()), 'user')}", cure=again
            ),
            *(deep_checks(self.folder) if deep else ()),
        )

    def hindrance(self) -> str | None:
        return DataFolder(self._path).hindrance()

    def sweep(self, user_id: str | None = None) -> None:  # noqa: ARG002 - bytes are bytes
        if self.log.unswept():
            self.folder.sweep()
            self.log.note_swept()

    def close(self) -> None:
        self._opened.close()

    def _open(self, make: Callable[[Path], _Store], path: Path) -> _Store:
        store = make(path)
        self._opened.callback(store.close)
        return store

    def _derived(
        self,
        make: Callable[[Path], _Derived],
        path: Path,
        position: Callable[[_Derived, int], int],
    ) -> _Derived | None:
        """The store at ``path``; None where it is behind the log, and cannot be written."""
        if can_write(path):
            return self._open(make, path)
        try:
            store = self._open(make, path)
            log = self.log
            behind = any(position(store, p) != log.tail(p) for p in range(log.partitions))
        except StoreUnavailable:
            return None  # whatever is wrong with it, what it holds follows from the log
        return None if behind else store

    def _lacks(self, path: Path) -> bool:
        """Whether there is no such file, nor can there be: then it is as if it were empty."""
        return not can_write(path) and not path.exists()

    def _writable_folder(self) -> str:
        hindrance = self.hindrance()
        if hindrance is not None:
            raise StoreUnavailable(hindrance)
        return str(self._path)

    def _sound_log(self) -> str:
        log = self.log
        check_log(self.folder.log)
        return contents_of(log, log)
