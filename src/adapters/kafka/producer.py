"""The producer of a film-diary backend that publishes straight to Kafka."""

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from cinestats.adapters.original_environment import read_application
from cinestats.adapters.plain_values import shown
from cinestats.domain.errors import CinestatsError, InvalidInput

from .client import Delivery, Producer, drop, kafka_error, load, open_producer, refusal
from .original_event import OriginalEvents, Outgoing
from .settings import KafkaSettings

_DELIVERY_MS = 5000
_FLUSH_SECONDS = _DELIVERY_MS / 1000 + 1
_TUNING = {
    # What is not acknowledged in time is not sent later either: whoever is told False may
    # send it again.
    "delivery_timeout_ms": _DELIVERY_MS,
    "request_timeout_ms": _DELIVERY_MS - 500,
    "batch_size": 128 * 1024,
}
_FIRST_BACKOFF_SECONDS = 0.5
_LAST_BACKOFF_SECONDS = 10.0
_CANNOT_CONNECT = (ImportError, OSError, ValueError, AssertionError)
"""What kafka-python raises of settings that it cannot use, beside its own errors."""

_logger = logging.getLogger(__name__)


class _Handed(NamedTuple):
    """An event that Kafka was given."""

    event: Outgoing
    delivery: Delivery


class MovieEventProducer:
    """Sends events of the original's form; safe to use from many threads.

    ``bootstrap_servers`` are the brokers, as text with commas or as a list; unless they are
    given the environment says it: ``KAFKA_BOOTSTRAP_SERVERS``, else ours.

    Nothing is raised when Kafka is down: the answer is False, within 10 s. For a while it is
    False at once then, 0.5 s at first and up to 10 s, before Kafka is tried again.

    Raises InvalidInput for brokers or settings that cannot be.
    """

    def __init__(
        self,
        bootstrap_servers: str | Iterable[str] | None = None,
        *,
        settings: KafkaSettings | None = None,
        connect: Callable[..., Producer] = open_producer,
        discard: Callable[[Producer], None] = drop,
    ) -> None:
        given: dict[str, Any] = {}
        if bootstrap_servers is not None:
            given["kafka_bootstrap_servers"] = _servers(bootstrap_servers)
        self._settings = settings or read_application(KafkaSettings, **given)
        zone = ZoneInfo(self._settings.timezone)
        self._events = OriginalEvents(zone, lambda: datetime.now(zone))
        self._connect = connect
        self._discard = discard
        self._lock = threading.Lock()
        self._producer: Producer | None = None
        self._failures = 0
        self._try_again_at = 0.0

    def send_movie_event(self, event_type: str, user_id: str, movie_data: Any) -> bool:
        """Send one event; True once Kafka has acknowledged it. Raises nothing.

        ``event_type`` is ADD, DELETE, UPDATE_RATING or CORRECT. ``movie_data``, a mapping or a
        row of Spark's, has the fields of ``OriginalEvents``. What the consumer would park is
        not sent: the log says why. Sent again after a False, an event has the same
        ``event_id``, so that it counts once.
        """
        return self._send(event_type, user_id, [movie_data]) == 1

    def send_batch_event(self, event_type: str, user_id: str, movies: Iterable[Any]) -> bool:
        """Send one event a film, wait for all; True when Kafka acknowledged any of them.

        How many were not acknowledged is logged. Raises nothing; of a list that breaks off
        nothing is sent.
        """
        given = cast(object, movies)  # whatever its type should be
        if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
            _logger.warning("No event was sent: movies must be a list, not %s", shown(given))
            return False
        films: list[Any] = []
        try:
            films.extend(movies)
        except Exception as error:  # noqa: BLE001 - whatever makes the list may raise anything
            _logger.warning(
                "No event was sent: the list of movies broke off after %d: %s",
                len(films),
                shown(error),
            )
            return False
        sent = self._send(event_type, user_id, films)
        if sent < len(films):
            lost = len(films) - sent
            _logger.warning("%d of %d events were not acknowledged", lost, len(films))
        return sent > 0

    def flush(self) -> None:
        """Wait until nothing is under way, for 6 s at most."""
        producer = self._producer
        if producer is not None:
            self._flush(producer)

    def close(self) -> None:
        """Send what is under way and disconnect; whoever sends again connects again."""
        with self._lock:
            producer, self._producer = self._producer, None
        atexit.unregister(self.close)
        if producer is not None:
            if self._flush(producer) is None:
                producer.close(_FLUSH_SECONDS)
            else:
                self._discard(producer)

    def _get_producer(self) -> Producer | None:
        """The connected producer; None when Kafka is down, or was a moment ago."""
        with self._lock:
            if self._producer is None and time.monotonic() >= self._try_again_at:
                try:
                    self._producer = self._connect(self._settings, **_TUNING)
                except _CANNOT_CONNECT as error:
                    self._back_off(str(error))
                except kafka_error() as error:
                    self._back_off(refusal(error, self._settings))
                else:
                    atexit.register(self.close)
            return self._producer

    def _send(self, event_type: str, user_id: str, movies: Iterable[Any]) -> int:
        """Send one event a film; returns how many Kafka acknowledged."""
        events = self._good(event_type, user_id, movies)
        producer = self._get_producer() if events else None
        if producer is None:
            self._events.unsent(events)
            return 0
        handed: list[_Handed] = []
        problem: Exception | None = None
        try:
            for event in events:
                topic = self._settings.kafka_topic
                handed.append(_Handed(event, producer.send(topic, event.value, event.key)))
        except (kafka_error(), ValueError, AssertionError) as error:
            problem = error  # the latter two of a producer that another thread has closed
        problem = self._flush(producer) or problem
        lost = events[len(handed) :]
        lost += [each.event for each in handed if not each.delivery.succeeded()]
        self._events.unsent(lost)
        if problem is not None or lost:
            problem = problem or next(filter(None, map(_failure, handed)), None)
            reason = "a record was not acknowledged in time"
            self._give_up(
                producer, reason if problem is None else refusal(problem, self._settings)
            )
        else:
            self._failures = 0
        return len(events) - len(lost)

    def _good(self, event_type: str, user_id: str, movies: Iterable[Any]) -> list[Outgoing]:
        """The events that can be sent; the others are logged."""
        events: list[Outgoing] = []
        for movie in movies:
            try:
                events.append(self._events.event(event_type, user_id, movie))
            except CinestatsError as error:
                _logger.warning("An event was not sent: %s", error)
        return events

    @staticmethod
    def _flush(producer: Producer) -> Exception | None:
        """Wait until nothing is under way; the error when that took too long."""
        try:
            producer.flush(_FLUSH_SECONDS)
        except kafka_error() as error:
            return error
        return None

    def _give_up(self, producer: Producer, reason: str) -> None:
        """Connect anew, after a while."""
        with self._lock:
            if self._producer is not producer:
                return  # another thread has seen to it
            self._producer = None
            self._back_off(reason)
        self._discard(producer)

    def _back_off(self, reason: str) -> None:
        seconds = min(_FIRST_BACKOFF_SECONDS * 2**self._failures, _LAST_BACKOFF_SECONDS)
        self._failures = min(self._failures + 1, 10)
        self._try_again_at = time.monotonic() + seconds
        servers = self._settings.kafka_bootstrap_servers
        _logger.warning("Kafka at %s takes no events for now: %s", servers, reason)


def _servers(given: object) -> str:
    """The brokers with commas between them."""
    servers = [given] if isinstance(given, str) else given
    if isinstance(servers, Iterable):
        listed = list(cast(Iterable[object], servers))
        texts = [each for each in listed if isinstance(each, str)]
        if len(texts) == len(listed):
            return ",".join(texts)
    form = "must be text such as a:9092,b:9092, or a list of such texts"
    raise InvalidInput("bootstrap_servers", f"{form}, not {shown(given)}")


_instance: MovieEventProducer | None = None
_instance_lock = threading.Lock()


def get_kafka_producer() -> MovieEventProducer:
    """The one producer of this process, made when it is first asked for."""
    global _instance
    with _instance_lock:
        if _instance is None:
            _instance = MovieEventProducer()
        return _instance


def _after_fork() -> None:
    """A child has none of its parent's threads, so it makes a producer of its own."""
    global _instance, _instance_lock
    _instance, _instance_lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_after_fork)


def _failure(handed: _Handed) -> Exception | None:
    """Why a record was refused; None for one that was not, or is under way still."""
    try:
        handed.delivery.get(timeout=0)
    except kafka_error() as error:
        return None if isinstance(error, load("kafka.errors").KafkaTimeoutError) else error
    return None
