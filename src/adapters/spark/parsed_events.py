"""Events that another program has parsed, in columns or in rows, as records of the topic."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, cast

import orjson
import pyarrow as pa

from cinestats.adapters import strict_json
from cinestats.adapters.event_json import SCHEMA
from cinestats.adapters.plain_values import fields_of, text_of
from cinestats.application.streaming.take_in_loose import LooseRecord
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import EntryCorrected

_OF_THE_EVENT = (
    *("event_type", "user_id", "movie", "corrected", "timestamp", "event_id", "entry_id"),
    *("added_on", "cause", "position", "schema", "rating_of", "said_by", "again"),
)
_RATINGS = ("old_rating", "new_rating")
_OF_THE_RECORD = ("key", "value", "headers", "topic", "partition", "offset", "timestampType")
_LISTS = ("director", "actors", "genres", "tags", "countries")


def parsed_event(fields: Any, now: datetime) -> LooseRecord:
    """The record of an event whose fields are columns, or stand in a column ``movie``.

    An event without ``timestamp`` happened ``now``, on no day that is known unless it says
    one. What is null is not there; but the old rating of an UPDATE_RATING is: there was none.
    Raises InvalidInput for what is no event at all.
    """
    given = fields_of(fields, "event")
    if set(given) == {"value"}:
        given = fields_of(strict_json.parse(text_of(given["value"], "value")), "event")
    event = {name: given[name] for name in _OF_THE_EVENT if name in given}
    if "user_id" not in event:
        raise InvalidInput("user_id", "must be text, not absent or null")
    event["user_id"] = text_of(event["user_id"], "user_id")
    film = event.get("movie")
    if film is None:
        beside = (*_OF_THE_EVENT, *_RATINGS, *_OF_THE_RECORD)
        film = {name: value for name, value in given.items() if name not in beside}
    if isinstance(film, dict):
        event["movie"] = _film(film)
        event |= _ratings(given, event["movie"])
    if isinstance(event.get("corrected"), dict):
        event["corrected"] = _film(event["corrected"])
    known_again = "timestamp" in event or "event_id" in event
    if "timestamp" not in event:
        event["timestamp"] = now.isoformat()
        corrects = event.get("event_type") == EntryCorrected.names.verb
        event.setdefault("schema", SCHEMA if corrects else 1)
    try:
        value = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError) as error:  # such as a number of more than 64 bits
        raise InvalidInput("event", f"is no JSON: {error}") from error
    return LooseRecord(event["user_id"].encode(), value, known_again)


def events_in(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The fields of each event of a frame's rows: parsed, grouped, or Kafka's ``value``."""
    for row in rows:
        if "events" in row:
            yield from grouped_events([row])
        elif "event_type" in row or "value" not in row:
            yield {name: each for name, each in row.items() if name not in _OF_THE_RECORD}
        else:
            yield {"value": row["value"]}


def grouped_events(rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The fields of each event of rows with ``user_id`` and ``events``, a user's in order.

    Raises InvalidInput for a row that has none of it.
    """
    for row in rows:
        fields = fields_of(row, "row")
        events = fields.get("events", [])
        if "user_id" not in fields or not isinstance(events, list):
            raise InvalidInput("row", f"must have user_id and events, not {sorted(fields)}")
        for event in events:
            yield {**fields_of(event, "events"), "user_id": fields["user_id"]}


def as_records(batches: Iterable[pa.RecordBatch], now: datetime) -> Iterator[pa.RecordBatch]:
    """LooseRecord events with ``partition`` and ``offset``, as the topic's records.

    What is no event becomes a record that is parked, at its place.
    """
    for batch in batches:
        rows = [_record(row, now) for row in batch.to_pylist()]
        columns = zip(*rows, strict=True) if rows else ([], [], [], [])
        types = pa.int32(), pa.int64(), pa.binary(), pa.binary()
        arrays = [pa.array(column, type_) for column, type_ in zip(columns, types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, ["partition", "offset", "key", "value"])


def _record(row: Mapping[str, Any], now: datetime) -> tuple[int, int, bytes | None, bytes]:
    event = loose_record({n: v for n, v in row.items() if n not in _OF_THE_RECORD}, now)
    key = row.get("key", event.key)
    return (
        row["partition"],
        row["offset"],
        key.encode() if isinstance(key, str) else key,
        event.value,
    )


def loose_record(fields: Any, now: datetime) -> LooseRecord:
    """As ``parsed_event``; what is no event becomes a record that is parked."""
    try:
        return parsed_event(fields, now)
    except CinestatsError:
        value = orjson.dumps(fields, default=str, option=orjson.OPT_NON_STR_KEYS)
        return LooseRecord(b"", value, known_again=False)


def _film(film: Mapping[str, Any]) -> dict[str, Any]:
    """Its fields; a column of text has a list as the JSON that it was."""
    fields = {name: value for name, value in film.items() if name not in _RATINGS}
    for name in _LISTS:
        value = fields.get(name)
        if isinstance(value, str) and value.startswith("["):
            try:
                fields[name] = orjson.loads(value)
            except orjson.JSONDecodeError:
                continue  # a name that begins so
    return fields


def _ratings(event: Mapping[str, Any], film: Mapping[str, Any]) -> dict[str, Any]:
    """What a change of rating says of the old and the new one, of the event or its film."""
    movie = event.get("movie")
    inner = cast(Mapping[str, Any], movie) if isinstance(movie, dict) else {}
    found = {name: event.get(name, inner.get(name)) for name in _RATINGS}
    if all(value is None for value in found.values()):
        return {}
    if found["new_rating"] is None and film.get("rating") is not None:
        found["new_rating"] = film["rating"]
    return found
