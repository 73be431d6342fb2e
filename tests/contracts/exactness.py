"""Whatever happens, in whatever order: what is counted equals a recompute from the log.

A state machine sends commands, some of them twice, undoes corrections, lets writers and
projectors die before and after any write, replays batches, loses the diary, rebuilds and
forgets. After every step that projects, every document is compared with one recomputed from
the log.
"""

from abc import abstractmethod
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from cinestats.adapters.ids import id_from
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.memory.lists import MemoryLists
from cinestats.adapters.memory.opening import MemoryOpening
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.adapters.memory.topic_positions import MemoryTakingIn, MemoryTopicPositions
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.record import Receipt, Recorder
from cinestats.application.figures.ports import Batch, Fenced
from cinestats.application.figures.project import Projector
from cinestats.application.imports.undo import ImportNotFound, undo_import
from cinestats.application.lists.keep import ListKeeper
from cinestats.application.upkeep.forget import Forgetter
from cinestats.application.upkeep.rebuild import Rebuilder
from cinestats.application.upkeep.verify import Verifier
from cinestats.domain.affinity import AFFINITY_TYPES
from cinestats.domain.diary import (
    AddMovie,
    Command,
    CorrectEntry,
    Correction,
    DeleteMovie,
    UpdateRating,
    evolve,
)
from cinestats.domain.entry import Entry, RatingOf, Source
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import EntryCorrected
from cinestats.domain.global_trend import told_film
from cinestats.domain.movie import Movie
from cinestats.domain.projections import AFFINITY, FILM_DAYS, USER_STATS

USERS = ["anna", "bruno"]
FILMS = [
    Movie.create("Alien", year=1979, genres=["Horror"], directors="R. Scott", duration=117),
    Movie.create("Heat", year=1995, genres=["Crime"], actors=["De Niro"], duration=170),
    Movie.create("Legend", year=1985, genres=["Horror", "Crime"], directors="R. Scott"),
]
FILMS += [  # the same films, as others tell of them or as a source completed them
    replace(FILMS[0], genres=(), directors=(), duration=None),
    replace(FILMS[1], title="HEAT", poster_url="https://films.example/heat.jpg"),
]
SOURCES = [
    (),
    (Source("letterboxd", "https://boxd.it/1", "Alien", 1979),),
    (Source("letterboxd", "https://boxd.it/2", "Heat", 1995), Source("movary", None, "Heat")),
]
TODAY = date(2025, 6, 15)
NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


def _day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


_WRITES = ("append", "apply", "put_user", "forget_user", "erase")


class Crash(BaseException):
    """The process is gone; nothing may catch it."""


class Dying:
    """Passes calls on to a store; ``tick`` may raise Crash before or after each write."""

    def __init__(self, store: Any, tick: Callable[[], None], writes: Collection[str]) -> None:
        self._store, self._tick, self._writes = store, tick, writes

    def __getattr__(self, name: str) -> Any:
        target = getattr(self._store, name)
        if name not in self._writes:
            return target

        def write(*args: Any) -> Any:
            self._tick()
            result = target(*args)
            self._tick()
            return result

        return write


class ExactnessMachine(RuleBasedStateMachine):
    """Subclasses say where the log, the diary and the read models are kept."""

    commands: Bundle[Command] = Bundle("commands")

    @abstractmethod
    def make_log(self) -> Any: ...

    @abstractmethod
    def make_diaries(self) -> Any:
        """An empty diary store; whatever an earlier one held is lost."""

    @abstractmethod
    def make_models(self) -> Any: ...

    @initialize()
    def start(self) -> None:
        self.log = self.make_log()
        self.diaries = self.make_diaries()
        self.models = self.make_models()
        self.acknowledged: dict[str, int] = {}
        self.forgotten: set[str] = set()
        self.ids = 0
        self.fuse: int | None = None
        self.boot()

    def boot(self) -> None:
        """A new process on the same stores."""
        log, diaries, models = (
            Dying(store, self.tick, _WRITES) for store in (self.log, self.diaries, self.models)
        )
        self.recorder = Recorder(log, diaries)
        self.projector = Projector(log, models, lambda: NOW, batch_size=3)
        opening = MemoryOpening(MemoryReadModels())
        self.rebuilder = Rebuilder(log, models, self.projector, lambda: NOW, opening)
        self.keeper = DiaryKeeper(
            recorder=self.recorder,
            history=log,
            diaries=diaries,
            catalogue=MemoryCatalogue(),
            lists=ListKeeper(MemoryLists(), lambda: NOW, self.new_id),
            clock=lambda: NOW,
            new_id=self.new_id,
            id_from=id_from,
            zone=UTC,
        )
        self.forgetter = Forgetter(
            self.keeper,
            log,
            models,
            self.projector,
            self.keeper.catalogue,
            self.rebuilder,
            lambda: None,
            MemoryTakingIn(MemoryTopicPositions()),
        )

    def tick(self) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.fuse = None
                raise Crash

    def new_id(self) -> str:
        self.ids += 1
        return f"id{self.ids}"

    def survive(self, act: Callable[[], object]) -> object:
        try:
            return act()
        except Crash:
            self.boot()
            return None
        finally:
            self.fuse = None

    def send(self, command: Command) -> None:
        def act() -> None:
            try:
                receipt = self.recorder.record(command)
            except CinestatsError:
                return
            self.acknowledge(command, receipt)

        self.survive(act)

    def acknowledge(self, command: Command, receipt: Receipt) -> None:
        if receipt.event is None:
            return
        known = self.acknowledged.setdefault(command.event_id, receipt.position)
        assert known == receipt.position, "a retried command got another answer"

    @rule(n=st.integers(0, 6))
    def light_a_fuse(self, n: int) -> None:
        """The next use of the stores ends at its n-th boundary between writes."""
        self.fuse = n

    @rule(
        target=commands,
        user=st.sampled_from(USERS),
        film=st.sampled_from(FILMS),
        rating=st.none() | st.integers(1, 10),
        watched=st.none() | st.integers(0, 2),
        sources=st.sampled_from(SOURCES),
    )
    def add(
        self,
        user: str,
        film: Movie,
        rating: int | None,
        watched: int | None,
        sources: tuple[Source, ...],
    ) -> Command:
        event_id = self.new_id()
        day = None if watched is None else _day(watched)
        added_on = TODAY - timedelta(days=self.ids % 3)
        command = AddMovie(
            event_id=event_id,
            user_id=user,
            entry=Entry(event_id, film, rating, day, added_on, sources=sources),
            today=TODAY,
            now=NOW,
        )
        self.send(command)
        return command

    @rule(target=commands, of=commands)
    def delete(self, of: Command) -> Command:
        command = DeleteMovie(
            event_id=self.new_id(), user_id=of.user_id, entry_id=of.entry_id, now=NOW
        )
        self.send(command)
        return command

    @rule(
        target=commands,
        of=commands,
        rating=st.none() | st.integers(1, 10),
        rating_of=st.sampled_from(["play", "film"]),
    )
    def rate(self, of: Command, rating: int | None, rating_of: RatingOf) -> Command:
        command = UpdateRating(
            event_id=self.new_id(),
            user_id=of.user_id,
            entry_id=of.entry_id,
            new_rating=rating,
            rating_of=rating_of,
            now=NOW,
        )
        self.send(command)
        return command

    @rule(
        target=commands,
        of=commands,
        correction=st.fixed_dictionaries(
            {},
            optional={
                "movie": st.sampled_from(FILMS),
                "watched_on": st.none() | st.integers(0, 2).map(_day),
                "tags": st.sampled_from([(), ("cinema",), ("cinema", "Bert")]),
                "sources": st.sampled_from(SOURCES),
                "apart": st.booleans(),
            },
        ),
        again=st.booleans(),
        said_by=st.sampled_from([None, "letterboxd address"]),
    )
    def correct(
        self, of: Command, correction: Correction, again: bool, said_by: str | None
    ) -> Command:
        """It was another film, another day: by hand, or as a source says by now."""
        event_id = self.new_id()
        command = CorrectEntry(
            event_id=event_id,
            user_id=of.user_id,
            entry_id=of.entry_id,
            correction=correction,
            today=TODAY,
            again=again,
            said_by=said_by,
            now=NOW,
            cause=f"fix:{event_id}",
        )
        self.send(command)
        return command

    @rule(of=commands)
    def undo(self, of: Command) -> None:
        """What a correction changed and nobody changed since is as it was before."""
        user, cause = of.user_id, of.cause
        if cause is None or user in self.forgotten:
            return

        def act() -> None:
            events = [r.event for r in self.log.of_user(user) if r.event.cause == cause]
            present = self.diary_of(user).get(of.entry_id)
            try:
                undo_import(self.keeper, user=user, import_id=cause)
            except ImportNotFound:
                assert not events
                return
            (event,) = events
            assert isinstance(event, EntryCorrected)
            if present == event.corrected:
                assert self.diary_of(user)[of.entry_id] == event.entry

        self.survive(act)

    def diary_of(self, user: str) -> dict[str, Entry]:
        """As it follows from the log, entries in their order."""
        events = (recorded.event for recorded in self.log.of_user(user))
        return dict(evolve({}, events))

    @rule(command=commands)
    def send_again(self, command: Command) -> None:
        """The client never heard the answer."""
        if command.user_id not in self.forgotten:
            self.send(command)

    @rule(several=st.lists(commands, max_size=4))
    def send_many_at_once(self, several: list[Command]) -> None:
        """A batch of old and repeated commands."""
        fresh = [c for c in several if c.user_id not in self.forgotten]
        self.survive(lambda: self.recorder.record_all(fresh))

    @rule()
    def project_a_batch(self) -> None:
        self.survive(lambda: self.projector.step(0))

    @rule(length=st.integers(1, 5))
    def replay_from_the_start(self, length: int) -> None:
        """A projector that lost its place sends old events again: the fence keeps them out."""
        events = self.log.read(0, 0, length)
        if events and self.models.checkpoint(0) > 0:
            try:
                self.models.apply(Batch(0, 0, events, NOW))
            except Fenced:
                return
            raise AssertionError("old events were counted again")

    @rule()
    def lose_the_diary(self) -> None:
        self.diaries = self.make_diaries()
        self.boot()

    @rule()
    def rebuild(self) -> None:
        self.survive(self.rebuilder.rebuild)

    @rule(user=st.sampled_from(USERS))
    def rebuild_one(self, user: str) -> None:
        self.survive(lambda: self.rebuilder.rebuild_user(user))

    @rule(target=commands, user=st.sampled_from(USERS))
    def forget(self, user: str) -> Any:
        self.forgotten.add(user)
        self.survive(lambda: self.forgetter.forget(user))
        return multiple()

    @rule()
    def verify(self) -> None:
        self.fuse = None
        projector = Projector(self.log, self.models, lambda: NOW, batch_size=3)
        verifier = Verifier(self.log, self.models, projector, self.rebuilder.opening)
        verdict = verifier.verify()
        assert verdict.equal, verdict.differences
        self.diaries_are_what_the_log_says()
        self.answers_are_what_is_counted()

    def diaries_are_what_the_log_says(self) -> None:
        """Every entry with all its fields, in the order in which they were added."""
        self.recorder.catch_up(0)
        for user in USERS:
            assert list(self.diaries.entries(user)) == list(self.diary_of(user).values())

    def answers_are_what_is_counted(self) -> None:
        """Readers are told what verify compares."""
        for user in USERS:
            listed = {
                AFFINITY.label((user, each.type, each.name)): tuple(each.affinity)
                for type_ in AFFINITY_TYPES
                for each in self.models.affinities(user, type_)
            }
            counts = self.models.counts(AFFINITY, user)
            assert listed == {label: tuple(n) for label, n in counts.items() if n[0]}
            stored = self.models.user_stats(user)
            told = self.models.counts(USER_STATS, user)
            assert told == ({USER_STATS.label([user]): stored.stats} if stored else {})
        told = {
            FILM_DAYS.label((*day, told_film(count.movie))): (count.plays,)
            for day, count in self.models.film_days(date.min)
            if count.plays
        }
        counts = self.models.counts(FILM_DAYS, 0)
        assert told == {label: n for label, n in counts.items() if n[0]}

    @invariant()
    def acknowledged_events_are_in_the_log(self) -> None:
        events = self.log.read(0, 0, 10_000)
        assert [r.position for r in events] == list(range(1, len(events) + 1))
        stored = {r.event.event_id: r.position for r in events if r.event}
        erased = {r.position for r in events if r.event is None}
        for event_id, position in self.acknowledged.items():
            assert stored.get(event_id) == position or position in erased

    def teardown(self) -> None:
        if hasattr(self, "log"):
            self.verify()
