"""What every part of the application needs of the world."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from cinestats.domain.errors import CinestatsError


class StoreBusy(CinestatsError):
    """The store stayed locked for longer than the bounded wait; try again later."""


class StoreFull(CinestatsError):
    """There is no room for another write; reads go on."""


class StoreUnavailable(CinestatsError):
    """The store cannot be opened or read; the message says why."""


class StoreDamaged(StoreUnavailable):
    """What the store holds cannot be right: it has to be put back, or made anew."""


class QuotaReached(CinestatsError):
    """The account has as much of something as it may have."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(
            f"This account may have no more than {limit:,} {what}; ask who runs this server"
            " for more."
        )


Clock = Callable[[], datetime]
"""Tells the present moment."""
NewId = Callable[[], str]
"""Makes an id that sorts by time and was never given before."""


class IdFrom(Protocol):
    """Makes an id that is the same whenever the parts are."""

    def __call__(self, *parts: str) -> str: ...
