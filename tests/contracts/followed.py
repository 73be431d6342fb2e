"""What every store of followed accounts promises."""

import threading
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import timedelta

import pytest

from cinestats.application.following.accounts import Asked, FollowedAccount, FollowStore

from .builders import NOON

MINUTE = timedelta(minutes=1)


def account(name: str = "anna", user_id: str = "u1", minutes: int = 0) -> FollowedAccount:
    return FollowedAccount(user_id, "letterboxd", name, NOON, Asked(NOON + minutes * MINUTE))


class FollowedContract(ABC):
    @abstractmethod
    def make(self) -> FollowStore: ...

    @pytest.fixture
    def store(self) -> FollowStore:
        return self.make()

    def test_an_account_is_kept_as_it_is(self, store: FollowStore) -> None:
        """Every field comes back, for its user alone."""
        asked = Asked(NOON, NOON - MINUTE, "2 added.", 3, '"e"', "Sun, 12 Jan 2025")
        kept = replace(account(), asked=asked)
        assert store.add(kept, 5)
        assert store.of_user("u1") == [kept]
        assert store.of_user("u2") == []

    def test_a_user_follows_an_account_once(self, store: FollowStore) -> None:
        """Another user may, too."""
        assert store.add(account(), 5)
        assert not store.add(replace(account(), since=NOON + MINUTE), 5)
        assert store.add(account(user_id="u2"), 5)
        assert store.of_user("u1") == [account()]

    def test_a_user_follows_at_most_so_many(self, store: FollowStore) -> None:
        """One beyond the limit is not added, in the order of their names."""
        assert [store.add(account(name), 2) for name in "cab"] == [True, True, False]
        assert [each.name for each in store.of_user("u1")] == ["a", "c"]

    def test_no_crowd_gets_past_the_limit(self, store: FollowStore) -> None:
        """Accounts that are added at the same moment share the limit."""
        added: list[bool] = []
        threads = [
            threading.Thread(target=lambda n=n: added.append(store.add(account(f"a{n}"), 3)))
            for n in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (added.count(True), len(store.of_user("u1"))) == (3, 3)

    def test_only_the_users_own_is_removed(self, store: FollowStore) -> None:
        """A place that is free again can be taken."""
        assert store.add(account(), 1)
        assert not store.remove("u2", "letterboxd", "anna")
        assert store.remove("u1", "letterboxd", "anna")
        assert not store.remove("u1", "letterboxd", "anna")
        assert store.add(account("bea"), 1)

    def test_a_forgotten_user_follows_nobody(self, store: FollowStore) -> None:
        """All of a user's go at once, and nobody else's."""
        for each in (account("a"), account("b"), account("a", "u2")):
            store.add(each, 5)
        assert store.remove_all("u1") == 2
        assert store.remove_all("u1") == 0
        assert store.due(NOON, 5) == [account("a", "u2")]

    def test_due_are_those_that_wait_longest(self, store: FollowStore) -> None:
        """And nobody before the time."""
        for name, minutes in (("late", 3), ("first", 1), ("second", 2)):
            store.add(account(name, minutes=minutes), 5)
        assert store.due(NOON, 5) == []
        due = store.due(NOON + 2 * MINUTE, 5)
        assert [each.name for each in due] == ["first", "second"]
        assert [each.name for each in store.due(NOON + 3 * MINUTE, 1)] == ["first"]

    def test_a_turn_is_taken_once(self, store: FollowStore) -> None:
        """Whoever saw the account as it was before cannot take it again."""
        store.add(account(), 5)
        turn = replace(account().asked, due_at=NOON + MINUTE, asked_at=NOON)
        assert store.save(account(), turn)
        assert not store.save(account(), turn)
        taken = replace(account(), asked=turn)
        assert store.of_user("u1") == [taken]
        assert store.save(taken, turn)  # nothing changed meanwhile
        store.remove_all("u1")
        assert not store.save(taken, turn)
        assert store.of_user("u1") == []
