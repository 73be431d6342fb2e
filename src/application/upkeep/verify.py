"""Verify that what was counted incrementally equals a recompute from the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cinestats.application.figures.ports import Counts, Models
from cinestats.application.figures.project import Projector
from cinestats.application.log.ports import Log
from cinestats.application.ports import StoreBusy
from cinestats.domain import projections
from cinestats.domain.partition import partition_of
from cinestats.domain.projections.projection import Projection

from .ports import OpeningBalance
from .recount import add, plays_at

_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a document that is not what the log says."""

    document: str
    field: str
    stored: object
    recomputed: object


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was compared and what differed.

    ``opened`` of the users have an opening balance, of before the log, which is taken as it is.
    """

    users: int
    documents: int
    differences: Sequence[Difference]
    opened: int = 0

    @property
    def equal(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class Verifier:
    """Compares every document of the read models with a recompute, at a fixed position."""

    log: Log
    models: Models
    projector: Projector
    opening: OpeningBalance

    def verify(self, user_id: str | None = None) -> Verdict:
        """Compare one user's documents, or those of all users. Projects first."""
        self.projector.catch_up()
        opened = self.opening.users()
        users = sorted({*self.log.users(), *opened}) if user_id is None else [user_id]
        at = {user: partition_of(user, self.log.partitions) for user in users}
        compared = [self._compare(each, at[each], [each]) for each in users]
        if user_id is None:
            for partition in range(self.log.partitions):
                mine = [user for user in users if at[user] == partition]
                compared.append(self._compare(partition, partition, mine))
        return Verdict(
            len(users),
            len(set[str]().union(*(labels for labels, _ in compared))),
            [difference for _, differences in compared for difference in differences],
            len(opened) if user_id is None else opened.count(user_id),
        )

    def _compare(
        self, owner: str | int, partition: int, users: Sequence[str]
    ) -> tuple[set[str], list[Difference]]:
        """Compare a user's documents, or those of a partition that count plays of all.

        Returns the documents that there should be, and what differs.
        """
        mine = projections.of_user() if isinstance(owner, str) else projections.of_all()
        for _ in range(_ATTEMPTS):
            position = self.models.checkpoint(partition)
            stored = [self.models.counts(each, owner) for each in mine]
            opened = self.opening.states(owner)
            recomputed = [dict[Any, Any](opened.get(each.name, {})) for each in mine]
            for user_id in users:
                plays = plays_at(self.log.of_user(user_id), position)
                for each, states in zip(mine, recomputed, strict=True):
                    add(states, each, plays.states(each, user_id))
            if self.models.checkpoint(partition) == position:
                break
        else:
            what = f"statistics of {owner}" if isinstance(owner, str) else "global trends"
            raise StoreBusy(f"The {what} keep changing; try again.")
        labels, differences = set[str](), list[Difference]()
        for each, had, states in zip(mine, stored, recomputed, strict=True):
            right = {each.label(key): state for key, state in states.items()}
            labels |= right.keys()
            differences += _differences(each, had, right)
        return labels, differences


def _differences(
    projection: Projection[Any, Any], stored: Counts, recomputed: Counts
) -> Iterator[Difference]:
    for label in sorted(stored.keys() | recomputed.keys()):
        a, b = (projection.shown(counts.get(label, ())) for counts in (stored, recomputed))
        for field, value in (a or b).items():
            nothing = type(value)()
            was, right = a.get(field, nothing), b.get(field, nothing)
            if was != right:
                yield Difference(label, field, was, right)
