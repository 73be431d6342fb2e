"""What the handlers work with: the container's objects, one of each for the life of the app."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO, cast

from fastapi import Depends, Request

from cinestats.application.access.accounts import is_open
from cinestats.application.access.principal import Principal
from cinestats.application.diary.reader import DiaryReader
from cinestats.application.figures.trends import refresh_trends
from cinestats.domain.days import local_day
from cinestats.domain.errors import InvalidInput
from cinestats.domain.partition import partition_of
from cinestats.entrypoints.background import Background
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.position_metrics import Positions
from cinestats.entrypoints.topic_watch import TopicWatch

from .metrics import BackupMetrics, Metrics
from .problems import NotYet

AT_LEAST_SECONDS = 5.0


class Services:
    """One of each, for the life of the app."""

    def __init__(self, container: Container) -> None:
        settings = container.settings()
        self.container = container
        self.clock, self.zone = clock, zone = container.clock(), container.zone()
        self.log, self.models = log, models = container.log(), container.models()
        self.diary = container.keeper()
        self.diary_reader = DiaryReader(log, container.diaries(), zone)
        self.catalogue = container.catalogue()
        self.posters = container.posters()
        self.hooks = container.hooks()
        self.webhooks = container.webhooks()
        self.webhook_workers = container.webhook_workers()
        self.follow_worker = container.follow_worker()
        self.source_worker = container.source_worker()
        self.backup_worker = backups = container.backup_worker()
        self.accounts = container.accounts()
        # Embedded, nothing waits for a topic, unless somebody chooses to relay.
        distributed = settings.backend == "distributed"
        self.backlog = container.backlog() if distributed else None
        self.topic = topic = TopicWatch(settings, container.stores()) if distributed else None
        self.background = Background(
            log,
            models,
            container.projector(),
            self.diary.recorder,
            lambda: refresh_trends(models, clock, zone),
            settings.trends_trigger_seconds,
            None if self.backlog is None else self.backlog.refresh,
            self.webhook_workers.dispatch,
            self.follow_worker.dispatch,
            container.stores().sweep,
            None if backups is None else backups.dispatch,
            self.source_worker.dispatch if settings.sources else None,
            None if topic is None else topic.dispatch,
        )
        self.source_worker.written = self.background.wake
        self.metrics = Metrics(Positions(log, models, self.backlog))
        if backups is not None:
            self.metrics.registry.register(BackupMetrics(backups))
        if topic is not None:
            self.metrics.registry.register(topic)

    def position(self, user_id: str) -> int:
        """The position that a read has to wait for, to see all that was written so far."""
        return self.log.tail(partition_of(user_id, self.log.partitions))

    def wait_until_seen(self, user_id: str, position: int) -> None:
        """Wait until the user's figures count in what is at ``position``; else raise NotYet."""
        end = self.position(user_id)
        # The positions of a topic that others fill are its offsets, and no log knows its end.
        if position > end and not self.container.topic_has_no_log():
            raise InvalidInput("at_least", f"is beyond the end of the log, {end}")
        partition = partition_of(user_id, self.log.partitions)
        if not self.background.wait_for(partition, position, AT_LEAST_SECONDS):
            raise NotYet(
                f"The statistics of {user_id} do not hold position {position} yet; try again."
            )

    def today(self) -> date:
        """The day that it is now, in the zone of the settings."""
        return local_day(self.clock(), self.zone)

    def may_read(self, caller: Principal, user_id: str, link: str | None = None) -> bool:
        """Whether the caller may see the user's statistics; ``link`` is a secret they bring."""
        if caller.owns(user_id):
            return "read" in caller.scopes
        return is_open(self.accounts.get(user_id), link)

    def temporary_file(self) -> BinaryIO:
        """A file for what is too large for memory.

        It has no name, so nobody else can open it and nothing of it is left behind, also
        when the process is killed.
        """
        settings = self.container.settings()
        folder = settings.data_dir if settings.backend == "embedded" else None
        return cast(BinaryIO, TemporaryFile(dir=folder))

    @contextmanager
    def writing(self) -> Generator[None]:
        """Let the projection begin as soon as the block ends, also when it ends badly.

        Raises BacklogFull, before anything is written.
        """
        if self.backlog is not None:
            self.backlog.check()
        try:
            yield
        finally:
            self.background.wake()


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Injected = Annotated[Services, Depends(_services)]
