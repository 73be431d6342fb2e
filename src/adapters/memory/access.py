"""Accounts, credentials and the audit trail in dictionaries."""

from functools import cache
from secrets import token_bytes

from cinestats.adapters.access import StoredAccess

from .records import MemoryRecords


class MemoryAccess(StoredAccess):
    """All is lost when the process ends."""

    def __init__(self) -> None:
        super().__init__(
            MemoryRecords("user_id", "oidc_identity"),
            MemoryRecords("credential_id"),
            MemoryRecords("record_id"),
            cache(lambda: token_bytes(32)),
        )
