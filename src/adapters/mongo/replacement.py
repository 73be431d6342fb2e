"""Read models in the making, which take the place of the live ones document by document.

There is no transaction over collections, and renaming them would not do either: readers
would see some renamed and others not, a projector in the middle of a batch would write one
half into the old and the other into the new ones, and documents that the new ones lack
would leave no fence behind. So the new documents are made in collections of their own
(``next_…``), and ``adopt`` then replaces each live document that differs, if it has seen no
event that its replacement has not. Live documents are never removed and live checkpoints
never moved: projectors go on counting, before and after the step of each document.

Readers therefore see every document either as it was or as recomputed, each exact for its
position, and none is missing at any moment. While an adoption runs, some documents are
ahead of others, as they are while a batch is written.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from cinestats.domain import projections
from cinestats.domain.projections.projection import Projection

from .database import Document, MongoDatabase
from .fenced_additions import of_users
from .supersede import Standing, supersede

_USERS_AT_A_TIME = 100
_NEW = Standing(0, 0)  # of a partition in which nothing has happened

Standings = Mapping[int, Standing]


class Adoption:
    """Gives the live documents the content of the new ones."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._left: list[Callable[[Standings], bool]] | None = None

    def adopt(self) -> bool:
        """Replace the live documents, each in one step.

        Returns False while a live checkpoint or document is ahead. What is replaced by then
        stays so, and the next call sees to the others only.
        """
        standings = self._standings()
        if any(checkpoint > through for through, checkpoint in standings.values()):
            return False
        if self._left is None:
            self._left = [*self._users(), *self._shared()]
        self._left = [adopted for adopted in self._left if not adopted(standings)]
        if self._left:
            return False
        self.drop()
        return True

    def drop(self) -> None:
        """Remove the new documents."""
        for name in ("checkpoints", *(each.name for each in projections.PROJECTIONS)):
            self._database.write(self._database.collection(f"next_{name}").drop)

    def _users(self) -> Iterator[Callable[[Standings], bool]]:
        """Users, some at a time."""
        users = {
            document["_id"]
            for each in projections.of_user()
            if each.one_per_user
            for prefix in ("", "next_")
            for document in self._database.find(prefix + each.name, {}, {"_id": 1})
        }
        in_order = iter(sorted(users))
        while some := list(islice(in_order, _USERS_AT_A_TIME)):
            yield partial(self._adopt_users, some)

    def _shared(self) -> Iterator[Callable[[Standings], bool]]:
        """Documents that count plays of all users, by the first part of their keys."""
        for each in projections.of_all():
            firsts = set[Any]()
            with self._database.translated():
                for prefix in ("", "next_"):
                    collection = self._database.collection(prefix + each.name)
                    firsts.update(collection.distinct(each.key_fields[0]))
            for first in sorted(firsts):
                yield partial(self._adopt_shared, each, first)

    def _adopt_users(self, users: list[str], standings: Standings) -> bool:
        partitions: dict[str, int] = {}

        def standing(document: Document) -> Standing:
            return standings.get(partitions.get(document["user_id"], -1), _NEW)

        done = True
        for each in projections.of_user():
            old, new = self._find(each, of_users(each, users))
            known = (d for d in (*old, *new) if "partition" in d)
            partitions |= {d["user_id"]: d["partition"] for d in known}
            done &= supersede(self._database, each, "", old, new, standing)
        return done

    def _adopt_shared(
        self, projection: Projection[Any, Any], first: Any, standings: Standings
    ) -> bool:
        old, new = self._find(projection, {projection.key_fields[0]: first})

        def standing(document: Document) -> Standing:
            return standings.get(document["partition"], _NEW)

        return supersede(self._database, projection, "", old, new, standing)

    def _find(
        self, projection: Projection[Any, Any], condition: Document
    ) -> tuple[list[Document], list[Document]]:
        live = self._database.find(projection.name, condition)
        return live, self._database.find(f"next_{projection.name}", condition)

    def _standings(self) -> dict[int, Standing]:
        """Of each partition: how far the new documents go, and the live checkpoint."""
        through, live = (
            {d["_id"]: d["position"] for d in self._database.find(collection, {})}
            for collection in ("next_checkpoints", "checkpoints")
        )
        return {
            partition: Standing(through.get(partition, 0), live.get(partition, 0))
            for partition in through.keys() | live.keys()
        }
