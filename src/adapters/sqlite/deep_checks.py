"""Read every page and every row of a data folder, for `cinestats doctor --deep`."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from cinestats.application.ports import StoreDamaged
from cinestats.application.upkeep.examine import Check, counted

from .access import SqliteAccess
from .catalogue import SqliteCatalogue
from .data_folder import DataFolder
from .database import TABLES, reading
from .errors import in_our_words
from .followed import SqliteFollowed
from .lists import SqliteLists
from .read_models import SqliteReadModels
from .webhooks import SqliteWebhooks

_Read = Callable[[Path], object]


def deep_checks(folder: DataFolder) -> Iterator[Check]:
    """A check for each file that is there."""
    backup = "Put back a copy of {} that is good: cinestats restore FILE, of a backup --all."
    derived = "Delete {} in the data folder; it follows from the log."
    telling = "Delete {} in the data folder; then some records are published once more."
    for path, read, cure in (
        (folder.log, None, "Put a backup back with cinestats restore FILE."),
        (folder.diary, None, derived),
        (folder.views, _read_views, derived),
        (folder.catalogue, _read_catalogue, "Move {} out of there and load your films again."),
        (folder.access, _read_all_of(SqliteAccess), backup),
        (folder.webhooks, _read_all_of(SqliteWebhooks), backup),
        (folder.followed, _read_all_of(SqliteFollowed), backup),
        (folder.lists, _read_all_of(SqliteLists), backup),
        (folder.relay, None, telling),
    ):
        if path.exists():
            yield Check(path.name, _look(path, read), cure=cure.format(path.name))


def _look(path: Path, read: _Read | None) -> Callable[[], str]:
    def look() -> str:
        sound(path)
        _read_every_column(path)
        if read is not None:
            read(path)
        return f"{counted(path.stat().st_size, 'byte')}, every row can be read"

    return look


def sound(path: Path) -> None:
    """Raise StoreUnavailable when a file cannot be read, StoreDamaged when it is not sound."""
    with in_our_words(path), reading(path) as file:
        ((verdict,), *_) = file.execute("PRAGMA integrity_check(1)").fetchall()
    if verdict != "ok":
        raise StoreDamaged(f"The store {path} is damaged: {' '.join(verdict.split())}.")


def _read_every_column(path: Path) -> None:
    """Raise StoreUnavailable where a text is none, also one that no figure follows from, and
    StoreDamaged where the moment at which something was counted is none."""
    with in_our_words(path), reading(path) as file:
        for (table,) in file.execute(TABLES):
            columns = file.execute(f'SELECT * FROM "{table}"')
            for _ in columns:
                pass
            if "updated_at" in (name for name, *_ in columns.description):
                moments = file.execute(f'SELECT DISTINCT updated_at FROM "{table}"')
                for (moment,) in moments:
                    _check_moment(path, table, moment)


def _check_moment(path: Path, table: str, moment: object) -> None:
    try:
        datetime.fromisoformat(str(moment))
    except ValueError as error:
        raise StoreDamaged(
            f"The store {path} is damaged: {table} holds {str(moment)[:40]!r} for a moment."
        ) from error


class _Store(Protocol):
    def read_all(self) -> None: ...
    def close(self) -> None: ...


def _read_all_of(make: Callable[[Path], _Store]) -> _Read:
    def read(path: Path) -> None:
        with closing(make(path)) as store:
            store.read_all()

    return read


def _read_views(path: Path) -> None:
    with closing(SqliteReadModels(path)) as models:
        models.film_days(date.min)
        models.get()


def _read_catalogue(path: Path) -> None:
    with closing(SqliteCatalogue(path)) as catalogue:
        catalogue.check()
