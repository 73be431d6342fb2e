"""The composition root: the only file that picks adapters."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property, lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Union
from zoneinfo import ZoneInfo

from dependency_injector import providers

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.ids import id_from, new_id, new_secret
from cinestats.adapters.memory.access import MemoryAccounts, MemoryAuditTrail, MemoryCredentials
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.memory.dead_letters import MemoryDeadLetters
from cinestats.adapters.memory.diary_store import MemoryDiaryStore
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.adapters.memory.relay_positions import MemoryRelayPositions
from cinestats.adapters.memory.webhooks import MemoryWebhooks
from cinestats.adapters.sqlite.access import (
    SqliteAccounts,
    SqliteAuditTrail,
    SqliteCredentials,
    access_database,
)
from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.adapters.sqlite.data_folder import DataFolder, drop
from cinestats.adapters.sqlite.database import Database
from cinestats.adapters.sqlite.diary_store import SqliteDiaryStore
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.adapters.sqlite.read_models import SqliteReadModels
from cinestats.adapters.sqlite.relay_positions import SqliteRelayPositions
from cinestats.adapters.sqlite.webhooks import SqliteWebhooks
from cinestats.application.access.accounts import AccountManager
from cinestats.application.access.audit import Audit
from cinestats.application.access.authenticate import Authenticator
from cinestats.application.access.change_password import PasswordChanger
from cinestats.application.access.credentials import CredentialIssuer
from cinestats.application.access.ports import AuditTrail, IdTokenVerifier, PasswordHasher
from cinestats.application.access.sessions import Sessions
from cinestats.application.access.tokens import Tokens
from cinestats.application.catalogue.ports import Catalogue, CatalogueFilm
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.record import Recorder
from cinestats.application.figures.project import ProjectedElsewhere, Projector
from cinestats.application.imports.import_diary import DiaryImporter
from cinestats.application.log.ports import EventLog
from cinestats.application.media_servers.hooks import Hooks
from cinestats.application.streaming.dead_letters import DeadLetters
from cinestats.application.streaming.ports import EventPublisher, RelayPositions
from cinestats.application.streaming.relay import Relay
from cinestats.application.upkeep.forget import Forgetter
from cinestats.application.upkeep.rebuild import Rebuilder
from cinestats.application.upkeep.verify import Verifier
from cinestats.application.webhooks.deliver import WebhookDelivery
from cinestats.application.webhooks.subscriptions import Subscriber, WebhookSender
from cinestats.domain.errors import InvalidInput

from .backlog import Backlog
from .extra import extra
from .home_token import home_token
from .settings import Settings, load_settings
from .webhook_workers import WebhookWorkers

if TYPE_CHECKING:
    from cinestats.adapters.mongo.access import MongoAccounts, MongoCredentials
    from cinestats.adapters.mongo.database import MongoDatabase
    from cinestats.adapters.mongo.diary_store import MongoDiaryStore
    from cinestats.adapters.mongo.event_log import MongoEventLog
    from cinestats.adapters.mongo.read_models import MongoReadModels
    from cinestats.adapters.mongo.webhooks import MongoWebhooks

Log = Union[SqliteEventLog, "MongoEventLog", MemoryEventLog]
Diaries = Union[SqliteDiaryStore, "MongoDiaryStore", MemoryDiaryStore]
Models = Union[SqliteReadModels, "MongoReadModels", MemoryReadModels]
StoredAccounts = Union[SqliteAccounts, "MongoAccounts", MemoryAccounts]
StoredCredentials = Union[SqliteCredentials, "MongoCredentials", MemoryCredentials]
StoredWebhooks = Union[SqliteWebhooks, "MongoWebhooks", MemoryWebhooks]
_Derived = TypeVar("_Derived", SqliteDiaryStore, SqliteReadModels)
_Store = TypeVar(
    "_Store",
    SqliteEventLog,
    SqliteDiaryStore,
    SqliteReadModels,
    SqliteCatalogue,
    SqliteWebhooks,
    Database,
)


class Container:
    """Every object of the application, made when it is first asked for.

    Each attribute is a provider: ``container.log()`` is the log, the same one every time.
    """

    # A plain class: containers.DeclarativeContainer would import FastAPI, and double the time
    # that every command takes to start.
    def __init__(self, settings: Settings | None = None) -> None:
        once = providers.ThreadSafeSingleton
        self._opened = ExitStack()
        self.settings = once(load_settings if settings is None else lambda: settings)
        self.zone = once(ZoneInfo, self.settings.provided.timezone)
        self.clock = providers.Object(_system_clock)
        self.new_id = providers.Object(new_id)
        self.id_from = providers.Object(id_from)
        self.folder = once(self._use_folder, self.settings.provided.data_dir)

        backend = self.settings.provided.backend
        self.log: providers.Provider[Log] = providers.Selector(
            backend,
            embedded=once(self._open, SqliteEventLog, self.folder.provided.log),
            distributed=once(self._open_mongo_log),
            memory=once(MemoryEventLog),
        )
        self.diaries: providers.Provider[Diaries] = providers.Selector(
            backend,
            embedded=once(self._open_diaries, self.folder.provided.diary, self.log),
            distributed=once(self._open_mongo_diaries),
            memory=once(MemoryDiaryStore),
        )
        self.models: providers.Provider[Models] = providers.Selector(
            backend,
            embedded=once(self._open_models, self.folder.provided.views, self.log),
            distributed=once(self._open_mongo_models),
            memory=once(MemoryReadModels),
        )
        self.catalogue: providers.Provider[Catalogue] = providers.Selector(
            backend,
            embedded=once(self._open_catalogue, self.folder.provided.catalogue),
            distributed=once(self._open_mongo_catalogue),
            memory=once(lambda: _with_sample(MemoryCatalogue())),
        )
        self.relay_positions: providers.Provider[RelayPositions] = providers.Selector(
            backend,
            embedded=once(self._open_relay_positions, self.folder.provided.relay),
            distributed=once(self._open_mongo_relay_positions),
            memory=once(MemoryRelayPositions),
        )
        self.dead_letters: providers.Provider[DeadLetters] = providers.Selector(
            backend,
            embedded=once(_no_topic),
            distributed=once(self._open_mongo_dead_letters),
            memory=once(MemoryDeadLetters),
        )
        self.webhooks: providers.Provider[StoredWebhooks] = providers.Selector(
            backend,
            embedded=once(self._open, SqliteWebhooks, self.folder.provided.webhooks),
            distributed=once(self._open_mongo_webhooks),
            memory=once(MemoryWebhooks),
        )
        self.publisher = once(self._open_publisher)
        self.relay = once(Relay, self.log, self.relay_positions, self.publisher)
        self.resend = once(self._open_resend)
        self.backlog = once(
            Backlog, self.log, self.relay_positions, self.settings.provided.backlog_limit
        )

        self.recorder = once(Recorder, self.log, self.log, self.diaries)
        # The distributed log is projected by the stream's workers.
        self.projector = providers.Selector(
            backend,
            embedded=once(Projector, self.log, self.models, self.clock),
            distributed=once(ProjectedElsewhere, self.log, self.models, self.clock),
            memory=once(Projector, self.log, self.models, self.clock),
        )
        self.keeper = once(
            DiaryKeeper,
            recorder=self.recorder,
            history=self.log,
            diaries=self.diaries,
            catalogue=self.catalogue,
            clock=self.clock,
            new_id=self.new_id,
            id_from=self.id_from,
            zone=self.zone,
        )
        self.importer = once(DiaryImporter, self.keeper)
        self.verifier = once(
            Verifier, self.log, self.log, self.models, self.models, self.projector, self.clock
        )
        self.rebuilder = once(
            Rebuilder,
            self.log,
            self.log,
            self.models,
            self.models,
            self.projector,
            self.clock,
        )
        self.forgetter = once(Forgetter, self.keeper, self.log, self.models, self.projector)
        self._provide_access()
        self._provide_webhooks()

    def _provide_access(self) -> None:
        """Who may see what."""
        once = providers.ThreadSafeSingleton
        backend = self.settings.provided.backend
        self.new_secret = providers.Object(new_secret)
        self.home_token = once(home_token, self.settings)
        self.hasher = once(_password_hasher)
        self.id_tokens = once(_id_token_verifier, self.settings)
        file = once(self._open, access_database, self.folder.provided.access)
        self.accounts: providers.Provider[StoredAccounts] = providers.Selector(
            backend,
            embedded=once(SqliteAccounts, file),
            distributed=once(self._open_mongo_accounts),
            memory=once(MemoryAccounts),
        )
        self.credentials: providers.Provider[StoredCredentials] = providers.Selector(
            backend,
            embedded=once(SqliteCredentials, file),
            distributed=once(self._open_mongo_credentials),
            memory=once(MemoryCredentials),
        )
        self.audit_trail: providers.Provider[AuditTrail] = providers.Selector(
            backend,
            embedded=once(SqliteAuditTrail, file),
            distributed=once(self._open_mongo_audit_trail),
            memory=once(MemoryAuditTrail),
        )
        accounts, credentials, hasher = self.accounts, self.credentials, self.hasher
        self.audit = once(Audit, self.audit_trail, self.clock, self.new_id)
        self.issuer = once(
            CredentialIssuer, accounts, credentials, self.clock, self.new_id, self.new_secret
        )
        self.account_manager = once(
            AccountManager,
            accounts,
            credentials,
            self.webhooks,
            self.log,
            hasher,
            self.audit,
            self.clock,
            self.new_secret,
        )
        self.sessions = once(
            Sessions, accounts, credentials, self.issuer, hasher, self.audit, self.clock
        )
        self.tokens = once(Tokens, accounts, credentials, self.issuer, self.audit)
        self.passwords = once(PasswordChanger, accounts, credentials, hasher, self.audit)
        self.authenticator = once(
            Authenticator, accounts, accounts, credentials, credentials, self.clock
        )

    def _provide_webhooks(self) -> None:
        """What media servers tell, and whom the server tells."""
        once = providers.ThreadSafeSingleton
        household = providers.Selector(
            self.settings.provided.access,
            home=self.account_manager,
            server=providers.Object(None),
        )
        self.hooks = once(
            Hooks, self.accounts, household, self.credentials, self.issuer, self.audit
        )
        private = once(_webhooks_may_be_private, self.settings)
        self.subscriber = once(
            Subscriber, self.webhooks, self.log, self.clock, self.new_id, private
        )
        self.delivery = once(
            WebhookDelivery,
            self.log,
            self.webhooks,
            once(_webhook_sender, private),
            self.clock,
            once(new_id),
            providers.Object(random.random),
        )
        self.webhook_workers = once(self._make_workers, self.delivery)

    def close(self) -> None:
        """Close every store that was opened; nothing may be asked for afterwards."""
        self._opened.close()

    def topic_is_foreign(self) -> bool:
        """Whether another application publishes to the topic, so that no log has its events."""
        if self.settings().backend != "distributed":
            return False
        with extra():
            from cinestats.adapters.mongo.topic_claims import MongoTopicClaims
        claim = MongoTopicClaims(self._mongo).get(self.settings().kafka_topic)
        return claim is not None and claim.kind == "foreign"

    def _use_folder(self, path: Path) -> DataFolder:
        folder = DataFolder(path)
        self._opened.enter_context(folder.in_use())
        return folder

    def _open(self, make: Callable[[Path], _Store], path: Path) -> _Store:
        store = make(path)
        self._opened.callback(store.close)
        return store

    def _open_diaries(self, path: Path, log: EventLog) -> SqliteDiaryStore:
        position = SqliteDiaryStore.position
        return self._open(lambda path: _in_step(SqliteDiaryStore, path, log, position), path)

    def _open_models(self, path: Path, log: EventLog) -> SqliteReadModels:
        position = SqliteReadModels.checkpoint
        return self._open(lambda path: _in_step(SqliteReadModels, path, log, position), path)

    def _make_workers(self, delivery: WebhookDelivery) -> WebhookWorkers:
        workers = WebhookWorkers(delivery)
        self._opened.callback(workers.stop)  # before the stores that they use are closed
        return workers

    # What follows imports what only the extra "distributed" brings.

    @cached_property
    def _mongo(self) -> "MongoDatabase":
        with extra():
            from cinestats.adapters.mongo.database import MongoDatabase
        settings = self.settings()
        database = MongoDatabase(settings.mongo_uri, settings.mongo_database)
        self._opened.callback(database.close)
        return database

    def _open_mongo_log(self) -> "MongoEventLog":
        with extra():
            from cinestats.adapters.mongo.event_log import MongoEventLog, partitions_of
        kept = partitions_of(self._mongo)
        return MongoEventLog(self._mongo, kept or self.settings().partitions)

    def _open_mongo_diaries(self) -> "MongoDiaryStore":
        with extra():
            from cinestats.adapters.mongo.diary_store import MongoDiaryStore
        return MongoDiaryStore(self._mongo)

    def _open_mongo_models(self) -> "MongoReadModels":
        with extra():
            from cinestats.adapters.mongo.read_models import MongoReadModels
        models = MongoReadModels(self._mongo, self.zone())
        models.create_indexes()
        return models

    def _open_mongo_catalogue(self) -> Catalogue:
        with extra():
            from cinestats.adapters.mongo.catalogue import MongoCatalogue
        catalogue = MongoCatalogue(self._mongo)
        catalogue.create_indexes()
        return _with_sample(catalogue)

    def _open_mongo_dead_letters(self) -> DeadLetters:
        with extra():
            from cinestats.adapters.mongo.dead_letters import MongoDeadLetters
        letters = MongoDeadLetters(self._mongo)
        letters.create_indexes()
        return letters

    def _open_mongo_accounts(self) -> "MongoAccounts":
        with extra():
            from cinestats.adapters.mongo.access import MongoAccounts
        accounts = MongoAccounts(self._mongo)
        accounts.create_indexes()
        return accounts

    def _open_mongo_credentials(self) -> "MongoCredentials":
        with extra():
            from cinestats.adapters.mongo.access import MongoCredentials
        credentials = MongoCredentials(self._mongo)
        credentials.create_indexes()
        return credentials

    def _open_mongo_audit_trail(self) -> AuditTrail:
        with extra():
            from cinestats.adapters.mongo.access import MongoAuditTrail
        return MongoAuditTrail(self._mongo)

    def _open_mongo_webhooks(self) -> "MongoWebhooks":
        with extra():
            from cinestats.adapters.mongo.webhooks import MongoWebhooks
        webhooks = MongoWebhooks(self._mongo)
        webhooks.create_indexes()
        return webhooks

    def _open_mongo_relay_positions(self) -> RelayPositions:
        with extra():
            from cinestats.adapters.mongo.relay_positions import MongoRelayPositions
        return MongoRelayPositions(self._mongo, self.settings().kafka_topic)

    def _open_relay_positions(self, path: Path) -> RelayPositions:
        positions = SqliteRelayPositions(path, self.settings().kafka_topic)
        self._opened.callback(positions.close)
        return positions

    def _open_publisher(self) -> EventPublisher:
        with extra():
            from cinestats.adapters.kafka.client import load
            from cinestats.adapters.kafka.publisher import KafkaPublisher

            load("kafka")  # else it is missed only when the first event is to be sent
        publisher = KafkaPublisher(self.settings())
        self._opened.callback(publisher.close)
        return publisher

    def _open_resend(self) -> Callable[[bytes, bytes], None]:
        with extra():
            from cinestats.adapters.kafka.client import load
            from cinestats.adapters.kafka.resend import resend

            load("kafka")
        return partial(resend, self.settings())

    def _open_catalogue(self, path: Path) -> Catalogue:
        return _with_sample(self._open(SqliteCatalogue, path))


def make_container(settings: Settings | None = None) -> Container:
    """A container with the process's settings, or the given ones."""
    return Container(settings)


def _webhooks_may_be_private(settings: Settings) -> bool:
    allowed = settings.webhook_private_addresses
    return settings.access == "home" if allowed is None else allowed


def _webhook_sender(private_addresses: bool) -> WebhookSender:
    from cinestats.adapters.webhook_sender import HttpWebhookSender  # only the server sends

    return HttpWebhookSender(private_addresses)


def _password_hasher() -> PasswordHasher:
    from cinestats.adapters.passwords import Argon2Hasher  # most commands need no password

    return Argon2Hasher()


def _id_token_verifier(settings: Settings) -> IdTokenVerifier | None:
    """The verifier of the issuer in the settings; None where there is none."""
    given = {
        "CINESTATS_OIDC_ISSUER": settings.oidc_issuer,
        "CINESTATS_OIDC_AUDIENCE": settings.oidc_audience,
        "CINESTATS_OIDC_JWKS_URL": settings.oidc_jwks_url,
    }
    if not any(given.values()):
        return None
    for name, value in given.items():
        if not value:
            raise InvalidInput(name, "is missing: the issuer's settings belong together")
    from cinestats.adapters.oidc import OidcVerifier  # PyJWT, with its cryptography

    issuer, audience, jwks_url = (str(value) for value in given.values())
    return OidcVerifier(issuer, audience, jwks_url, settings.oidc_algorithm)


def _no_topic() -> DeadLetters:
    raise InvalidInput(
        "CINESTATS_BACKEND", "must be distributed: only a topic has dead letters"
    )


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _with_sample(catalogue: Catalogue) -> Catalogue:
    """The catalogue with at least the films of the sample that the package ships."""
    if catalogue.size() == 0:
        catalogue.load(sample_films())
    return catalogue


@lru_cache(maxsize=1)
def sample_films() -> tuple[CatalogueFilm, ...]:
    """The films that the package ships."""
    sample = resources.files("cinestats.adapters") / "data" / "catalog_sample.csv"
    return tuple(read_catalogue(sample.read_bytes()).films)


def _in_step(
    make: Callable[[Path], _Derived],
    path: Path,
    log: EventLog,
    position: Callable[[_Derived, int], int],
) -> _Derived:
    """The store at ``path``; a new one where it has seen more than the log holds.

    So it is when somebody put an older copy of the log back. The new one follows the log
    from its beginning.
    """
    store = make(path)
    if any(position(store, each) > log.tail(each) for each in range(log.partitions)):
        store.close()
        drop(path)
        store = make(path)
    return store
