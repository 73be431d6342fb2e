"""All stores of one backend, by what the application needs of them.

A backend is a class that has these: ``adapters/sqlite/stores.py`` is the one to learn from.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from .access.audit import AuditTrail
from .access.ports import AccountStore, CredentialStore
from .catalogue.ports import FilmStore
from .diary.ports import Diaries
from .figures.ports import Models
from .following.accounts import FollowStore
from .lists.ports import ListLog
from .log.ports import Log
from .streaming.dead_letters import DeadLetters
from .streaming.ports import RelayPositions, TopicClaims, TopicPositions, TopicWays
from .upkeep.examine import Check
from .upkeep.ports import OpeningBalances, TakingIn
from .webhooks.subscriptions import WebhookStore


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
    def diaries(self) -> Diaries: ...

    @cached_property
    @abstractmethod
    def models(self) -> Models: ...

    @cached_property
    @abstractmethod
    def catalogue(self) -> FilmStore: ...

    @cached_property
    @abstractmethod
    def access(self) -> AccessStores: ...

    @cached_property
    @abstractmethod
    def webhooks(self) -> WebhookStore: ...

    @cached_property
    @abstractmethod
    def followed(self) -> FollowStore: ...

    @cached_property
    @abstractmethod
    def lists(self) -> ListLog: ...

    @cached_property
    @abstractmethod
    def relay_positions(self) -> RelayPositions: ...

    @cached_property
    @abstractmethod
    def dead_letters(self) -> DeadLetters: ...

    @cached_property
    @abstractmethod
    def topic_claims(self) -> TopicClaims: ...

    @cached_property
    @abstractmethod
    def topic_ways(self) -> TopicWays: ...

    @cached_property
    @abstractmethod
    def topic_positions(self) -> TopicPositions: ...

    @cached_property
    @abstractmethod
    def taking_in(self) -> TakingIn: ...

    @cached_property
    @abstractmethod
    def opening(self) -> OpeningBalances: ...

    @abstractmethod
    def checks(self, *, deep: bool = False) -> Sequence[Check]:
        """What `cinestats doctor` examines of this backend; ``deep`` reads every byte."""

    def hindrance(self) -> str | None:
        """Why nothing can be written at present, in one sentence; None when all is well."""
        return None

    @abstractmethod
    def sweep(self, user_id: str | None = None) -> None:
        """After the user was erased: drop records of theirs that were parked, and freed bytes.

        Raises StoreBusy and StoreFull. Then, or when a process dies meanwhile, it is still to
        be done: without a user it finishes what was left.
        """

    @abstractmethod
    def close(self) -> None:
        """Close what was opened. Ask for no store afterwards."""
