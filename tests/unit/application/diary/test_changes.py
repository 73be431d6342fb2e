"""What happened to a film, and since a day."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cinestats.application.diary.changes import (
    changes_since,
    film_history,
    place_of_change,
)
from cinestats.application.log.ports import Recorded
from cinestats.domain.entry import Entry
from cinestats.domain.errors import EntryNotFound
from cinestats.domain.events import Event, MovieAdded, MovieDeleted, RatingUpdated
from tests.unit.domain.diaries import play

NOON = datetime(2025, 1, 20, 12, tzinfo=UTC)
FIRST, AGAIN = play("A", "2025-01-01", 8), play("A", "2025-01-02")
OTHER = play("B", "2025-01-01")


def added(entry: Entry) -> MovieAdded:
    return MovieAdded(f"+{entry.entry_id}", "u", NOON, entry)


def log(*events: Event | None) -> list[Recorded]:
    return [Recorded(0, position, event) for position, event in enumerate(events, 1)]


EVENTS = [
    added(FIRST),
    added(OTHER),
    RatingUpdated("r", "u", NOON, FIRST, 2),
    added(AGAIN),
    MovieDeleted("d", "u", NOON, AGAIN),
]


@pytest.mark.parametrize("entry_id", [FIRST.entry_id, AGAIN.entry_id])
def test_the_history_of_a_film_is_that_of_all_its_plays(entry_id: str) -> None:
    """Whichever of them is asked for, also a deleted one; erased events tell nothing."""
    film, plays, events = film_history(log(None, *EVENTS), entry_id)
    assert film == FIRST.movie
    assert events == [event for event in EVENTS if event.entry.movie.title == "A"]
    assert [(e.entry_id, e.rating) for e in plays] == [(FIRST.entry_id, 2)]


def test_an_entry_that_never_was_has_no_history() -> None:
    """The sentence names it."""
    with pytest.raises(EntryNotFound, match=r"^The diary never held an entry nope\.$"):
        film_history(log(*EVENTS), "nope")


def test_changes_are_those_after_the_end_of_a_day_in_the_zone() -> None:
    """The latest first; of one moment, the one that the log has last."""
    moments = [NOON, NOON.replace(hour=22), NOON.replace(hour=23), NOON.replace(hour=23)]
    events = [MovieAdded(f"v{n}", "u", moment, FIRST) for n, moment in enumerate(moments)]
    history = log(*events, None)
    day = date(2025, 1, 20)
    rome = changes_since(history, day, ZoneInfo("Europe/Rome"))
    assert [recorded.position for recorded in rome] == [4, 3]
    assert changes_since(history, day, UTC) == []
    everything = changes_since(history, day - timedelta(days=1), UTC)
    assert [recorded.position for recorded in everything] == [4, 3, 2, 1]


def test_the_places_of_changes_sort_as_the_changes_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """As texts, whatever the zones, the fractions, the positions and the server's own zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        _check_places()
    time.tzset()


def _check_places() -> None:
    rome = ZoneInfo("Europe/Rome")
    moments = [
        NOON.replace(tzinfo=rome),
        NOON,
        NOON + timedelta(microseconds=1),
        NOON + timedelta(seconds=1),
    ]
    changes = [
        Recorded(0, position, MovieAdded("v", "u", moment, FIRST))
        for moment in moments
        for position in (9, 10)
    ]
    places = [place_of_change(change) for change in changes]
    assert sorted(places) == places
    assert places[2] == ("2025-01-20T12:00:00.000000+00:00", "00000000000000000009")
