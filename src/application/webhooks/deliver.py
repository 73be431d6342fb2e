"""Deliver a user's events to their webhooks: at least once, and to each one in order.

Where each webhook stands is stored, so a restart goes on from there. A delivery that was
answered but not yet noted, when a process dies, is sent again with the same id.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus

from cinestats.application.log.ports import EventLog, Recorded
from cinestats.application.ports import Clock
from cinestats.domain.partition import partition_of

from .subscriptions import Answer, Progress, Webhook, WebhookSender, WebhookTurns

FIRST_DELAY = timedelta(seconds=5)
LAST_DELAY = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
LEASE = timedelta(seconds=60)  # well beyond the time that one delivery may take
TURN = timedelta(seconds=30)  # then others get the thread
_BATCH = 500
_MANY = 5000  # events or users that are looked at before all webhooks are looked after
_BEHIND = 1000  # positions without an event of the user, before that is noted


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """Finds the webhooks that have something to deliver, and delivers. Safe for many threads.

    ``holder`` names this process among those that deliver. ``jitter`` gives numbers from 0
    to 1, so that receivers that failed together are not tried together again.
    """

    log: EventLog
    turns: WebhookTurns
    send: WebhookSender
    clock: Clock
    holder: str
    jitter: Callable[[], float]
    _read: dict[int, int] = field(default_factory=dict[int, int], init=False)
    _floor: dict[int, int] = field(default_factory=dict[int, int], init=False)
    _touched: dict[int, dict[str, int]] = field(
        default_factory=lambda: defaultdict(dict), init=False
    )

    def waiting(self) -> list[Webhook]:
        """The webhooks that are due and have something to deliver. For one thread only."""
        due = [(self._partition(each), each) for each in self.turns.due(self.clock())]
        tails = {partition: self._look_at(partition) for partition in {p for p, _ in due}}
        return [each for p, each in due if self._has_work(p, each, tails[p])]

    def deliver(self, webhook_id: str, stopping: Callable[[], bool]) -> None:
        """Deliver to one webhook what it has not got yet, for a bounded time.

        Stops at the first failure; the webhook is then due later. Does nothing when another
        process holds the webhook.
        """
        began = self.clock()
        webhook = self.turns.claim(webhook_id, self.holder, began, began + LEASE)
        if webhook is None:
            return
        progress = webhook.progress
        for recorded in self._events_of(webhook):
            if isinstance(recorded, int):  # nothing of the user's up to here
                progress = replace(progress, position=recorded)
            else:
                now = self.clock()
                answer = self.send(webhook, recorded, now)
                progress = self._after(answer, progress, recorded.position)
                if progress.failures:
                    break
            now = self.clock()
            if now >= began + TURN or stopping():
                break
            if not self.turns.save(webhook_id, self.holder, progress, now + LEASE):
                return  # removed, or taken over by another process
        self.turns.save(webhook_id, self.holder, progress, None)

    def _partition(self, webhook: Webhook) -> int:
        return partition_of(webhook.user_id, self.log.partitions)

    def _look_at(self, partition: int) -> int:
        """Record whose events have come since the last look; returns the log's tail."""
        tail = self.log.tail(partition)
        touched, read = self._touched[partition], self._read.get(partition)
        if read is None or tail - read > _MANY or len(touched) > _MANY:
            self._floor[partition] = self._read[partition] = tail
            touched.clear()
            return tail
        for recorded in self.log.read(partition, read, _MANY):
            self._read[partition] = recorded.position
            if recorded.event is not None:
                touched[recorded.event.user_id] = recorded.position
        return tail

    def _has_work(self, partition: int, webhook: Webhook, tail: int) -> bool:
        position = webhook.progress.position
        touched = self._touched[partition].get(webhook.user_id, 0)
        wanted = max(self._floor[partition], touched, tail - _BEHIND)
        return position < wanted or position > tail

    def _events_of(self, webhook: Webhook) -> Iterator[Recorded | int]:
        """The events that the webhook wants, and positions up to which there is none."""
        partition = self._partition(webhook)
        position = min(webhook.progress.position, self.log.tail(partition))
        if position < webhook.progress.position:
            yield position  # an older log was put back: go on at its end
        while events := self.log.read(partition, position, _BATCH):
            for recorded in events:
                event = recorded.event
                if event is None or event.user_id != webhook.user_id:
                    continue
                if event.names.kind in webhook.events:
                    yield recorded
            position = events[-1].position
            yield position

    def _after(self, answer: Answer, progress: Progress, position: int) -> Progress:
        now = self.clock()
        status, error = answer
        if status is not None and 200 <= status < 300:
            return Progress(position, now, last_status=status)
        error = error or f"The receiver answered {_named(status)}."
        since = progress.failing_since or now
        failures = progress.failures + 1
        gone = status == HTTPStatus.GONE
        given_up = gone or now - since >= GIVE_UP_AFTER
        if given_up and not gone:
            error = f"Given up after {GIVE_UP_AFTER.days} days of failures: {error}"
        due_at = now + self._delay(failures)
        return Progress(progress.position, due_at, not given_up, status, error, failures, since)

    def _delay(self, failures: int) -> timedelta:
        """5 s, then twice as long each time up to an hour, and up to a half more of it."""
        delay = FIRST_DELAY * 2.0 ** min(failures - 1, 10) * (1 + self.jitter() / 2)
        return min(delay, LAST_DELAY)


def _named(status: int | None) -> str:
    try:
        return f"{status} {HTTPStatus(status or 0).phrase}"
    except ValueError:
        return str(status)
