"""What the handlers work with: the container's objects by their ports, and who is asked for."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.exceptions import HTTPException

from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.application.access.accounts import MAX_USER_LENGTH, is_open
from cinestats.application.access.ports import Accounts
from cinestats.application.access.principal import Principal, Scope
from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.ports import DiaryStore
from cinestats.application.diary.reader import DiaryReader
from cinestats.application.figures.ports import ReadModels, Statistics, TrendBoard
from cinestats.application.figures.trends import refresh_trends
from cinestats.application.imports.import_diary import DiaryImporter
from cinestats.application.log.ports import EventHistory, EventLog
from cinestats.application.media_servers.hooks import Hooks
from cinestats.application.ports import Clock
from cinestats.application.webhooks.subscriptions import Subscriber, Webhooks
from cinestats.domain.days import local_day
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import clean_text
from cinestats.domain.partition import partition_of
from cinestats.entrypoints.background import Background
from cinestats.entrypoints.backlog import Backlog
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.position_metrics import Positions
from cinestats.entrypoints.webhook_workers import WebhookWorkers

from .bodies import LINE_PATTERN
from .metrics import Metrics
from .principal import SESSION_COOKIE, principal_of
from .problems import NotYet

_MAX_POSITION = 2**63 - 1
AT_LEAST_SECONDS = 5.0


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
    diary: DiaryKeeper
    importer: DiaryImporter
    clock: Clock
    zone: tzinfo
    background: Background
    backlog: Backlog | None
    metrics: Metrics
    hooks: Hooks
    webhooks: Webhooks
    subscriber: Subscriber
    webhook_workers: WebhookWorkers
    accounts: Accounts
    diary_reader: DiaryReader
    topic_is_foreign: Callable[[], bool]

    def partition(self, user_id: str) -> int:
        """The partition of the log that holds the user's events."""
        return partition_of(user_id, self.log.partitions)

    def position(self, user_id: str) -> int:
        """The position that a read has to wait for, to see all that was written so far."""
        return self.log.tail(self.partition(user_id))

    def day_of(self, moment: datetime) -> date:
        """The day that ``moment`` belongs to, in the zone of the settings."""
        return local_day(moment, self.zone)

    def may_read(self, caller: Principal, user_id: str, link: str | None = None) -> bool:
        """Whether the caller may see the user's statistics; ``link`` is a secret they bring."""
        if caller.owns(user_id):
            return "read" in caller.scopes
        return is_open(self.accounts.get(user_id), link)

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
    clock, diary = container.clock(), container.keeper()
    workers = container.webhook_workers()
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
        diary=diary,
        importer=container.importer(),
        clock=clock,
        zone=zone,
        background=Background(
            log,
            models,
            container.projector(),
            diary.recorder,
            lambda: refresh_trends(models, clock, zone),
            container.settings().trends_trigger_seconds,
            None if backlog is None else backlog.refresh,
            workers.dispatch,
        ),
        backlog=backlog,
        metrics=Metrics(Positions(log, models, backlog)),
        hooks=container.hooks(),
        webhooks=container.webhooks(),
        subscriber=container.subscriber(),
        webhook_workers=workers,
        accounts=container.accounts(),
        diary_reader=DiaryReader(log, container.diaries(), zone),
        topic_is_foreign=container.topic_is_foreign,
    )


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Injected = Annotated[Services, Depends(_services)]


_bearer = HTTPBearer(
    scheme_name="token",
    description="An API token, the home server's token, or a token of the OIDC issuer.",
    auto_error=False,
)
_cookie = APIKeyCookie(
    name=SESSION_COOKIE,
    scheme_name="session",
    description="What signing in sets. Writes with it must come from the pages themselves.",
    auto_error=False,
)


async def _caller(
    request: Request,
    _token: Annotated[object, Depends(_bearer)],  # these two are for the reference only
    _session: Annotated[object, Depends(_cookie)],
) -> Principal:
    return principal_of(request.scope)


Caller = Annotated[Principal, Depends(_caller)]
"""Who calls, be it nobody known."""


async def _signed_in(caller: Caller) -> Principal:
    if caller.kind == "anonymous":
        raise HTTPException(
            401, "Sign in, or show a token.", headers={"WWW-Authenticate": "Bearer"}
        )
    return caller


SignedIn = Annotated[Principal, Depends(_signed_in)]
"""Who calls; 401 for nobody known."""


async def _admin(caller: SignedIn) -> Principal:
    if "admin" not in caller.scopes:
        raise HTTPException(404)
    return caller


Admin = Annotated[Principal, Depends(_admin)]
"""Who calls, with the scope admin; for others there is nothing here."""


async def _path_user(
    user: Annotated[
        str,
        Path(
            min_length=1,
            max_length=MAX_USER_LENGTH,
            json_schema_extra={"pattern": LINE_PATTERN},
            description="Whose diary it is.",
            examples=["anna"],
        ),
    ],
) -> str:
    return clean_text(user, "user", MAX_USER_LENGTH)


PathUser = Annotated[str, Depends(_path_user)]
"""The user of the path, whoever asks for it."""

PathId = Annotated[
    str,
    Path(
        max_length=MAX_ID_LENGTH,
        description="Which one; the list of them says it.",
        examples=["019483f0-0000-7000-8000-000000000000"],
    ),
]
"""The id of something that a user has."""


def _check_own(user: str, caller: Principal, scope: Scope) -> None:
    """Raises 404 for a diary of somebody else, just as for an address that is none."""
    if not caller.owns(user):
        raise HTTPException(404)
    if scope not in caller.scopes:
        raise HTTPException(403, f"This needs the scope {scope}, which the token has not.")


async def _writing_user(user: PathUser, caller: SignedIn) -> str:
    _check_own(user, caller, "write")
    return user


async def _user_in_person(
    user: Annotated[str, Depends(_writing_user)], caller: SignedIn
) -> str:
    if caller.kind == "token":
        raise HTTPException(403, "An API token may not do this: sign in.")
    return user


async def _reading_user(user: PathUser, caller: SignedIn) -> str:
    _check_own(user, caller, "read")
    return user


async def _readable_user(
    user: PathUser,
    caller: Caller,
    services: Injected,
    link: Annotated[
        str | None,
        Query(max_length=200, description="The secret of a diary that is open by link."),
    ] = None,
) -> str:
    if caller.owns(user) or not await run_in_threadpool(services.may_read, caller, user, link):
        _check_own(user, await _signed_in(caller), "read")
    return user


_AtLeast = Annotated[
    int | None,
    Query(
        ge=0,
        le=_MAX_POSITION,
        description="Wait until the answer counts in this position of the log, up to 5 s.",
    ),
]


async def _seen_at(user: str, services: Services, at_least: int | None) -> str:
    if at_least is not None:
        await run_in_threadpool(_wait_until_seen, user, services, at_least)
    return user


def _wait_until_seen(user: str, services: Services, position: int) -> None:
    end = services.position(user)
    # The positions of a topic that others fill are its offsets, and no log knows its end.
    if position > end and not services.topic_is_foreign():
        raise InvalidInput("at_least", f"is beyond the end of the log, {end}")
    partition = services.partition(user)
    if not services.background.wait_for(partition, position, AT_LEAST_SECONDS):
        raise NotYet(
            f"The statistics of {user} do not hold position {position} yet; try again."
        )


async def _user_to_read(
    user: Annotated[str, Depends(_readable_user)],
    services: Injected,
    at_least: _AtLeast = None,
) -> str:
    return await _seen_at(user, services, at_least)


async def _own_user(
    user: Annotated[str, Depends(_reading_user)],
    services: Injected,
    at_least: _AtLeast = None,
) -> str:
    return await _seen_at(user, services, at_least)


UserToRead = Annotated[str, Depends(_user_to_read)]
"""The user of the path, whose statistics the caller may see: the owner, or who may at all."""

OwnUser = Annotated[str, Depends(_own_user)]
"""The user of the path, who must be the caller, with the scope read."""

User = Annotated[str, Depends(_writing_user)]
"""The user of the path, who must be the caller, with the scope write."""

UserInPerson = Annotated[str, Depends(_user_in_person)]
"""As User, but no API token: what it opens would stay open when it expires or is revoked."""
