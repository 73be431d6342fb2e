"""The composition root: the only file that picks adapters."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.ids import id_from, new_id
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.memory.diary_store import MemoryDiaryStore
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.adapters.sqlite.diary_store import SqliteDiaryStore
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.adapters.sqlite.read_models import SqliteReadModels
from cinestats.application.forget_user import Forgetter
from cinestats.application.import_diary import DiaryImporter
from cinestats.application.ports import Catalogue
from cinestats.application.project import Projector
from cinestats.application.recompute import Rebuilder
from cinestats.application.record import Recorder
from cinestats.application.transfer_log import EventImporter
from cinestats.application.verify import Verifier
from dependency_injector import containers, providers

from .settings import Settings, load_settings


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _with_sample(make: Callable[..., Catalogue], *args: Path) -> Catalogue:
    """A catalogue that has at least the films of the sample that the package ships."""
    catalogue = make(*args)
    if catalogue.size() == 0:
        sample = resources.files("cinestats.adapters") / "data" / "catalog_sample.csv"
        catalogue.load(read_catalogue(sample.read_bytes()).films)
    return catalogue


class Container(containers.DeclarativeContainer):
    """Every object of the application, made when it is first asked for."""

    settings = providers.Singleton(load_settings)
    zone = providers.Singleton(ZoneInfo, settings.provided.timezone)
    clock = providers.Object(_system_clock)
    new_id = providers.Object(new_id)
    id_from = providers.Object(id_from)
    _backend = settings.provided.backend
    _data_dir = settings.provided.data_dir

    log = providers.Selector(
        _backend,
        embedded=providers.Singleton(SqliteEventLog, _data_dir.joinpath.call("log.db")),
        memory=providers.Singleton(MemoryEventLog),
    )
    diaries = providers.Selector(
        _backend,
        embedded=providers.Singleton(SqliteDiaryStore, _data_dir.joinpath.call("diary.db")),
        memory=providers.Singleton(MemoryDiaryStore),
    )
    models = providers.Selector(
        _backend,
        embedded=providers.Singleton(SqliteReadModels, _data_dir.joinpath.call("views.db")),
        memory=providers.Singleton(MemoryReadModels),
    )
    catalogue = providers.Selector(
        _backend,
        embedded=providers.Singleton(
            _with_sample, SqliteCatalogue, _data_dir.joinpath.call("catalog.db")
        ),
        memory=providers.Singleton(_with_sample, MemoryCatalogue),
    )

    recorder = providers.Singleton(Recorder, log, log, diaries)
    projector = providers.Singleton(Projector, log, models, clock)
    importer = providers.Singleton(
        DiaryImporter, recorder, diaries, catalogue, clock, new_id, id_from, zone
    )
    event_importer = providers.Singleton(
        EventImporter, recorder, log, diaries, catalogue, clock, id_from, zone
    )
    verifier = providers.Singleton(Verifier, log, log, models, models, projector, clock)
    rebuilder = providers.Singleton(Rebuilder, log, log, models, models, clock)
    forgetter = providers.Singleton(
        Forgetter, log, log, diaries, models, recorder, projector, clock, new_id
    )


def make_container(settings: Settings | None = None) -> Container:
    """A container with the process's settings, or the given ones."""
    container = Container()
    if settings is not None:
        container.settings.override(providers.Object(settings))  # pyright: ignore[reportUnknownMemberType]
    return container
