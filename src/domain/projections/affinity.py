"""How often a user watches a director, an actor, a genre, and how they rate them."""

from collections.abc import Mapping, Sequence

from cinestats.domain.affinity import Affinity, AffinityKey, affinity_keys
from cinestats.domain.entry import Entry
from cinestats.domain.recompute import affinities_of

from .projection import Projection


def count(entry: Entry, sign: int) -> Affinity:
    rating = entry.rating
    return Affinity(sign, 0, 0) if rating is None else Affinity(sign, sign, sign * rating)


def combine(stored: Affinity, change: Affinity) -> Affinity:
    return Affinity(
        stored.plays + change.plays,
        stored.rated_count + change.rated_count,
        stored.rating_sum + change.rating_sum,
    )


def recompute(user_id: str, entries: Sequence[Entry]) -> Mapping[AffinityKey, Affinity]:
    return {(user_id, *credit): state for credit, state in affinities_of(entries).items()}


AFFINITY = Projection(
    name="user_affinities",
    key_fields=("user_id", "type", "name"),
    keys_of=affinity_keys,
    count=count,
    combine=combine,
    recompute=recompute,
    counted=("count", "rated_count", "rating_sum"),
    half_stars=frozenset({"rating_sum"}),
)
