"""Records that could not be understood, kept with their bytes until somebody decides."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import Event


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record as it came, where it came from, and in one sentence why it was parked."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    reason: str
    parked_at: datetime

    @property
    def id(self) -> str:
        """Names the record: its coordinates, and its content in case the topic is made anew.

        >>> from datetime import UTC
        >>> DeadLetter("t", 0, 7, b"u1", None, "", datetime(2025, 1, 1, tzinfo=UTC)).id
        't-0-7-6cc0a13f'
        """
        digest = hashlib.sha256(repr((self.key, self.value)).encode()).hexdigest()[:8]
        return f"{self.topic}-{self.partition}-{self.offset}-{digest}"


class DeadLetters(Protocol):
    """Where such records are parked.

    To try one again: ``find`` it, process its bytes, and ``settle`` it when that went well.
    """

    def park(self, letters: Iterable[DeadLetter]) -> None:
        """Keep the records. One that was parked before, or even settled, stays as it is."""
        ...

    def waiting(self, limit: int) -> Sequence[DeadLetter]:
        """The records that are not settled, the oldest first."""
        ...

    def find(self, letter_id: str) -> DeadLetter | None:
        """The record with that id, unless it is settled."""
        ...

    def settle(self, letter_id: str) -> bool:
        """Drop a record's bytes for good; False when there was no such record waiting."""
        ...


def names(key: bytes | None, value: bytes | None, user_id: str) -> bool:
    """Whether a record is of the user: by its key, or by their id in quotes.

    >>> names(b"u1", None, "u1"), names(None, b'{"user_id": "u1"', "u1")
    (True, True)
    """
    spellings = (json.dumps(user_id, ensure_ascii=ascii) for ascii in (True, False))
    return key == user_id.encode() or any(s.encode() in (value or b"") for s in spellings)


class LetterNotFound(CinestatsError):
    """No such record is parked."""


def retry_letter(
    letter_id: str,
    letters: DeadLetters,
    read: Callable[[bytes], tuple[Event, int | None]],
    send: Callable[[bytes, bytes], None],
) -> None:
    """Read the record as a consumer would; ``send`` it (key, value) anew; forget the old one.

    The record gets a new place in the topic, because its old one has been passed. A crash
    between the two leaves it parked, and sent: where no log tells the two apart, look before
    sending again. Raises LetterNotFound, or what is still wrong with the record.
    """
    letter = letters.find(letter_id)
    if letter is None:
        raise LetterNotFound(f"No record {letter_id} is parked.")
    if letter.value is None:
        raise InvalidInput("value", "is null; the record can only be discarded")
    event, _ = read(letter.value)
    key = event.user_id.encode()
    if letter.key != key:
        raise InvalidInput("key", f"is not the user_id of the event, {event.user_id!r}")
    send(key, letter.value)
    letters.settle(letter_id)
