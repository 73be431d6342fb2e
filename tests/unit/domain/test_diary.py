"""The rules of the diary."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cinestats.domain.diary import (
    FIRST_DAY,
    AddMovie,
    Command,
    DeleteMovie,
    Diary,
    UpdateRating,
    decide,
    evolve,
    led_to,
)
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
    with pytest.raises(AlreadyInDiary, match="Heat is already in the diary with no date; a re"):
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


@pytest.mark.parametrize("day", [FIRST_DAY, FIRST_DAY + timedelta(days=1), TODAY])
def test_the_first_and_the_last_day_that_may_be_are_themselves_allowed(day: date) -> None:
    """Film began in 1888, and today counts although it is not over."""
    event = decide(add(watched_on=day), {})
    assert event is not None
    assert event.entry.watched_on == day


@pytest.mark.parametrize("day", [FIRST_DAY - timedelta(days=1), TODAY + timedelta(days=1)])
def test_the_days_next_to_them_are_refused(day: date) -> None:
    """The sentence names both bounds and the day."""
    with pytest.raises(InvalidInput) as refused:
        decide(add(watched_on=day), {})
    assert str(refused.value) == (
        f"watched_date: must be from 1888-01-01 to today (2025-01-21), not {day}"
    )


OTHER = Movie.create("Heat", year=1986)


@pytest.mark.parametrize(
    "command",
    [
        add(movie=OTHER, watched_on=ENTRY.watched_on),
        add(watched_on=date(2025, 1, 19)),
        add(watched_on=None),
    ],
    ids=["another film of that title", "another day", "an unknown day"],
)
def test_only_the_same_film_on_the_same_day_is_the_same_play(command: AddMovie) -> None:
    """Either difference alone makes it another play."""
    assert decide(command, DIARY) is not None


@pytest.mark.parametrize(
    ("present", "wanted"), [(None, None), (None, 5), (5, None), (5, 5), (5, 6)]
)
def test_a_rating_changes_when_it_is_another_one(
    present: int | None, wanted: int | None
) -> None:
    """No rating is a rating of its own: it can be given, taken away, and given in vain."""
    entry = replace(ENTRY, rating=present)
    command = UpdateRating(
        event_id="v", user_id="u", entry_id="e1", new_rating=wanted, now=NOW, cause="c"
    )
    event = decide(command, {"e1": entry})
    if present == wanted:
        assert event is None
    else:
        assert event == RatingUpdated("v", "u", NOW, entry, wanted, "c")
        assert evolve({"e1": entry}, [event]) == {"e1": replace(entry, rating=wanted)}


def test_entries_stay_in_the_order_they_were_added() -> None:
    """A re-rating leaves an entry in its place; one that is added again comes last."""
    second = replace(ENTRY, entry_id="e2", watched_on=TODAY)
    rated = RatingUpdated("v", "u", NOW, ENTRY, 3)
    both = evolve(DIARY, [MovieAdded("w", "u", NOW, second), rated])
    assert list(both) == ["e1", "e2"]
    events = [MovieDeleted("x", "u", NOW, ENTRY), MovieAdded("y", "u", NOW, ENTRY)]
    assert list(evolve(both, events)) == ["e2", "e1"]


LATER = NOW + timedelta(hours=1)
ADD = add("e2", rating=9)
RATE = UpdateRating(event_id="v", user_id="u", entry_id="e1", new_rating=3, now=NOW)
DELETE = DeleteMovie(event_id="v", user_id="u", entry_id="e1", now=NOW)


@pytest.mark.parametrize("command", [ADD, RATE, DELETE], ids=["add", "rate", "delete"])
def test_a_command_sent_again_is_known_by_what_it_led_to(command: Command) -> None:
    """Also from another moment, and whatever the diary holds by then."""
    event = decide(command, DIARY)
    assert event is not None
    assert led_to(command, event)
    assert led_to(replace(command, now=LATER), event)


@pytest.mark.parametrize(
    ("command", "other"),
    [
        (ADD, replace(ADD, entry=replace(ADD.entry, rating=None))),
        (ADD, replace(ADD, entry=replace(ADD.entry, watched_on=None))),
        (ADD, replace(ADD, entry=replace(ADD.entry, movie=OTHER))),
        (ADD, replace(ADD, entry=replace(ADD.entry, added_on=FIRST_DAY))),
        (ADD, replace(ADD, entry=replace(ADD.entry, entry_id="e3"))),
        (ADD, replace(ADD, user_id="w")),
        (ADD, RATE),
        (ADD, DELETE),
        (RATE, ADD),
        (RATE, DELETE),
        (RATE, replace(RATE, new_rating=4)),
        (RATE, replace(RATE, new_rating=None)),
        (RATE, replace(RATE, new_rating=ENTRY.rating)),
        (RATE, replace(RATE, entry_id="e2")),
        (DELETE, ADD),
        (DELETE, RATE),
        (DELETE, replace(DELETE, entry_id="e2")),
        (DELETE, replace(DELETE, cause="import")),
    ],
)
def test_another_command_did_not_lead_to_the_event(command: Command, other: Command) -> None:
    """One thing that differs is enough."""
    event = decide(command, DIARY)
    assert event is not None
    assert not led_to(other, event)
