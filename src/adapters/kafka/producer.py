"""The producer of a film-diary backend that publishes straight to Kafka."""

import atexit
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .client import Delivery, Producer, drop, kafka_error, open_producer
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
_MAX_BYTES = 1_000_000  # a little less than a broker takes, unless it is told otherwise
_FIRST_BACKOFF_SECONDS = 0.5
_LAST_BACKOFF_SECONDS = 10.0
_MOVIE_FIELDS = (
    *("name", "year", "rating", "imdb_id", "genres", "duration", "director", "actors"),
    *("date", "watched_date", "poster_url", "old_rating", "new_rating"),
    *("ids", "rewatch", "liked", "tags", "review", "place", "company"),
)

_logger = logging.getLogger(__name__)


class MovieEventProducer:
    """Sends events of the original's form; safe to use from many threads.

    Nothing is raised when Kafka is down: the answer is False, within 10 s. For a while it is
    False at once then, 0.5 s at first and up to 10 s, before Kafka is tried again.
    """

    def __init__(
        self,
        settings: KafkaSettings | None = None,
        connect: Callable[..., Producer] = open_producer,
        discard: Callable[[Producer], None] = drop,
    ) -> None:
        self._settings = settings or KafkaSettings()
        self._zone = ZoneInfo(self._settings.timezone)
        self._connect = connect
        self._discard = discard
        self._lock = threading.Lock()
        self._producer: Producer | None = None
        self._failures = 0
        self._try_again_at = 0.0

    def send_movie_event(
        self, event_type: str, user_id: str, movie_data: Mapping[str, Any]
    ) -> bool:
        """Send one event; True once Kafka has acknowledged it.

        ``event_type`` is ADD, DELETE, UPDATE_RATING or CORRECT. Of ``movie_data`` these fields
        are sent: name, year, rating (0.5 to 5), imdb_id, genres, duration (minutes), director,
        actors, date or watched_date, poster_url, old_rating, new_rating, ids, rewatch, liked,
        tags, review, place, company. For a CORRECT its ``corrected`` has the same fields of the
        play as it counts from now on.
        """
        return self._send(event_type, user_id, [movie_data]) == 1

    def send_batch_event(
        self, event_type: str, user_id: str, movies: Sequence[Mapping[str, Any]]
    ) -> bool:
        """Send one event a film, wait for all; True when Kafka acknowledged any of them.

        How many were lost is logged.
        """
        sent = self._send(event_type, user_id, movies)
        if sent < len(movies):
            _logger.warning("%d of %d events were not sent", len(movies) - sent, len(movies))
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
                except kafka_error() as error:
                    self._back_off(str(error))
                else:
                    atexit.register(self.close)
            return self._producer

    def _send(self, event_type: str, user_id: str, movies: Sequence[Mapping[str, Any]]) -> int:
        """Send one event a film; returns how many Kafka acknowledged."""
        producer = self._get_producer()
        if producer is None:
            return 0
        deliveries: list[Delivery] = []
        problem: Exception | None = None
        try:
            for movie in movies:
                record = self._record(event_type, user_id, movie)
                if record is not None:
                    deliveries.append(producer.send(self._settings.kafka_topic, *record))
        except kafka_error() as error:
            problem = error
        problem = self._flush(producer) or problem
        sent = sum(delivery.succeeded() for delivery in deliveries)
        if problem is not None or sent < len(deliveries):
            self._give_up(producer, str(problem or "a record was not acknowledged in time"))
        else:
            self._failures = 0
        return sent

    def _record(
        self, event_type: str, user_id: str, movie: Mapping[str, Any]
    ) -> tuple[bytes, bytes] | None:
        """The value and key of an event; None, with a log line, for what is no JSON."""
        event = {
            "event_type": event_type,
            "user_id": user_id,
            "movie": _sent(movie),
            "timestamp": datetime.now(self._zone).isoformat(),
        }
        if event_type == "CORRECT" and isinstance(movie.get("corrected"), Mapping):
            event["corrected"] = _sent(movie["corrected"])
        try:
            text = json.dumps(event, ensure_ascii=False, allow_nan=False, default=_day)
            value, key = text.encode(), user_id.encode()
        except (TypeError, ValueError) as error:
            _logger.warning("An event was not sent, for it is no JSON: %s", error)
            return None
        if len(value) > _MAX_BYTES:
            _logger.warning("An event was not sent, for it has %d bytes", len(value))
            return None
        return value, key

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


def _sent(movie: Mapping[str, Any]) -> dict[str, Any]:
    return {name: movie[name] for name in _MOVIE_FIELDS if name in movie}


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of JSON")
