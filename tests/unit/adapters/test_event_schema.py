"""The published forms of the event and of the topic say what the code does."""

import copy
import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from cinestats.adapters.event_json import encode, parse_event
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import Event

from .wire_events import events

ROME = ZoneInfo("Europe/Rome")
DATA = files("cinestats.adapters") / "data"
SCHEMA: dict[str, Any] = json.loads((DATA / "event.schema.json").read_bytes())


@cache
def validator() -> Any:
    """It takes seconds to load, for its grammar of addresses."""
    from jsonschema import Draft202012Validator, FormatChecker

    return Draft202012Validator(SCHEMA, format_checker=FormatChecker())


CORPUS = [
    json.loads(line)
    for path in sorted((Path(__file__).parent / "events").glob("*.jsonl"))
    for line in path.read_text().splitlines()
]


def test_it_is_a_json_schema() -> None:
    """The document is right by the rules of JSON Schema 2020-12."""
    validator().check_schema(SCHEMA)


@pytest.mark.parametrize("document", [*CORPUS, *SCHEMA["examples"]])
def test_it_accepts_what_the_reader_accepts(document: object) -> None:
    """Every version that was ever written, and the schema's own examples, fit and are read."""
    validator().validate(document)
    parse_event(document, ROME)


@given(events())
def test_it_accepts_what_is_written(event: Event) -> None:
    """Whatever event is encoded fits the schema."""
    validator().validate(json.loads(encode(event, position=7)))


def _without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda document: document.pop(name)


def _with(**fields: object) -> Callable[[dict[str, Any]], object]:
    return lambda document: document.update(fields)


def _film(**fields: object) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["movie"].update(fields)


@pytest.mark.parametrize(
    "spoil",
    [
        _without("event_type"),
        _without("user_id"),
        _without("movie"),
        _without("timestamp"),
        _with(event_type="add"),
        _with(user_id=""),
        _with(user_id="u" * 201),
        _with(timestamp=0),
        _with(schema=3),
        _with(event_type="CORRECT"),
        _film(ids={"trakt": 1}),
        _film(ids={"imdb": "1"}),
        _film(film={}),
        _film(rewatch="yes"),
        _film(tags=[" "]),
        _film(sources=[{}]),
        _film(sources=[{"service": "trakt", "said": {"name": "Heat"}}]),
        _film(rating_of="series"),
        _with(movie=[]),
        _film(name=" "),
        _film(name="x" * 501),
        _film(rating=0),
        _film(rating=5.5),
        _film(rating=4.25),
        _film(rating="5"),
        _film(rating=True),
        _film(year=1869),
        _film(year="2010"),
        _film(duration=0),
        _film(genres=[1]),
        _film(watched_date="2025-02-30"),
    ],
)
def test_it_refuses_what_the_reader_refuses(spoil: Callable[[dict[str, Any]], object]) -> None:
    """A field that is missing or wrong fits neither the schema nor the reader."""
    document = copy.deepcopy(SCHEMA["examples"][0])
    spoil(document)
    assert not validator().is_valid(document)
    with pytest.raises(InvalidInput):
        parse_event(document, ROME)


def test_the_topic_carries_the_event() -> None:
    """The AsyncAPI document points to the event's schema, where the server shows it."""
    topic = json.loads((DATA / "asyncapi.json").read_bytes())
    payload = topic["components"]["messages"]["event"]["payload"]
    assert payload["schema"] == {"$ref": "event.json"}
