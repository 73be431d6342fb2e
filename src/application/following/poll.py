"""Ask a followed account for what is new, and take it into the diary.

Every turn is taken before anything is asked: the time of the next is stored first. So two
processes never ask for one account, and a crash costs a turn, not the service's patience.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.imports.import_diary import DiaryImporter
from cinestats.application.imports.report import ImportReport
from cinestats.application.imports.rows import Row
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import MovieDeleted

from .accounts import Asked, FollowedAccount, FollowedService, FollowTurns
from .plays import one_each, without_deleted

CAUSE_PREFIX = "follow:"
INTERVAL = timedelta(minutes=30)
LAST_DELAY = timedelta(days=1)
LONGEST_WAIT = timedelta(days=7)  # whatever a Retry-After says
NOTHING_NEW = "Nothing is new."


class FeedUnavailable(CinestatsError):
    """A feed that could not be had; the message says why."""

    def __init__(
        self, sentence: str, *, after: timedelta | None = None, gone: bool = False
    ) -> None:
        """``after`` is how long the service wants to be left alone; ``gone``: no account."""
        super().__init__(sentence)
        self.after = after
        self.gone = gone


@dataclass(frozen=True, slots=True)
class Feed:
    """What a service has of an account, the oldest first; ``notes`` are sentences.

    ``rows`` is None where nothing has changed since the answer of that ``etag`` and
    ``last_modified``.
    """

    rows: Sequence[Row] | None
    notes: Sequence[str] = ()
    etag: str | None = None
    last_modified: str | None = None


class FeedReader(Protocol):
    """Asks one service."""

    def __call__(self, name: str, etag: str | None, last_modified: str | None) -> Feed:
        """The feed of the account, within a bounded time; raises FeedUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Poll:
    """What came of one turn: ``report`` is None where nothing new was to be had."""

    account: FollowedAccount
    report: ImportReport | None = None
    notes: Sequence[str] = ()
    error: FeedUnavailable | None = None


@dataclass(frozen=True, slots=True)
class Poller:
    """Takes turns. ``jitter`` gives numbers from 0 to 1, so that not all ask at once."""

    turns: FollowTurns
    readers: Mapping[FollowedService, FeedReader]
    keeper: DiaryKeeper
    importer: DiaryImporter
    jitter: Callable[[], float]

    def poll_due(self) -> Poll | None:
        """Ask the account that waits longest; None when there is none, or it is taken."""
        waiting = self.turns.due(self.keeper.clock(), 1)
        return self.poll(waiting[0]) if waiting else None

    def poll(self, account: FollowedAccount) -> Poll | None:
        """Ask an account if its time has come; None if not, or another process is at it."""
        now, asked = self.keeper.clock(), account.asked
        if asked.due_at > now:
            return None
        turn = replace(asked, due_at=now + self._delay(asked.failures), asked_at=now)
        taken = replace(account, asked=turn)
        if not self.turns.save(account, turn):
            return None
        try:
            feed = self.readers[account.service](account.name, asked.etag, asked.last_modified)
        except FeedUnavailable as error:
            return Poll(self._done(taken, self._failed(turn, error, now)), error=error)
        if feed.rows is None:
            quiet = replace(turn, result=NOTHING_NEW, failures=0)
            return Poll(self._done(taken, quiet))
        # Unfollowed or forgotten meanwhile, it has no business in the diary any more.
        if not self.turns.save(taken, turn):
            return None
        report = self._take_in(taken, feed.rows)
        done = Asked(turn.due_at, now, _summary(report), 0, feed.etag, feed.last_modified)
        return Poll(self._done(taken, done), report, feed.notes)

    def _take_in(self, account: FollowedAccount, rows: Sequence[Row]) -> ImportReport:
        user, keeper = account.user_id, self.keeper
        keeper.recorder.catch_up_with(user)
        entries = keeper.diaries.entries(user)
        rows = without_deleted(one_each(rows, entries), entries, self._deleted(account))
        return self.importer.run(user, rows, import_id=f"{CAUSE_PREFIX}{keeper.new_id()}")

    def _deleted(self, account: FollowedAccount) -> Sequence[Entry]:
        """What was deleted since the account is followed: it must not come back by itself."""
        return [
            recorded.event.entry
            for recorded in self.keeper.history.of_user(account.user_id)
            if isinstance(recorded.event, MovieDeleted)
            and recorded.event.occurred_at >= account.since
        ]

    def _failed(self, turn: Asked, error: FeedUnavailable, now: datetime) -> Asked:
        failures = turn.failures + 1
        delay = self._delay(failures)
        if error.after is not None:
            delay = max(delay, min(error.after, LONGEST_WAIT))
        return replace(turn, due_at=now + delay, result=str(error), failures=failures)

    def _delay(self, failures: int) -> timedelta:
        """Half an hour, doubled with each failure up to a day, and up to a fifth more."""
        delay = min(INTERVAL * 2.0 ** min(failures, 10), LAST_DELAY)
        return delay * (1 + self.jitter() / 5)

    def _done(self, taken: FollowedAccount, asked: Asked) -> FollowedAccount:
        self.turns.save(taken, asked)
        return replace(taken, asked=asked)


def _summary(report: ImportReport) -> str:
    counts = {
        "added": report.added,
        "corrected": report.corrected + report.updated,
        "rejected": len(report.rejected),
    }
    done = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return f"{done}." if done else NOTHING_NEW
