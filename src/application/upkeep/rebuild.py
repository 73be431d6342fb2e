"""Recompute read models from the whole log (V3), sharing nothing with the incremental fold."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cinestats.application.figures.ports import Batch, Documents, Fenced, Models, UserDocuments
from cinestats.application.figures.project import BATCH_SIZE, Projector
from cinestats.application.log.ports import Log, Recorded
from cinestats.application.ports import Clock, StoreBusy
from cinestats.domain import projections
from cinestats.domain.partition import partition_of

from .ports import OpeningBalance
from .recount import Plays, add, plays_at

_ATTEMPTS = 100
_FRESH_STARTS = 5


def recompute_user(
    user_id: str, history: Iterable[Recorded], through: int, now: datetime
) -> tuple[UserDocuments, Plays]:
    """A user's documents from their events up to position ``through``, and their plays."""
    recorded = [r for r in history if r.position <= through]
    plays = plays_at(recorded, through)
    states = {each.name: plays.states(each, user_id) for each in projections.of_user()}
    position = max((r.position for r in recorded), default=0)
    return UserDocuments(user_id, states, now, position), plays


def replace_user(
    models: Models, partition: int, user_id: str, recompute: Callable[[int], UserDocuments]
) -> None:
    """Replace a user's documents by those of the checkpoint, in one step; raises StoreBusy."""
    for _ in range(_ATTEMPTS):
        base = models.checkpoint(partition)
        try:
            models.put_user(partition, base, recompute(base))
        except Fenced:
            continue
        return
    raise StoreBusy(f"The statistics of {user_id} keep changing; try again.")


@dataclass(frozen=True, slots=True)
class Rebuilder:
    """Replaces read models by recomputed ones while reads and writes go on."""

    log: Log
    models: Models
    projector: Projector
    clock: Clock
    opening: OpeningBalance

    def rebuild_user(self, user_id: str) -> None:
        """Replace one user's documents, in one step."""
        self.projector.catch_up()  # a rebuild may have left documents ahead of the checkpoint
        partition = partition_of(user_id, self.log.partitions)

        def recompute(base: int) -> UserDocuments:
            return self._recompute(user_id, base)[0]

        replace_user(self.models, partition, user_id, recompute)

    def knows(self, user_id: str) -> bool:
        """Whether there is anything of a user to recompute."""
        has_events = next(self.log.of_user(user_id), None) is not None
        return has_events or user_id in self.opening.users()

    def rebuild(self, check: Callable[[], None] | None = None) -> int:
        """Replace all read models; returns the number of users recomputed.

        Readers see the old documents up to the moment at which they see the new ones. Who
        is forgotten meanwhile would come back with them: then it begins again. ``check`` is
        asked before each user, and breaks it off by what it raises: then the old ones stay.
        """
        for _ in range(_FRESH_STARTS):
            if (users := self._replace_all(check)) is not None:
                return users
        raise StoreBusy("Users are being forgotten; try the rebuild again.")

    def _replace_all(self, check: Callable[[], None] | None) -> int | None:
        """The number of users recomputed; None when one of them was forgotten meanwhile."""
        replacement = self.models.replacement()
        tails = [self.log.tail(p) for p in range(self.log.partitions)]
        shared = projections.of_all()
        counts: list[dict[str, dict[Any, Any]]] = []
        for partition in range(len(tails)):
            opened = self.opening.states(partition)
            counts.append({each.name: dict(opened.get(each.name, {})) for each in shared})
        users = self._users()
        for user_id in users:
            if check is not None:
                check()
            partition = partition_of(user_id, len(tails))
            documents, plays = self._recompute(user_id, tails[partition])
            replacement.documents.put_user(partition, 0, documents)
            for each in shared:
                add(counts[partition][each.name], each, plays.states(each, user_id))
        for partition, tail in enumerate(tails):
            replacement.documents.put_shared(partition, tail, counts[partition])
        for _ in range(_ATTEMPTS):
            self._follow(replacement.documents)
            if not set(users).issubset(self._users()):
                return None
            if replacement.adopt():
                self.projector.catch_up()
                return len(users) if set(users).issubset(self._users()) else None
        raise StoreBusy("The log grows faster than it can be read; try the rebuild again.")

    def _users(self) -> Sequence[str]:
        return sorted({*self.log.users(), *self.opening.users()})

    def _recompute(self, user_id: str, through: int) -> tuple[UserDocuments, Plays]:
        """As ``recompute_user``, on top of what was counted before the log."""
        history = self.log.of_user(user_id)
        documents, plays = recompute_user(user_id, history, through, self.clock())
        states = {name: dict(of) for name, of in self.opening.states(user_id).items()}
        for each in projections.of_user():
            add(states.setdefault(each.name, {}), each, documents.states[each.name])
        return documents._replace(states=states), plays

    def _follow(self, documents: Documents) -> None:
        """Count in what was appended since the recompute began."""
        for partition in range(self.log.partitions):
            base = documents.checkpoint(partition)
            while events := self.log.read(partition, base, BATCH_SIZE):
                documents.apply(Batch(partition, base, events, self.clock()))
                base = events[-1].position
