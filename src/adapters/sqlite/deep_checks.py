"""Read every page and every row of a data folder, for `cinestats doctor --deep`."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cinestats.application.ports import StoreUnavailable
from cinestats.application.upkeep.examine import Check, counted

from .database import FAULTS, reading

if TYPE_CHECKING:
    from .stores import SqliteStores


def deep_checks(stores: "SqliteStores") -> Iterator[Check]:
    """A check for each file that is there."""
    folder = stores.folder
    backup = "Put back a copy of {} that is good: cinestats restore FILE, of a backup --all."
    derived = "Delete {} in the data folder; it follows from the log."
    telling = "Delete {} in the data folder; then some records are published once more."
    for path, read, advice in (
        (folder.log, lambda: None, "Put a backup back with cinestats restore FILE."),
        (folder.diary, lambda: None, derived),
        (folder.views, lambda: _read_views(stores), derived),
        (folder.catalogue, stores.read_catalogue, "Delete {} and load your films again."),
        (folder.access, lambda: stores.access.read_all(), backup),
        (folder.webhooks, lambda: stores.webhooks.read_all(), backup),
        (folder.followed, lambda: stores.followed.read_all(), backup),
        (folder.lists, lambda: stores.lists.read_all(), backup),
        (folder.relay, lambda: None, telling),
    ):
        if path.exists():
            yield Check(path.name, _look(path, read), advice.format(path.name))


def _look(path: Path, read: Callable[[], object]) -> Callable[[], str]:
    def look() -> str:
        sound(path)
        read()
        return f"{counted(path.stat().st_size, 'byte')}, every row can be read"

    return look


def sound(path: Path) -> None:
    """Raise StoreUnavailable when a file is not sound in itself."""
    try:
        with reading(path) as file:
            ((verdict,), *_) = file.execute("PRAGMA integrity_check(1)").fetchall()
    except FAULTS as error:
        verdict = f"{error}"
    if verdict != "ok":
        raise StoreUnavailable(f"The store {path} is damaged: {' '.join(verdict.split())}.")


def _read_views(stores: "SqliteStores") -> None:
    stores.models.film_days(date.min)
    stores.models.get()
