"""Outgoing webhooks: which addresses they may have, and how they are told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from cinestats.adapters.memory.webhooks import MemoryWebhooks
from cinestats.application.log.ports import Recorded
from cinestats.application.webhooks.address import checked_url
from cinestats.application.webhooks.deliver import GIVE_UP_AFTER, LEASE, WebhookDelivery
from cinestats.application.webhooks.public_address import is_public
from cinestats.application.webhooks.subscriptions import Answer, Progress, Subscriber, Webhook
from cinestats.domain.diary import DeleteMovie, UpdateRating
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import EventKind
from cinestats.domain.partition import partition_of
from tests.unit.application.application import Application

ALL: tuple[EventKind, ...] = ("added", "deleted", "rated")


def never() -> bool:
    return False


@dataclass
class Receiver:
    """Answers as it is told, with 200 otherwise, and keeps what it was sent."""

    answers: list[Answer] = field(default_factory=list[Answer])
    got: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    meanwhile: Callable[[], object] = never

    def __call__(self, webhook: Webhook, recorded: Recorded, at: datetime) -> Answer:
        assert recorded.event is not None
        self.meanwhile()
        answer = self.answers.pop(0) if self.answers else Answer(200)
        if answer.status == 200:
            self.got.append((webhook.webhook_id, recorded.event.event_id))
        return answer


class World:
    """A log, a store of webhooks, and one or more processes that deliver."""

    def __init__(self) -> None:
        self.app = Application()
        self.store = MemoryWebhooks()
        self.receiver = Receiver()
        self.delivery = self.process("a")
        self.subscriber = Subscriber(
            self.store, self.app.log, self.app.clock, self.app.new_id, True, lambda _: None
        )

    def process(self, holder: str) -> WebhookDelivery:
        return WebhookDelivery(
            self.app.log, self.store, self.receiver, self.app.clock, holder, lambda: 0.0
        )

    def subscribe(self, user_id: str = "u1", kinds: tuple[EventKind, ...] = ALL) -> str:
        url = "https://films.example/told"
        return self.subscriber.subscribe(user_id, url, kinds, b"k" * 32).webhook_id

    def add(self, title: str = "Heat", user_id: str = "u1") -> str:
        command = self.app.add(title, user_id)
        self.app.recorder.record(command)
        return command.event_id

    def waiting(self) -> list[str]:
        return [webhook.webhook_id for webhook in self.delivery.waiting()]

    def run(self, delivery: WebhookDelivery | None = None) -> None:
        delivery = delivery or self.delivery
        for webhook in delivery.waiting():
            delivery.deliver(webhook.webhook_id, never)

    def webhook(self, user_id: str = "u1") -> Webhook:
        return self.store.of_user(user_id)[0]

    def later(self, **time: float) -> None:
        self.app.now += timedelta(**time)


@pytest.fixture
def world() -> World:
    return World()


def test_what_happens_is_told_in_order(world: World) -> None:
    """Additions, new ratings and deletions, once each and as the log has them."""
    webhook = world.subscribe()
    added = world.add()
    now = world.app.clock()
    world.app.recorder.record(
        UpdateRating(event_id="rated", user_id="u1", entry_id=added, new_rating=4, now=now)
    )
    world.app.recorder.record(
        DeleteMovie(event_id="deleted", user_id="u1", entry_id=added, now=now)
    )
    world.run()
    world.run()
    assert world.receiver.got == [(webhook, id_) for id_ in (added, "rated", "deleted")]


def test_a_new_webhook_is_not_told_of_the_past(world: World) -> None:
    """It begins at the end of the log."""
    world.add("Heat")
    webhook = world.subscribe()
    world.run()
    ronin = world.add("Ronin")
    world.run()
    assert world.receiver.got == [(webhook, ronin)]


def test_only_the_users_own_events_of_the_wanted_kinds_are_told(world: World) -> None:
    """Neither another user's, nor a kind that was not asked for."""
    world.subscribe("u1", ("deleted",))
    heat = world.add("Heat", "u1")
    world.add("Ronin", "u2")
    world.app.recorder.record(
        DeleteMovie(event_id="d1", user_id="u1", entry_id=heat, now=world.app.clock())
    )
    world.run()
    assert [event for _, event in world.receiver.got] == ["d1"]


def test_nothing_is_asked_of_the_receiver_when_nothing_happened(world: World) -> None:
    """A webhook waits only when its user's events have come."""
    world.subscribe("u1")
    webhook = world.subscribe("u2")
    world.run()
    assert world.waiting() == []
    world.add("Heat", "u2")
    assert world.waiting() == [webhook]
    world.run()
    assert world.waiting() == []


def test_an_idle_webhook_keeps_up_with_the_log(world: World) -> None:
    """Others' events move it on, so that no restart has to read them all."""
    webhook = world.subscribe("u1")
    world.run()
    commands = [world.app.add(f"Film {n}", "u2") for n in range(1001)]
    world.app.recorder.record_all(commands)
    assert world.waiting() == [webhook]
    world.run()
    assert world.webhook("u1").progress.position == world.app.log.tail(0)
    assert world.waiting() == []


def test_a_restart_goes_on_from_what_is_noted(world: World) -> None:
    """A new process neither repeats what was told nor leaves out what came meanwhile."""
    webhook = world.subscribe()
    heat = world.add("Heat")
    world.run()
    ronin = world.add("Ronin")
    world.run(world.process("b"))
    assert world.receiver.got == [(webhook, heat), (webhook, ronin)]


def test_a_failure_holds_back_what_follows(world: World) -> None:
    """The same event is tried first, later; order is kept."""
    webhook = world.subscribe()
    events = [world.add(title) for title in ("Heat", "Ronin", "Alien")]
    world.receiver.answers = [Answer(200), Answer(503)]
    world.run()
    progress = world.webhook().progress
    assert (progress.position, progress.failures, progress.last_status) == (1, 1, 503)
    assert progress.last_error == "The receiver answered 503 Service Unavailable."
    assert world.waiting() == []
    world.later(seconds=5)
    world.run()
    assert world.receiver.got == [(webhook, event) for event in events]
    recovered = world.webhook().progress
    assert (recovered.failures, recovered.last_error) == (0, None)
    assert (recovered.last_status, recovered.failing_since) == (200, None)


def test_failures_are_tried_again_ever_more_slowly(world: World) -> None:
    """From 5 s, twice as long each time, up to an hour; jitter adds up to a half."""
    world.subscribe()
    world.add()
    world.receiver.answers = [Answer(None, "No.")] * 14
    delays: list[float] = []
    for _ in range(14):
        world.run()
        delays.append((world.webhook().progress.due_at - world.app.now).total_seconds())
        world.later(seconds=delays[-1])
    assert delays == [*(5.0 * 2**n for n in range(10)), 3600.0, 3600.0, 3600.0, 3600.0]


def test_jitter_parts_those_that_failed_together(world: World) -> None:
    """It adds up to half of the delay."""
    world.subscribe()
    world.add()
    world.receiver.answers = [Answer(500)]
    world.run(
        WebhookDelivery(
            world.app.log, world.store, world.receiver, world.app.clock, "a", lambda: 1.0
        )
    )
    assert world.webhook().progress.due_at - world.app.now == timedelta(seconds=7.5)


@pytest.mark.parametrize("status", [100, 204, 299, 300, 302, 404, 429, 600])
def test_any_2xx_is_success_and_nothing_else(world: World, status: int) -> None:
    """A redirect is no success: nobody follows it."""
    world.subscribe()
    world.add()
    world.receiver.answers = [Answer(status)]
    world.run()
    assert (world.webhook().progress.failures == 0) == (200 <= status < 300)


def test_gone_ends_a_webhook(world: World) -> None:
    """410 says that nobody wants to be told any more."""
    world.subscribe()
    world.add()
    world.receiver.answers = [Answer(410)]
    world.run()
    progress = world.webhook().progress
    assert (progress.active, progress.last_error) == (False, "The receiver answered 410 Gone.")
    world.later(days=1)
    world.add("Ronin")
    world.run()
    assert world.receiver.got == []


def test_three_days_of_failures_end_a_webhook(world: World) -> None:
    """It is tried until then, and not one time more."""
    world.subscribe()
    world.add()
    world.receiver.answers = [Answer(None, "The receiver is away.")] * 1000
    began = world.app.now
    while world.webhook().progress.active:
        world.run()
        world.app.now = world.webhook().progress.due_at
    assert GIVE_UP_AFTER <= world.app.now - began < GIVE_UP_AFTER + timedelta(hours=2)
    error = "Given up after 3 days of failures: The receiver is away."
    assert world.webhook().progress.last_error == error


def test_a_success_in_between_starts_the_three_days_anew(world: World) -> None:
    """Only failures without a break count."""
    world.subscribe()
    for title in ("Heat", "Ronin"):
        world.add(title)
        world.receiver.answers = [Answer(500)]
        world.run()
        world.later(days=2)
        world.run()
    assert world.webhook().progress.active


def test_two_processes_tell_it_once(world: World) -> None:
    """Who comes second in the middle of a turn has nothing to do."""
    webhook = world.subscribe()
    heat = world.add("Heat")
    other = world.process("b")
    world.receiver.meanwhile = lambda: other.deliver(webhook, never)
    world.run()
    assert world.receiver.got == [(webhook, heat)]


def test_a_process_that_slept_too_long_is_overtaken_and_changes_nothing(
    world: World,
) -> None:
    """What it had sent is sent again, with the same id: at least once (fault 21)."""
    webhook = world.subscribe()
    events = [world.add(title) for title in ("Heat", "Ronin")]
    other = world.process("b")

    def sleep() -> None:
        world.receiver.meanwhile = never
        world.later(seconds=LEASE.total_seconds())
        other.deliver(webhook, never)

    world.receiver.meanwhile = sleep
    world.delivery.deliver(webhook, never)
    assert [event for _, event in world.receiver.got] == [*events, events[0]]
    assert world.webhook().progress.position == 2
    world.run(other)
    assert len(world.receiver.got) == 3


def test_a_turn_ends_in_bounded_time(world: World) -> None:
    """A slow receiver gives its thread back; what is left is told in the next turn."""
    webhook = world.subscribe()
    for n in range(5):
        world.add(f"Film {n}")
    world.receiver.meanwhile = lambda: world.later(seconds=9)
    world.run()
    assert len(world.receiver.got) == 4
    assert world.waiting() == [webhook]
    world.run()
    assert len(world.receiver.got) == 5


def test_stopping_ends_a_turn_behind_the_event_in_hand(world: World) -> None:
    """What was told is noted, and the webhook is free for the next process."""
    webhook = world.subscribe()
    events = [world.add(title) for title in ("Heat", "Ronin")]
    world.delivery.deliver(webhook, lambda: True)
    world.run(world.process("b"))
    assert world.receiver.got == [(webhook, event) for event in events]


def test_a_webhook_that_was_deleted_is_told_nothing_more(world: World) -> None:
    """At most the delivery that is under way arrives."""
    webhook = world.subscribe()
    for title in ("Heat", "Ronin"):
        world.add(title)
    world.receiver.meanwhile = lambda: world.store.remove("u1", webhook)
    world.delivery.deliver(webhook, never)
    assert len(world.receiver.got) == 1
    assert world.store.of_user("u1") == []


def test_erased_events_are_passed_over(world: World) -> None:
    """Nobody is told of what was forgotten before it was sent."""
    world.subscribe()
    world.add("Heat")
    world.app.log.erase("u1", 1)
    ronin = world.add("Ronin")
    world.run()
    assert [event for _, event in world.receiver.got] == [ronin]


def test_an_older_log_that_was_put_back_does_not_silence_a_webhook(world: World) -> None:
    """It goes on at the end of the log as it is now."""
    webhook_id = world.subscribe()
    webhook = world.webhook()
    ahead = replace(webhook, progress=replace(webhook.progress, position=50))
    world.store.remove("u1", webhook_id)
    world.store.add(ahead, 10)
    world.run()
    heat = world.add("Heat")
    world.run()
    assert world.receiver.got == [(webhook_id, heat)]


@pytest.mark.parametrize(
    "url",
    [
        "https://films.example",
        "http://films.example:8080/told?by=cinestats&x=%20",
        "https://93.184.216.34/x",
        "https://[2606:4700::1111]/x",
        "https://xn--bcher-kva.example/",
    ],
)
def test_public_addresses_are_accepted(url: str) -> None:
    """As they are."""
    assert checked_url(url, private_addresses=False) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "films.example/told",
        "ftp://films.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///told",
        "https://anna:secret@films.example/",
        "https://films.example/#part",
        "https://films.example:0/",
        "https://films.example:99999/",
        "https://[::1/",
        "https://bücher.example/",
        "https://films.example/a b",
        "https://films.example/\r\nX: y",
        "https://films.example\\@inner/",
        "https://films.example/" + "x" * 2000,
    ],
)
def test_what_is_no_address_for_a_webhook_is_refused(url: str) -> None:
    """At home too: no user, no fragment, no other scheme, nothing that two readers part
    differently.
    """
    with pytest.raises(InvalidInput, match="url"):
        checked_url(url, private_addresses=True)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "[::1]",
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "[2002:7f00:1::]",
        "[::7f00:1]",
        "[fec0::1]",
        "224.0.0.1",
    ],
)
def test_private_addresses_need_leave(host: str) -> None:
    """A server with strangers for users refuses them; at home they are the use of it."""
    url = f"http://{host}/told"
    assert checked_url(url, private_addresses=True) == url
    with pytest.raises(InvalidInput, match="public"):
        checked_url(url, private_addresses=False)
    if host != "localhost":
        assert not is_public(host.strip("[]"))


def test_a_webhook_wants_something(world: World) -> None:
    """None of the kinds would be a webhook that is never told anything."""
    with pytest.raises(InvalidInput, match=r"^events: must name at least one$"):
        world.subscribe(kinds=())


@pytest.mark.parametrize(
    ("status", "named"), [(500, "500 Internal Server Error"), (600, "600")]
)
def test_a_failure_tells_what_the_receiver_answered(
    world: World, status: int, named: str
) -> None:
    """By number and name; not every number has one."""
    world.subscribe()
    world.add()
    world.receiver.answers = [Answer(status)]
    world.run()
    progress = world.webhook().progress
    assert progress.last_error == f"The receiver answered {named}."
    assert progress.last_status == status


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://films.example/" + "x" * 1979, "must not be longer than 2,000 characters"),
        (
            "https://bücher.example/",
            "must be ASCII, with every other character percent-encoded",
        ),
        ("https://[::1/", "is not an address"),
        ("ftp://films.example/", "must begin with http:// or https:// and a host"),
        ("https://anna@films.example/", "must not hold a user name or password"),
        ("https://films.example/#part", "must not hold a fragment"),
        ("http://localhost/", "must lead to a public address"),
    ],
)
def test_the_sentence_says_what_an_address_must_be(url: str, sentence: str) -> None:
    """The field is the url; 2,000 characters are the most."""
    with pytest.raises(InvalidInput) as refused:
        checked_url(url, private_addresses=False)
    assert str(refused.value) == f"url: {sentence}"
    longest = "https://films.example/" + "x" * 1978
    assert checked_url(longest, private_addresses=False) == longest


def test_a_webhook_begins_at_the_end_of_its_users_own_partition() -> None:
    """The others' positions say nothing of it."""
    app = Application(partitions=4)
    users = [f"u{n}" for n in range(12)]
    for n, user in enumerate(users):
        app.recorder.record_all([app.add(f"Film {m}", user) for m in range(n + 1)])
    subscriber = Subscriber(
        MemoryWebhooks(), app.log, app.clock, app.new_id, True, lambda _: None
    )
    for user in users:
        webhook = subscriber.subscribe(user, "https://films.example/", ALL, b"k")
        assert webhook.progress.position == app.log.tail(partition_of(user, 4))
    assert len({app.log.tail(partition) for partition in range(4)}) == 4


def test_a_webhook_is_what_was_asked_for(world: World) -> None:
    """Its address is checked first, and a refused one is not kept."""
    made = world.subscriber.subscribe("u1", "https://films.example/", ["added"], b"key")
    assert made == Webhook(
        made.webhook_id,
        "u1",
        "https://films.example/",
        b"key",
        frozenset({"added"}),
        world.app.now,
        Progress(0, world.app.now),
    )
    assert made.webhook_id
    assert list(world.store.of_user("u1")) == [made]
    with pytest.raises(InvalidInput, match="url"):
        world.subscriber.subscribe("u1", "films.example", ["added"], b"key")
    assert list(world.store.of_user("u1")) == [made]
