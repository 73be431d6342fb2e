"""A parked record is sent again, once it can be read."""

from datetime import UTC, datetime

import pytest

from cinestats.adapters import strict_json
from cinestats.adapters.event_json import encode, parse_event
from cinestats.adapters.memory.dead_letters import MemoryDeadLetters
from cinestats.application.streaming.dead_letters import (
    DeadLetter,
    LetterNotFound,
    retry_letter,
)
from cinestats.domain.errors import InvalidInput
from tests.contracts.builders import added

VALUE = encode(added(1, "u1"), 1)


class Parked:
    """One parked record, and what is sent to the topic."""

    def __init__(self, key: bytes | None, value: bytes | None) -> None:
        self.letters = MemoryDeadLetters()
        letter = DeadLetter("t", 0, 7, key, value, "", datetime(2025, 1, 1, tzinfo=UTC))
        self.letters.park([letter])
        self.id = letter.id
        self.sent: list[tuple[bytes, bytes]] = []

    def retry(self, letter_id: str | None = None) -> None:
        retry_letter(
            letter_id or self.id,
            self.letters,
            lambda value: parse_event(strict_json.parse(value), UTC),
            lambda key, value: self.sent.append((key, value)),
        )


def test_a_record_that_can_be_read_is_sent_and_forgotten() -> None:
    """With its own bytes, under its user's key; a second time there is nothing to send."""
    parked = Parked(b"u1", VALUE)
    parked.retry()
    assert parked.sent == [(b"u1", VALUE)]
    with pytest.raises(LetterNotFound, match=rf"^No record {parked.id} is parked\.$"):
        parked.retry()


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        (b"u1", None, "value: is null; the record can only be discarded"),
        (b"u1", b"{", "body: is not JSON"),
        (b"u2", VALUE, "key: is not the user_id of the event, 'u1'"),
        (None, VALUE, "key: is not the user_id of the event, 'u1'"),
    ],
)
def test_a_record_that_is_still_wrong_stays_parked(
    key: bytes | None, value: bytes | None, sentence: str
) -> None:
    """Nothing is sent, and the sentence says what is wrong."""
    parked = Parked(key, value)
    with pytest.raises(InvalidInput) as refused:
        parked.retry()
    assert str(refused.value).startswith(sentence)
    assert parked.sent == []
    assert parked.letters.find(parked.id) is not None


def test_a_record_that_could_not_be_sent_stays_parked() -> None:
    """It is forgotten only once the topic has it."""
    parked = Parked(b"u1", VALUE)

    def send(key: bytes, value: bytes) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        retry_letter(
            parked.id,
            parked.letters,
            lambda value: parse_event(strict_json.parse(value), UTC),
            send,
        )
    assert parked.letters.find(parked.id) is not None
