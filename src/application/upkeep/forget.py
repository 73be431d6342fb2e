"""Forget a user: count their plays out, then erase their events (docs/adr tells why so)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cinestats.application.access.accounts import AccountManager
from cinestats.application.access.audit import Audit
from cinestats.application.catalogue.ports import FilmStore
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.record import FORGOTTEN
from cinestats.application.figures.ports import Models
from cinestats.application.figures.project import Projector
from cinestats.application.figures.trends import refresh_trends
from cinestats.application.log.ports import Log
from cinestats.application.ports import StoreBusy
from cinestats.domain import projections
from cinestats.domain.diary import DeleteMovie
from cinestats.domain.entry import Entry
from cinestats.domain.partition import partition_of

from .count_back import count_back
from .forget_films import forget_films
from .ports import TakingIn
from .rebuild import Rebuilder

_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class Forgetter:
    """Erases a user from log, lists, diary and read models. Safe to run again after a crash.

    From the catalogue go the titles that may be theirs alone. ``drop_posters`` takes away those
    that are kept: nobody knows whose films they are of, and they can be asked for again.
    """

    diary: DiaryKeeper
    log: Log
    models: Models
    projector: Projector
    catalogue: FilmStore
    rebuilder: Rebuilder
    drop_posters: Callable[[], None]
    taking_in: TakingIn

    def forget(self, user_id: str) -> int:
        """Returns how many events were erased; 0 when the user is unknown.

        The deletions are projected before the events go: global counts then hold nothing
        of the user, and a recompute from what is left of the log agrees with them. The
        events go last, for they tell which documents may name a film of the user's.
        """
        self._refuse_amid_records(user_id)
        diary = self.diary
        partition = partition_of(user_id, self.log.partitions)
        through = self._emptied(user_id)
        self.projector.catch_up()
        if self.models.checkpoint(partition) < through:
            raise StoreBusy(
                f"The entries of {user_id} are deleted, but not counted out yet; forget them"
                " again in a moment, to erase the events."
            )
        self._refuse_amid_records(user_id)
        had_balance = self.rebuilder.opening.forget(user_id)
        stored = self.models.user_stats(user_id)
        if had_balance or (stored is not None and stored.stats.total_watched):
            self.rebuilder.rebuild_user(user_id)
        self.models.forget_user(user_id, partition, self._shared(user_id))
        forget_films(self.catalogue, self.log, diary)
        self.drop_posters()
        erased = diary.history.erase(user_id, through)
        erased += diary.lists.log.remove_all(user_id)
        refresh_trends(self.models, diary.clock, diary.zone)  # the board names films
        return erased

    def _emptied(self, user_id: str) -> int:
        """Count all of the user's plays out; returns the position at which nothing is left.

        What others record of them meanwhile lies behind it, or is counted out as well.
        """
        diary = self.diary
        diary.recorder.catch_up_with(user_id)
        for _ in range(_ATTEMPTS):
            while entries := diary.diaries.entries(user_id):
                self._delete(user_id, entries)
            through = count_back(user_id, self.log, diary)
            if not diary.diaries.entries(user_id):
                return through
        raise StoreBusy(f"Others keep adding plays of {user_id}; forget them again.")

    def _delete(self, user_id: str, entries: Iterable[Entry]) -> None:
        diary = self.diary
        deletions = [
            DeleteMovie(**diary.stamp(user_id, cause=FORGOTTEN), entry_id=entry.entry_id)
            for entry in entries
        ]
        diary.recorder.record_all(deletions)

    def _refuse_amid_records(self, user_id: str) -> None:
        """A consumer reads records again that it began to append: they may be the user's."""
        topics = self.taking_in.under_way()
        if topics:
            raise StoreBusy(
                f"Records of {', '.join(sorted(topics))} are being taken in, and may be of"
                f" {user_id}. Forget them again in a moment, while cinestats consume runs."
            )

    def _shared(self, user_id: str) -> Mapping[str, Sequence[Any]]:
        """The documents that count plays of all and counted the user's, by their keys."""
        events = [each.event for each in self.log.of_user(user_id) if each.event is not None]
        return {
            each.name: list(dict.fromkeys(key for event in events for key in each.keys(event)))
            for each in projections.of_all()
        }


@dataclass(frozen=True, slots=True)
class Eraser:
    """Leaves nothing of a user: no diary, no account, no name, and no freed byte.

    ``sweep`` is that of the stores. Safe to run again after a crash, also for a user who is
    unknown by then.
    """

    forgetter: Forgetter
    accounts: AccountManager
    audit: Audit
    sweep: Callable[[str], None]

    def erase(self, user_id: str, actor: str) -> int:
        """Forget the diary and end the account; returns how many events were erased.

        The diary goes first: where it cannot be erased yet (StoreBusy), the user can still
        sign in and try again. Once the account is gone nobody writes any more; what a session
        or a hook wrote in between is erased after it.
        """
        erased = self.forgetter.forget(user_id)
        self.accounts.remove(user_id, actor)
        try:
            erased += self.forgetter.forget(user_id)
        finally:  # where that has to wait, an administrator can do it again
            self.audit.note_erasure(actor, user_id, f"{erased} events")
            self.sweep(user_id)
        return erased
