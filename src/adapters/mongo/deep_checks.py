"""Read every document of a MongoDB database, for `cinestats doctor --deep`.

Events, entries and figures are compared with the log besides; see cli/doctor.py.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from cinestats.application.upkeep.examine import Check

if TYPE_CHECKING:
    from .stores import MongoStores

_DUMP = "Put the collection back from your last dump: mongorestore --drop --nsInclude."
_DERIVED = "Run cinestats rebuild."
_RELOAD = "Drop the collections films and missing_films, and load your films again."


def deep_checks(stores: "MongoStores") -> Iterator[Check]:
    """A check for each store; one names the collection and the document that is damaged."""

    def accounts() -> None:
        stores.access.read_all()

    def views() -> None:
        stores.models.film_days(date.min)
        stores.models.get()

    reads: tuple[tuple[str, Callable[[], object], str], ...] = (
        ("every film", lambda: stores.catalogue.check(), _RELOAD),
        ("every account", accounts, _DUMP),
        ("every webhook", lambda: stores.webhooks.read_all(), _DUMP),
        ("every followed account", lambda: stores.followed.read_all(), _DUMP),
        ("every list", lambda: stores.lists.read_all(), _DUMP),
        ("every parked record", lambda: stores.dead_letters.read_all(), _DUMP),
        ("every trend", views, _DERIVED),
    )
    for name, read, advice in reads:
        yield Check(name, _looked(read), advice, ("stores",))


def _looked(read: Callable[[], object]) -> Callable[[], str]:
    def look() -> str:
        read()
        return "can be read"

    return look
