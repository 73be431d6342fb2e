"""Events in the form of the original's producer, checked as the consumer will read them."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.ids import new_id
from cinestats.adapters.plain_values import named_values, plain_value, shown
from cinestats.domain.errors import InvalidInput

_MAX_BYTES = 1_000_000  # a little less than a broker takes, unless it is told otherwise
_MOVIE_FIELDS = (
    *("name", "year", "rating", "imdb_id", "genres", "duration", "director", "actors"),
    *("date", "watched_date", "poster_url", "old_rating", "new_rating"),
    *("ids", "rewatch", "liked", "tags", "review", "place", "company"),
)
_REMEMBERED = 10_000


class Outgoing(NamedTuple):
    """A record for the topic; ``said`` is what it says without its time and its id."""

    key: bytes
    value: bytes
    event_id: str
    said: "_Said"


class _Said(NamedTuple):
    """What an event says, and the play of which: its user, title and day."""

    play: tuple[object, ...]
    digest: bytes


class _Unsent(NamedTuple):
    digest: bytes
    event_ids: list[str]


class OriginalEvents:
    """Makes the records of one producer; safe to use from many threads.

    Of a film these fields are sent: name, year, rating (0.5 to 5), imdb_id, genres, duration
    (minutes), director, actors, date or watched_date, poster_url, old_rating, new_rating, ids,
    rewatch, liked, tags, review, place, company. For a CORRECT its ``corrected`` has the same
    fields of the play as it counts from now on. ``event_id`` is sent where the film has one.
    """

    def __init__(self, zone: tzinfo, clock: Callable[[], datetime]) -> None:
        self._zone, self._clock = zone, clock
        self._lock = threading.Lock()
        self._unsent: OrderedDict[tuple[object, ...], _Unsent] = OrderedDict()

    def event(self, event_type: object, user_id: object, movie: Any) -> Outgoing:
        """The record of an event; raises InvalidInput for one that the consumer would park.

        What could not be sent before has the id that it had then, unless another event of
        the same play came in between: then it is a new one.
        """
        if not isinstance(user_id, str):
            raise InvalidInput("user_id", f"must be text, not {shown(user_id)}")
        given = named_values(movie, "movie")
        film = _sent(given)
        event: dict[str, Any] = {
            "event_type": plain_value(event_type, "event_type"),
            "user_id": plain_value(user_id, "user_id"),
            "movie": film,
        }
        if event["event_type"] == "CORRECT" and "corrected" in given:
            event["corrected"] = _sent(named_values(given["corrected"], "corrected"))
        digest = hashlib.sha256(_json(event)).digest()
        day = film.get("watched_date") or film.get("date")
        said = _Said((event["user_id"], str(film.get("name")), str(day)), digest)
        event_id = plain_value(given.get("event_id"), "event_id")
        if event_id in (None, "", 0):
            event_id = self._id_of(said)
        now = self._clock()
        event |= {"timestamp": now.isoformat(), "event_id": event_id}
        value, key = _json(event), _utf8(event["user_id"])
        if len(value) > _MAX_BYTES:
            raise InvalidInput("movie", f"makes an event of {len(value):,} bytes")
        read = read_foreign(value, self._zone, now).event
        return Outgoing(key, value, read.event_id, said)

    def unsent(self, events: Iterable[Outgoing]) -> None:
        """Remember events whose sender is told that they were not sent: Kafka may have them."""
        with self._lock:
            for event in events:
                play, digest = event.said
                waiting = self._unsent.get(play)
                if waiting is None or waiting.digest != digest:
                    waiting = self._unsent[play] = _Unsent(digest, [])
                waiting.event_ids.append(event.event_id)
            while len(self._unsent) > _REMEMBERED:
                self._unsent.popitem(last=False)

    def _id_of(self, said: _Said) -> str:
        with self._lock:
            waiting = self._unsent.pop(said.play, None)
            if waiting is None or waiting.digest != said.digest:
                return new_id()
            event_id, *others = waiting.event_ids
            if others:
                self._unsent[said.play] = _Unsent(said.digest, others)
            return event_id


def _sent(movie: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain_value(movie[name], name) for name in _MOVIE_FIELDS if name in movie}


def _json(event: Mapping[str, Any]) -> bytes:
    try:
        return _utf8(json.dumps(event, ensure_ascii=False, allow_nan=False))
    except ValueError as error:  # a number of thousands of digits
        raise InvalidInput("movie", f"is no JSON: {error}") from error


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput("movie", "must not hold lone surrogates") from error
