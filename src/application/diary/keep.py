"""Keep a diary: add, rate and delete. Whoever writes to a diary comes in here."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, TypedDict

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import film_to_add
from cinestats.application.lists.keep import ListKeeper
from cinestats.application.log.ports import EventHistory
from cinestats.application.ports import Clock, IdFrom, NewId
from cinestats.domain.days import local_day
from cinestats.domain.diary import (
    AddMovie,
    Command,
    CorrectEntry,
    Correction,
    DeleteMovie,
    Said,
    UpdateRating,
)
from cinestats.domain.entry import Entry
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import Movie

from .ports import DiaryStore
from .record import EventIdReused, Receipt, Recorder

_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER_BY = timedelta(minutes=5)
_USERS_REMEMBERED = 10_000


class Stamp(TypedDict):
    """What every command says: who does it, when and why, and the id that makes it one."""

    event_id: str
    user_id: str
    now: datetime
    cause: str | None


def _any_name(_: str) -> None:
    """Lets every name have a diary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryKeeper:
    """What the use cases work with. A day belongs to ``zone``.

    ``check_name`` raises InvalidInput for a name that no new diary may have.
    """

    recorder: Recorder
    history: EventHistory
    diaries: DiaryStore
    catalogue: Catalogue
    lists: ListKeeper
    clock: Clock
    new_id: NewId
    id_from: IdFrom
    zone: tzinfo
    check_name: Callable[[str], None] = _any_name
    _users: set[str] = field(default_factory=set[str], init=False, repr=False, compare=False)

    def check_user(self, user: str) -> None:
        """Raises InvalidInput for a user who has no diary yet, and whose name none may have."""
        if user in self._users:
            return
        if next(iter(self.history.of_user(user)), None) is None:
            self.check_name(user)
        if len(self._users) >= _USERS_REMEMBERED:
            self._users.clear()
        self._users.add(user)

    def today(self) -> date:
        """The present day."""
        return local_day(self.clock(), self.zone)

    def stamp(
        self,
        user: str,
        *,
        event_id: str | None = None,
        at: datetime | None = None,
        cause: str | None = None,
    ) -> Stamp:
        """The stamp of a command: now and with a new id, unless they are given.

        Raises InvalidInput for an ``at`` before 1970 or to come.
        """
        now = self.clock()
        if at is not None and not _FIRST_MOMENT <= at <= now + _CLOCKS_DIFFER_BY:
            raise InvalidInput("timestamp", f"must be from 1970 to now, not {at}")
        return Stamp(
            event_id=event_id or self.new_id(), user_id=user, now=at or now, cause=cause
        )


def add(
    diary: DiaryKeeper,
    *,
    user: str,
    film: Movie,
    rating: int | None = None,
    watched: date | Literal["today"] | None = "today",
    said: Said | None = None,
    at: datetime | None = None,
    again: bool = False,
    key: str | None = None,
) -> Receipt:
    """Add a play of ``film``; what the film lacks comes from the catalogue.

    ``rating`` is in half stars; ``said`` has what else is said of the play. ``watched`` is
    the day, "today" the one of ``at``, None an unknown one. ``at`` is when it is added, now
    unless given. With ``again`` it may be another play of the film on one day. The same
    request with the same ``key`` gives the first receipt again, whatever today and the
    catalogue say by then.

    Raises AlreadyInDiary, AmbiguousTitle, InvalidInput and EventIdReused.
    """
    diary.check_user(user)
    event_id = event_id_of(diary, user, key)
    before = None if key is None else diary.history.find(user, event_id)
    first = None if before is None else before.event
    if first is None:
        movie = film_to_add(film, diary.catalogue)
    elif at in (None, first.occurred_at):  # what the request leaves open is what it was then
        known = first.entry.movie
        movie = replace(film.completed_by(known), listed=known.listed)
        at = first.occurred_at
    else:
        raise key_reused()
    stamp = diary.stamp(user, event_id=event_id, at=at)
    day = local_day(stamp["now"], diary.zone)
    watched_on = day if watched == "today" else watched
    entry = Entry(event_id, movie, rating, watched_on, day, **(said or {}))
    return _record(diary, addition(diary, stamp, entry, again=again))


def rate(
    diary: DiaryKeeper,
    *,
    user: str,
    entry_id: str,
    rating: int | None,
    key: str | None = None,
    cause: str | None = None,
) -> Receipt:
    """Give an entry another rating in half stars, or none; ``key`` as with ``add``.

    The receipt has no event when the entry has that rating already. Raises EntryNotFound and
    EventIdReused.
    """
    stamp = diary.stamp(user, event_id=event_id_of(diary, user, key), cause=cause)
    return _record(diary, UpdateRating(**stamp, entry_id=entry_id, new_rating=rating))


def delete(
    diary: DiaryKeeper,
    *,
    user: str,
    entry_id: str,
    key: str | None = None,
    cause: str | None = None,
) -> Receipt:
    """Delete an entry; ``key`` as with ``add``. Raises EntryNotFound and EventIdReused."""
    stamp = diary.stamp(user, event_id=event_id_of(diary, user, key), cause=cause)
    return _record(diary, DeleteMovie(**stamp, entry_id=entry_id))


def correct(
    diary: DiaryKeeper,
    *,
    user: str,
    entry_id: str,
    correction: Correction,
    again: bool = False,
    key: str | None = None,
    cause: str | None = None,
) -> Receipt:
    """Say what an entry was in truth; ``key`` as with ``add``.

    With ``again`` it may become another play of its film on one day. The receipt has no event
    when nothing changes. Raises EntryNotFound, AlreadyInDiary, InvalidInput and EventIdReused.
    """
    stamp = diary.stamp(user, event_id=event_id_of(diary, user, key), cause=cause)
    return _record(diary, correction_of(diary, stamp, entry_id, correction, again=again))


def correction_of(
    diary: DiaryKeeper,
    stamp: Stamp,
    entry_id: str,
    correction: Correction,
    *,
    again: bool = True,
    said_by: str | None = None,
    of: Movie | None = None,
) -> CorrectEntry:
    """The command that corrects an entry; ``again``, ``said_by`` and ``of`` as in it."""
    return CorrectEntry(
        **stamp,
        entry_id=entry_id,
        correction=correction,
        today=diary.today(),
        again=again,
        said_by=said_by,
        of=of,
    )


def addition(
    diary: DiaryKeeper, stamp: Stamp, entry: Entry, *, again: bool = False
) -> AddMovie:
    """The command that puts an entry into the diary as it is."""
    today = max(local_day(stamp["now"], diary.zone), diary.today())
    return AddMovie(**stamp, entry=entry, today=today, again=again)


def event_id_of(diary: DiaryKeeper, user: str, key: str | None) -> str:
    """The id of the event that a request leads to: the same for the same ``key``."""
    return diary.new_id() if key is None else diary.id_from("idempotency", user, key)


def _record(diary: DiaryKeeper, command: Command) -> Receipt:
    try:
        return diary.recorder.record(command)
    except EventIdReused as error:  # a new id was never used
        raise key_reused() from error


def key_reused() -> EventIdReused:
    """The error for a key that came with another request before."""
    return EventIdReused(
        "This Idempotency-Key was already used for another request; take a new one."
    )
