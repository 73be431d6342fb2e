"""The stores of one data folder: a SQLite file each."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from cinestats.adapters.catalogue_sample import with_sample
from cinestats.application.ports import StoreUnavailable
from cinestats.application.stores import Stores
from cinestats.application.upkeep.examine import Check, contents_of, counted, lag_of
from cinestats.domain.errors import InvalidInput

from .access import SqliteAccess
from .catalogue import SqliteCatalogue
from .data_folder import DataFolder, check_log
from .database import JOURNAL_MODE
from .deep_checks import deep_checks
from .diary_store import SqliteDiaryStore
from .event_log import SqliteEventLog
from .followed import SqliteFollowed
from .lists import SqliteLists
from .read_models import SqliteReadModels
from .relay_positions import SqliteRelayPositions
from .restore import settle
from .webhooks import SqliteWebhooks

_Store = TypeVar("_Store", bound="_Closable")


class _Closable(Protocol):
    def close(self) -> None: ...


class SqliteStores(Stores):
    """The relay publishes to ``topic``.

    Raises StoreUnavailable, before anything is written, for a folder of a later version, and
    for one whose log is missing or shorter than what was made from it.
    """

    def __init__(self, path: Path, topic: str) -> None:
        self._path = path
        self._topic = topic
        folder = DataFolder(path)
        folder.refuse_newer()
        settle(folder)
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
    def diaries(self) -> SqliteDiaryStore:
        return self._open(SqliteDiaryStore, self.folder.diary)

    @cached_property
    def models(self) -> SqliteReadModels:
        return self._open(SqliteReadModels, self.folder.views)

    @cached_property
    def catalogue(self) -> SqliteCatalogue:
        return with_sample(self._open(SqliteCatalogue, self.folder.catalogue))

    @cached_property
    def access(self) -> SqliteAccess:
        return self._open(SqliteAccess, self.folder.access)

    @cached_property
    def webhooks(self) -> SqliteWebhooks:
        return self._open(SqliteWebhooks, self.folder.webhooks)

    @cached_property
    def followed(self) -> SqliteFollowed:
        return self._open(SqliteFollowed, self.folder.followed)

    @cached_property
    def lists(self) -> SqliteLists:
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

    def checks(self, *, deep: bool = False) -> Sequence[Check]:
        follows = "in the data folder; it follows from the log."
        sqlite = f"version {sqlite3.sqlite_version}, journal mode {JOURNAL_MODE}"
        writable = "Make it writable for you, or set CINESTATS_DATA_DIR to a folder that is."
        diary, views = (f"Delete {name}.db {follows}" for name in ("diary", "views"))
        reload = "Delete catalog.db in the data folder and load yours again."
        again = "Delete lists.db in the data folder and import your lists again."
        return (
            Check("data folder", self._writable_folder, writable),
            Check("SQLite", lambda: sqlite),
            Check("log", self._sound_log, "Put a backup back with cinestats restore FILE."),
            Check("diary", lambda: lag_of(self.log, self.diaries.position), diary),
            Check("figures", lambda: lag_of(self.log, self.models.checkpoint), views),
            Check("catalogue", lambda: counted(self.catalogue.size(), "film"), reload),
            Check("lists", lambda: f"of {counted(len(self.lists.users()), 'user')}", again),
            *(deep_checks(self) if deep else ()),
        )

    def read_catalogue(self) -> None:
        """Read every film; raises StoreUnavailable where one cannot be read."""
        self._open(SqliteCatalogue, self.folder.catalogue).check()

    def close(self) -> None:
        self._opened.close()

    def _open(self, make: Callable[[Path], _Store], path: Path) -> _Store:
        store = make(path)
        self._opened.callback(store.close)
        return store

    def _writable_folder(self) -> str:
        path = self.folder.path
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            raise StoreUnavailable(f"{path} cannot be written.")
        return str(path)

    def _sound_log(self) -> str:
        log = self.log
        check_log(self.folder.log)
        return contents_of(log, log)
