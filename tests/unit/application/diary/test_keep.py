"""The one way into a diary: adding, rating and deleting."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.catalogue.recognise import AmbiguousTitle
from cinestats.application.diary import keep
from cinestats.application.diary.find import find_entry, find_play
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.record import EventIdReused, Receipt
from cinestats.domain.entry import Entry
from cinestats.domain.errors import AlreadyInDiary, EntryNotFound, InvalidInput
from cinestats.domain.movie import FilmName, Movie
from tests.unit.application.application import TODAY, Application

HEAT = Movie.create("Heat", year=1995)
KNOWN = Movie.create("Heat", year=1995, directors="Michael Mann", duration=170)
TAKEN = replace(KNOWN, listed=FilmName("Heat", 1995))
REMAKE = Movie.create("Heat", year=1986)
TICK = timedelta(microseconds=1)


@pytest.fixture
def app() -> Application:
    app = Application()
    app.catalogue.load([CatalogueFilm(KNOWN)])
    return app


@pytest.fixture
def diary(app: Application) -> DiaryKeeper:
    return app.keeper


def entry_of(receipt: Receipt) -> Entry:
    assert receipt.event is not None
    return receipt.event.entry


def add(diary: DiaryKeeper, **said: Any) -> Receipt:
    return keep.add(diary, **{"user": "u1", "film": HEAT, **said})


def test_what_is_not_said_follows_from_catalogue_and_clock(diary: DiaryKeeper) -> None:
    """The film is completed, watched and added today, and unrated."""
    receipt = add(diary)
    entry = entry_of(receipt)
    assert receipt.event is not None
    assert entry == Entry(receipt.event.event_id, TAKEN, None, TODAY, TODAY)
    assert receipt.event.occurred_at == diary.clock()
    assert receipt.event.cause is None
    assert find_entry(diary, "u1", entry.entry_id) == entry


def test_what_is_said_counts(diary: DiaryKeeper) -> None:
    """The film's own credits are kept; None is a day that nobody knows."""
    film = replace(HEAT, directors=("Somebody",))
    entry = entry_of(add(diary, film=film, rating=7, watched=None))
    assert (entry.movie.directors, entry.movie.duration) == (("Somebody",), 170)
    assert (entry.rating, entry.watched_on, entry.added_on) == (7, None, TODAY)


def test_a_moment_belongs_to_its_day_in_the_zone(diary: DiaryKeeper) -> None:
    """An evening in New York is the next day in Rome."""
    rome = replace(diary, zone=ZoneInfo("Europe/Rome"))
    entry = entry_of(add(rome, at=datetime(2025, 1, 10, 23, 30, tzinfo=UTC)))
    assert (entry.watched_on, entry.added_on) == (date(2025, 1, 11), date(2025, 1, 11))


def test_a_film_may_have_been_added_long_ago_and_watched_since(diary: DiaryKeeper) -> None:
    """The day is bounded by today, not by the moment that is given."""
    entry = entry_of(add(diary, at=datetime(2024, 1, 1, tzinfo=UTC), watched=TODAY))
    assert (entry.watched_on, entry.added_on) == (TODAY, date(2024, 1, 1))


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=5)])
def test_clocks_may_differ_by_five_minutes(app: Application, ahead: timedelta) -> None:
    """Past midnight, too: what a clock ahead calls today is a day that may be."""
    app.now = datetime(2025, 1, 21, 23, 57, tzinfo=UTC)
    moment = app.now + ahead
    assert entry_of(add(app.keeper, at=moment)).watched_on == moment.date()


def test_a_moment_to_come_or_from_before_1970_is_refused(diary: DiaryKeeper) -> None:
    """The bounds themselves are allowed."""
    first, last = datetime(1970, 1, 1, tzinfo=UTC), diary.clock() + timedelta(minutes=5)
    assert entry_of(add(diary, at=first)).added_on == date(1970, 1, 1)
    assert entry_of(add(diary, at=last)).added_on == TODAY
    for moment in (first - TICK, last + TICK):
        with pytest.raises(InvalidInput, match="timestamp: must be from 1970 to now"):
            add(diary, at=moment)


def test_a_title_of_two_films_needs_its_year(app: Application) -> None:
    """The sentence names the films it may be."""
    app.catalogue.load([CatalogueFilm(KNOWN), CatalogueFilm(REMAKE)])
    with pytest.raises(
        AmbiguousTitle, match=r"^Heat may be Heat \(1986\), Heat \(1995\); give the year\.$"
    ):
        add(app.keeper, film=Movie.create("Heat"))
    assert entry_of(add(app.keeper, film=HEAT)).movie == TAKEN


def test_a_second_play_on_one_day_is_refused(diary: DiaryKeeper) -> None:
    """Without a key the same request is another one."""
    add(diary)
    with pytest.raises(AlreadyInDiary, match="a rewatch needs another day"):
        add(diary)
    assert entry_of(add(diary, watched=TODAY - timedelta(days=1)))


def test_rating_and_deleting_name_the_entry(diary: DiaryKeeper) -> None:
    """Each answers with what the play was before it and is after it."""
    entry = entry_of(add(diary))
    rated = keep.rate(diary, user="u1", entry_id=entry.entry_id, rating=4).event
    assert rated is not None
    assert (rated.before, rated.after) == (entry, replace(entry, rating=4))
    deleted = keep.delete(diary, user="u1", entry_id=entry.entry_id).event
    assert deleted is not None
    assert (deleted.before, deleted.after) == (replace(entry, rating=4), None)
    for act in (keep.delete, lambda *a, **k: keep.rate(*a, **k, rating=4)):
        with pytest.raises(EntryNotFound, match=f"no entry {entry.entry_id}"):
            act(diary, user="u1", entry_id=entry.entry_id)


class TestKey:
    """The same request with the same key is one request."""

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"watched": None, "rating": 8},
            {"watched": TODAY},
            {"at": datetime(2025, 1, 20, 22, tzinfo=UTC)},
        ],
        ids=str,
    )
    def test_an_addition_is_answered_again_whatever_changed(
        self, app: Application, said: dict[str, Any]
    ) -> None:
        """Another day, another catalogue in which the title is ambiguous, a later rating."""
        film = Movie.create("Heat")
        first = add(app.keeper, film=film, key="k", **said)
        keep.rate(app.keeper, user="u1", entry_id=entry_of(first).entry_id, rating=1)
        app.catalogue.load([CatalogueFilm(replace(KNOWN, duration=1)), CatalogueFilm(REMAKE)])
        app.now += timedelta(days=1)
        assert add(app.keeper, film=film, key="k", **said) == first
        keep.delete(app.keeper, user="u1", entry_id=entry_of(first).entry_id)
        assert add(app.keeper, film=film, key="k", **said) == first
        assert app.diaries.entries("u1") == []
        assert app.log.tail(0) == 3

    def test_a_rating_and_a_deletion_are_answered_again(self, app: Application) -> None:
        """A repeated one does not overwrite what came between."""
        entry_id = entry_of(add(app.keeper)).entry_id
        acts: list[Callable[[], Receipt]] = [
            lambda: keep.rate(app.keeper, user="u1", entry_id=entry_id, rating=3, key="r"),
            lambda: keep.rate(app.keeper, user="u1", entry_id=entry_id, rating=None, key="n"),
            lambda: keep.delete(app.keeper, user="u1", entry_id=entry_id, key="d"),
        ]
        receipts = [act() for act in acts]
        app.now += timedelta(days=1)
        assert [act() for act in acts] == receipts
        assert app.log.tail(0) == 4

    @pytest.mark.parametrize(
        "other",
        [
            {"film": Movie.create("Ali")},
            {"film": REMAKE},
            {"film": replace(HEAT, duration=169)},
            {"rating": 1},
            {"watched": None},
            {"watched": TODAY - timedelta(days=1)},
            {"at": datetime(2025, 1, 21, 9, tzinfo=UTC) - TICK},
        ],
        ids=str,
    )
    def test_another_addition_is_refused(self, app: Application, other: dict[str, Any]) -> None:
        """Whatever differs; nothing is recorded."""
        add(app.keeper, key="k")
        with pytest.raises(EventIdReused) as refused:
            add(app.keeper, key="k", **other)
        assert str(refused.value) == (
            "This Idempotency-Key was already used for another request; take a new one."
        )
        assert app.log.tail(0) == 1

    def test_a_key_that_was_used_for_something_else_is_refused(self, app: Application) -> None:
        """By kind, by entry, by rating."""
        entry_id = entry_of(add(app.keeper, key="add")).entry_id
        keep.rate(app.keeper, user="u1", entry_id=entry_id, rating=3, key="rate")
        acts: list[Callable[[], Receipt]] = [
            lambda: keep.rate(app.keeper, user="u1", entry_id=entry_id, rating=5, key="add"),
            lambda: keep.rate(app.keeper, user="u1", entry_id=entry_id, rating=5, key="rate"),
            lambda: keep.rate(app.keeper, user="u1", entry_id="e", rating=3, key="rate"),
            lambda: keep.delete(app.keeper, user="u1", entry_id=entry_id, key="rate"),
            lambda: add(app.keeper, film=Movie.create("Ali"), key="rate"),
        ]
        for act in acts:
            with pytest.raises(EventIdReused, match="This Idempotency-Key was already used"):
                act()
        assert app.log.tail(0) == 2

    def test_a_key_belongs_to_its_user(self, diary: DiaryKeeper) -> None:
        """Two users may choose the same one."""
        assert entry_of(add(diary, key="k")) != entry_of(add(diary, user="u2", key="k"))

    def test_requests_at_the_same_time_are_one(self, app: Application) -> None:
        """Whoever comes second gets the answer of the first, although time goes on."""
        ticking = replace(app.keeper, clock=lambda: datetime.now(UTC))
        with ThreadPoolExecutor(8) as threads:
            futures = [threads.submit(add, ticking, key="k") for _ in range(8)]
        assert len({id_of.result().position for id_of in futures}) == 1
        assert app.log.tail(0) == 1


class TestFindPlay:
    """A person names a play by its film."""

    @pytest.fixture
    def days(self, diary: DiaryKeeper) -> dict[str, date]:
        days = {"first": date(2025, 1, 2), "last": date(2025, 1, 9)}
        for day in days.values():
            add(diary, watched=day)
        add(diary, watched=None)
        return days

    def test_the_latest_is_meant_unless_a_day_is_given(
        self, diary: DiaryKeeper, days: dict[str, date]
    ) -> None:
        """One of an unknown day is never the latest while another has a day."""
        assert find_play(diary, user="u1", title="heat").watched_on == days["last"]
        found = find_play(diary, user="u1", title="Heat", year=1995, watched=days["first"])
        assert found.watched_on == days["first"]

    @pytest.mark.usefixtures("days")
    def test_another_day_year_user_or_film_is_not_found(self, diary: DiaryKeeper) -> None:
        """The sentence names what was looked for."""
        for said, sentence in (
            ({"watched": TODAY}, "Heat is not in the diary of u1 on 2025-01-21."),
            ({"year": 1986}, "Heat is not in the diary of u1."),
            ({"user": "u2"}, "Heat is not in the diary of u2."),
            ({"title": "Ali"}, "Ali is not in the diary of u1."),
        ):
            with pytest.raises(EntryNotFound) as refused:
                find_play(diary, **{"user": "u1", "title": "Heat", **said})  # type: ignore[arg-type]
            assert str(refused.value) == sentence

    def test_any_title_of_the_film_names_it(self, app: Application) -> None:
        """As the catalogue has them."""
        app.catalogue.load([CatalogueFilm(KNOWN, italian_title="Heat - La sfida")])
        entry = entry_of(add(app.keeper))
        assert find_play(app.keeper, user="u1", title="Heat, la sfida") == entry

    def test_a_film_with_a_key_of_its_own_is_found_by_its_title(self, app: Application) -> None:
        """As the user's own export has it, when the catalogue does not."""
        film = Movie.create("Lo squalo", year=1975, film_key="imdb:tt0073195")
        entry = entry_of(add(app.keeper, film=film))
        assert find_play(app.keeper, user="u1", title="LO SQUALO") == entry

    def test_a_diary_that_lags_is_caught_up_first(self, app: Application) -> None:
        """Fault: a crash came between the append and the diary."""
        event = app.recorder.record(app.add("Ali")).event
        assert event is not None
        late = Application()
        late.log.append(0, 0, [event])
        assert find_play(late.keeper, user="u1", title="Ali") == event.entry
