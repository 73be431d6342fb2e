"""All stores of one backend, by what the application needs of them.

A backend is a class that has these: ``adapters/sqlite/stores.py`` is the one to learn from.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from .access.audit import AuditTrail
from .access.ports import AccountList, Accounts, Credentials, CredentialUse
from .catalogue.ports import Catalogue
from .diary.ports import DiaryStore
from .figures.ports import ReadModels, Rebuilding, Statistics, TrendBoard
from .log.ports import EventHistory, EventLog
from .streaming.dead_letters import DeadLetters
from .streaming.ports import RelayPositions, TopicClaims
from .upkeep.examine import Check
from .webhooks.subscriptions import Webhooks, WebhookTurns


class Log(EventLog, EventHistory, Protocol):
    """The log, by position and by user."""


class Models(ReadModels, Rebuilding, Statistics, TrendBoard, Protocol):
    """The read models: written, rebuilt and read."""


class AccountStore(Accounts, AccountList, Protocol):
    """The accounts, one by one and as a list."""


class CredentialStore(Credentials, CredentialUse, Protocol):
    """The credentials and their use."""


class WebhookStore(Webhooks, WebhookTurns, Protocol):
    """The webhooks, for their owners and for those who deliver."""


@dataclass
class AccessStores:
    """Who may see what."""

    accounts: AccountStore
    credentials: CredentialStore
    audit_trail: AuditTrail


class Stores(ABC):
    """Each store is opened when it is first asked for, and is the same one every time."""

    @cached_property
    @abstractmethod
    def log(self) -> Log: ...

    @cached_property
    @abstractmethod
    def diaries(self) -> DiaryStore: ...

    @cached_property
    @abstractmethod
    def models(self) -> Models: ...

    @cached_property
    @abstractmethod
    def catalogue(self) -> Catalogue: ...

    @cached_property
    @abstractmethod
    def access(self) -> AccessStores: ...

    @cached_property
    @abstractmethod
    def webhooks(self) -> WebhookStore: ...

    @cached_property
    @abstractmethod
    def relay_positions(self) -> RelayPositions: ...

    @cached_property
    @abstractmethod
    def dead_letters(self) -> DeadLetters: ...

    @cached_property
    @abstractmethod
    def topic_claims(self) -> TopicClaims: ...

    @abstractmethod
    def checks(self) -> Sequence[Check]:
        """What `cinestats doctor` examines of this backend."""

    @abstractmethod
    def close(self) -> None:
        """Close what was opened. Ask for no store afterwards."""
