"""Errors of the domain. Each message is one sentence that can be shown to a user."""

import copyreg
from typing import Any


class CinestatsError(Exception):
    """Base of every error that is the caller's to act on; its text is one sentence."""

    def __reduce__(self) -> tuple[Any, ...]:
        # A process tells another of it: what __init__ made of its arguments goes along.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class InvalidInput(CinestatsError):
    """A value breaks a rule.

    ``field`` names the value as the caller knows it, e.g. ``rating``.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class EntryNotFound(CinestatsError):
    """The diary holds no such entry."""


class AlreadyInDiary(CinestatsError):
    """The same film is in the diary on the same day."""
