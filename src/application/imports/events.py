"""Move the event log: out of one store and into another, each event once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import recognise
from cinestats.application.diary.find import latest_play
from cinestats.application.diary.ports import DiaryStore, EntryKey
from cinestats.application.diary.record import EventIdReused, Receipt, Recorder
from cinestats.application.log.ports import EventHistory, EventLog, Recorded
from cinestats.application.ports import Clock, IdFrom
from cinestats.domain.days import local_day
from cinestats.domain.diary import AddMovie, Command, DeleteMovie, UpdateRating
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError, EntryNotFound, InvalidInput
from cinestats.domain.events import Event, MovieAdded, MovieDeleted, RatingUpdated
from cinestats.domain.titles import normalize_title

from .rows import RejectedRow

_CHUNK = 1000
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(slots=True)
class TransferReport:
    """What became of each event: ``read == added + skipped + len(rejected)``."""

    read: int = 0
    added: int = 0
    skipped: int = 0
    rejected: list[RejectedRow] = field(default_factory=list[RejectedRow])


def export_events(log: EventLog) -> Iterator[Recorded]:
    """Every event that is not erased, partition by partition, in order."""
    for partition in range(log.partitions):
        position = 0
        while events := log.read(partition, position, _CHUNK):
            yield from (recorded for recorded in events if recorded.event is not None)
            position = events[-1].position


class EventImporter:
    """Takes in events of our form, or of the original producer's, which has no ids."""

    def __init__(
        self,
        recorder: Recorder,
        history: EventHistory,
        diaries: DiaryStore,
        catalogue: Catalogue,
        clock: Clock,
        id_from: IdFrom,
        zone: tzinfo,
    ) -> None:
        self._recorder = recorder
        self._history = history
        self._diaries = diaries
        self._catalogue = catalogue
        self._clock = clock
        self._id_from = id_from
        self._zone = zone

    def run(self, lines: Iterable[tuple[int, Event | CinestatsError]]) -> TransferReport:
        """Import events by line. An event that the log has already is skipped.

        What the diary's rules refuse, and an id that was used for another event, is
        rejected with its line.
        """
        report = TransferReport()
        pending: dict[str, tuple[int, Command]] = {}
        for line, event in lines:
            report.read += 1
            try:
                if isinstance(event, CinestatsError):
                    raise event
                if not event.entry.entry_id or event.event_id in pending:
                    self._record(pending, report)  # what the event refers to may be in there
                if not event.entry.entry_id:
                    event = self._named(event)
                if self._is_known(event):
                    report.skipped += 1
                else:
                    pending[event.event_id] = line, self._command(event)
            except CinestatsError as error:
                report.rejected.append(RejectedRow(line, str(error)))
            if len(pending) >= _CHUNK:
                self._record(pending, report)
        self._record(pending, report)
        return report

    def _record(self, pending: dict[str, tuple[int, Command]], report: TransferReport) -> None:
        outcomes = self._recorder.record_all([command for _, command in pending.values()])
        for (line, _), outcome in zip(pending.values(), outcomes, strict=True):
            if isinstance(outcome, Receipt):
                report.added += outcome.event is not None
                report.skipped += outcome.event is None
            else:
                report.rejected.append(RejectedRow(line, str(outcome)))
        pending.clear()

    def _is_known(self, event: Event) -> bool:
        before = self._history.find(event.user_id, event.event_id)
        if before is not None and before.event != event:
            raise EventIdReused(f"event_id: {event.event_id} was used before for another event")
        return before is not None

    def _named(self, event: Event) -> Event:
        """An event of the original's form with the ids that it lacks, and credits."""
        event_id = event.event_id or self._id_from(
            event.user_id,
            type(event).__name__,
            event.entry.movie.film_key,
            event.occurred_at.isoformat(),
            str(event.new_rating if isinstance(event, RatingUpdated) else event.entry.rating),
        )
        known = self._history.find(event.user_id, event_id)
        if known is not None and known.event is not None:
            return known.event
        if isinstance(event, MovieAdded):
            movie = recognise(event.entry.movie, self._catalogue).movie
            entry = replace(event.entry, entry_id=event_id, movie=movie)
        else:
            entry = self._entry_meant(event)
        return replace(event, event_id=event_id, entry=entry)

    def _entry_meant(self, event: Event) -> Entry:
        movie = event.entry.movie
        keys = [
            EntryKey("film_key", recognise(movie, self._catalogue).movie.film_key),
            EntryKey("title_key", normalize_title(movie.title)),
        ]
        plays = self._diaries.lookup(event.user_id, keys)
        if not plays:
            raise EntryNotFound(f"{movie.title} is not in the diary of {event.user_id}.")
        return latest_play(plays)

    def _command(self, event: Event) -> Command:
        now = self._clock()
        if event.occurred_at > now + _CLOCK_SKEW:
            raise InvalidInput("timestamp", f"{event.occurred_at.isoformat()} lies ahead")
        entry = event.entry
        common = (event.event_id, event.user_id, entry.entry_id)
        match event:
            case MovieAdded():
                return AddMovie(
                    *common,
                    entry.movie,
                    entry.rating,
                    entry.watched_on,
                    entry.added_on,
                    local_day(now, self._zone),
                    event.occurred_at,
                    event.cause,
                )
            case MovieDeleted():
                return DeleteMovie(*common, event.occurred_at, event.cause)
            case RatingUpdated():
                return UpdateRating(*common, event.new_rating, event.occurred_at, event.cause)
