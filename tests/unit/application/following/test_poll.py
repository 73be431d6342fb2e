"""A followed account's entries come into the diary, and only once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from cinestats.adapters.memory.followed import MemoryFollowed
from cinestats.application.diary.keep import delete, rate
from cinestats.application.following.accounts import (
    MAX_FOLLOWED,
    FollowedAccount,
    NotFollowed,
    TooManyFollowed,
    follow,
    unfollow,
)
from cinestats.application.following.plays import DELETED_HERE
from cinestats.application.following.poll import (
    INTERVAL,
    LAST_DELAY,
    LONGEST_WAIT,
    NOTHING_NEW,
    Feed,
    FeedUnavailable,
    Poll,
    Poller,
)
from cinestats.application.imports.rows import ImportedRow, Row, SkippedRow
from cinestats.application.imports.undo import past_imports, undo_import
from cinestats.domain.entry import Entry
from cinestats.domain.errors import InvalidInput
from tests.unit.application.application import Application


def row(number: int = 1, word: str = "watch", **fields: Any) -> ImportedRow:
    values = {
        "line": number,
        "kind": "play",
        "title": "Heat",
        "year": 1995,
        "rating": 8,
        "watched_on": date(2025, 1, 10),
        "tmdb_id": 949,
        "service": "letterboxd",
        "reference": f"letterboxd-{word}-{number}",
        "rewatch": False,
        **fields,
    }
    return ImportedRow(**values)


class Following:
    def __init__(self) -> None:
        self.app = Application()
        self.store = MemoryFollowed()
        self.answer: Feed | FeedUnavailable = Feed([])
        self.asked: list[tuple[str, str | None, str | None]] = []
        self.poller = Poller(
            self.store,
            {"letterboxd": self.read},
            self.app.keeper,
            self.app.importer,
            lambda: 0.0,
        )

    def read(self, name: str, etag: str | None, last_modified: str | None) -> Feed:
        self.asked.append((name, etag, last_modified))
        if isinstance(self.answer, FeedUnavailable):
            raise self.answer
        return self.answer

    def follow(self, name: str = "anna") -> FollowedAccount:
        return follow(self.store, self.app.clock, "u1", "letterboxd", name)

    def poll(self, *rows: Row, later: timedelta = INTERVAL) -> Poll:
        """What comes of the next turn, when the feed has these rows."""
        self.app.now += later
        if rows:
            self.answer = Feed(rows, etag='"1"', last_modified="yesterday")
        poll = self.poller.poll_due()
        assert poll is not None
        return poll

    @property
    def account(self) -> FollowedAccount:
        (account,) = self.store.of_user("u1")
        return account

    def plays(self) -> Sequence[Entry]:
        self.app.recorder.catch_up_with("u1")
        return self.app.diaries.entries("u1")


@pytest.fixture
def following() -> Following:
    following = Following()
    following.follow()
    return following


def test_nobody_is_asked_while_nothing_is_followed() -> None:
    """It is off until somebody turns it on, and again when it is turned off."""
    following = Following()
    assert following.poller.poll_due() is None
    following.follow()
    unfollow(following.store, "u1", "letterboxd", "ANNA")
    assert following.poller.poll_due() is None
    assert following.asked == []


def test_new_entries_are_added_once(following: Following) -> None:
    """With all that the feed says; asked again they change nothing."""
    assert following.poll(row()).account.asked.result == "1 added."
    (play,) = following.plays()
    assert (play.movie.title, play.rating, play.watched_on) == ("Heat", 8, date(2025, 1, 10))
    assert (play.rewatch, play.movie.ids.tmdb) == (False, 949)
    assert play.sources[0].reference == "letterboxd-watch-1"
    tail = following.app.log.tail(0)
    assert following.poll(row()).account.asked.result == NOTHING_NEW
    assert following.app.log.tail(0) == tail


@pytest.mark.parametrize(
    ("news", "field", "value"),
    [
        ({"rating": 3}, "rating", 3),
        ({"watched_on": date(2025, 1, 9)}, "watched_on", date(2025, 1, 9)),
        ({"rewatch": True}, "rewatch", True),
        ({"review": "Long."}, "review", "Long."),
    ],
)
def test_what_the_account_corrects_is_corrected(
    following: Following, news: dict[str, Any], field: str, value: object
) -> None:
    """It is the same play, by its id."""
    following.poll(row())
    assert following.poll(row(**news)).account.asked.result == "1 corrected."
    (play,) = following.plays()
    assert getattr(play, field) == value


@pytest.mark.parametrize("words", [("watch", "review"), ("review", "watch")])
def test_a_review_and_its_view_are_one_play(following: Following, words: Sequence[str]) -> None:
    """In one feed, and where the review comes later: only the number is the play's."""
    first, second = words
    both = [row(word=first), row(word=second, review="Long.", rating=9)]
    following.poll(*both)
    (play,) = following.plays()
    assert (play.review, play.rating, play.rewatch) == ("Long.", 9, False)
    following.poll(row(word=second, review="Longer.", rating=9))
    (play,) = following.plays()
    assert play.review == "Longer."
    assert play.sources[0].reference == f"letterboxd-{first}-1"


def test_two_views_of_one_day_are_two(following: Following) -> None:
    """Letterboxd tells them apart."""
    following.poll(row(1), row(2))
    assert len(following.plays()) == 2


CSV = {"reference": "https://boxd.it/abc", "rewatch": None, "tmdb_id": None}


@pytest.mark.parametrize("feed_first", [True, False])
def test_a_file_and_the_feed_tell_of_one_play(following: Following, feed_first: bool) -> None:
    """Whichever comes first; the catalogue has no part in it."""
    if not feed_first:
        following.app.importer.run("u1", [row(**CSV)])
    following.poll(row())
    if feed_first:
        following.app.importer.run("u1", [row(**CSV)])
    (play,) = following.plays()
    assert {each.kind for each in play.sources} == {"letterboxd id", "letterboxd address"}


def test_a_poll_can_be_taken_back(following: Following) -> None:
    """What it added is deleted, and does not come back by itself."""
    poll = following.poll(row())
    assert poll.report is not None
    assert poll.report.import_id.startswith("follow:")
    (past,) = past_imports(following.app.log.of_user("u1"))
    assert past.import_id == poll.report.import_id
    undo_import(following.app.keeper, user="u1", import_id=past.import_id)
    assert following.plays() == []
    again = following.poll(row(word="review"), row(2))
    assert [play.sources[0].reference for play in following.plays()] == ["letterboxd-watch-2"]
    assert again.report is not None
    assert [each.reason for each in again.report.skipped_rows] == [DELETED_HERE]


def test_who_follows_again_gets_all(following: Following) -> None:
    """What was deleted before that may come back."""
    following.poll(row(), row(2, kind="film", title="Ran", watched_on=None, tmdb_id=None))
    for play in following.plays():
        delete(following.app.keeper, user="u1", entry_id=play.entry_id)
    assert following.poll(later=INTERVAL).account.asked.result == NOTHING_NEW
    unfollow(following.store, "u1", "letterboxd", "anna")
    following.app.now += INTERVAL
    following.follow()
    assert following.poll().account.asked.result == "2 added."


def test_a_hand_outlasts_the_feed(following: Following) -> None:
    """What a person rates stays until the account says something else than it did."""
    following.poll(row())
    (play,) = following.plays()
    rate(following.app.keeper, user="u1", rating=2, entry_id=play.entry_id)
    assert following.poll(row()).account.asked.result == NOTHING_NEW
    assert following.poll(row(rating=9)).account.asked.result == "1 corrected."
    (play,) = following.plays()
    assert play.rating == 9


def test_what_is_no_play_is_left_alone(following: Following) -> None:
    """A list comes with the same feed."""
    assert following.poll(SkippedRow(1, "a list")).account.asked.result == NOTHING_NEW


def test_the_validators_are_sent_back(following: Following) -> None:
    """So that an unchanged feed need not be sent; a failure does not lose them."""
    following.poll(row())
    following.answer = Feed(None)
    assert following.poll().account.asked.result == NOTHING_NEW
    following.answer = FeedUnavailable("Letterboxd answered 500.")
    following.poll()
    following.poll(later=LAST_DELAY)
    assert following.asked == [
        ("anna", None, None),
        *[("anna", '"1"', "yesterday")] * 3,
    ]


def test_an_account_is_asked_at_most_twice_an_hour(following: Following) -> None:
    """Jitter only makes it later; who follows it already does not hasten it."""
    following.poll(row())
    for minutes in (0, 10, 19.9):
        following.app.now += timedelta(minutes=minutes)
        assert following.poller.poll_due() is None
        assert following.poller.poll(following.follow()) is None
    following.app.now += timedelta(minutes=0.1)
    following.poller = replace(following.poller, jitter=lambda: 1.0)
    assert following.poller.poll_due() is not None
    assert following.account.asked.due_at == following.app.now + INTERVAL * 1.2


def test_failures_make_it_rarer(following: Following) -> None:
    """Twice as long each time, up to a day; a success ends it."""
    following.answer = FeedUnavailable("Letterboxd answered 500.")
    waits = []
    for failures in range(1, 12):
        poll = following.poll(later=LAST_DELAY)
        assert poll.error is following.answer
        assert (poll.account.asked.failures, poll.report) == (failures, None)
        waits.append(poll.account.asked.due_at - following.app.now)
    assert waits[:2] == [INTERVAL * 2, INTERVAL * 4]
    assert waits == sorted(waits)
    assert waits[-1] == LAST_DELAY
    asked = following.poll(row(), later=LAST_DELAY).account.asked
    assert (asked.failures, asked.result) == (0, "1 added.")


@pytest.mark.parametrize(
    ("after", "wait"),
    [
        (timedelta(hours=5), timedelta(hours=5)),
        (timedelta(seconds=1), INTERVAL * 2),
        (-timedelta(hours=5), INTERVAL * 2),
        (timedelta(days=900), LONGEST_WAIT),
    ],
)
def test_who_asks_to_be_left_alone_is(
    following: Following, after: timedelta, wait: timedelta
) -> None:
    """As long as it says, within reason; never shorter than without."""
    following.answer = FeedUnavailable("Letterboxd answered 429.", after=after)
    poll = following.poll()
    assert poll.account.asked.due_at == following.app.now + wait


def test_a_turn_that_is_taken_is_not_taken_again(following: Following) -> None:
    """Two processes that saw the same account ask once."""
    seen = following.account
    assert following.poller.poll(seen) is not None
    assert following.poller.poll(seen) is None
    assert len(following.asked) == 1


def test_who_stops_meanwhile_gets_nothing(following: Following) -> None:
    """A feed that arrives after that is thrown away."""
    answer = Feed([row()])

    def read(*_: object) -> Feed:
        following.store.remove_all("u1")
        return answer

    poller = replace(following.poller, readers={"letterboxd": read})
    assert poller.poll_due() is None
    assert (following.plays(), following.store.of_user("u1")) == ([], [])


@pytest.mark.parametrize("name", ["", "a/b", "../x", "a b", "é", "a" * 41, "x?y", "a.b"])
def test_a_name_is_only_a_name(name: str) -> None:
    """Nothing that could lead to another address."""
    with pytest.raises(InvalidInput, match="name"):
        Following().follow(name)


def test_accounts_are_few_and_known(following: Following) -> None:
    """One too many is refused, as is the end of what was never followed."""
    assert following.follow("Anna") == following.account
    for n in range(1, MAX_FOLLOWED):
        following.follow(f"a{n}")
    with pytest.raises(TooManyFollowed):
        following.follow("more")
    with pytest.raises(NotFollowed):
        unfollow(following.store, "u1", "letterboxd", "more")
