"""Outgoing webhooks: which addresses get a user's events, and how far each one has got."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from cinestats.application.log.ports import EventLog, Recorded
from cinestats.application.ports import Clock, NewId, QuotaReached
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import EventKind
from cinestats.domain.partition import partition_of

from .address import checked_url

MAX_WEBHOOKS = 10


class TooManyWebhooks(CinestatsError):
    """The user has as many webhooks as a user may have."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far delivery has got, and how the receiver answers.

    Every event of the user up to ``position`` was delivered or is not wanted. Delivery goes
    on at ``due_at`` at the earliest. A webhook that is not ``active`` was given up;
    ``last_error`` says why.
    """

    position: int
    due_at: datetime
    active: bool = True
    last_status: int | None = None
    last_error: str | None = None
    failures: int = 0
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that gets a user's events of some kinds, signed with ``key``."""

    webhook_id: str
    user_id: str
    url: str
    key: bytes = field(repr=False)
    events: frozenset[EventKind]
    created_at: datetime
    progress: Progress


class Webhooks(Protocol):
    """The webhooks of every user."""

    def add(self, webhook: Webhook, limit: int) -> bool:
        """Returns False, and adds nothing, when the user has ``limit`` of them already."""
        ...

    def of_user(self, user_id: str) -> Sequence[Webhook]:
        """All of a user's, by ``webhook_id``."""
        ...

    def remove(self, user_id: str, webhook_id: str) -> bool:
        """Returns whether the user had that one."""
        ...

    def remove_all(self, user_id: str) -> int:
        """Returns how many the user had."""
        ...


class WebhookTurns(Protocol):
    """Who delivers to which webhook: one at a time, in however many processes."""

    def due(self, now: datetime) -> Sequence[Webhook]:
        """The active ones that are due and that nobody holds, by ``webhook_id``."""
        ...

    def claim(
        self, webhook_id: str, holder: str, now: datetime, until: datetime
    ) -> Webhook | None:
        """Hold a webhook until then; None when it is not due or somebody else holds it."""
        ...

    def save(
        self, webhook_id: str, holder: str, progress: Progress, until: datetime | None
    ) -> bool:
        """Store the progress, and hold the webhook until then; None releases it.

        Returns False, and changes nothing, when somebody else holds it by now, or it is gone.
        """
        ...


class WebhookStore(Webhooks, WebhookTurns, Protocol):
    """The webhooks, for their owners and for those who deliver."""


class Answer(NamedTuple):
    """The receiver's HTTP status; without one, ``error`` is a sentence that says why."""

    status: int | None
    error: str | None = None


class WebhookSender(Protocol):
    """Sends one event to a receiver."""

    def __call__(self, webhook: Webhook, recorded: Recorded, at: datetime) -> Answer:
        """Send, and wait a bounded time for the answer. Network errors are answers, too."""
        ...


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Makes webhooks; ``limit_of`` tells how many a user may have, None the usual number."""

    webhooks: Webhooks
    log: EventLog
    clock: Clock
    new_id: NewId
    private_addresses: bool
    limit_of: Callable[[str], int | None]

    def subscribe(
        self, user_id: str, url: str, events: Iterable[EventKind], key: bytes
    ) -> Webhook:
        """Make a webhook that gets what happens from now on.

        Raises InvalidInput, TooManyWebhooks and QuotaReached.
        """
        wanted = frozenset(events)
        if not wanted:
            raise InvalidInput("events", "must name at least one")
        now = self.clock()
        tail = self.log.tail(partition_of(user_id, self.log.partitions))
        url = checked_url(url, self.private_addresses)
        begin = Progress(tail, now)
        webhook = Webhook(self.new_id(), user_id, url, key, wanted, now, begin)
        limit = self.limit_of(user_id)
        if limit is not None and limit < MAX_WEBHOOKS:
            if not self.webhooks.add(webhook, limit):
                raise QuotaReached("webhooks", limit)
        elif not self.webhooks.add(webhook, MAX_WEBHOOKS):
            raise TooManyWebhooks(
                f"There are {MAX_WEBHOOKS} webhooks already, as many as may be; delete one."
            )
        return webhook
