"""Forget a user: count their plays out, then blank their events (docs/adr tells why so)."""

from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.figures.ports import ReadModels
from cinestats.application.figures.project import Projector
from cinestats.application.log.ports import EventLog
from cinestats.application.ports import StoreBusy
from cinestats.domain.diary import DeleteMovie
from cinestats.domain.partition import partition_of


class Forgetter:
    """Erases a user from log, diary and read models. Safe to run again after a crash."""

    def __init__(
        self, diary: DiaryKeeper, log: EventLog, models: ReadModels, projector: Projector
    ) -> None:
        self._diary = diary
        self._log = log
        self._models = models
        self._projector = projector

    def forget(self, user_id: str) -> int:
        """Returns how many events were erased; 0 when the user is unknown.

        The deletions are projected before the events go: global counts then hold nothing
        of the user, and a recompute from what is left of the log agrees with them.
        """
        diary = self._diary
        diary.recorder.catch_up_with(user_id)
        while entries := diary.diaries.entries(user_id):
            diary.recorder.record_all(
                [
                    DeleteMovie(**diary.stamp(user_id, cause="forget"), entry_id=entry.entry_id)
                    for entry in entries
                ]
            )
        self._projector.catch_up()
        partition = partition_of(user_id, self._log.partitions)
        through = self._models.checkpoint(partition)
        if through < self._log.tail(partition):
            raise StoreBusy(
                f"The entries of {user_id} are deleted, but not counted out yet; forget them"
                " again in a moment, to erase the events."
            )
        erased = diary.history.erase(user_id, through)
        self._models.forget_user(user_id)
        return erased
