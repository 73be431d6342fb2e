"""The use cases on stores in memory, with a clock and ids that tests hold."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from cinestats.adapters.ids import id_from
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.memory.diary_store import MemoryDiaryStore
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.lists import MemoryLists
from cinestats.adapters.memory.opening import MemoryOpening
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.adapters.memory.topic_positions import MemoryTakingIn, MemoryTopicPositions
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.record import Recorder
from cinestats.application.figures.project import Projector
from cinestats.application.imports.import_diary import DiaryImporter
from cinestats.application.lists.keep import ListKeeper
from cinestats.application.upkeep.forget import Forgetter
from cinestats.application.upkeep.rebuild import Rebuilder
from cinestats.application.upkeep.verify import Verifier
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie

TODAY = date(2025, 1, 21)


class Application:
    def __init__(self, partitions: int = 1) -> None:
        self.now = datetime(2025, 1, 21, 9, tzinfo=UTC)
        ids = (f"id{n}" for n in count(1))
        self.new_id = lambda: next(ids)
        self.clock = lambda: self.now
        self.log = MemoryEventLog(partitions)
        self.diaries = MemoryDiaryStore()
        self.models = MemoryReadModels()
        self.catalogue = MemoryCatalogue()
        self.list_log = MemoryLists()
        log, diaries, models, clock = self.log, self.diaries, self.models, self.clock
        self.recorder = Recorder(log, diaries)
        self.projector = Projector(log, models, clock)
        self.keeper = DiaryKeeper(
            recorder=self.recorder,
            history=log,
            diaries=diaries,
            catalogue=self.catalogue,
            lists=ListKeeper(self.list_log, clock, self.new_id),
            clock=clock,
            new_id=self.new_id,
            id_from=id_from,
            zone=UTC,
        )
        self.importer = DiaryImporter(self.keeper)
        opening = MemoryOpening(models)
        self.verifier = Verifier(log, models, self.projector, opening)
        self.rebuilder = Rebuilder(log, models, self.projector, clock, opening)
        self.forgetter = Forgetter(
            self.keeper,
            log,
            models,
            self.projector,
            self.catalogue,
            self.rebuilder,
            lambda: None,
            MemoryTakingIn(MemoryTopicPositions()),
        )

    def add(
        self,
        title: str = "Heat",
        user_id: str = "u1",
        *,
        event_id: str | None = None,
        rating: int | None = 8,
        days_ago: int | None = 1,
    ) -> AddMovie:
        """A command that adds a film; it is not sent yet."""
        event_id = event_id or self.new_id()
        day = None if days_ago is None else TODAY - timedelta(days=days_ago)
        movie = Movie.create(title, directors="Michael Mann", duration=170)
        return AddMovie(
            event_id=event_id,
            user_id=user_id,
            entry=Entry(event_id, movie, rating, day, TODAY),
            today=TODAY,
            now=self.now,
        )

    def total(self, user_id: str = "u1") -> int:
        """Films watched, as the read model says after projecting."""
        self.projector.catch_up()
        stored = self.models.user_stats(user_id)
        return stored.stats.total_watched if stored else 0
