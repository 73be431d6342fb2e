"""Whatever another application publishes, and whatever dies: all is counted once.

A state machine publishes to a topic: films that are added twice, copies, plays that nobody
added, ids that come again. Consumers read it from anywhere, die before and after any write, and
work side by side; persons edit and are forgotten. In the end the figures equal a recompute from
the log, and a count that knows neither the log nor the fold.
"""

import itertools
import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from cinestats.adapters.event_json import encode
from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.ids import id_from
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.memory.dead_letters import MemoryDeadLetters
from cinestats.adapters.memory.lists import MemoryLists
from cinestats.adapters.memory.topic_claims import MemoryTopicClaims
from cinestats.adapters.memory.topic_positions import MemoryTakingIn, MemoryTopicPositions
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.record import Recorder
from cinestats.application.figures.project import Projector
from cinestats.application.imports.events import export_events, import_events
from cinestats.application.lists.keep import ListKeeper
from cinestats.application.ports import StoreBusy
from cinestats.application.streaming.append_taken import Appender
from cinestats.application.streaming.consume import Consumer, Positions
from cinestats.application.streaming.opening import begin_log
from cinestats.application.streaming.ports import TopicClaim
from cinestats.application.streaming.records import TopicRecord
from cinestats.application.streaming.take_in import TakeIn
from cinestats.application.upkeep.forget import Forgetter
from cinestats.application.upkeep.integrity import check_diary
from cinestats.application.upkeep.rebuild import Rebuilder
from cinestats.application.upkeep.verify import Verifier
from cinestats.domain.diary import CorrectEntry
from cinestats.domain.events import Event
from cinestats.domain.user_stats import UserStats
from cinestats.entrypoints.cli.events import parsed_lines
from tests.unit.application.application import Application

from .exactness import Crash, Dying

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
USERS = ("anna", "bruno")
FILMS = ("Alien", "Heat", "Legend")
DAYS = ("2025-06-01", "2025-06-02", None)
WRITES = ("append", "apply", "begin", "advance", "park", "put_user", "forget_user", "erase")


class Count:
    """What the published records come to, told anew from all of them in their order."""

    def __init__(self, *, park: bool) -> None:
        self.plays: dict[str, list[dict[str, Any]]] = {user: [] for user in USERS}
        self.beside: Counter[tuple[str, str]] = Counter()
        self.ratings_beside: Counter[str] = Counter()
        self.parked = 0
        self._seen: set[tuple[str, object]] = set()
        self._park = park

    def forget(self, user: str) -> None:
        """All that was published of a user until now is as if it had never been."""
        self.plays[user] = []
        self.beside = Counter({key: n for key, n in self.beside.items() if key[0] != user})
        self.ratings_beside[user] = 0
        self._seen = {key for key in self._seen if key[0] != user}

    def take(self, value: bytes) -> None:
        told = json.loads(value)
        user, film = told["user_id"], told["movie"]
        key = user, told.get("event_id") or value
        if key in self._seen:
            return
        plays, kind = self.plays[user], told["event_type"]
        play = None if kind == "ADD" else self._meant(plays, film)
        if kind != "ADD" and play is None and self._park:
            self.parked += 1
            return
        self._seen.add(key)
        if kind == "ADD":
            plays.append({**film, "n": len(self._seen), "added": told["timestamp"]})
        elif play is None and kind == "DELETE":
            self.beside[user, film["name"]] -= 1
            self.ratings_beside[user] -= film["rating"]
        elif play is None:
            self.ratings_beside[user] += told["new_rating"] - told["old_rating"]
        elif kind == "DELETE":
            plays.remove(play)
        else:
            play["rating"] = told["new_rating"]

    def _meant(self, plays: list[dict[str, Any]], film: Any) -> dict[str, Any] | None:
        of_film = [play for play in plays if play["name"] == film["name"]]
        of_day = [p for p in of_film if p["watched_date"] == film["watched_date"]]

        def order(play: dict[str, Any]) -> tuple[bool, str, int]:
            day = play["watched_date"]
            return day is not None, day or "", play["n"]

        return max(of_day or of_film, key=order, default=None)

    def total(self, user: str) -> int:
        beside = sum(n for (whose, _), n in self.beside.items() if whose == user)
        return len(self.plays[user]) + beside

    def ratings(self, user: str) -> int:
        return sum(p["rating"] for p in self.plays[user]) + self.ratings_beside[user]


class CountedBefore(ABC):
    """What was counted before the log began is its opening balance."""

    @abstractmethod
    def stores(self) -> Any:
        """New, empty stores."""

    def test_what_was_counted_stays_and_both_checks_start_from_it(self) -> None:
        """Whatever breaks off while it is recorded, and however often it is begun."""
        stores = self.stores()
        topic = [record(at, "ADD", user, film) for at, (user, film) in enumerate(PLAYS)]
        stores.topic_claims.put("films", TopicClaim("an id", 1, "foreign"))
        only_counting = Consumer(
            "films",
            1,
            partial(read, zone=UTC),
            Positions(None),
            stores.models,
            stores.dead_letters,
            lambda: NOW,
        )
        only_counting.consume(0, topic[:4])
        begin(stores)
        begin(stores)
        assert stores.topic_positions.get("films", 0) == 4
        assert stores.models.checkpoint(0) == 0
        claim = stores.topic_claims.get("films")
        assert claim is not None
        assert claim.kind == "taken_in"
        consumer = TakeIn(
            "films",
            1,
            partial(read, zone=UTC),
            Appender(stores.log, stores.diaries),
            stores.topic_positions,
            stores.taking_in,
            stores.dead_letters,
            lambda: NOW,
            id_from,
        )
        done = consumer.take_in(0, [*topic, record(6, "DELETE", "anna", "Alien")])
        assert (done.taken, done.parked, done.repeated) == (3, 0, 4)
        projector = Projector(stores.log, stores.models, lambda: NOW)
        projector.catch_up()
        verifier = Verifier(stores.log, stores.models, projector, stores.opening)
        opening = stores.opening
        rebuilder = Rebuilder(stores.log, stores.models, projector, lambda: NOW, opening)

        def totals() -> list[int | None]:
            stored = (stores.models.user_stats(user) for user in ("anna", "bruno", "carla"))
            return [each and each.stats.total_watched for each in stored]

        verdict = verifier.verify()
        assert verdict.equal, verdict.differences
        assert (verdict.opened, totals()) == (2, [1, 2, 2])
        rebuilder.rebuild()
        for user in ("anna", "bruno", "carla"):
            assert rebuilder.knows(user)  # the log has no event of bruno
            rebuilder.rebuild_user(user)
        assert not rebuilder.knows("dora")
        verdict = verifier.verify()
        assert verdict.equal, verdict.differences
        assert totals() == [1, 2, 2]
        assert sum(day.plays for _, day in stores.models.film_days(date.min)) == 5
        assert opening.forget("anna")
        assert not opening.forget("anna")
        rebuilder.rebuild_user("anna")
        assert totals()[0] in (None, -1)  # the deletion that the log has


PLAYS = [
    *(("anna", "Alien"), ("anna", "Heat"), ("bruno", "Heat"), ("bruno", "Alien")),
    *(("carla", "Heat"), ("carla", "Alien")),
]


def record(at: int, kind: str, user: str, film: str) -> TopicRecord:
    movie = {"name": film, "rating": 4, "watched_date": "2025-06-01", "genres": ["Drama"]}
    told = {"event_type": kind, "user_id": user, "movie": movie}
    told["timestamp"] = "2025-06-14T12:00:00+00:00"
    return TopicRecord(at, user.encode(), json.dumps(told).encode())


def begin(stores: Any) -> None:
    begin_log(
        "films",
        stores.log,
        stores.models,
        stores.topic_positions,
        stores.opening,
        stores.topic_claims,
    )


class TakenInMachine(RuleBasedStateMachine):
    """Subclasses say where log, diary and read models are kept, and what parks."""

    park = False

    @abstractmethod
    def make_log(self) -> Any: ...

    @abstractmethod
    def make_diaries(self) -> Any: ...

    @abstractmethod
    def make_models(self) -> Any: ...

    @abstractmethod
    def make_opening(self, models: Any) -> Any: ...

    @initialize()
    def start(self) -> None:
        self.log, self.diaries = self.make_log(), self.make_diaries()
        self.models = self.make_models()
        self.positions, self.letters = MemoryTopicPositions(), MemoryDeadLetters()
        self.taking_in = MemoryTakingIn(self.positions)
        self.topic: list[bytes] = []
        self.forgotten: list[tuple[int, str]] = []
        self.appended = 0  # of the topic, whatever its position says
        self.fuse: int | None = None
        self.edits = 0
        self.claims = MemoryTopicClaims()
        self.claims.put("films", TopicClaim("an id", 1, "taken_in"))
        self.opening = self.make_opening(self.models)

    def tick(self) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                raise Crash

    def dying(self, store: Any) -> Any:
        return Dying(store, self.tick, WRITES)

    def consumer(self) -> TakeIn:
        log, diaries = self.dying(self.log), self.dying(self.diaries)
        return TakeIn(
            "films",
            1,
            partial(read, zone=UTC),
            Appender(log, diaries, self.park),
            self.dying(self.positions),
            self.dying(self.taking_in),
            self.dying(self.letters),
            lambda: NOW,
            id_from,
        )

    def project(self) -> None:
        models = self.dying(self.models)
        Projector(self.log, models, lambda: NOW, batch_size=3).catch_up()

    @rule(
        kind=st.sampled_from(["ADD", "ADD", "DELETE", "UPDATE_RATING"]),
        user=st.sampled_from(USERS),
        film=st.sampled_from(FILMS),
        day=st.sampled_from(DAYS),
        ratings=st.tuples(st.integers(1, 5), st.integers(1, 5)),
        minute=st.integers(0, 59),
        event_id=st.sampled_from([None, None, "a", "b", "c"]),
    )
    def publish(
        self,
        kind: str,
        user: str,
        film: str,
        day: str | None,
        ratings: tuple[int, int],
        minute: int,
        event_id: str | None,
    ) -> None:
        movie = {"name": film, "year": 1990, "watched_date": day, "rating": ratings[0]}
        movie |= {"director": f"D. {film}", "genres": ["Drama"], "duration": 100}
        told: dict[str, Any] = {"event_type": kind, "user_id": user, "movie": movie}
        told["timestamp"] = f"2025-06-14T12:{minute:02}:00+00:00"
        told["schema"] = 1  # a day that is null is an unknown one
        if kind == "UPDATE_RATING":
            told |= {"old_rating": ratings[0], "new_rating": ratings[1]}
        if event_id:
            told["event_id"] = event_id
        self.topic.append(json.dumps(told).encode())

    @rule(n=st.integers(0, 5))
    def publish_again(self, n: int) -> None:
        """A producer that did not hear the answer."""
        if self.topic:
            self.topic.append(self.topic[-1 - n % len(self.topic)])

    @rule(start=st.integers(0, 30), size=st.integers(1, 30), fuse=st.none() | st.integers(0, 6))
    def consume(self, start: int, size: int, fuse: int | None) -> None:
        """From anywhere up to the end of what was taken in: Spark leaves nothing out."""
        first = min(start, self.positions.get("films", 0) or 0)
        records = [
            TopicRecord(at, json.loads(self.topic[at])["user_id"].encode(), self.topic[at])
            for at in range(first, min(len(self.topic), first + size))
        ]
        tail = self.log.tail(0)
        self.fuse = fuse
        try:
            self.consumer().take_in(0, records)
            self.project()
        except Crash:
            pass
        self.fuse = None
        if self.log.tail(0) > tail:
            self.appended = max(self.appended, first + len(records))

    @rule(fuse=st.none() | st.integers(0, 9))
    def rebuild(self, fuse: int | None) -> None:
        self.fuse = fuse
        try:
            projector = Projector(self.log, self.models, lambda: NOW)
            models = self.dying(self.models)
            Rebuilder(self.log, models, projector, lambda: NOW, self.opening).rebuild()
        except Crash:
            pass
        self.fuse = None

    @rule(user=st.sampled_from(USERS))
    def edit(self, user: str) -> None:
        """A catalogue, or a person, says that plays of a film and day are of another key.

        All of them: which of several alike is meant, where some are still called so, is a rule
        of our own.
        """
        Recorder(self.log, self.diaries).catch_up(0)
        plays = self.diaries.entries(user)
        for play in plays:
            alike = play.movie.film_key, play.watched_on
            if alike != (plays[0].movie.film_key, plays[0].watched_on):
                continue
            self.edits += 1
            movie = {"movie": _known(play.movie)}
            stamp = {"event_id": f"edit {self.edits}", "user_id": user, "now": NOW}
            command = CorrectEntry(
                **stamp,  # type: ignore[arg-type]
                entry_id=play.entry_id,
                correction=movie,  # type: ignore[arg-type]
                today=NOW.date(),
                again=True,
            )
            Recorder(self.log, self.diaries).record(command)

    @rule(user=st.sampled_from(USERS), fuse=st.none() | st.integers(0, 9))
    def forget(self, user: str, fuse: int | None) -> None:
        """What was taken in until then does not come again, whatever breaks off."""
        begun = self.taking_in.under_way()
        self.fuse = fuse
        try:
            self.forgetter().forget(user)
        except Crash:
            self.fuse = None
            self.forgetter().forget(user)
        except StoreBusy:
            assert begun
            return
        finally:
            self.fuse = None
        assert not begun
        assert list(self.log.of_user(user)) == []
        position = self.positions.get("films", 0) or 0
        self.forgotten.append((max(position, self.appended), user))

    def forgetter(self) -> Forgetter:
        log, diaries, models = map(self.dying, (self.log, self.diaries, self.models))
        projector = Projector(log, models, lambda: NOW, batch_size=3)
        ids = (f"forgotten {len(self.forgotten)} {n}" for n in itertools.count())
        keeper = DiaryKeeper(
            recorder=Recorder(log, diaries),
            history=log,
            diaries=diaries,
            catalogue=MemoryCatalogue(),
            lists=ListKeeper(MemoryLists(), lambda: NOW, ids.__next__),
            clock=lambda: NOW,
            new_id=ids.__next__,
            id_from=id_from,
            zone=UTC,
        )
        rebuilder = Rebuilder(log, models, projector, lambda: NOW, self.opening)
        counted = log, models, projector
        others = keeper.catalogue, rebuilder, lambda: None, self.taking_in
        return Forgetter(keeper, *counted, *others)

    def everything_agrees(self) -> None:
        """Looked at in the end alone: else what was broken would be mended by the looking."""
        self.fuse = None
        records = [
            TopicRecord(at, json.loads(value)["user_id"].encode(), value)
            for at, value in enumerate(self.topic)
        ]
        self.consumer().take_in(0, records)
        self.project()
        assert self.positions.get("films", 0) in (len(self.topic), None)
        projector = Projector(self.log, self.models, lambda: NOW)
        verdict = Verifier(self.log, self.models, projector, self.opening).verify()
        assert verdict.equal, verdict.differences
        check_diary(self.log, self.diaries)
        count = Count(park=self.park)
        for at, value in enumerate([*self.topic, b""]):
            for forgotten_at, user in self.forgotten:
                if forgotten_at == at:
                    count.forget(user)
            if value:
                count.take(value)
        days: Counter[str] = Counter()
        for user in USERS:
            stored = self.models.user_stats(user)
            total = 0 if stored is None else stored.stats.total_watched
            ratings = 0 if stored is None else stored.stats.sum_ratings
            assert total == count.total(user)
            assert ratings == 2 * count.ratings(user)
            assert len(self.diaries.entries(user)) == len(count.plays[user])
            days.update(play["name"] for play in count.plays[user])
        for (_, film), n in count.beside.items():
            days[film] += n
        told = Counter[str]()
        for _, day in self.models.film_days(date.min):
            told[day.movie.title] += day.plays
        assert {f: n for f, n in told.items() if n} == {f: n for f, n in days.items() if n}

    def it_moves_to_another_store(self) -> None:
        """What is exported and taken in elsewhere counts the same there."""
        app = Application()
        app.now = NOW
        exported = [each.event for each in export_events(self.log) if each.event is not None]
        lines = BytesIO(b"".join(encode(event) + b"\n" for event in exported))
        report = import_events(app.keeper, parsed_lines(lines, UTC))
        assert report.rejected == []
        app.projector.catch_up()
        assert app.verifier.verify().equal
        for user in USERS:
            assert counted(app.models, user) == counted(self.models, user)
            assert len(app.diaries.entries(user)) == len(self.diaries.entries(user))

    def teardown(self) -> None:
        if hasattr(self, "topic"):
            self.everything_agrees()
            self.it_moves_to_another_store()


def read(value: bytes, zone: Any) -> tuple[Event, int | None]:
    event, position, _ = read_foreign(value, zone, NOW)
    return event, position


def counted(models: Any, user: str) -> list[object]:
    """What is counted of a user, without the counts of nothing."""
    stored = models.user_stats(user)
    stats = UserStats() if stored is None else stored.stats
    return [
        {key: n for key, n in each.items() if n} if isinstance(each, Mapping) else each
        for each in stats
    ]


def _known(movie: Any) -> Any:
    """The film as a catalogue tells of it, under its own key."""
    return replace(movie, film_key=f"{movie.film_key} known")
