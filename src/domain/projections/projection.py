"""What a projection is: a read model as a value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, cast

from cinestats.domain.entry import Entry
from cinestats.domain.events import Event
from cinestats.domain.rating import stars

Key = TypeVar("Key", bound=tuple[Any, ...])
State = TypeVar("State", bound=tuple[Any, ...])
Place = tuple[str | int, ...]


Move = tuple[int, str, int, Entry]
"""A position, a user, and the play that the event there takes off (-1) or puts on (1)."""


def moves_of(position: int, event: Event) -> list[Move]:
    """The play that was, to be taken off, and the play that is, to be put on."""
    signed = (-1, event.before), (1, event.after)
    return [(position, event.user_id, sign, play) for sign, play in signed if play is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection(Generic[Key, State]):
    """Documents that count plays, each under a key.

    What is counted is a sum over the plays in the diaries: an event takes off the play that
    was, and puts on the play that is. So a new type of event changes no projection. A document
    that nothing has touched has no state: None.

    ``name`` is that of its table or collection. ``key_fields`` name the parts of a key: text
    and whole numbers; the first may be a day. Where it is ``user_id``, a document is of one
    user; otherwise it counts plays of all. One that is ``film`` has what ``told_film`` made.
    """

    name: str
    key_fields: tuple[str, ...]

    keys_of: Callable[[str, Entry], Iterable[Key]]
    """The documents that count a user's play, each once."""
    count: Callable[[Entry, int], State]
    """What each of them counts of it, times the sign: 1 to put it on, -1 to take it off."""
    combine: Callable[[State, State], State]
    """What is stored, with a change added. Associative."""
    recompute: Callable[[str, Sequence[Entry]], Mapping[Key, State]]
    """What a user's entries count, found without the three above: for rebuild and verify."""

    counted: tuple[str, ...]
    """The fields that are added up: the first parts of the state, in order.

    Each is a whole number, or maps keys to whole numbers. The first is 0 where a document
    counts nothing.
    """
    half_stars: frozenset[str] = frozenset()
    """Which of them are sums of ratings, in half stars; documents show stars."""

    @property
    def of_user(self) -> bool:
        """Whether a document is of one user, and goes when the user is forgotten."""
        return self.key_fields[0] == "user_id"

    @property
    def one_per_user(self) -> bool:
        """Whether each user has exactly one document."""
        return self.key_fields == ("user_id",)

    def negative(self, state: State) -> State:
        """What takes the state off again."""
        less: list[Any] = [
            {key: -n for key, n in cast(Mapping[Any, int], part).items()}
            if isinstance(part, Mapping)
            else -part
            for part in state
        ]
        return tuple[Any, ...].__new__(type(state), less)

    def shown(self, state: tuple[Any, ...]) -> dict[str, Any]:
        """The counted fields of a state as documents show them."""
        counts = dict(zip(self.counted, state, strict=False))
        for field, value in counts.items():
            if field in self.half_stars:
                counts[field] = stars(value)
            elif isinstance(value, Mapping):
                by_key = cast(Mapping[Any, int], value)
                counts[field] = {key: n for key, n in by_key.items() if n}
        return counts

    def label(self, key: Iterable[object]) -> str:
        """What people call a document: the projection's name and the key."""
        return " ".join(map(str, (self.name, *key)))

    @property
    def place_fields(self) -> tuple[str, ...]:
        """The names of the parts of a ``place``."""
        return self.key_fields if self.of_user else (*self.key_fields, "partition")

    def place(self, key: Key, partition: int) -> Place:
        """The key as stores write it.

        What counts plays of all users is kept for each partition, which has a fence of its own.
        """
        if self.of_user:
            return key
        first = key[0]
        return (first.isoformat() if isinstance(first, date) else first, *key[1:], partition)

    def keys(self, event: Event) -> Sequence[Key]:
        """Every document that the event touches, even where it changes no figure."""
        moves = moves_of(0, event)
        keys = (key for _, user_id, _, play in moves for key in self.keys_of(user_id, play))
        return list(dict.fromkeys(keys))

    def evolve(self, state: State | None, event: Event, key: Key) -> State | None:
        """The state of the document ``key`` with the event counted in."""
        for _, user_id, sign, entry in moves_of(0, event):
            if key in self.keys_of(user_id, entry):
                change = self.count(entry, sign)
                state = change if state is None else self.combine(state, change)
        return state

    def fold(self, moves: Iterable[Move]) -> dict[Key, tuple[State, int]]:
        """The net change of every document that moves touch, with their last position there.

        A change that nets to zero is listed all the same: the document's fence has to move.
        """
        changes: dict[Key, tuple[State, int]] = {}
        keys_of, count, combine = self.keys_of, self.count, self.combine
        for position, user_id, sign, entry in moves:
            change = count(entry, sign)
            first = change, position
            for key in keys_of(user_id, entry):
                known = changes.get(key)
                if known is None:
                    changes[key] = first
                else:
                    changes[key] = combine(known[0], change), position
        return changes
