"""Forget a user: count their plays out, then erase their events (docs/adr tells why so)."""

from dataclasses import dataclass

from cinestats.application.access.accounts import AccountManager
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.figures.ports import ReadModels
from cinestats.application.figures.project import Projector
from cinestats.application.log.ports import EventLog
from cinestats.application.ports import StoreBusy
from cinestats.domain.diary import DeleteMovie
from cinestats.domain.partition import partition_of


@dataclass(frozen=True, slots=True)
class Forgetter:
    """Erases a user from log, lists, diary and read models. Safe to run again after a crash."""

    diary: DiaryKeeper
    log: EventLog
    models: ReadModels
    projector: Projector

    def forget(self, user_id: str) -> int:
        """Returns how many events were erased; 0 when the user is unknown.

        The deletions are projected before the events go: global counts then hold nothing
        of the user, and a recompute from what is left of the log agrees with them.
        """
        diary = self.diary
        diary.recorder.catch_up_with(user_id)
        while entries := diary.diaries.entries(user_id):
            deletions = [
                DeleteMovie(**diary.stamp(user_id, cause="forget"), entry_id=entry.entry_id)
                for entry in entries
            ]
            diary.recorder.record_all(deletions)
        self.projector.catch_up()
        partition = partition_of(user_id, self.log.partitions)
        through = self.models.checkpoint(partition)
        if through < self.log.tail(partition):
            raise StoreBusy(
                f"The entries of {user_id} are deleted, but not counted out yet; forget them"
                " again in a moment, to erase the events."
            )
        erased = diary.history.erase(user_id, through)
        erased += diary.lists.log.remove_all(user_id)
        self.models.forget_user(user_id)
        return erased


def erase_user(user_id: str, actor: str, forgetter: Forgetter, accounts: AccountManager) -> int:
    """Forget the diary and end the account; returns how many events were erased.

    The diary goes first: where it cannot be erased yet (StoreBusy), the user can still sign
    in and try again. Once the account is gone nobody writes any more; what a session or a
    hook wrote in between is erased after it.
    """
    erased = forgetter.forget(user_id)
    accounts.remove(user_id, actor)
    return erased + forgetter.forget(user_id)
