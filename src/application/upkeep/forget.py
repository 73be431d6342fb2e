"""Forget a user: count their plays out, then blank their events (docs/adr tells why so)."""

from cinestats.application.diary.ports import DiaryStore
from cinestats.application.diary.record import Recorder
from cinestats.application.figures.ports import ReadModels
from cinestats.application.figures.project import Projector
from cinestats.application.log.ports import EventHistory, EventLog
from cinestats.application.ports import Clock, NewId, StoreBusy
from cinestats.domain.diary import DeleteMovie
from cinestats.domain.partition import partition_of


class Forgetter:
    """Erases a user from log, diary and read models. Safe to run again after a crash."""

    def __init__(
        self,
        log: EventLog,
        history: EventHistory,
        diaries: DiaryStore,
        models: ReadModels,
        recorder: Recorder,
        projector: Projector,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._log = log
        self._history = history
        self._diaries = diaries
        self._models = models
        self._recorder = recorder
        self._projector = projector
        self._clock = clock
        self._new_id = new_id

    def forget(self, user_id: str) -> int:
        """Returns how many events were erased; 0 when the user is unknown.

        The deletions are projected before the events go: global counts then hold nothing
        of the user, and a recompute from what is left of the log agrees with them.
        """
        partition = partition_of(user_id, self._log.partitions)
        self._recorder.catch_up(partition)
        while entries := self._diaries.entries(user_id):
            self._recorder.record_all(
                [
                    DeleteMovie(
                        self._new_id(), user_id, entry.entry_id, self._clock(), "forget"
                    )
                    for entry in entries
                ]
            )
        self._projector.catch_up()
        through = self._models.checkpoint(partition)
        if through < self._log.tail(partition):
            raise StoreBusy(
                f"The entries of {user_id} are deleted, but not counted out yet; forget them"
                " again in a moment, to erase the events."
            )
        erased = self._history.erase(user_id, through)
        self._models.forget_user(user_id)
        return erased
