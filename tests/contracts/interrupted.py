"""A command that a crash breaks off, and that is run again, ends as if nothing had happened.

A state machine imports files of several sources, loads a catalogue, enriches, merges, corrects
and undoes, in two diaries: one in memory, where nothing goes wrong, and one on the stores in
question, where the process dies at any of a command's writes, opens the stores again and sends
the command again. After each command both diaries hold the same entries, field by field, and
every document equals a recompute from the log.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from cinestats.adapters.ids import id_from
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.memory.diary_store import MemoryDiaryStore
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.lists import MemoryLists
from cinestats.adapters.memory.opening import MemoryOpening
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.corrections.edit import edit
from cinestats.application.corrections.enrich import enrich
from cinestats.application.corrections.many import change_many
from cinestats.application.corrections.merge import merge
from cinestats.application.corrections.review import KEPT_APART
from cinestats.application.diary.keep import DiaryKeeper, delete
from cinestats.application.diary.record import Recorder
from cinestats.application.figures.project import Projector
from cinestats.application.imports.import_diary import DiaryImporter
from cinestats.application.imports.rows import ImportedRow
from cinestats.application.imports.undo import undo_import
from cinestats.application.lists.keep import ListKeeper
from cinestats.application.upkeep.rebuild import Rebuilder
from cinestats.application.upkeep.verify import Verifier
from cinestats.domain.diary import Correction
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import FilmIds, Movie

from .exactness import Crash

USER = "anna"
NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
DAYS = [date(2025, 5, 1), date(2025, 5, 2), date(2024, 1, 31)]
NAMES = [("Heat", 1995), ("Heat", 1986), ("Ali", 2001), ("Ali: Again", 2001), ("Calore", 1995)]
HEAT = FilmIds(imdb="tt0113277", tmdb=949)
FILMS = [
    CatalogueFilm(
        Movie.create("Heat", year=1995, directors="Mann", duration=170, ids=HEAT),
        italian_title="Calore",
    ),
    CatalogueFilm(Movie.create("Heat", year=1986, genres=["Drama"], duration=101)),
    CatalogueFilm(
        Movie.create("Ali", year=2001, actors=["Smith"]), alternative_titles=("Ali: Again",)
    ),
    CatalogueFilm(Movie.create("Ali", year=2001, duration=157, genres=["Sport"])),
    CatalogueFilm(Movie.create("Heat", year=1995, genres=["Crime"], ids=FilmIds("tt0113277"))),
]
SOURCES = {
    "letterboxd": "https://boxd.it/{}",
    "trakt": "{}",
    "feed": "letterboxd-watch-{}",
    "plain": None,
}

Act = Callable[["Process"], object]
Boundary = Callable[[], None]


class Opened(NamedTuple):
    """The stores of a process."""

    log: Any
    diaries: Any
    models: Any
    catalogue: Any


class Process:
    """The use cases on some stores; ``boundary`` is told before and after every write."""

    def __init__(self, stores: Opened, new_id: Callable[[], str], boundary: Boundary) -> None:
        self.stores = stores
        log, diaries, models, catalogue = (_Watched(each, boundary) for each in stores)
        self.keeper = DiaryKeeper(
            recorder=Recorder(log, diaries),
            history=log,
            diaries=diaries,
            lists=ListKeeper(MemoryLists(), lambda: NOW, new_id),
            catalogue=catalogue,
            clock=lambda: NOW,
            new_id=new_id,
            id_from=id_from,
            zone=UTC,
        )
        self.importer = DiaryImporter(self.keeper, chunk=2)
        self.projector = Projector(log, models, lambda: NOW, batch_size=3)
        opening = MemoryOpening(MemoryReadModels())
        self.rebuilder = Rebuilder(log, models, self.projector, lambda: NOW, opening)
        self.verifier = Verifier(log, models, self.projector, opening)
        self.boundary = boundary

    def load(self, films: Iterable[CatalogueFilm]) -> None:
        def arriving() -> Iterator[CatalogueFilm]:
            for film in films:
                self.boundary()
                yield film

        self.keeper.catalogue.load(arriving())

    def entries(self) -> dict[str, Entry]:
        self.keeper.recorder.catch_up_with(USER)
        return {each.entry_id: each for each in self.stores.diaries.entries(USER)}


class _Watched:
    def __init__(self, store: Any, boundary: Boundary) -> None:
        self._store = store
        self._boundary = boundary

    def __getattr__(self, name: str) -> Any:
        target = getattr(self._store, name)
        if name not in ("append", "apply", "put_user", "load"):
            return target

        def write(*args: Any, **options: Any) -> Any:
            self._boundary()
            result = target(*args, **options)
            self._boundary()
            return result

        return write


@st.composite
def files(draw: st.DrawFn) -> list[ImportedRow]:
    """A file of one service: a diary, or the films that somebody rated or has seen."""
    service, reference = draw(st.sampled_from(sorted(SOURCES.items(), key=str)))
    kind = draw(st.sampled_from(["play", "play", "film"]))
    rows: list[ImportedRow] = []
    for number in draw(st.lists(st.integers(1, 4), max_size=5, unique=reference is not None)):
        title, year = draw(st.sampled_from(NAMES))
        row = ImportedRow(
            line=len(rows) + 2,
            kind=kind,  # type: ignore[arg-type]
            service="letterboxd" if service == "feed" else service,
            title=title,
            year=year,
            rating=draw(st.none() | st.integers(1, 10)),
        )
        if kind == "play":
            row = replace(
                row,
                reference=None if reference is None else reference.format(number),
                watched_on=draw(st.none() | st.sampled_from(DAYS)),
                rewatch=draw(st.sampled_from([None, None, True, False])),
                tags=draw(st.sampled_from([(), ("cinema",), ("cinema", "Bert")])),
            )
        if (title, year) == NAMES[0]:
            row = replace(row, imdb_id=draw(st.sampled_from([None, HEAT.imdb])))
        rows.append(row)
    return rows


crashes = st.lists(st.integers(0, 12), max_size=3)
places = st.integers(0, 9)


class InterruptedMachine(RuleBasedStateMachine):
    """Subclasses say where the stores are."""

    @abstractmethod
    def open_stores(self) -> Opened:
        """The stores with all that was written to them, as a new process opens them."""

    @initialize()
    def start(self) -> None:
        self.ids = 0
        self.fuses: list[int] = []
        memory = Opened(
            MemoryEventLog(), MemoryDiaryStore(), MemoryReadModels(), MemoryCatalogue()
        )
        self.calm = Process(memory, self.new_id, lambda: None)
        self.boot()
        self.done: list[tuple[list[str], list[str]]] = []
        self.imported: list[list[ImportedRow]] = []

    def boot(self) -> None:
        self.shaken = Process(self.open_stores(), self.new_id, self.tick)

    def new_id(self) -> str:
        self.ids += 1
        return f"id{self.ids}"

    def tick(self) -> None:
        if self.fuses:
            self.fuses[0] -= 1
            if self.fuses[0] < 0:
                self.fuses.pop(0)
                raise Crash

    def run(self, act: Act, fuses: Sequence[int] = ()) -> None:
        """Do it in both diaries, in one of them after so many crashes."""
        calm = len(self._causes(self.calm)), len(self._causes(self.shaken))
        refused = self._refused(act, self.calm)
        self.fuses = list(fuses)
        while True:
            try:
                again = self._refused(act, self.shaken)
                break
            except Crash:
                self.boot()
        self.fuses = []
        assert refused == again
        causes = self._causes(self.calm)[calm[0] :], self._causes(self.shaken)[calm[1] :]
        if any(causes):
            self.done.append(causes)
        self.both_are_equal()

    def _refused(self, act: Act, process: Process) -> type[CinestatsError] | None:
        try:
            act(process)
        except CinestatsError as error:
            return type(error)
        return None

    def _causes(self, process: Process) -> list[str]:
        events = (recorded.event for recorded in process.stores.log.of_user(USER))
        causes = dict.fromkeys(each.cause for each in events if each is not None)
        return [each for each in causes if each and not each.startswith("undo:")]

    def both_are_equal(self) -> None:
        calm, shaken = self.calm.entries(), self.shaken.entries()
        assert shaken == calm
        for process in (self.calm, self.shaken):
            verdict = process.verifier.verify()
            assert verdict.equal, verdict.differences

    def entry(self, place: int) -> str:
        return list(self.calm.entries())[place % len(self.calm.entries())]

    def _has_entries(self, least: int = 1) -> bool:
        return len(self.calm.entries()) >= least

    @rule(rows=files(), fuses=crashes)
    def import_(self, rows: list[ImportedRow], fuses: list[int]) -> None:
        self.imported.append(rows)
        self.run(lambda process: process.importer.run(USER, rows), fuses)

    @precondition(lambda self: self.imported)
    @rule(place=places, fuses=crashes)
    def import_again(self, place: int, fuses: list[int]) -> None:
        rows = self.imported[place % len(self.imported)]
        self.run(lambda process: process.importer.run(USER, rows), fuses)

    @rule(films=st.lists(st.sampled_from(FILMS), min_size=1, max_size=5), fuses=crashes)
    def load_a_catalogue(self, films: list[CatalogueFilm], fuses: list[int]) -> None:
        self.run(lambda process: process.load(films), fuses)

    @rule(refresh=st.booleans(), fuses=crashes)
    def enrich(self, refresh: bool, fuses: list[int]) -> None:
        self.run(
            lambda process: enrich(process.keeper, user=USER, refresh=refresh, chunk=1), fuses
        )

    @precondition(lambda self: self._has_entries())
    @rule(
        place=places,
        correction=st.fixed_dictionaries(
            {},
            optional={
                "movie": st.sampled_from([each.movie for each in FILMS]),
                "film_chosen": st.just(True),
                "watched_on": st.none() | st.sampled_from(DAYS),
                "tags": st.sampled_from([(), ("mine",)]),
            },
        ),
        rating=st.just("unchanged") | st.none() | st.integers(1, 10),
        fuses=crashes,
    )
    def edit(self, place: int, correction: Correction, rating: Any, fuses: list[int]) -> None:
        entry_id, key = self.entry(place), self.new_id()
        self.run(
            lambda process: edit(
                process.keeper,
                user=USER,
                entry_id=entry_id,
                correction=correction,
                rating=rating,
                again=True,
                key=key,
            ),
            fuses,
        )

    @precondition(lambda self: self._has_entries())
    @rule(place=places, fuses=crashes)
    def delete(self, place: int, fuses: list[int]) -> None:
        entry_id, key = self.entry(place), self.new_id()
        self.run(
            lambda process: delete(process.keeper, user=USER, entry_id=entry_id, key=key), fuses
        )

    @precondition(lambda self: self._has_entries(2))
    @rule(place=places, other=st.integers(1, 9), fuses=crashes)
    def merge(self, place: int, other: int, fuses: list[int]) -> None:
        keep, drop, key = self.entry(place), self.entry(place + other), self.new_id()
        self.run(
            lambda process: merge(process.keeper, user=USER, keep=keep, drop=drop, key=key),
            fuses,
        )

    @precondition(lambda self: self._has_entries(2))
    @rule(place=places, other=st.integers(1, 9), fuses=crashes)
    def keep_apart(self, place: int, other: int, fuses: list[int]) -> None:
        both, key = [self.entry(place), self.entry(place + other)], self.new_id()
        self.run(
            lambda process: change_many(
                process.keeper, user=USER, entry_ids=both, change=KEPT_APART, key=key
            ),
            fuses,
        )

    @precondition(lambda self: self.done)
    @rule(place=places, fuses=crashes)
    def undo(self, place: int, fuses: list[int]) -> None:
        """All that the command did, in however many attempts."""
        calm, shaken = self.done[-1 - place % len(self.done)]

        def act(process: Process) -> None:
            for cause in reversed(calm if process is self.calm else shaken):
                undo_import(process.keeper, user=USER, import_id=cause)

        self.run(act, fuses)

    @rule()
    def rebuild(self) -> None:
        self.run(lambda process: process.rebuilder.rebuild())
