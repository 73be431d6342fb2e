"""Events that another program has parsed, in columns or in rows, as records of the topic."""

import json
import reprlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast

import orjson
import pyarrow as pa

from cinestats.adapters import strict_json
from cinestats.adapters.event_json import SCHEMA
from cinestats.adapters.plain_values import fields_of, named_values, shown, text_of
from cinestats.application.streaming.take_in_loose import LooseRecord
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import EntryCorrected

from .arrow_rows import rows_of

_OF_THE_EVENT = (
    *("event_type", "user_id", "movie", "corrected", "timestamp", "event_id", "entry_id"),
    *("added_on", "cause", "position", "schema", "rating_of", "said_by", "again"),
)
_RATINGS = ("old_rating", "new_rating")
_OF_THE_RECORD = ("key", "value", "headers", "topic", "partition", "offset", "timestampType")
_REPR = reprlib.Repr()
_REPR.maxdict, _REPR.maxstring, _REPR.maxother = 100, 10_000, 100_000
_LISTS = ("director", "actors", "genres", "tags", "countries")


class NoEvent(NamedTuple):
    """What stands where an event is due, with whose it is, and why it is none."""

    given: Mapping[str, Any]
    problem: InvalidInput


def parsed_event(fields: Any, now: datetime) -> LooseRecord:
    """The record of an event whose fields are columns, or stand in a column ``movie``.

    An event without ``timestamp`` happened ``now``, on no day that is known unless it says
    one. What is null is not there; but the old rating of an UPDATE_RATING is: there was none.
    Raises InvalidInput for what is no event at all.
    """
    given = fields_of(fields, "event")
    as_json = set(given) == {"value"}
    if as_json:
        fields = strict_json.parse(text_of(given["value"], "value"))
        given = fields_of(fields, "event")
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
        said_new = any("new_rating" in each for each in (named_values(fields, "event"), film))
        event |= _ratings(given, event["movie"], said_new=said_new, as_json=as_json)
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


def events_in(rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any] | NoEvent]:
    """The fields of each event of a frame's rows: parsed, grouped, or Kafka's ``value``."""
    for row in rows:
        if "events" in row:
            yield from grouped_events([row])
        elif "event_type" in row or "value" not in row:
            yield {name: each for name, each in row.items() if name not in _OF_THE_RECORD}
        else:
            yield {"value": row["value"]}


def grouped_events(rows: Iterable[Any]) -> Iterator[Mapping[str, Any] | NoEvent]:
    """The fields of each event of rows with ``user_id`` and ``events``, a user's in order.

    A row with ``user_id`` alone is an event itself, or none. Raises InvalidInput for a row
    that has neither: it comes of another job.
    """
    for row in rows:
        columns = named_values(row, "row")
        if not columns.keys() & {"user_id", "events"}:
            raise InvalidInput("row", f"must have user_id and events, not {sorted(columns)}")
        if "events" not in columns:
            yield columns
            continue
        whose = {name: columns[name] for name in ("user_id",) if name in columns}
        events = columns["events"]
        if hasattr(type(events), "tolist"):
            events = events.tolist()  # an array of NumPy's
        if hasattr(type(events), "asDict") or not isinstance(events, list | tuple | None):
            problem = InvalidInput("events", f"must be a list of events, not {shown(events)}")
            yield NoEvent(whose | {"events": events}, problem)
            continue
        for event in cast(Iterable[Any], events or ()):
            try:
                yield named_values(event, "event") | whose
            except InvalidInput as problem:
                yield NoEvent(whose | {"event": event}, problem)


def as_records(batches: Iterable[pa.RecordBatch], now: datetime) -> Iterator[pa.RecordBatch]:
    """Parsed events with ``partition`` and ``offset``, as the topic's records.

    What is no event becomes a record that is parked, at its place, with its ``problem``.
    """
    names = ["partition", "offset", "key", "value", "problem"]
    types = pa.int32(), pa.int64(), pa.binary(), pa.binary(), pa.string()
    for batch in batches:
        rows = [_record(row, now) for row in rows_of(batch)]
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        arrays = [pa.array(column, type_) for column, type_ in zip(columns, types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, names)


def _record(
    row: Mapping[str, Any], now: datetime
) -> tuple[int, int, bytes | None, bytes, str | None]:
    event = loose_record({n: v for n, v in row.items() if n not in _OF_THE_RECORD}, now)
    key = row.get("key", event.key)
    key = key.encode() if isinstance(key, str) else key
    return row["partition"], row["offset"], key, event.value, event.problem


def loose_record(fields: Any, now: datetime) -> LooseRecord:
    """As ``parsed_event``; what is no event becomes a record that is parked as it was given."""
    try:
        if isinstance(fields, NoEvent):
            raise fields.problem
        return parsed_event(fields, now)
    except CinestatsError as error:
        problem = str(error)
        problem = problem.encode(errors="backslashreplace").decode()
    given = fields.given if isinstance(fields, NoEvent) else fields
    return LooseRecord(_key_of(given), _as_given(given), known_again=False, problem=problem)


def _as_given(given: Any) -> bytes:
    """JSON for people to read: what JSON has no value for is as Python shows it."""
    try:
        text = json.dumps(_opened(given), ensure_ascii=False, default=_REPR.repr)
    except (TypeError, ValueError, RecursionError):  # such as a list that holds itself
        text = _REPR.repr(given)
    return text.encode(errors="backslashreplace")


def _opened(value: Any) -> Any:
    try:
        fields = named_values(value, "value")
    except InvalidInput:
        each_of = cast(Iterable[Any], value) if isinstance(value, list | tuple) else None
        return value if each_of is None else [_opened(each) for each in each_of]
    return {name: _opened(each) for name, each in fields.items()}


def _key_of(given: Any) -> bytes:
    """Whose it is, for an erasure to find it; b"" where that cannot be read."""
    try:
        user_id = named_values(given, "event").get("user_id")
        return text_of(user_id, "user_id").encode(errors="backslashreplace")
    except InvalidInput:
        return b""


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


def _ratings(
    event: Mapping[str, Any], film: Mapping[str, Any], *, said_new: bool, as_json: bool
) -> dict[str, Any]:
    """What a change of rating says of the old and the new one, of the event or its film.

    JSON that says a null means it. A column that is null does so beside an old rating alone:
    every row has the column.
    """
    movie = event.get("movie")
    inner = cast(Mapping[str, Any], movie) if isinstance(movie, dict) else {}
    old, new = (event.get(name, inner.get(name)) for name in _RATINGS)
    if old is None and new is None and not (as_json and said_new):
        return {}
    if new is None and not as_json:
        new = film.get("rating")
    if new is None and not said_new:
        return {"old_rating": old}
    return {"old_rating": old, "new_rating": new}
