"""What every store of lists promises."""

from abc import ABC, abstractmethod
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from cinestats.application.lists.ports import ListLog
from cinestats.domain.lists import FilmList, FilmListed, FilmUnlisted, ListEvent, Listing
from cinestats.domain.movie import FilmIds

from .builders import NOON

NOIR = FilmList(
    "letterboxd", "list", "Noir", "Dark,\nand wet.", "https://boxd.it/l", ("a", "b")
)
HEAT = Listing(
    NOIR, "Heat", 1995, FilmIds("tt0113277", 949), 1, "Again.\n\nSoon.", date(2024, 5, 1)
)


def listed(number: int, user_id: str = "u1", cause: str | None = "c") -> ListEvent:
    moment = NOON + timedelta(microseconds=number)
    kind = FilmListed if number % 2 else FilmUnlisted
    return kind(f"e{number}", user_id, moment, HEAT, cause)


class ListLogContract(ABC):
    @abstractmethod
    def make(self) -> ListLog: ...

    @pytest.fixture
    def store(self) -> ListLog:
        return self.make()

    def test_an_event_is_kept_as_it_is(self, store: ListLog) -> None:
        """Every field comes back, and also where there is none; for its user alone."""
        plain = Listing(FilmList("trakt", "watchlist", "watchlist"), "M")
        events = [listed(1), FilmListed("e2", "u1", NOON, plain)]
        assert store.append("u1", 0, events)
        assert store.of_user("u1") == events
        assert store.of_user("u2") == []

    def test_events_stay_in_order(self, store: ListLog) -> None:
        """Also where there are many, from several appends."""
        events = [listed(number) for number in range(1, 2502)]
        assert store.append("u1", 0, events[:1200])
        assert store.append("u1", 1200, events[1200:])
        assert store.of_user("u1") == events

    def test_who_does_not_know_the_last_event_appends_nothing(self, store: ListLog) -> None:
        """Be there fewer or more of them than it thinks."""
        assert not store.append("u1", 1, [listed(1)])
        assert store.append("u1", 0, [listed(1)])
        assert not store.append("u1", 0, [listed(2), listed(3)])
        assert not store.append("u1", 3, [listed(2)])
        assert store.of_user("u1") == [listed(1)]
        assert store.append("u2", 0, [listed(2, "u2")])

    def test_of_writers_at_one_moment_one_is_first(self, store: ListLog) -> None:
        """The others have to read again."""
        barrier = Barrier(4)
        done: list[bool] = []

        def write(number: int) -> None:
            mine = [listed(number), listed(number + 100)]
            barrier.wait()
            done.append(store.append("u1", 0, mine))

        threads = [Thread(target=write, args=[number]) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (done.count(True), len(store.of_user("u1"))) == (1, 2)

    def test_users_are_those_with_an_event(self, store: ListLog) -> None:
        """Each once, sorted."""
        assert store.users() == []
        for user_id in ("zoë", "anna"):
            store.append(user_id, 0, [listed(1, user_id), listed(2, user_id)])
        assert store.users() == ["anna", "zoë"]

    def test_a_forgotten_users_are_gone(self, store: ListLog) -> None:
        """All at once, and nobody else's; the user may begin anew."""
        store.append("u1", 0, [listed(1), listed(2)])
        store.append("u2", 0, [listed(1, "u2")])
        assert store.remove_all("u1") == 2
        assert store.remove_all("u1") == 0
        assert store.users() == ["u2"]
        assert not store.append("u1", 2, [listed(3)])
        assert store.append("u1", 0, [listed(3)])
