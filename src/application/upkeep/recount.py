"""Count anew what a user's events say, sharing nothing with the incremental fold."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cinestats.application.log.ports import Recorded
from cinestats.domain.diary import evolve
from cinestats.domain.entry import Entry
from cinestats.domain.projections.projection import Projection


@dataclass(frozen=True, slots=True)
class Plays:
    """What counts for a user: the plays of the diary, and those counted as published.

    Another application may take off a play that the diary never held: then it is one of
    ``taken_off``, and figures may be below zero. ``put_on`` are those that it put on so.
    """

    entries: list[Entry]
    taken_off: list[Entry]
    put_on: list[Entry]

    def states(self, projection: Projection[Any, Any], user_id: str) -> dict[Any, Any]:
        """The documents of a projection that count them, by their keys."""
        states = dict(projection.recompute(user_id, [*self.entries, *self.put_on]))
        if self.taken_off:
            off = projection.recompute(user_id, self.taken_off)
            add(states, projection, {k: projection.negative(state) for k, state in off.items()})
        return states

    def unsettled(self) -> tuple[list[Entry], list[Entry]]:
        """What was taken off and never put on, and the other way round."""
        off, on = Counter(self.taken_off), Counter(self.put_on)
        return list((off - on).elements()), list((on - off).elements())


def plays_at(history: Iterable[Recorded], through: int) -> Plays:
    """What a user's events up to position ``through`` leave."""
    events = [r.event for r in history if r.event is not None and r.position <= through]
    strays = [event for event in events if event.as_published]
    return Plays(
        list(evolve({}, events).values()),
        [event.before for event in strays if event.before is not None],
        [event.after for event in strays if event.after is not None],
    )


def add(
    states: dict[Any, Any], projection: Projection[Any, Any], more: Mapping[Any, Any]
) -> None:
    """Add what some documents count to what others do."""
    for key, state in more.items():
        states[key] = projection.combine(states[key], state) if key in states else state
