"""The use cases of access on stores in memory, with a clock and secrets that tests hold."""

from itertools import count

from cinestats.adapters.memory.access import MemoryAccess
from cinestats.adapters.memory.followed import MemoryFollowed
from cinestats.adapters.memory.webhooks import MemoryWebhooks
from cinestats.adapters.user_names import PrecisNames
from cinestats.application.access.accounts import AccountManager
from cinestats.application.access.audit import Audit
from cinestats.application.access.authenticate import Authenticator
from cinestats.application.access.credentials import CredentialIssuer
from cinestats.application.access.names import NewNames
from cinestats.application.access.ports import Account
from cinestats.application.access.sessions import Sessions
from cinestats.application.access.tokens import Tokens

from .application import Application

PASSWORD = "correct horse"


class FakeHasher:
    """Hashes nothing, but remembers what it was asked to verify."""

    def __init__(self) -> None:
        self.version = 1
        self.verified: list[tuple[str | None, str]] = []

    def hash(self, password: str) -> str:
        return f"v{self.version}:{password}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        self.verified.append((password_hash, password))
        return password_hash is not None and password_hash.split(":", 1)[1] == password

    def is_outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith(f"v{self.version}:")


class AccessApplication(Application):
    def __init__(self) -> None:
        super().__init__()
        numbers = count(1)
        self.new_id = lambda: f"id{next(numbers):04}"
        secrets = (f"secret{n}" for n in count(1))
        self.new_secret = lambda: next(secrets)
        access = MemoryAccess()
        self.accounts, self.credentials = access.accounts, access.credentials
        self.webhooks = MemoryWebhooks()
        self.followed = MemoryFollowed()
        self.trail = access.audit_trail
        self.hasher = FakeHasher()
        accounts, credentials, clock = self.accounts, self.credentials, self.clock
        audit = Audit(self.trail, clock, self.new_id)
        self.issuer = CredentialIssuer(
            accounts, credentials, clock, self.new_id, self.new_secret
        )
        self.manager = AccountManager(
            accounts,
            credentials,
            self.webhooks,
            self.followed,
            self.hasher,
            audit,
            clock,
            self.new_secret,
            NewNames(accounts, self.log, self.list_log, PrecisNames()),
        )
        self.sessions = Sessions(self.issuer, self.hasher, audit, PrecisNames())
        self.tokens = Tokens(self.issuer, audit, lambda _: None)
        self.authenticator = Authenticator(accounts, credentials, clock)

    def register(self, user_id: str = "anna", *, is_admin: bool = False) -> Account:
        return self.manager.register(user_id, PASSWORD, actor="test", is_admin=is_admin)

    def actions(self) -> list[tuple[str, str, str]]:
        """What the audit trail says, oldest first: actor, action, subject."""
        return [(r.actor, r.action, r.subject) for r in self.trail.latest(100)][::-1]
