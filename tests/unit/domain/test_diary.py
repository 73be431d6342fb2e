"""The rules of the diary."""

from datetime import UTC, date, datetime

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


def add(
    entry_id: str = "e2",
    *,
    movie: Movie = FILM,
    rating: int | None = None,
    watched_on: date | None = TODAY,
    cause: str | None = None,
) -> AddMovie:
    entry = Entry(entry_id, movie, rating, watched_on, TODAY)
    return AddMovie(event_id="v", user_id="u", entry=entry, today=TODAY, now=NOW, cause=cause)


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
        DeleteMovie(event_id="v", user_id="u", entry_id="nope", now=NOW),
        UpdateRating(event_id="v", user_id="u", entry_id="nope", new_rating=3, now=NOW),
    ):
        with pytest.raises(EntryNotFound, match="no entry nope"):
            decide(command, DIARY)


def test_deleting_carries_the_entry_with_its_present_rating() -> None:
    """So that what was counted is exactly what is taken back."""
    rated = evolve(DIARY, [RatingUpdated("v", "u", NOW, ENTRY, 3)])
    event = decide(DeleteMovie(event_id="w", user_id="u", entry_id="e1", now=NOW), rated)
    assert isinstance(event, MovieDeleted)
    assert event.entry.rating == 3
    assert evolve(rated, [event]) == {}


def test_the_same_rating_leads_to_no_event() -> None:
    """Nothing changed, so nothing happened."""
    assert (
        decide(
            UpdateRating(event_id="v", user_id="u", entry_id="e1", new_rating=8, now=NOW), DIARY
        )
        is None
    )


def test_an_event_that_does_not_fit_changes_nothing() -> None:
    """A re-rating or deletion of an entry that is gone is ignored."""
    assert evolve({}, [RatingUpdated("v", "u", NOW, ENTRY, 3)]) == {}
    assert evolve({}, [MovieDeleted("v", "u", NOW, ENTRY)]) == {}


def test_evolving_leaves_the_old_state_alone() -> None:
    """States are values."""
    evolve(DIARY, [MovieDeleted("v", "u", NOW, ENTRY)])
    assert DIARY == {"e1": ENTRY}
