"""The composition root: chooses a backend, and wires the use cases to its stores."""

import logging
import random
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dependency_injector import providers

from cinestats.adapters import ids
from cinestats.adapters.event_json import encode, read_event
from cinestats.application.access.accounts import AccountManager
from cinestats.application.access.audit import Audit
from cinestats.application.access.authenticate import Authenticator
from cinestats.application.access.credentials import CredentialIssuer
from cinestats.application.access.names import NewNames
from cinestats.application.access.ports import NameRule, PasswordHasher
from cinestats.application.access.provider import ProviderSignIn
from cinestats.application.access.quotas import Quota, Quotas
from cinestats.application.access.reset import PasswordResets
from cinestats.application.access.sessions import Sessions
from cinestats.application.access.tokens import Tokens
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.record import PlaysElsewhere, Recorder, changes_plays
from cinestats.application.diary.room import Room
from cinestats.application.figures.project import ProjectedElsewhere, Projector
from cinestats.application.following.accounts import FollowedService
from cinestats.application.following.poll import FeedReader, Poller
from cinestats.application.imports.import_diary import DiaryImporter
from cinestats.application.lists.keep import ListKeeper
from cinestats.application.media_servers.hooks import Hooks
from cinestats.application.ports import Clock
from cinestats.application.sources.ports import FilmSource
from cinestats.application.stores import Stores
from cinestats.application.streaming.ports import FOREIGN, TopicKind
from cinestats.application.streaming.relay import Relay
from cinestats.application.upkeep.forget import Eraser, Forgetter
from cinestats.application.upkeep.rebuild import Rebuilder
from cinestats.application.upkeep.verify import Verifier
from cinestats.application.webhooks.deliver import WebhookDelivery
from cinestats.application.webhooks.subscriptions import Subscriber, WebhookSender
from cinestats.domain.diary import Command
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import Event

from .backlog import Backlog
from .backup_worker import BackupWorker
from .extra import extra
from .follow_worker import FollowWorker
from .home_token import home_token
from .identity_provider import id_token_verifier, identity_provider
from .settings import Settings, load_settings, shown_settings
from .source_worker import SourceWorker
from .webhook_workers import WebhookWorkers

if TYPE_CHECKING:
    from cinestats.adapters.kafka.publisher import KafkaPublisher
    from cinestats.adapters.posters.cache import Posters
    from cinestats.adapters.posters.folder import PosterFolder

_logger = logging.getLogger(__name__)


def make_stores(settings: Settings) -> Stores:
    """The stores of the backend that the settings name; none is opened yet."""
    match settings.backend:
        case "embedded":
            from cinestats.adapters.memory.stores import MemoryStores
            from cinestats.adapters.sqlite.stores import SqliteStores

            return SqliteStores(settings.data_dir, settings.kafka_topic, MemoryStores())
        case "memory":
            from cinestats.adapters.memory.stores import MemoryStores

            return MemoryStores()
        case "distributed":
            with extra():
                from cinestats.adapters.mongo.stores import MongoStores

            database = settings.mongo_uri, settings.mongo_database
            zone, partitions = ZoneInfo(settings.timezone), settings.partitions
            return MongoStores(*database, settings.kafka_topic, zone, partitions)


class Container:
    """Every object of the application, made when it is first asked for.

    Each attribute is a provider: ``container.log()`` is the log, the same one every time.
    """

    # A plain class: containers.DeclarativeContainer would import FastAPI, and double the time
    # that every command takes to start.
    def __init__(self, settings: Settings | None = None) -> None:
        once = providers.ThreadSafeSingleton
        self._opened = ExitStack()
        self._kind: TopicKind | None = None
        self.settings = once(load_settings if settings is None else lambda: settings)
        self.zone = once(ZoneInfo, self.settings.provided.timezone)
        self.clock = clock = providers.Object(_system_clock)
        self.new_id = new_id = providers.Object(ids.new_id)
        self.id_from = providers.Object(ids.id_from)
        self.new_secret = new_secret = providers.Object(ids.new_secret)

        self.stores = stores = once(self._make_stores, self.settings)
        self.log = log = once(lambda: stores().log)
        self.diaries = diaries = once(lambda: stores().diaries)
        self.models = models = once(lambda: stores().models)
        self.catalogue = catalogue = once(lambda: stores().catalogue)
        self.accounts = accounts = once(lambda: stores().access.accounts)
        self.credentials = credentials = once(lambda: stores().access.credentials)
        self.audit_trail = once(lambda: stores().access.audit_trail)
        self.webhooks = webhooks = once(lambda: stores().webhooks)
        self.followed = followed = once(lambda: stores().followed)
        self.list_log = list_log = once(lambda: stores().lists)
        self.relay_positions = positions = once(lambda: stores().relay_positions)
        self.dead_letters = once(lambda: stores().dead_letters)

        # Who may be called what.
        name_rule = once(_name_rule)
        self.names = names = once(NewNames, accounts, log, list_log, name_rule)

        # The diary and its figures.
        room_of = providers.Object(self._room_of)
        check_plays = providers.Object(self._check_plays)
        self.recorder = recorder = once(Recorder, log, diaries, room_of, check_plays)
        self.projector = projector = providers.Selector(
            self.settings.provided.backend,
            embedded=once(Projector, log, models, clock),
            memory=once(Projector, log, models, clock),
            # The distributed log is projected by the stream's workers.
            distributed=once(
                ProjectedElsewhere,
                log,
                models,
                clock,
                little_here=providers.Object(self.topic_is_taken_in),
            ),
        )
        self.lists = lists = once(ListKeeper, list_log, clock, new_id)
        self.keeper = keeper = once(
            DiaryKeeper,
            recorder=recorder,
            history=log,
            diaries=diaries,
            catalogue=catalogue,
            lists=lists,
            clock=clock,
            new_id=new_id,
            id_from=self.id_from,
            zone=self.zone,
            check_name=providers.Object(self._check_name),
        )
        self.importer = importer = once(DiaryImporter, keeper)
        opening = once(lambda: stores().opening)
        self.verifier = once(Verifier, log, models, projector, opening)
        self.rebuilder = rebuilder = once(Rebuilder, log, models, projector, clock, opening)
        self.poster_folder = folder = once(self._make_poster_folder, self.settings)
        self.posters = once(_posters, self.settings, folder, clock)
        drop_posters = providers.Object(lambda: folder().clear())
        taking_in = once(lambda: stores().taking_in)
        counted = log, models, projector
        others = catalogue, rebuilder, drop_posters, taking_in
        self.forgetter = once(Forgetter, keeper, *counted, *others)

        # Who may see what.
        people = accounts, credentials
        self.home_token = once(home_token, self.settings)
        self.hasher = hasher = once(_password_hasher)
        self.id_tokens = once(id_token_verifier, self.settings)
        self.identity_provider = once(identity_provider, self.settings)
        self.audit = audit = once(Audit, self.audit_trail, clock, new_id)
        self.issuer = issuer = once(CredentialIssuer, *people, clock, new_id, new_secret)
        self.account_manager = once(
            AccountManager,
            *people,
            webhooks,
            followed,
            hasher,
            audit,
            clock,
            new_secret,
            names,
        )
        self.eraser = once(
            Eraser, self.forgetter, self.account_manager, audit, once(lambda: stores().sweep)
        )
        self.sessions = once(Sessions, issuer, hasher, audit, name_rule)
        self.provider_sign_in = once(self._make_provider_sign_in)
        self.password_resets = once(PasswordResets, self.account_manager, issuer, audit)
        self.quotas = quotas = once(
            Quotas,
            accounts=accounts,
            credentials=credentials,
            webhooks=webhooks,
            log=log,
            diaries=diaries,
            size_of=providers.Object(_size_of),
            audit=audit,
            default=once(_default_quota, self.settings),
        )
        self.tokens = once(Tokens, issuer, audit, quotas.provided.check_tokens)
        self.authenticator = once(Authenticator, accounts, credentials, clock)

        # What media servers tell, and whom the server tells.
        household = providers.Selector(
            self.settings.provided.access,
            home=self.account_manager,
            server=providers.Object(None),
        )
        self.hooks = once(Hooks, household, issuer, audit)
        private = once(_webhooks_may_be_private, self.settings)
        limit_of = quotas.provided.webhook_limit
        self.subscriber = once(Subscriber, webhooks, log, clock, new_id, private, limit_of)
        sender, chance = once(_webhook_sender, private), providers.Object(random.random)
        delivery = once(WebhookDelivery, log, webhooks, sender, clock, once(ids.new_id), chance)
        self.webhook_workers = once(self._make_workers, delivery)

        # Whose new entries come in from elsewhere.
        readers = once(_feed_readers, self.zone)
        self.poller = once(Poller, followed, readers, keeper, importer, chance)
        self.follow_worker = once(self._make_follow_worker, self.poller)

        self.source_worker = once(self._make_source_worker)

        self.backup_worker = once(self._make_backup_worker, self.settings, clock)

        # The way to the topic.
        self.publisher = publisher = once(self._make_publisher)
        is_foreign = providers.Object(self.topic_is_foreign)
        self.relay = once(Relay, log, positions, publisher, is_foreign=is_foreign)
        self.resend = once(lambda: publisher().resend)
        limit = self.settings.provided.backlog_limit
        self.backlog = once(Backlog, log, positions, limit, is_foreign)

    def close(self) -> None:
        """Close every store that was opened; nothing may be asked for afterwards."""
        self._opened.close()

    def topic_is_foreign(self) -> bool:
        """Whether another application publishes to the topic."""
        return self._topic_kind() in FOREIGN

    def topic_is_taken_in(self) -> bool:
        """Whether another application publishes to the topic, and the log takes it in."""
        return self._topic_kind() == "taken_in"

    def topic_has_no_log(self) -> bool:
        """Whether another application publishes to the topic, and no log has its events."""
        return self._topic_kind() == "foreign"

    def _topic_kind(self) -> TopicKind | None:
        """What the topic holds; None while no record was counted, or where there is none."""
        settings = self.settings()
        if settings.backend != "distributed":
            return None
        if self._kind in (None, "foreign"):  # only then it may be another by now
            topic, stores = settings.kafka_topic, self.stores()
            claim = stores.topic_claims.get(topic)
            self._kind = None if claim is None else claim.kind
            if self._kind is None and stores.topic_ways.get(topic) == "loose":
                self._kind = "taken_in"  # by a job that has no claim to a topic
        return self._kind

    def _check_plays(self, commands: Sequence[Command]) -> None:
        if any(map(changes_plays, commands)) and self.topic_is_foreign():
            raise PlaysElsewhere(
                "Another application owns these plays and publishes them to the topic: add,"
                " delete and rate there. What a play was in truth can be corrected here."
            )

    def read_record(self, value: bytes) -> tuple[Event, int | None]:
        """The event of a record, and its position, as the topic's consumer reads them."""
        if self._topic_kind() == "log":
            return read_event(value, self.zone())
        from cinestats.adapters.foreign_json import read_foreign  # few commands need it

        event, position, _ = read_foreign(value, self.zone(), self.clock()())
        return event, position

    def _check_name(self, user_id: str) -> None:
        self.names().check_diary(user_id)  # asked for late: few commands make a user

    def _room_of(self, user_id: str) -> Room:
        # At home nobody has a quota, and no account need be looked for.
        if self.settings().access == "home":
            return Room()
        return self.quotas().room(user_id)

    def _make_stores(self, settings: Settings) -> Stores:
        stores = make_stores(settings)
        self._opened.callback(stores.close)
        return stores

    def _make_provider_sign_in(self) -> ProviderSignIn | None:
        provider, manager = self.identity_provider(), self.account_manager()
        if provider is None:
            return None
        newcomers = self.settings().oidc_registration == "open"
        people = self.accounts(), manager, self.sessions()
        return ProviderSignIn(provider, *people, self.audit(), newcomers)

    def _make_workers(self, delivery: WebhookDelivery) -> WebhookWorkers:
        workers = WebhookWorkers(delivery)
        self._opened.callback(workers.stop)  # before the stores that they use are closed
        return workers

    def _make_follow_worker(self, poller: Poller) -> FollowWorker:
        worker = FollowWorker(poller)
        self._opened.callback(worker.stop)  # before the stores that it uses are closed
        return worker

    def _make_source_worker(self) -> SourceWorker:
        from cinestats.adapters.sources.http import StoppableTimer
        from cinestats.adapters.sources.registry import RENEWED, open_source

        settings, log, models = self.settings(), self.log(), self.models()

        def opened(name: str, stopping: threading.Event) -> FilmSource:
            return open_source(name, settings, _logger.info, StoppableTimer(stopping))

        def positions() -> Mapping[str, int]:
            stored = {user: models.user_stats(user) for user in log.users()}
            return {user: 0 if at is None else at.position for user, at in stored.items()}

        worker = SourceWorker(
            self.keeper(),
            self.catalogue(),
            opened,
            self.keeper().today,
            positions,
            sources=settings.sources,
            renewed=[name for name in settings.sources if name in RENEWED],
        )
        self._opened.callback(worker.stop)  # before the stores that it uses are closed
        return worker

    def _make_poster_folder(self, settings: Settings) -> "PosterFolder":
        from cinestats.adapters.posters.folder import PosterFolder  # few commands need it

        if settings.backend == "embedded":
            path = settings.data_dir / "posters"
        else:
            # Of this process alone: made with its first poster, and gone when it ends.
            path = Path(gettempdir(), f"cinestats-posters-{ids.new_secret()}")
            self._opened.callback(rmtree, path, ignore_errors=True)
        return PosterFolder(path, settings.posters_megabytes * 2**20)

    def _make_backup_worker(self, settings: Settings, clock: Clock) -> BackupWorker | None:
        """The worker; None where no backups are wanted. Raises InvalidInput."""
        if settings.backup_dir is None:
            return None
        if settings.backend != "embedded":
            raise InvalidInput(
                "CINESTATS_BACKUP_DIR", "is for the embedded backend; use mongodump for MongoDB"
            )
        from cinestats.adapters.sqlite.backup import back_up_all
        from cinestats.adapters.sqlite.stores import SqliteStores

        stores = self.stores()
        assert isinstance(stores, SqliteStores)
        self.log()  # so that there is one to save
        folder, shown = stores.folder, shown_settings(settings)

        def make(target: Path) -> None:
            back_up_all(folder, target, clock(), shown)

        worker = BackupWorker(settings.backup_dir, settings.backup_keep, make, clock)
        self._opened.callback(worker.stop)
        return worker

    def _make_publisher(self) -> "KafkaPublisher":
        with extra():
            from cinestats.adapters.kafka.client import load
            from cinestats.adapters.kafka.publisher import KafkaPublisher

            load("kafka")  # else it is missed only when the first event is to be sent
        publisher = KafkaPublisher(self.settings())
        self._opened.callback(publisher.close)
        return publisher


def make_container(settings: Settings | None = None) -> Container:
    """A container with the process's settings, or the given ones."""
    return Container(settings)


def _webhooks_may_be_private(settings: Settings) -> bool:
    allowed = settings.webhook_private_addresses
    return settings.access == "home" if allowed is None else allowed


def _default_quota(settings: Settings) -> Quota:
    """What an account may have unless an admin has said else; at home there is no bound."""
    if settings.access == "home":
        return Quota()
    return Quota(
        settings.quota_entries,
        settings.quota_storage_bytes,
        settings.quota_tokens,
        settings.quota_webhooks,
    )


def _size_of(event: Event) -> int:
    return len(encode(event))


def _webhook_sender(private_addresses: bool) -> WebhookSender:
    from cinestats.adapters.webhook_sender import HttpWebhookSender  # only the server sends

    return HttpWebhookSender(private_addresses)


def _posters(settings: Settings, folder: "PosterFolder", clock: Clock) -> "Posters":
    from cinestats.adapters.posters.cache import Posters  # only the server shows any
    from cinestats.adapters.posters.host import ImageHost
    from cinestats.adapters.posters.places import poster_places

    places = poster_places(settings)
    return Posters(folder, {name: ImageHost(at[0]) for name, at in places.items()}, clock)


def _feed_readers(zone: ZoneInfo) -> Mapping[FollowedService, FeedReader]:
    from cinestats.adapters.letterboxd_feed import LetterboxdFeed  # few commands ask anybody

    return {"letterboxd": LetterboxdFeed(zone)}


def _name_rule() -> NameRule:
    from cinestats.adapters.user_names import PrecisNames  # few commands make a user

    return PrecisNames()


def _password_hasher() -> PasswordHasher:
    from cinestats.adapters.passwords import Argon2Hasher  # most commands need no password

    return Argon2Hasher()


def _system_clock() -> datetime:
    return datetime.now(UTC)
