"""Send a parked record to its topic again, once nothing is wrong with it any more."""

from collections.abc import Callable

from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import Event

from .dead_letters import DeadLetters


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
