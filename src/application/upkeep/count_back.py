"""Take back what counts as another application published it, before a user is erased."""

from contextlib import suppress

from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.record import FORGOTTEN
from cinestats.application.log.ports import Log, PositionTaken
from cinestats.application.ports import StoreBusy
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event, MovieAdded, MovieDeleted
from cinestats.domain.partition import partition_of

from .recount import plays_at

_ATTEMPTS = 50


def count_back(user_id: str, log: Log, diary: DiaryKeeper) -> int:
    """Append the opposite of each such event that has none yet; the diary holds no such play.

    Returns a position at which each has one. Without them the erased events would stay in the
    counts of all. Raises StoreBusy.
    """
    partition = partition_of(user_id, log.partitions)
    for _ in range(_ATTEMPTS):
        tail = diary.recorder.catch_up(partition)
        off, on = plays_at(log.of_user(user_id), tail).unsettled()

        def counted_back(kind: type[MovieAdded | MovieDeleted], play: Entry) -> Event:
            stamp = diary.new_id(), user_id, diary.clock(), play
            return kind(*stamp, cause=FORGOTTEN, as_published=True)

        events = [counted_back(MovieAdded, play) for play in off]
        events += [counted_back(MovieDeleted, play) for play in on]
        if not events:
            return tail
        with suppress(PositionTaken):
            log.append(partition, tail, events)
    raise StoreBusy("Others keep writing to the same partition of the log; try again.")
