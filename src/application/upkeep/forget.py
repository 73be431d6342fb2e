"""Forget a user: count their plays out, then erase their events (docs/adr tells why so)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cinestats.application.access.accounts import AccountManager
from cinestats.application.access.audit import Audit
from cinestats.application.catalogue.ports import FilmStore
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.ports import EntryKey
from cinestats.application.figures.ports import Counts, Models, States
from cinestats.application.figures.project import Projector
from cinestats.application.figures.trends import refresh_trends
from cinestats.application.log.ports import Log
from cinestats.application.ports import StoreBusy
from cinestats.domain import projections
from cinestats.domain.diary import DeleteMovie
from cinestats.domain.partition import partition_of
from cinestats.domain.projections.projection import Projection

from .forget_films import forget_films


@dataclass(frozen=True, slots=True)
class Forgetter:
    """Erases a user from log, lists, diary and read models. Safe to run again after a crash.

    From the catalogue go the titles that may be theirs alone.
    """

    diary: DiaryKeeper
    log: Log
    models: Models
    projector: Projector
    catalogue: FilmStore

    def forget(self, user_id: str) -> int:
        """Returns how many events were erased; 0 when the user is unknown.

        The deletions are projected before the events go: global counts then hold nothing
        of the user, and a recompute from what is left of the log agrees with them. The
        events go last, for they tell which documents may name a film of the user's.
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
        self.models.forget_user(user_id, partition, self._shared(user_id, partition))
        forget_films(self.catalogue, self.log, diary)
        erased = diary.history.erase(user_id, through)
        erased += diary.lists.log.remove_all(user_id)
        refresh_trends(self.models, diary.clock, diary.zone)  # the board names films
        return erased

    def _shared(self, user_id: str, partition: int) -> Mapping[str, States]:
        """What plays of others make of the documents that counted the user's."""
        history = self.log.of_user(user_id)
        events = [each.event for each in history if each.event is not None]
        shared: dict[str, States] = {}
        for each in projections.of_all():
            keys = dict.fromkeys(key for event in events for key in each.keys(event))
            counts: Counts = self.models.counts(each, partition) if keys and each.film else {}
            alive = {key for key in keys if counts.get(each.label(key), (0,))[0]}
            films = {
                play.movie.film_key
                for event in events
                for play in (event.before, event.after)
                if play is not None and not alive.isdisjoint(each.keys_of(user_id, play))
            }
            shared[each.name] = {**keys, **self._left(each, alive, films, partition)}
        return shared

    def _left(
        self, projection: Projection[Any, Any], keys: set[Any], films: set[str], partition: int
    ) -> dict[Any, Any]:
        """The state of each document by the first play that is there of one of the films."""
        found: dict[Any, Any] = {}
        wanted = [EntryKey("film_key", film) for film in films]
        self.diary.recorder.catch_up(partition)
        for user_id in self.log.users() if keys else ():
            if partition_of(user_id, self.log.partitions) != partition:
                continue
            for entry in self.diary.diaries.lookup(user_id, wanted):
                for key in keys.intersection(projection.keys_of(user_id, entry)):
                    found.setdefault(key, projection.count(entry, 1))
        return found


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
        erased += self.forgetter.forget(user_id)
        self.audit.note_erasure(actor, user_id, f"{erased} events")
        self.sweep(user_id)
        return erased
