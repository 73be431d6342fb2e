"""Lists are what their sources said last, and undo brings back what was."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.domain.errors import InvalidInput
from cinestats.domain.lists import (
    Change,
    FilmList,
    FilmListed,
    FilmUnlisted,
    ListEvent,
    Listing,
    Lists,
    by_list,
    checked,
    compare,
    evolve,
    undone,
    watchlist_of,
)
from cinestats.domain.movie import FilmIds

from .some_lists import LISTS, listings

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
WATCHLIST = watchlist_of("letterboxd")
NOIR = FilmList("letterboxd", "list", "Noir")


@st.composite
def files(draw: st.DrawFn) -> tuple[FilmList, list[Listing]]:
    """A list, and the films that a file says are on it."""
    about = draw(LISTS)
    return about, draw(st.lists(listings(st.just(about)), max_size=4))


def events_of(changes: Sequence[Change], cause: str) -> list[ListEvent]:
    found: list[ListEvent] = []
    for before, after in changes:
        if after is not None:
            found.append(FilmListed("e", "u1", NOON, after, cause))
        else:
            assert before is not None
            found.append(FilmUnlisted("e", "u1", NOON, before, cause))
    return found


def told(history: list[ListEvent], file: tuple[FilmList, list[Listing]], cause: str) -> None:
    """Take in a file, which has its list whole."""
    about, films = file
    changes = compare(evolve({}, history), films, {about.key})
    history += events_of(changes, cause)


def wanted(history: Sequence[tuple[FilmList, list[Listing]]]) -> Lists:
    """What a person would say is on the lists: of each list, its last file."""
    last = {about.key: films for about, films in history}
    lists: dict[object, Listing] = {}
    for films in last.values():
        for film in reversed(films):  # of two in one place the first stands
            lists[film.place] = film
    return lists  # type: ignore[return-value]


@given(st.lists(files(), max_size=6))
def test_each_list_is_what_its_last_file_says(
    read: list[tuple[FilmList, list[Listing]]],
) -> None:
    """Whatever came before it, and a file that comes again changes nothing."""
    history: list[ListEvent] = []
    for number, file in enumerate(read):
        told(history, file, str(number))
        length = len(history)
        told(history, file, "again")
        assert len(history) == length
    assert evolve({}, history) == wanted(read)


@given(st.lists(files(), max_size=4), files())
def test_undo_brings_back_what_was(
    read: list[tuple[FilmList, list[Listing]]], last: tuple[FilmList, list[Listing]]
) -> None:
    """A second undo changes nothing."""
    history: list[ListEvent] = []
    for file in read:
        told(history, file, "earlier")
    before = evolve({}, history)
    told(history, last, "last")
    history += events_of(undone(history, "last") or (), "undo:last")
    assert evolve({}, history) == before
    assert not undone(history, "last")


@given(files(), files(), files())
def test_undo_leaves_what_changed_since(
    first: tuple[FilmList, list[Listing]],
    middle: tuple[FilmList, list[Listing]],
    last: tuple[FilmList, list[Listing]],
) -> None:
    """Each place that the last file changed stays; every other one is as it was."""
    history: list[ListEvent] = []
    told(history, first, "first")
    before = evolve({}, history)
    told(history, middle, "middle")
    length = len(history)
    told(history, last, "last")
    since = {event.listing.place for event in history[length:]}
    now = evolve({}, history)
    history += events_of(undone(history, "middle") or (), "undo:middle")
    after = evolve({}, history)
    for place in {*before, *now, *after}:
        assert after.get(place) == (now if place in since else before).get(place)


def test_what_did_nothing_cannot_be_taken_back() -> None:
    """That is another answer than having nothing left to take back."""
    history: list[ListEvent] = []
    told(history, (NOIR, [Listing(NOIR, "Heat", 1995)]), "one")
    told(history, (NOIR, []), "two")
    assert undone(history, "none") is None
    assert undone(history, "one") == []


def test_a_list_that_was_not_told_whole_loses_nothing() -> None:
    """Only what is said is news."""
    heat, alien = Listing(NOIR, "Heat", 1995), Listing(NOIR, "Alien", 1979)
    lists = {heat.place: heat}
    assert compare(lists, [alien], ()) == [Change(None, alien)]
    assert compare(lists, [alien], {NOIR.key}) == [Change(heat, None), Change(None, alien)]
    assert compare(lists, [alien], {WATCHLIST.key}) == [Change(None, alien)]


def test_what_is_said_of_a_list_holds_for_all_its_films() -> None:
    """Also for those that nobody told again."""
    described = FilmList("letterboxd", "list", "Noir", "Dark.")
    heat, alien = Listing(NOIR, "Heat", 1995), Listing(described, "Alien", 1979)
    changes = compare({heat.place: heat}, [Listing(NOIR, "Jaws", 1975), alien], ())
    assert {change.after.list for change in changes if change.after} == {described}
    assert len(changes) == 3


def test_lists_are_in_order_and_so_are_their_films() -> None:
    """By position, else by the day; of what is said of a list the last stands."""
    described = FilmList("letterboxd", "list", "Noir", "Dark.")
    films = [
        Listing(NOIR, "C", 1950, position=2),
        Listing(WATCHLIST, "W2", listed_on=date(2024, 2, 1)),
        Listing(WATCHLIST, "W3"),
        Listing(WATCHLIST, "W1", listed_on=date(2024, 1, 1)),
        Listing(described, "B", 1950, position=1),
    ]
    found = by_list(evolve({}, events_of([Change(None, film) for film in films], "c")))
    assert [(about, [film.title for film in on]) for about, on in found.items()] == [
        (described, ["B", "C"]),
        (WATCHLIST, ["W1", "W2", "W3"]),
    ]


@pytest.mark.parametrize(
    ("listing", "field"),
    [
        (Listing(NOIR, ""), "title"),
        (Listing(NOIR, "a\x00"), "title"),
        (Listing(NOIR, "A", 99), "year"),
        (Listing(NOIR, "A", ids=FilmIds("nm1")), "imdb"),
        (Listing(NOIR, "A", position=0), "position"),
        (Listing(NOIR, "A", note=""), "note"),
        (Listing(NOIR, "A", note="x" * 20_001), "note"),
        (Listing(FilmList("a", "list", "b", "x" * 20_001), "A"), "description"),
        (Listing(FilmList("a", "shelf", "b"), "A"), "kind"),  # type: ignore[arg-type]
        (Listing(FilmList("", "list", "b"), "A"), "service"),
        (Listing(FilmList("a", "list", " "), "A"), "name"),
        (Listing(FilmList("a", "list", "b", url="\n"), "A"), "url"),
        (Listing(FilmList("a", "list", "b", tags=("",)), "A"), "tags"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(listing: Listing, field: str) -> None:
    """From whatever file it comes."""
    with pytest.raises(InvalidInput) as refused:
        checked(listing)
    assert refused.value.field == field


@given(listings())
def test_what_can_be_is_left_as_it_is(listing: Listing) -> None:
    """Notes keep their lines."""
    assert checked(listing) == listing
