"""Many changes as one request: under one cause, and once however often it is sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cinestats.application.diary.keep import DiaryKeeper, Stamp, event_id_of, key_reused
from cinestats.application.diary.ports import EntryKey
from cinestats.application.diary.record import Receipt
from cinestats.application.log.ports import Recorded
from cinestats.domain.diary import Command
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError, EntryNotFound
from cinestats.domain.events import EventVerb

MAX_ENTRIES = 500
"""That one request may change."""


class Failure(NamedTuple):
    """An entry that stayed as it was, and why."""

    entry_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a request changed: how many entries, and the last position of its events.

    ``cause`` undoes it; None where nothing changed. ``position`` is None then, too.
    """

    changed: int
    failed: Sequence[Failure]
    cause: str | None
    position: int | None


class Batch:
    """The entries that a request names as they were before it, and the stamps of its commands.

    With a ``key`` the same ``request`` has the same event ids: what it led to is not done
    again, nor is anything that it left alone then.
    """

    def __init__(
        self,
        diary: DiaryKeeper,
        user: str,
        entry_ids: Collection[str],
        *,
        kind: str,
        key: str | None,
        request: str,
    ) -> None:
        """``kind`` begins the cause. Raises EventIdReused for the key of another request."""
        self._diary = diary
        self._user = user
        self._request = request
        self._named = event_id_of(diary, user, key)
        self.cause = f"{kind}:{self._named}"
        diary.recorder.catch_up_with(user)
        keys = [EntryKey("entry_id", each) for each in entry_ids]
        self._entries = {each.entry_id: each for each in diary.diaries.lookup(user, keys)}
        self._before = {} if key is None else self._events_before()

    def entry(self, entry_id: str) -> Entry:
        """The entry as it was before the request; raises EntryNotFound."""
        for verb in ("CORRECT", "UPDATE_RATING", "DELETE"):
            recorded = self._before.get(self._event_id(verb, entry_id))
            if recorded is not None and recorded.event is not None:
                return recorded.event.entry
        if entry_id not in self._entries:
            raise EntryNotFound(f"The diary holds no entry {entry_id}.")
        return self._entries[entry_id]

    def stamp(self, verb: EventVerb, entry_id: str) -> Stamp:
        """The stamp of the one command of its kind for an entry."""
        event_id = self._event_id(verb, entry_id)
        return self._diary.stamp(self._user, event_id=event_id, cause=self.cause)

    def record(self, commands: Sequence[Command]) -> Sequence[Receipt | CinestatsError]:
        """Record the commands in order; a refused one leaves its error in its place."""
        if not self._before:
            return self._diary.recorder.record_all(commands)
        last = max(recorded.position for recorded in self._before.values())
        return [
            Receipt(last, None) if recorded is None else Receipt(*recorded[1:])
            for recorded in (self._before.get(command.event_id) for command in commands)
        ]

    def _event_id(self, verb: str, entry_id: str) -> str:
        return self._diary.id_from(self.cause, self._request, verb, entry_id)

    def _events_before(self) -> dict[str, Recorded]:
        """What the request led to when it came before, by event id."""
        if self._diary.history.find(self._user, self._named) is not None:
            raise key_reused()  # for one entry alone
        found: dict[str, Recorded] = {}
        for recorded in self._diary.history.of_user(self._user):
            event = recorded.event
            if event is None or not (event.cause or "").endswith(f":{self._named}"):
                continue
            if event.cause != self.cause or event.event_id != self._event_id(
                event.names.verb, event.entry.entry_id
            ):
                raise key_reused()
            found[event.event_id] = recorded
        return found


def record_changes(
    batch: Batch, planned: Sequence[Command], failed: Sequence[Failure]
) -> Changes:
    """Record what is planned for many entries, each for itself; ``failed`` are others."""
    outcomes = batch.record(planned)
    changed: dict[str, None] = {}
    refused: dict[str, str] = {}
    position = None
    for command, outcome in zip(planned, outcomes, strict=True):
        if isinstance(outcome, CinestatsError):
            refused.setdefault(command.entry_id, str(outcome))
        elif outcome.event is not None:
            changed[command.entry_id], position = None, outcome.position
    return Changes(
        len(changed),
        [*failed, *(Failure(*each) for each in refused.items())],
        batch.cause if changed else None,
        position,
    )
