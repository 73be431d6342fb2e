"""Records of other applications: what is unambiguous is read, a blemish costs its field."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cinestats.adapters.event_json import encode, read_event
from cinestats.adapters.foreign_json import NOTED_FIELDS, ForeignEvent, read_foreign
from cinestats.application.log.ports import NewerEvent
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import EntryCorrected, Event, RatingUpdated

from .wire_events import events

CORPUS = Path(__file__).parent / "events"
ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
PLAY: dict[str, Any] = {
    "name": "Heat",
    "year": 1995,
    "rating": 4,
    "genres": ["Crime"],
    "actors": ["Al Pacino", "Robert De Niro"],
    "director": "Michael Mann",
    "duration": 170,
    "watched_date": "2025-01-20",
}
GOOD: dict[str, Any] = {
    "event_type": "ADD",
    "user_id": "u1",
    "movie": PLAY,
    "timestamp": "2025-01-21T00:45:00+01:00",
}
ABSENT = object()


def read(document: object) -> ForeignEvent:
    return read_foreign(json.dumps(document).encode(), ROME, NOW)


def changed(field: str, value: object) -> dict[str, Any]:
    """The good record with another value there, in the movie or beside it."""
    inside = field not in ("event_type", "user_id", "movie", "timestamp", *TOP)
    target = {**(PLAY if inside else GOOD), field: value}
    if value is ABSENT:
        del target[field]
    return {**GOOD, "movie": target} if inside else target


TOP = ("schema", "event_id", "entry_id", "added_on", "cause", "said_by", "again", "old_rating")
ATTRIBUTES = {"director": "directors", "name": "title"}


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("year", "1995", 1995),
        ("year", " 1995 ", 1995),
        ("year", 1995.0, 1995),
        ("year", "", None),
        ("duration", 170.0, 170),
        ("duration", "170", 170),
        ("duration", "170 min", 170),
        ("duration", "170 minutes", 170),
        ("duration", "2h 50m", 170),
        ("duration", "2 h 50 min", 170),
        ("duration", "2h", 120),
        ("duration", "", None),
        ("name", 1917, "1917"),
        ("genres", "Crime, Drama", ("Crime", "Drama")),
        ("genres", "Crime|Drama", ("Crime", "Drama")),
        ("genres", "Crime", ("Crime",)),
        ("genres", [{"id": 18, "name": "Drama"}, "Crime"], ("Drama", "Crime")),
        ("genres", ["Sci.Fi", "$x", "A, B"], ("Sci.Fi", "$x", "A, B")),
        ("director", "Joel Coen|Ethan Coen", ("Joel Coen", "Ethan Coen")),
        ("director", "Joel Coen, Ethan Coen", ("Joel Coen", "Ethan Coen")),
        ("director", {"name": "Michael Mann"}, ("Michael Mann",)),
        ("director", ["A", "B", "C"], ("A", "B")),
        ("actors", "Sammy Davis, Jr.|Dean Martin", ("Sammy Davis, Jr.", "Dean Martin")),
        ("actors", "", ()),
        ("poster_url", " ", None),
    ],
)
def test_what_is_unambiguous_is_read(field: str, written: object, meant: object) -> None:
    event, position, notes = read(changed(field, written))
    assert getattr(event.entry.movie, ATTRIBUTES.get(field, field)) == meant
    assert (position, notes) == (None, ())
    assert event.entry.rating == 8


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20/01/2025", "2025-01-20"),
        ("01/20/2025", "2025-01-20"),
        ("05/05/2025", "2025-05-05"),
        ("20-01-2025", "2025-01-20"),
        ("20.1.2025", "2025-01-20"),
        ("3.4.2025", "2025-04-03"),
        ("2025/01/20", "2025-01-20"),
        ("2025-1-5", "2025-01-05"),
        ("20250120", "2025-01-20"),
        ("2025-W04-1", "2025-01-20"),
        ("2025-01-20T23:30:00Z", "2025-01-20"),
        ("2025-01-20 23:30", "2025-01-20"),
        (1737412200000, "2025-01-20"),  # 23:30 in Rome
        (1737416700, "2025-01-21"),
        (1737331200000, "2025-01-20"),  # a midnight in UTC
        ({"$date": "2025-01-20T00:00:00Z"}, "2025-01-20"),
        ({"$date": 1737331200000}, "2025-01-20"),
        ({"$date": {"$numberLong": "1737331200000"}}, "2025-01-20"),
        ("", "2025-01-21"),  # as absent
        ("  ", "2025-01-21"),
        (None, "2025-01-21"),
        (ABSENT, "2025-01-21"),
        ("2025-03-03", "2025-03-03"),  # after the event, but not in the future
    ],
)
def test_a_day_is_read_in_every_form_that_has_one_meaning(written: object, meant: str) -> None:
    event, _, notes = read(changed("watched_date", written))
    assert str(event.entry.watched_on) == meant
    assert notes == ()


@pytest.mark.parametrize(
    "written",
    [
        "Unknown",
        "2025-01",
        "03/04/2025",  # March or April
        "31/02/2025",
        "20/01/25",
        "2025-01-20x",
        "0001-01-01",
        "1869-12-31",
        "2099-01-01",
        "2025-06-03",  # after NOW, anywhere
        20250120,
        0,
        -1,
        1e300,
        True,
        [],
        ["2025-01-20"],
        {"$date": None},
        {"$date": {"$date": {}}},
        {"$date": {"$numberLong": "x"}},
        {"$date": {"$numberLong": "253402300799999"}},  # thousandths, of the year 9999
        {"$date": 10**30},
        {"$date": "9999-12-31T23:59:59.999Z"},
        {"$date": "0001-01-01T00:00:00+01:00"},
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "\ud800",
    ],
)
def test_a_day_that_cannot_be_is_unknown_and_noted(written: object) -> None:
    """Not the day of the event: the play has one, and nobody can tell which."""
    event, _, notes = read(changed("watched_date", written))
    assert event.entry.watched_on is None
    (note,) = notes
    assert note.field == "watched_date"
    assert note.problem.startswith("watched_date: must ")


def test_the_originals_other_word_for_the_day_counts_where_the_first_says_none() -> None:
    play = {**PLAY, "watched_date": "", "date": "2025-01-19"}
    assert read({**GOOD, "movie": play}).event.entry.watched_on == date(2025, 1, 19)
    event, _, notes = read({**GOOD, "movie": {**play, "watched_date": "Unknown"}})
    assert event.entry.watched_on == date(2025, 1, 19)
    assert [note.field for note in notes] == ["watched_date"]
    assert read({**changed("watched_date", ABSENT), "schema": 1}).event.entry.watched_on is None


@pytest.mark.parametrize(
    ("field", "written", "left"),
    [
        ("duration", 0, None),
        ("duration", -5, None),
        ("duration", 148.5, None),
        ("duration", 10**9, None),
        ("duration", "two hours", None),
        ("duration", "N/A", None),
        ("year", 0, None),
        ("year", 99999, None),
        ("year", "MCMXCV", None),
        ("year", "1995-12-15", None),
        ("genres", [""], ()),
        ("genres", ["", "Drama"], ("Drama",)),
        ("genres", [None, "Drama"], ()),
        ("genres", [{"id": 18}], ()),
        ("genres", [["Drama"]], ()),
        ("genres", {}, ()),
        ("genres", 18, ()),
        ("genres", ["x" * 201], ()),
        ("genres", ["Dra\0ma"], ()),
        ("genres", [f"g{n}" for n in range(5000)], tuple(f"g{n}" for n in range(30))),
        ("director", "N/A", ()),
        ("director", ["unknown", "Michael Mann"], ("Michael Mann",)),
        ("actors", ["\ud800"], ()),
        ("actors", True, ()),
        ("poster_url", "N/A", None),
        ("poster_url", 5, None),
        ("poster_url", "https://films.example/" + "x" * 2000, None),
        ("details", {"countries": [1], "mood": "dark"}, ()),
        ("ids", {"imdb": "heat", "trakt": 1}, None),
    ],
)
def test_a_blemish_costs_its_field_with_a_note(field: str, written: object, left: Any) -> None:
    event, _, notes = read(changed(field, written))
    movie = event.entry.movie
    found = {"ids": movie.ids.imdb, "details": movie.details.countries}
    assert found.get(field, getattr(movie, ATTRIBUTES.get(field, field))) == left
    assert {note.field for note in notes} == {field}
    assert (movie.title, event.entry.rating) == ("Heat", 8)
    assert str(event.entry.watched_on) == "2025-01-20"


def test_only_the_wrong_part_of_ids_and_details_is_left_out() -> None:
    ids = {"imdb": "heat", "tmdb": 949, "wikidata": ""}
    details = {"countries": ["USA"], "votes": {"source": "tmdb"}}
    event, _, notes = read({**GOOD, "movie": {**PLAY, "ids": ids, "details": details}})
    assert (event.entry.movie.ids.imdb, event.entry.movie.ids.tmdb) == (None, 949)
    assert event.entry.movie.details.countries == ("USA",)
    assert [note.field for note in notes] == ["ids", "ids", "details"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-01-20T23:45:00Z", "2025-01-20T23:45:00+00:00"),
        ("2025-01-21 00:45:00.123456789+01:00", "2025-01-20T23:45:00.123456+00:00"),
        (1737416700, "2025-01-20T23:45:00+00:00"),
        (1737416700.5, "2025-01-20T23:45:00.500000+00:00"),
        (1737416700000, "2025-01-20T23:45:00+00:00"),
        (1737416700000000, "2025-01-20T23:45:00+00:00"),
        (1737416700000000000, "2025-01-20T23:45:00+00:00"),
        ("Mon, 20 Jan 2025 23:45:00 GMT", "2025-01-20T23:45:00+00:00"),
        ("Tue, 21 Jan 2025 00:45:00 +0100", "2025-01-20T23:45:00+00:00"),
        ({"$date": "2025-01-20T23:45:00Z"}, "2025-01-20T23:45:00+00:00"),
    ],
)
def test_a_time_is_read_in_every_form_that_has_one_meaning(written: object, meant: str) -> None:
    event = read(changed("timestamp", written)).event
    assert event.occurred_at.astimezone(UTC).isoformat() == meant


@pytest.mark.parametrize(
    ("field", "written", "reason"),
    [
        ("rating", 0, "rating: must be a number from 0.5 to 5 in half steps, not 0"),
        ("rating", 10, "half steps, not 10"),
        ("rating", 4.3, "half steps, not 4.3"),
        ("rating", "4", "half steps, not '4'"),
        ("rating", "", "half steps, not ''"),
        ("rating", True, "half steps, not True"),
        ("rating", [4], "half steps"),
        ("rating", 10**4000, "half steps, not inf"),
        ("rating", float("nan"), "half steps, not nan"),
        ("name", ABSENT, "name: must be text, not absent or null"),
        ("name", " ", "name: must not be blank"),
        ("name", True, "name: must be text"),
        ("name", 19.17, "name: must be text, not a number"),
        ("name", "x" * 501, "name: is 501 characters long, more than 500"),
        ("name", "He\ud800at", "name: must not hold control characters or lone surrogates"),
        ("movie", ABSENT, "movie: must be a JSON object, not absent or null"),
        ("movie", [PLAY], "movie: must be a JSON object, not a list"),
        ("user_id", "bob ", "user_id: must not begin or end with blanks, as 'bob ' does"),
        ("user_id", "e\u0301x", "user_id: must be in Unicode's composed form"),
        ("user_id", 42, "user_id: must be text, not a number"),
        ("user_id", "\ud800", "user_id: must not hold control characters or lone surrogates"),
        ("timestamp", ABSENT, "timestamp: must be text, not absent"),
        ("timestamp", "2025-01-21T00:45:00", "timestamp: must say its zone"),
        (
            "timestamp",
            "2025-01-21",
            "must be a time such as .*, not the day '2025-01-21' alone",
        ),
        ("timestamp", "2025-01-21\ud80000:45:00", "timestamp: must not hold"),
        ("timestamp", "1737416700000", "timestamp: must be a time such as"),
        ("timestamp", 5, "timestamp: must be a time such as .* or seconds since 1970, not 5"),
        ("timestamp", True, "timestamp: must be a time such as .*, not True"),
        ("timestamp", "Fri, 31 Dec 9999 23:59:59 GMT", "timestamp: must be a time such as"),
        ("timestamp", {"$date": "9999-12-31T23:59:59.999Z"}, "timestamp: must be a time"),
        ("timestamp", {"$date": "0001-01-01T00:00:00+05:00"}, "timestamp: must be a time"),
        ("timestamp", "Mon, 31 Feb 2025 23:45:00 GMT", "timestamp: must be a time such as"),
        ("timestamp", "2300-01-01T00:00:00Z", "timestamp: must be from 1970 to 2200"),
        ("event_type", "RECALCULATE", "event_type: must be ADD, DELETE"),
        ("event_type", None, "event_type: must be ADD, DELETE"),
        ("event_type", ["ADD"], "event_type: must be ADD, DELETE"),
        ("event_type", "\ud800", "event_type: must not hold"),
        ("schema", 2, "schema: must be 1 for ADD, or absent, not 2"),
        ("schema", "1", "schema: must be 1 for ADD, or absent, not '1'"),
        ("cause", {"a": 1}, "cause: must be text, not a list or an object"),
        ("event_id", [], "event_id: must be text"),
    ],
)
def test_what_no_play_can_do_without_parks_the_record(
    field: str, written: object, reason: str
) -> None:
    with pytest.raises(InvalidInput, match=f"^{field}: ") as caught:
        read(changed(field, written))
    assert caught.match(reason)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "body: is not JSON"),
        (b"{oops", "body: is not JSON"),
        (b'{"user_id":"l\xe9"}', "body: is not UTF-8 at byte 13"),
        (b"\x00\x00\x00\x00\x05\x06abc", "body: is not JSON"),
        (b"[]", "event: must be a JSON object"),
        (b'"{}"', "event: must be a JSON object, not text"),
        (b"null", "event: must be a JSON object"),
        (b'{"schema": {"type": "struct"}, "payload": {}}', "event_type: must be ADD, DELETE"),
        (b'{"user_id":"a","user_id":"b"}', "body: holds the key 'user_id' twice"),
        (b'{"x":' + b"[" * 3000 + b"]" * 3000 + b"}", "body: nests deeper than 64 levels"),
    ],
)
def test_what_is_no_record_is_parked_whole(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{reason}"):
        read_foreign(data, ROME, NOW)


def test_a_rating_is_named_as_the_record_names_it() -> None:
    update = {**GOOD, "event_type": "UPDATE_RATING", "old_rating": 4}
    with pytest.raises(InvalidInput, match=r"^new_rating: must be the rating from now on"):
        read({**update, "movie": {"name": "Heat"}})
    with pytest.raises(InvalidInput, match=r"^new_rating: must be a number"):
        read({**update, "new_rating": 11})
    with pytest.raises(InvalidInput, match=r"^old_rating: must be a number"):
        read({**update, "old_rating": "4", "new_rating": 5})
    event = read({**update, "event_type": "update", "new_rating": 5}).event
    assert isinstance(event, RatingUpdated)
    assert (event.entry.rating, event.new_rating) == (8, 10)


def test_an_event_of_a_newer_version_is_told_apart() -> None:
    with pytest.raises(NewerEvent):
        read({**GOOD, "schema": 3})


def test_both_plays_of_a_correction_are_mended() -> None:
    corrected = {**PLAY, "duration": "171 min", "year": 0}
    document = {**GOOD, "event_type": "Correct", "corrected": corrected}
    event, _, notes = read({**document, "movie": {**PLAY, "genres": "Crime, Drama"}})
    assert isinstance(event, EntryCorrected)
    assert event.entry.movie.genres == ("Crime", "Drama")
    assert (event.corrected.movie.duration, event.corrected.movie.year) == (171, None)
    assert [note.field for note in notes] == ["year"]


def test_what_stands_beside_the_play_is_mended_too() -> None:
    event, _, notes = read({**GOOD, "event_id": 7, "entry_id": "", "cause": " ", "again": "x"})
    assert (event.event_id, event.entry.entry_id) == ("7", "")
    assert [note.field for note in notes] == ["again"]
    event, _, notes = read({**GOOD, "added_on": "2099-01-01"})
    assert event.entry.added_on == date(2025, 1, 21)
    assert [note.field for note in notes] == ["added_on"]
    play = {**PLAY, "rewatch": "true", "liked": 0, "tags": ["cinema", ""], "review": ["?"]}
    event, _, notes = read({**GOOD, "movie": play})
    assert (event.entry.rewatch, event.entry.liked) == (True, False)
    assert (event.entry.tags, event.entry.review) == (("cinema",), None)
    assert [note.field for note in notes] == ["tags", "review"]


def test_a_byte_order_mark_is_no_part_of_the_record() -> None:
    data = json.dumps(GOOD).encode()
    assert read_foreign(b"\xef\xbb\xbf" + data, ROME, NOW) == read_foreign(data, ROME, NOW)


def test_a_clock_that_stands_still_costs_no_day() -> None:
    """What counts as the future is behind the event's own time, too."""
    event, _, notes = read_foreign(
        json.dumps(GOOD).encode(), ROME, datetime(1970, 1, 1, tzinfo=UTC)
    )
    assert (str(event.entry.watched_on), notes) == ("2025-01-20", ())


@pytest.mark.parametrize("line", (CORPUS / "original.jsonl").read_text().splitlines())
def test_what_our_own_reader_takes_is_read_as_it_reads_it(line: str) -> None:
    ours = read_event(line.encode(), ROME)
    assert read_foreign(line.encode(), ROME, NOW) == (*ours, ())


@given(events())
def test_a_relays_record_is_read_as_strictly_as_ever(event: Event) -> None:
    data = encode(event, position=7)
    assert read_foreign(data, ROME, NOW) == (event, 7, ())
    broken = json.loads(data)
    broken["movie"]["duration"] = 148.0
    with pytest.raises(InvalidInput, match=r"^duration: must be a whole number"):
        read(broken)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        [
            *(10**30, -(10**4200), 2**63, 1e308, "N/A", "\ud800", "2025-01-20", "x" * 3000),
            *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00"),
            *("Fri, 31 Dec 9999 23:59:59 GMT", {"$date": "9999-12-31T23:59:59Z"}),
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "$date", "imdb", "votes", "said", "x"]), inner
        )
    ),
    max_leaves=4,
)
REQUIRED = ("event_type", "user_id", "movie", "timestamp", "name", "rating")


@given(st.sampled_from(sorted(NOTED_FIELDS)), JSON)
@example("sources", [{"service": "x", "said": {"rating": 11}}])
@example("film", {"title": "x", "year": "1995"})
def test_whatever_an_optional_field_holds_the_play_counts(field: str, value: object) -> None:
    """Read or left out with a note; and nothing else of the play changes."""
    ids = {"event_id": "e1", "entry_id": "p1"}
    event, _, notes = read({**changed(field, value), **ids})
    assert {note.field for note in notes} <= {field}
    assert all(note.problem.encode() for note in notes)  # no lone surrogate
    rest = ("user_id", "occurred_at")
    plain = read(GOOD).event
    assert [getattr(event, name) for name in rest] == [getattr(plain, name) for name in rest]
    assert (event.entry.movie.title, event.entry.rating) == ("Heat", 8)
    again = read_event(encode(event), ROME).event  # what is kept is in our own form
    assert again == event


@given(st.sampled_from([*REQUIRED, *TOP]), JSON)
def test_whatever_another_field_holds_is_read_or_refused_in_one_sentence(
    field: str, value: object
) -> None:
    said = _sentences(changed(field, value))
    assert all(sentence.encode() and len(sentence) < 300 for sentence in said)


def _sentences(document: object) -> list[str]:
    """What is said of the record: why it is refused, or else its notes."""
    try:
        return [note.problem for note in read(document).notes]
    except InvalidInput as error:
        return [str(error)]
