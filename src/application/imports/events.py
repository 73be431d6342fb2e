"""Move the event log: out of one store and into another, each event once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from cinestats.application.catalogue.recognise import recognise
from cinestats.application.diary.find import latest, plays_of
from cinestats.application.diary.keep import DiaryKeeper, addition, correction_of
from cinestats.application.diary.record import EventIdReused, Receipt
from cinestats.application.lists.ports import ListLog
from cinestats.application.log.ports import EventLog, Recorded
from cinestats.domain.diary import (
    Command,
    CountAsPublished,
    DeleteMovie,
    UpdateRating,
    correction_between,
)
from cinestats.domain.errors import CinestatsError, EntryNotFound
from cinestats.domain.events import (
    EntryCorrected,
    Event,
    MovieAdded,
    MovieDeleted,
    RatingUpdated,
)
from cinestats.domain.lists import FilmListed, FilmUnlisted, ListEvent

from .list_events import take_in_events
from .rows import RejectedRow

_CHUNK = 1000


@dataclass(slots=True)
class TransferReport:
    """What became of each event: ``read == added + skipped + len(rejected)``."""

    read: int = 0
    added: int = 0
    skipped: int = 0
    rejected: list[RejectedRow] = field(default_factory=list[RejectedRow])


def export_events(log: EventLog, behind: Sequence[int] | None = None) -> Iterator[Recorded]:
    """Every event that is not erased, partition by partition, in order.

    ``behind`` is the position in each partition to begin behind; its beginning unless given.
    """
    for partition, position in enumerate(behind or [0] * log.partitions):
        while events := log.read(partition, position, _CHUNK):
            yield from (recorded for recorded in events if recorded.event is not None)
            position = events[-1].position


def export_list_events(log: ListLog) -> Iterator[ListEvent]:
    """Every event of lists, user by user, in order."""
    for user_id in log.users():
        yield from log.of_user(user_id)


def import_events(
    diary: DiaryKeeper, lines: Iterable[tuple[int, Event | ListEvent | CinestatsError]]
) -> TransferReport:
    """Take in events by line: of our form, or of the original producer's, without ids.

    Those of lists go into the lists. An event that is there already is skipped. What the
    diary's rules refuse, and an id that was used for another event, is rejected with its line.
    """
    report = TransferReport()
    pending: dict[str, tuple[int, Command]] = {}
    of_lists: list[tuple[int, ListEvent]] = []
    for line, event in lines:
        report.read += 1
        try:
            if isinstance(event, CinestatsError):
                raise event
            if isinstance(event, FilmListed | FilmUnlisted):
                diary.stamp(event.user_id, at=event.occurred_at)  # or it is of no such moment
                of_lists.append((line, event))
                continue
            if not event.entry.entry_id or event.event_id in pending:
                _record(diary, pending, report)  # what the event refers to may be in there
            if not event.entry.entry_id:
                event = _named(diary, event)
            if _is_known(diary, event):
                report.skipped += 1
            else:
                pending[event.event_id] = line, _command(diary, event)
        except CinestatsError as error:
            report.rejected.append(RejectedRow(line, str(error)))
        if len(pending) >= _CHUNK:
            _record(diary, pending, report)
    _record(diary, pending, report)
    _record_lists(diary, of_lists, report)
    return report


def _record_lists(
    diary: DiaryKeeper, events: Sequence[tuple[int, ListEvent]], report: TransferReport
) -> None:
    by_user: dict[str, list[tuple[int, ListEvent]]] = {}
    for line, event in events:
        by_user.setdefault(event.user_id, []).append((line, event))
    for user_id, mine in by_user.items():
        outcomes = take_in_events(diary.lists.log, user_id, [event for _, event in mine])
        for (line, _), outcome in zip(mine, outcomes, strict=True):
            if isinstance(outcome, CinestatsError):
                report.rejected.append(RejectedRow(line, str(outcome)))
            else:
                report.added += outcome
                report.skipped += not outcome


def _record(
    diary: DiaryKeeper, pending: dict[str, tuple[int, Command]], report: TransferReport
) -> None:
    outcomes = diary.recorder.record_all([command for _, command in pending.values()])
    for (line, _), outcome in zip(pending.values(), outcomes, strict=True):
        if isinstance(outcome, Receipt):
            report.added += outcome.event is not None
            report.skipped += outcome.event is None
        else:
            report.rejected.append(RejectedRow(line, str(outcome)))
    pending.clear()


def _is_known(diary: DiaryKeeper, event: Event) -> bool:
    before = diary.history.find(event.user_id, event.event_id)
    if before is not None and before.event != event:
        raise EventIdReused(f"event_id: {event.event_id} was used before for another event")
    return before is not None


def _named(diary: DiaryKeeper, event: Event) -> Event:
    """An event of the original's form with the ids that it lacks, and credits."""
    movie, after = event.entry.movie, event.after
    event_id = event.event_id or diary.id_from(
        event.user_id,
        type(event).__name__,
        movie.film_key,
        event.occurred_at.isoformat(),
        str((after or event.entry).rating),
    )
    known = diary.history.find(event.user_id, event_id)
    if known is not None and known.event is not None:
        return known.event
    if event.before is None:
        movie = recognise(movie, diary.catalogue, only_namesake=True).movie
        entry = replace(event.entry, entry_id=event_id, movie=movie)
    else:
        plays = plays_of(diary, event.user_id, movie)
        if not plays:
            raise EntryNotFound(f"{movie.title} is not in the diary of {event.user_id}.")
        entry = latest(plays)
    if isinstance(event, EntryCorrected):
        correction = correction_between(event.entry, event.corrected)
        if "movie" in correction:
            known_film = recognise(correction["movie"], diary.catalogue, only_namesake=True)
            correction["movie"] = known_film.movie
        event = replace(event, corrected=entry.changed(correction))
    return replace(event, event_id=event_id, entry=entry)


def _command(diary: DiaryKeeper, event: Event) -> Command:
    """The command that leads to the event; raises InvalidInput for one to come."""
    stamp = diary.stamp(
        event.user_id, event_id=event.event_id, at=event.occurred_at, cause=event.cause
    )
    if event.as_published:
        return CountAsPublished(**stamp, published=event)
    match event:
        case MovieAdded(entry=entry, again=again):
            return addition(diary, stamp, entry, again=again)
        case MovieDeleted(entry=entry):
            return DeleteMovie(**stamp, entry_id=entry.entry_id)
        case RatingUpdated(entry=entry, new_rating=rating):
            return UpdateRating(
                **stamp,
                entry_id=entry.entry_id,
                new_rating=rating,
                rating_of=event.rating_of,
                said_by=event.said_by,
            )
        case EntryCorrected(entry=entry, corrected=corrected):
            correction = correction_between(entry, corrected)
            return correction_of(diary, stamp, entry.entry_id, correction)
        case _ as never:
            assert_never(never)
