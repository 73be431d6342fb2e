"""Events on the wire."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

import cinestats
from cinestats.adapters import event_json
from cinestats.adapters.event_json import decode, encode, parse_event, read_event
from cinestats.adapters.strict_json import parse
from cinestats.application.log.ports import NewerEvent
from cinestats.domain.entry import Entry
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import (
    EntryCorrected,
    Event,
    MovieAdded,
    MovieDeleted,
    RatingUpdated,
)
from cinestats.domain.movie import Movie

from .wire_events import events

CORPUS = Path(__file__).parent / "events"
ROME = ZoneInfo("Europe/Rome")


@given(events())
def test_every_event_survives_the_wire(event: Event) -> None:
    """Both readers give back what was written: the one that trusts and the one that checks."""
    assert decode(encode(event)) == event
    wire = parse_event(parse(encode(event, position=7)), ROME)
    assert wire.event == event
    assert wire.position == 7


@pytest.mark.parametrize(
    "line", [line for n in (1, 2) for line in (CORPUS / f"v{n}.jsonl").read_text().splitlines()]
)
def test_every_version_reads_and_writes_as_it_always_did(line: str) -> None:
    """The frozen corpus: whoever changes the wire form has to add a version."""
    event, position = parse_event(parse(line), ROME)
    assert json.loads(encode(event, position)) == json.loads(line)
    assert decode(line.encode()) == event


def test_the_original_producers_events_are_accepted() -> None:
    """Missing fields are missing; a missing watched day is the timestamp's, in Rome."""
    lines = (CORPUS / "original.jsonl").read_text().splitlines()
    inception, fargo, update, delete = (parse_event(parse(n), ROME).event for n in lines)
    assert isinstance(inception, MovieAdded)
    assert (inception.event_id, inception.entry.entry_id) == ("", "")
    assert inception.entry.rating == 10
    assert inception.entry.watched_on == date(2025, 1, 20)
    assert inception.entry.added_on == date(2025, 1, 21)
    # Bad input 17: 23:30 UTC on 31 January is 00:30 on 1 February in Rome.
    assert fargo.entry.watched_on == date(2025, 2, 1)
    assert fargo.entry.movie.directors == ("Joel Coen", "Ethan Coen")
    assert isinstance(update, RatingUpdated)
    assert (update.entry.rating, update.new_rating) == (10, 6)
    assert isinstance(delete, MovieDeleted)
    assert delete.entry.rating == 6


def test_the_originals_other_spellings_are_read() -> None:
    """Actors in one text, the day as ``date``, ratings in the movie, an import as additions."""
    movie = {
        "name": "Heat",
        "actors": "Al Pacino, Robert De Niro",
        "date": "2025-01-19",
        "old_rating": 3,
        "new_rating": 4,
    }
    event = parse_event({**GOOD, "event_type": "UPDATE", "movie": movie}, ROME).event
    assert isinstance(event, RatingUpdated)
    assert (event.entry.rating, event.new_rating) == (6, 8)
    assert event.entry.movie.actors == ("Al Pacino", "Robert De Niro")
    assert event.entry.watched_on == date(2025, 1, 19)
    bulk = parse_event({**GOOD, "event_type": "BULK_IMPORT"}, ROME).event
    assert bulk == parse_event(GOOD, ROME).event


GOOD: dict[str, Any] = {
    "event_type": "ADD",
    "user_id": "u1",
    "movie": {"name": "Heat", "year": 1995, "rating": 4},
    "timestamp": "2025-01-21T00:45:00+01:00",
}


def broken(field: str, value: object) -> dict[str, Any]:
    if field.startswith("movie."):
        return {**GOOD, "movie": {**GOOD["movie"], field.removeprefix("movie."): value}}
    return {**GOOD, field: value}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_type", "WATCH"),
        ("event_type", None),
        ("event_type", ["ADD"]),
        ("schema", 3),
        ("schema", "1"),
        ("user_id", ""),
        ("user_id", 7),
        ("user_id", "a\0b"),
        ("user_id", "u" * 201),
        ("movie", None),
        ("movie", [1]),
        ("movie.name", None),
        ("movie.name", " "),
        ("movie.name", {"$ne": 1}),
        ("movie.name", "x" * 1_000_000),
        ("movie.year", "1995"),
        ("movie.year", True),
        ("movie.year", 1),
        ("movie.rating", True),
        ("movie.rating", "5"),
        ("movie.rating", 5.25),
        ("movie.rating", 0),
        ("movie.rating", 11),
        ("movie.genres", [1]),
        ("movie.genres", {"a": 1}),
        ("movie.actors", ["\ud800"]),
        ("movie.director", [None]),
        ("movie.duration", 10.5),
        ("movie.duration", -1),
        ("movie.watched_date", "20 January"),
        ("movie.watched_date", 20250120),
        ("timestamp", None),
        ("timestamp", "yesterday"),
        ("timestamp", "2025-01-21T00:45:00"),
        ("timestamp", "0001-01-01T00:00:00+00:00"),
        ("timestamp", "9999-12-31T00:00:00+00:00"),
        ("position", "7"),
        ("position", 2**63),
    ],
)
def test_what_is_wrong_is_named(field: str, value: object) -> None:
    """Bad inputs 1 to 4, 8, 9, 11, 12, 14, 16, 18 and 24: one sentence, the field first."""
    with pytest.raises(InvalidInput) as caught:
        parse_event(broken(field, value), ROME)
    assert field.removeprefix("movie.") in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("movie.duration", 1, True),
        ("movie.duration", 170, 170.0),
        ("movie.year", 1995, 1995.0),
        ("movie.genres", ["Drama"], [["Drama"]]),
    ],
)
def test_a_film_that_was_seen_before_excuses_no_mistake(
    field: str, good: object, bad: object
) -> None:
    """Films are remembered once checked, and to Python 170.0 is the same as 170."""
    parse_event(broken(field, good), ROME)
    with pytest.raises(InvalidInput, match=field.removeprefix("movie.")):
        parse_event(broken(field, bad), ROME)


def test_names_that_look_like_operators_are_plain_text() -> None:
    """Bad inputs 10 and 11."""
    event = parse_event(broken("movie.genres", ["Sci.Fi", "$gt"]), ROME).event
    assert event.entry.movie.genres == ("Sci.Fi", "$gt")


def test_unknown_fields_are_left_aside() -> None:
    """Bad input 15, as a consumer sees it: a producer may know more than we do."""
    assert parse_event(broken("mood", "good"), ROME) == parse_event(GOOD, ROME)


def test_a_correction_says_what_was_and_what_is() -> None:
    """From another program, too; a day that neither says is the event's."""
    movie = {"name": "Heat", "year": 1986, "rating": 4}
    corrected = {"name": "Heat", "year": 1995, "rating": 4, "tags": ["cinema"]}
    document = {**GOOD, "event_type": "CORRECT", "movie": movie, "corrected": corrected}
    event = parse_event(document, ROME).event
    assert isinstance(event, EntryCorrected)
    assert (event.before.movie.year, event.after.movie.year) == (1986, 1995)
    assert event.before.watched_on == event.after.watched_on == date(2025, 1, 21)
    after = parse_event({**document, "schema": 2}, ROME).event.after
    assert after is not None
    assert after.watched_on is None  # a form that has a word for it
    assert (event.after.tags, event.after.rating) == (("cinema",), 8)
    assert event.after.added_on == event.before.added_on


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ids", []),
        ("ids", {"trakt": 1}),
        ("imdb", 113277),
        ("imdb", "113277"),
        ("tmdb", 0),
        ("tmdb", "949"),
        ("tmdb", 10**10 + 1),
        ("wikidata", "Q042"),
        ("letterboxd", "x" * 501),
        ("film", "Heat"),
        ("film.title", None),
        ("film.title", "x" * 501),
        ("film.year", "1995"),
        ("rewatch", 1),
        ("liked", "yes"),
        ("tags", {"a": 1}),
        ("tags", [1]),
        ("tags", [" "]),
        ("tags", ["x" * 201]),
        ("tags", [f"t{n}" for n in range(101)]),
        ("review", "x" * 20_001),
        ("review", "a\0b"),
        ("review", 5),
        ("place", "two\nlines"),
        ("place", "x" * 201),
        ("company", ["Bert"]),
        ("sources", {}),
        ("sources", ["letterboxd"]),
        ("service", None),
        ("service", "x" * 201),
        ("reference", 7),
        ("reference", "x" * 2001),
        ("source.title", 5),
        ("source.year", True),
        ("source.ids", {"trakt": 1}),
        ("source.ids", 5),
        ("said", []),
        ("said", {"name": "Heat"}),
        ("said", {"sources": []}),
        ("said", {"film_chosen": True}),
        ("said.rating", 5.25),
        ("said.watched_date", "soon"),
        ("said.liked", 1),
        ("rating_of", "series"),
        ("film_chosen", "yes"),
    ],
    ids=lambda value: str(value)[:30],
)
@pytest.mark.parametrize("part", ["movie", "corrected"])
def test_what_is_wrong_in_what_is_said_of_a_play_is_named(
    part: str, field: str, value: object
) -> None:
    """Of a play as it was, and as it is."""
    group, _, name = field.rpartition(".")
    wrong: dict[str, Any] = {name: value}
    if name in ("imdb", "tmdb", "wikidata", "letterboxd"):
        wrong = {"ids": wrong}
    elif group == "film":
        wrong = {"film": {"title": "Heat", **wrong}}
    elif group == "said":
        wrong = {"sources": [{"service": "trakt", "said": wrong}]}
    elif group == "source" or name in ("service", "reference", "said"):
        wrong = {"sources": [{"service": "trakt", **wrong}]}
    document = {**GOOD, "event_type": "CORRECT", "corrected": GOOD["movie"]}
    document[part] = {**GOOD["movie"], **wrong}
    with pytest.raises(InvalidInput) as caught:
        parse_event(document, ROME)
    assert name in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "corrected: must be a JSON object, not absent or null"),
        ({"corrected": []}, "corrected: must be a JSON object, not a list or an object"),
        (
            {"corrected": {"name": "Heat", "rating": 3}},
            "rating: must be the same before and after a correction",
        ),
        (
            {"corrected": {"name": "Heat"}},
            "rating: must be the same before and after a correction",
        ),
    ],
    ids=str,
)
def test_a_correction_says_both(fields: dict[str, Any], sentence: str) -> None:
    """And it is not the way to another rating."""
    with pytest.raises(InvalidInput) as caught:
        parse_event({**GOOD, "event_type": "CORRECT", **fields}, ROME)
    assert str(caught.value) == sentence


def as_json(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event).encode()


@pytest.mark.parametrize(
    "text",
    [
        as_json(GOOD).replace(b'"rating"', b'"rating": 3, "rating"'),
        as_json(GOOD).replace(b'"rating"', b'"rating" \n: 3, "rating"'),
        as_json(GOOD).replace(b'"user_id"', b'"user_id": "u2", "user_id"'),
        as_json({**GOOD, "more": [{"a": 1}]}).replace(b'{"a": 1}', b'{"a": 1, "a": 2}'),
    ],
)
def test_a_key_twice_is_seen_by_the_fast_reader_too(text: bytes) -> None:
    """Bad input 7, on the way that records of the topic take."""
    with pytest.raises(InvalidInput, match="twice"):
        read_event(text, ROME)


@pytest.mark.parametrize("name", ['a "quoted": title', 'x":', '\\": y', "plain"])
def test_text_that_looks_like_keys_is_no_key(name: str) -> None:
    """A title may hold quotes and colons."""
    event, _ = read_event(as_json(broken("movie.name", name)), ROME)
    assert event.entry.movie.title == name


@pytest.mark.parametrize("directors", [("Davis, Jr",), ("A, B", "C"), ("A",), ()])
def test_a_director_with_a_comma_is_not_taken_apart(directors: tuple[str, ...]) -> None:
    """A list says so; one name without a comma is plain, as the original has it."""
    entry = Entry(
        "e", Movie.create("Heat", directors=list(directors)), 8, None, date(2025, 1, 1)
    )
    event = MovieAdded("v", "u", datetime(2025, 1, 1, tzinfo=UTC), entry)
    written = json.loads(encode(event))["movie"]["director"]
    assert written == {("A",): "A", (): None}.get(directors, list(directors))
    assert read_event(encode(event), ROME).event == decode(encode(event)) == event


@given(events())
def test_the_fast_reader_agrees_with_the_strict_one(event: Event) -> None:
    """On everything that we write."""
    text = encode(event, 3)
    assert read_event(text, ROME) == parse_event(parse(text), ROME)


def test_a_record_without_a_key_twice_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However deep its lists and objects go: the strict parser takes ten times as long."""
    deep = {**GOOD, "more": [{"a": [{"b": 1}, {"c": {"d": []}}]}, [[{"e": 2}]]]}
    wanted = parse_event(deep, ROME)
    monkeypatch.delattr(event_json.strict_json, "parse")
    assert read_event(as_json(deep), ROME) == wanted


def test_a_record_that_is_no_object_is_refused() -> None:
    """With what is wrong with it, and where."""
    for text, sentence in (
        (b"{", "body: is not JSON: "),
        (b"5", "event: must be a JSON object, not a number"),
        (b"[]", "event: must be a JSON object, not a list or an object"),
    ):
        with pytest.raises(InvalidInput) as caught:
            read_event(text, ROME)
        assert str(caught.value).startswith(sentence)


def test_the_day_of_a_record_is_that_of_the_zone() -> None:
    """A quarter to one in Rome is still the day before in UTC."""
    days = [read_event(as_json(GOOD), zone).event.entry.watched_on for zone in (ROME, UTC)]
    assert days == [date(2025, 1, 21), date(2025, 1, 20)]


@pytest.mark.parametrize("day", ["2025-01-19", "2025-01-19T20:30:00", "2025-01-19 or so"])
def test_of_a_watched_day_ten_characters_are_read(day: str) -> None:
    """The original writes a time behind it."""
    event = parse_event(broken("movie.watched_date", day), ROME).event
    assert event.entry.watched_on == date(2025, 1, 19)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (
            "movie.watched_date",
            "May",
            "watched_date: must be a day such as 2025-01-20, not 'May'",
        ),
        ("movie.date", 5, "date: must be text, not a number"),
        (
            "timestamp",
            "x" * 41,
            f"timestamp: must be a time such as 2025-01-20T21:30:00+01:00, not '{'x' * 40}'",
        ),
        (
            "timestamp",
            "2025-01-20T12:00:00",
            "timestamp: must say its zone, as in 2025-01-20T12:00:00+01:00",
        ),
        (
            "timestamp",
            f"2025-01-20T12:00:00.{'0' * 21}",
            f"timestamp: must say its zone, as in 2025-01-20T12:00:00.{'0' * 20}+01:00",
        ),
        (
            "timestamp",
            "1969-12-31T23:59:59Z",
            "timestamp: must be from 1970 to 2200, not 1969-12-31T23:59:59Z",
        ),
        (
            "timestamp",
            f"2201-01-01T00:00:00.{'0' * 20}+00:00",
            f"timestamp: must be from 1970 to 2200, not 2201-01-01T00:00:00.{'0' * 20}",
        ),
        ("movie", None, "movie: must be a JSON object, not absent or null"),
        ("event_type", 5, "event_type: must be ADD, DELETE, UPDATE_RATING or CORRECT, not '5'"),
        ("schema", 0, "schema: must be 2 or absent, not 0"),
        ("schema", True, "schema: must be 2 or absent, not True"),
        (
            "event_type",
            "x" * 41,
            f"event_type: must be ADD, DELETE, UPDATE_RATING or CORRECT, not '{'x' * 40}'",
        ),
        ("user_id", "u" * 201, "user_id: is 201 characters long, more than 200"),
    ],
)
def test_the_sentence_says_what_was_expected(field: str, value: object, sentence: str) -> None:
    """Of what was found, 40 characters at most."""
    with pytest.raises(InvalidInput) as caught:
        parse_event(broken(field, value), ROME)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("year", [1970, 2200])
def test_the_first_and_the_last_year_are_read(year: int) -> None:
    """And a user id of 200 characters."""
    document = {**GOOD, "timestamp": f"{year}-06-01T00:00:00Z", "user_id": "u" * 200}
    assert parse_event(document, ROME).event.occurred_at.year == year


@pytest.mark.parametrize(
    ("said", "in_movie", "old", "new"),
    [
        ({"old_rating": 3, "new_rating": 4}, {"rating": 1}, 6, 8),
        ({"old_rating": None, "new_rating": None}, {"rating": 1}, None, None),
        ({}, {"rating": 1, "old_rating": 3, "new_rating": 4}, 6, 8),
        ({}, {"rating": 1, "old_rating": 3}, 6, 2),
        ({"new_rating": 4}, {"rating": 1}, 2, 8),
        ({"old_rating": 3}, {"rating": 1}, 6, 2),
        ({"old_rating": 3, "new_rating": None}, {}, 6, None),
        ({"new_rating": None}, {}, None, None),
        ({}, {"new_rating": None}, None, None),
    ],
)
def test_ratings_before_and_after_may_stand_in_the_event_or_in_the_movie(
    said: dict[str, Any], in_movie: dict[str, Any], old: int | None, new: int | None
) -> None:
    """What is missing is the movie's one rating; null is no rating, and not missing."""
    movie = {"name": "Heat", **in_movie}
    event = parse_event({**GOOD, "event_type": "UPDATE", "movie": movie, **said}, ROME).event
    assert isinstance(event, RatingUpdated)
    assert (event.entry.rating, event.new_rating) == (old, new)


@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE_RATING"])
@pytest.mark.parametrize("said", [{}, {"old_rating": 3}, {"old_rating": None}])
@pytest.mark.parametrize("in_movie", [{}, {"rating": None}, {"old_rating": 3}])
def test_a_change_of_rating_that_says_none_takes_none_away(
    verb: str, said: dict[str, Any], in_movie: dict[str, Any]
) -> None:
    """An UPDATE may have been of anything else; only ``new_rating: null`` says so."""
    movie = {"name": "Heat", **in_movie}
    with pytest.raises(InvalidInput, match=r"^new_rating: must be the rating from now on, or"):
        parse_event({**GOOD, "event_type": verb, "movie": movie, **said}, ROME)


def test_a_newer_type_is_told_in_forty_characters() -> None:
    """However long its name is."""
    with pytest.raises(NewerEvent, match=rf"^event_type: {'X' * 40} is of a newer cinestats"):
        parse_event({**GOOD, "schema": 1, "event_type": "X" * 41}, ROME)


def test_an_older_schema_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each upcast knows the next schema only; both readers, and every line of the corpus."""

    def renamed(old: str, new: str) -> Any:
        def upcast(document: dict[str, Any]) -> dict[str, Any]:
            kept = {field: value for field, value in document.items() if field != old}
            return {**kept, new: document[old]}

        return upcast

    monkeypatch.setattr(event_json, "SCHEMA", 3)
    monkeypatch.setattr(
        event_json, "UPCASTS", {1: renamed("cause", "reason"), 2: renamed("reason", "cause")}
    )
    for line in (CORPUS / "v1.jsonl").read_text().splitlines():
        document = json.loads(line)
        document["cause"] = "import"
        known = parse_event({**document, "schema": 3}, ROME)
        assert parse_event(document, ROME) == known
        assert decode(json.dumps(document).encode()) == known.event


@pytest.mark.parametrize(("field", "value"), [("schema", 3), ("event_type", "MERGE")])
def test_what_a_later_version_wrote_is_refused_by_both_readers(
    field: str, value: object
) -> None:
    """Fault 30: the sentence names both versions and the way out."""
    (line, *_) = (CORPUS / "v1.jsonl").read_text().splitlines()
    document = {**json.loads(line), field: value}
    for read in (
        lambda: decode(json.dumps(document).encode()),
        lambda: parse_event(document, ROME),
    ):
        with pytest.raises(
            NewerEvent, match=rf"{field}: {value} .* newer .* upgrade"
        ) as refused:
            read()
        assert str(refused.value) == (
            f"{field}: {value} is of a newer cinestats; this is {cinestats.__version__}, which"
            " reads schema 2 with ADD, DELETE, UPDATE_RATING, CORRECT: upgrade cinestats"
        )
