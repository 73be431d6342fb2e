"""The rules of the diary."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cinestats.domain.diary import AddMovie, DeleteMovie, Diary, UpdateRating, decide, evolve
from cinestats.domain.entry import Entry
from cinestats.domain.errors import AlreadyInDiary, EntryNotFound, InvalidInput
from cinestats.domain.events import MovieAdded, MovieDeleted, RatingUpdated
from cinestats.domain.movie import Movie

NOW = datetime(2025, 1, 21, 9, tzinfo=UTC)
TODAY = date(2025, 1, 21)
FILM = Movie.create("Heat", year=1995)
ENTRY = Entry("e1", FILM, 8, date(2025, 1, 20), TODAY)
DIARY: Diary = {"e1": ENTRY}


def add(entry_id: str = "e2", **changes: Any) -> AddMovie:
    fields: dict[str, Any] = {
        "event_id": "v",
        "user_id": "u",
        "entry_id": entry_id,
        "movie": FILM,
        "rating": None,
        "watched_on": TODAY,
        "added_on": TODAY,
        "today": TODAY,
        "now": NOW,
    }
    return AddMovie(**{**fields, **changes})


def test_adding_makes_an_entry() -> None:
    """The event carries everything the entry is made of."""
    event = decide(add(rating=9, cause="import"), {})
    entry = Entry("e2", FILM, 9, TODAY, TODAY)
    assert event == MovieAdded("v", "u", NOW, entry, "import")


def test_another_day_is_a_rewatch() -> None:
    """Bad input 21, second half."""
    assert isinstance(decide(add(watched_on=TODAY), DIARY), MovieAdded)


@pytest.mark.parametrize(
    "command",
    [
        add(watched_on=ENTRY.watched_on),
        add(entry_id="e1", movie=Movie.create("Other")),
    ],
)
def test_the_same_film_on_the_same_day_is_refused(command: AddMovie) -> None:
    """Bad input 21: the message says which film and day."""
    with pytest.raises(AlreadyInDiary, match="Heat is already in the diary on 2025-01-20"):
        decide(command, DIARY)


def test_a_film_without_a_day_is_there_once() -> None:
    """An unknown day is the same unknown day."""
    undated = Entry("e0", FILM, None, None, TODAY)
    with pytest.raises(AlreadyInDiary, match="with no date"):
        decide(add(watched_on=None), {"e0": undated})


@pytest.mark.parametrize("day", [date(2025, 1, 22), date(1, 1, 1), date(9999, 12, 31)])
def test_days_before_film_and_after_today_are_refused(day: date) -> None:
    """Bad input 18."""
    with pytest.raises(InvalidInput, match=r"watched_date: must be from 1888-01-01 to today"):
        decide(add(watched_on=day), {})


def test_what_is_not_there_cannot_be_changed() -> None:
    """Bad input 19."""
    for command in (
        DeleteMovie("v", "u", "nope", NOW),
        UpdateRating("v", "u", "nope", 3, NOW),
    ):
        with pytest.raises(EntryNotFound, match="no entry nope"):
            decide(command, DIARY)


def test_deleting_carries_the_entry_with_its_present_rating() -> None:
    """So that what was counted is exactly what is taken back."""
    rated = evolve(DIARY, RatingUpdated("v", "u", NOW, ENTRY, 3))
    event = decide(DeleteMovie("w", "u", "e1", NOW), rated)
    assert isinstance(event, MovieDeleted)
    assert event.entry.rating == 3
    assert evolve(rated, event) == {}


def test_the_same_rating_leads_to_no_event() -> None:
    """Nothing changed, so nothing happened."""
    assert decide(UpdateRating("v", "u", "e1", 8, NOW), DIARY) is None


def test_an_event_that_does_not_fit_changes_nothing() -> None:
    """A re-rating or deletion of an entry that is gone is ignored."""
    assert evolve({}, RatingUpdated("v", "u", NOW, ENTRY, 3)) == {}
    assert evolve({}, MovieDeleted("v", "u", NOW, ENTRY)) == {}


def test_evolving_leaves_the_old_state_alone() -> None:
    """States are values."""
    evolve(DIARY, MovieDeleted("v", "u", NOW, ENTRY))
    assert DIARY == {"e1": ENTRY}
