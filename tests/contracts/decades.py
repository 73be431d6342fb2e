"""Two projections that the product does not have: all that it takes to add one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cinestats.domain.entry import Entry
from cinestats.domain.projections import PROJECTIONS
from cinestats.domain.projections.projection import Projection


class Plays(NamedTuple):
    plays: int


def _decade(entry: Entry) -> int:
    return (entry.movie.year or 0) // 10 * 10


def _count(_entry: Entry, sign: int) -> Plays:
    return Plays(sign)


def _combine(stored: Plays, change: Plays) -> Plays:
    return Plays(stored.plays + change.plays)


def _of_user(user_id: str, entries: Sequence[Entry]) -> Mapping[tuple[str, int], Plays]:
    return {(user_id, each): Plays(n) for each, n in Counter(map(_decade, entries)).items()}


def _of_all(_user_id: str, entries: Sequence[Entry]) -> Mapping[tuple[int], Plays]:
    return {(each,): Plays(n) for each, n in Counter(map(_decade, entries)).items()}


USER_DECADES = Projection(
    name="user_decades",
    key_fields=("user_id", "decade"),
    keys_of=lambda user_id, entry: [(user_id, _decade(entry))],
    count=_count,
    combine=_combine,
    recompute=_of_user,
    counted=("plays",),
)
DECADES = Projection(
    name="decades",
    key_fields=("decade",),
    keys_of=lambda _user_id, entry: [(_decade(entry),)],
    count=_count,
    combine=_combine,
    recompute=_of_all,
    counted=("plays",),
)
WITH_DECADES = (*PROJECTIONS, USER_DECADES, DECADES)
