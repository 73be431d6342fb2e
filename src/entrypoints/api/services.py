"""What the handlers work with: the container's objects by their ports, and who is asked for."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from cinestats.application.import_diary import DiaryImporter
from cinestats.application.ports import (
    Catalogue,
    Clock,
    DiaryStore,
    EventHistory,
    EventLog,
    IdFrom,
    NewId,
    ReadModels,
    Statistics,
    TrendBoard,
)
from cinestats.application.record import Recorder
from cinestats.application.trends import refresh_trends
from cinestats.domain.days import local_day
from cinestats.domain.movie import clean_text
from cinestats.domain.partition import partition_of
from cinestats.entrypoints.background import Background
from cinestats.entrypoints.backlog import Backlog
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.position_metrics import Positions

from .metrics import Metrics
from .problems import NotYet

_MAX_USER_LENGTH = 200
_MAX_POSITION = 2**63 - 1
_AT_LEAST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Services:
    """One of each, for the life of the app."""

    log: EventLog
    history: EventHistory
    diaries: DiaryStore
    models: ReadModels
    statistics: Statistics
    board: TrendBoard
    catalogue: Catalogue
    recorder: Recorder
    importer: DiaryImporter
    clock: Clock
    new_id: NewId
    id_from: IdFrom
    zone: tzinfo
    background: Background
    backlog: Backlog | None
    metrics: Metrics

    def partition(self, user_id: str) -> int:
        """The partition of the log that holds the user's events."""
        return partition_of(user_id, self.log.partitions)

    def position(self, user_id: str) -> int:
        """The position that a read has to wait for, to see all that was written so far."""
        return self.log.tail(self.partition(user_id))

    def day_of(self, moment: datetime) -> date:
        """The day that ``moment`` belongs to, in the zone of the settings."""
        return local_day(moment, self.zone)

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


def make_services(container: Container) -> Services:
    """Take what the handlers need out of the container."""
    log, models, zone = container.log(), container.models(), container.zone()
    clock, recorder = container.clock(), container.recorder()
    # Embedded, nothing waits for a topic, unless somebody chooses to relay.
    backlog = container.backlog() if container.settings().backend == "distributed" else None
    return Services(
        log=log,
        history=log,
        diaries=container.diaries(),
        models=models,
        statistics=models,
        board=models,
        catalogue=container.catalogue(),
        recorder=recorder,
        importer=container.importer(),
        clock=clock,
        new_id=container.new_id(),
        id_from=container.id_from(),
        zone=zone,
        background=Background(
            log,
            models,
            container.projector(),
            recorder,
            lambda: refresh_trends(models, models, clock, zone),
            container.settings().trends_trigger_seconds,
            None if backlog is None else backlog.refresh,
        ),
        backlog=backlog,
        metrics=Metrics(Positions(log, models, backlog)),
    )


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Injected = Annotated[Services, Depends(_services)]


async def _user(
    user: Annotated[str, Path(description="Whose diary it is, up to 200 characters.")],
) -> str:
    return clean_text(user, "user", _MAX_USER_LENGTH)


User = Annotated[str, Depends(_user)]


def _user_seen_at(
    user: User,
    services: Injected,
    at_least: Annotated[
        int | None,
        Query(
            ge=0,
            le=_MAX_POSITION,
            description="Wait until the answer counts in this position of the log, up to 5 s.",
        ),
    ] = None,
) -> str:
    if at_least is not None and not services.background.wait_for(
        services.partition(user), at_least, _AT_LEAST_SECONDS
    ):
        raise NotYet(
            f"The statistics of {user} do not hold position {at_least} yet; try again."
        )
    return user


UserToRead = Annotated[str, Depends(_user_seen_at)]
