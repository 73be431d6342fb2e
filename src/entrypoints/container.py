"""The composition root: the only file that picks adapters."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from dependency_injector import providers

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.ids import id_from, new_id
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.memory.diary_store import MemoryDiaryStore
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.adapters.sqlite.data_folder import DataFolder, drop
from cinestats.adapters.sqlite.diary_store import SqliteDiaryStore
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.adapters.sqlite.read_models import SqliteReadModels
from cinestats.application.forget_user import Forgetter
from cinestats.application.import_diary import DiaryImporter
from cinestats.application.ports import Catalogue, CatalogueFilm, EventLog
from cinestats.application.project import Projector
from cinestats.application.recompute import Rebuilder
from cinestats.application.record import Recorder
from cinestats.application.transfer_log import EventImporter
from cinestats.application.verify import Verifier

from .settings import Settings, load_settings

Log = SqliteEventLog | MemoryEventLog
Diaries = SqliteDiaryStore | MemoryDiaryStore
Models = SqliteReadModels | MemoryReadModels
_Derived = TypeVar("_Derived", SqliteDiaryStore, SqliteReadModels)
_Store = TypeVar("_Store", SqliteEventLog, SqliteDiaryStore, SqliteReadModels, SqliteCatalogue)


class Container:
    """Every object of the application, made when it is first asked for.

    Each attribute is a provider: ``container.log()`` is the log, the same one every time.
    """

    # A plain class: containers.DeclarativeContainer would import FastAPI, and double the time
    # that every command takes to start.
    def __init__(self, settings: Settings | None = None) -> None:
        once = providers.ThreadSafeSingleton
        self._opened = ExitStack()
        self.settings = once(load_settings if settings is None else lambda: settings)
        self.zone = once(ZoneInfo, self.settings.provided.timezone)
        self.clock = providers.Object(_system_clock)
        self.new_id = providers.Object(new_id)
        self.id_from = providers.Object(id_from)
        self.folder = once(self._use_folder, self.settings.provided.data_dir)

        backend = self.settings.provided.backend
        self.log: providers.Provider[Log] = providers.Selector(
            backend,
            embedded=once(self._open, SqliteEventLog, self.folder.provided.log),
            memory=once(MemoryEventLog),
        )
        self.diaries: providers.Provider[Diaries] = providers.Selector(
            backend,
            embedded=once(self._open_diaries, self.folder.provided.diary, self.log),
            memory=once(MemoryDiaryStore),
        )
        self.models: providers.Provider[Models] = providers.Selector(
            backend,
            embedded=once(self._open_models, self.folder.provided.views, self.log),
            memory=once(MemoryReadModels),
        )
        self.catalogue: providers.Provider[Catalogue] = providers.Selector(
            backend,
            embedded=once(self._open_catalogue, self.folder.provided.catalogue),
            memory=once(lambda: _with_sample(MemoryCatalogue())),
        )

        self.recorder = once(Recorder, self.log, self.log, self.diaries)
        self.projector = once(Projector, self.log, self.models, self.clock)
        self.importer = once(
            DiaryImporter,
            self.recorder,
            self.diaries,
            self.catalogue,
            self.clock,
            self.new_id,
            self.id_from,
            self.zone,
        )
        self.event_importer = once(
            EventImporter,
            self.recorder,
            self.log,
            self.diaries,
            self.catalogue,
            self.clock,
            self.id_from,
            self.zone,
        )
        self.verifier = once(
            Verifier, self.log, self.log, self.models, self.models, self.projector, self.clock
        )
        self.rebuilder = once(
            Rebuilder, self.log, self.log, self.models, self.models, self.clock
        )
        self.forgetter = once(
            Forgetter,
            self.log,
            self.log,
            self.diaries,
            self.models,
            self.recorder,
            self.projector,
            self.clock,
            self.new_id,
        )

    def close(self) -> None:
        """Close every store that was opened; nothing may be asked for afterwards."""
        self._opened.close()

    def _use_folder(self, path: Path) -> DataFolder:
        folder = DataFolder(path)
        self._opened.enter_context(folder.in_use())
        return folder

    def _open(self, make: Callable[[Path], _Store], path: Path) -> _Store:
        store = make(path)
        self._opened.callback(store.close)
        return store

    def _open_diaries(self, path: Path, log: EventLog) -> SqliteDiaryStore:
        position = SqliteDiaryStore.position
        return self._open(lambda path: _in_step(SqliteDiaryStore, path, log, position), path)

    def _open_models(self, path: Path, log: EventLog) -> SqliteReadModels:
        position = SqliteReadModels.checkpoint
        return self._open(lambda path: _in_step(SqliteReadModels, path, log, position), path)

    def _open_catalogue(self, path: Path) -> Catalogue:
        return _with_sample(self._open(SqliteCatalogue, path))


def make_container(settings: Settings | None = None) -> Container:
    """A container with the process's settings, or the given ones."""
    return Container(settings)


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _with_sample(catalogue: Catalogue) -> Catalogue:
    """The catalogue with at least the films of the sample that the package ships."""
    if catalogue.size() == 0:
        catalogue.load(sample_films())
    return catalogue


def sample_films() -> list[CatalogueFilm]:
    """The films that the package ships."""
    sample = resources.files("cinestats.adapters") / "data" / "catalog_sample.csv"
    return read_catalogue(sample.read_bytes()).films


def _in_step(
    make: Callable[[Path], _Derived],
    path: Path,
    log: EventLog,
    position: Callable[[_Derived, int], int],
) -> _Derived:
    """The store at ``path``; a new one where it has seen more than the log holds.

    So it is when somebody put an older copy of the log back. The new one follows the log
    from its beginning.
    """
    store = make(path)
    if any(position(store, each) > log.tail(each) for each in range(log.partitions)):
        store.close()
        drop(path)
        store = make(path)
    return store
