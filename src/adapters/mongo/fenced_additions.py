"""What a batch adds to each document of the read models, as updates with a fence.

Every document carries ``position``: that of the last event it counts, moved together with
the counts. So an update also comes where a document nets to zero, or a retry with other
bounds would keep half.

Names from data are values only: the paths that are incremented are of fixed form.
"""

import hmac
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, cast

from pymongo import UpdateOne

from cinestats.application.figures.project import NetChanges
from cinestats.domain.affinity import Affinity, AffinityKey, affinity_id, name_key
from cinestats.domain.global_trend import film_told, told_film
from cinestats.domain.movie import Movie
from cinestats.domain.projections import AFFINITY, USER_STATS
from cinestats.domain.projections.projection import Place, Projection
from cinestats.domain.rating import distribution_key, stars
from cinestats.domain.user_stats import STATS_VERSION, UserStats

from .database import Document


class Seen(NamedTuple):
    """Where a document stands, None for another program's; a ``nameless`` one was forgotten."""

    position: int | None
    nameless: bool = False


class Addition(NamedTuple):
    """A batch's change of the document ``id``: what is added, set, and there from the start.

    ``position`` is that of the last event that the change counts.
    """

    key: Any
    id: str
    added: Document
    set_: Document
    constant: Document
    position: int

    def update(self, seen: Seen) -> UpdateOne:
        """Changes the document where it is at that position."""
        nested = dict in map(type, self.added.values())
        set_ = self.constant | self.set_ if seen.nameless else self.set_
        change = {"$inc": _by_path(self.added) if nested else self.added, "$set": set_}
        return UpdateOne({"_id": self.id, "position": seen.position}, change)

    def document(self) -> Document:
        """The document where there is none."""
        return {"_id": self.id, **self.constant, **self.set_, **self.added}


def additions_to(
    projection: Projection[Any, Any],
    changes: NetChanges,
    partition: int,
    now: str,
    secret: bytes,
) -> Iterator[Addition]:
    """The net changes of a partition as updates of the projection's collection."""
    own, of_user = _OWN.get(projection.name), projection.of_user
    for key, (state, position) in changes.items():
        if own:
            id_, constant, added = own(key, state, partition)
        else:
            place = projection.place(key, partition)
            id_ = "|".join(map(str, place)) if of_user else hidden_id(place, secret)
            constant = place_shown(projection, place)
            added = projection.shown(state)
        set_ = {"updated_at": now, "position": position} if of_user else {"position": position}
        yield Addition(key, id_, added, set_, constant, position)


def hidden_id(place: Place, secret: bytes) -> str:
    """The ``_id`` of a document that counts plays of all.

    It outlives the names in the document, whose fence has to stay, and tells them to nobody
    who does not know the database's secret.

    >>> hidden_id(("2025-01-20", "heat|1995", 0), b"secret")
    '567772939f47ab2bec6b92d113575c28'
    """
    return hmac.new(secret, "\0".join(map(str, place)).encode(), "sha256").hexdigest()[:32]


def of_users(projection: Projection[Any, Any], users: Sequence[str]) -> Document:
    """The condition that finds the documents of some users, by an index."""
    return {"_id" if projection.one_per_user else "user_id": {"$in": users}}


FILM_FIELDS = ("name", "year", "genres", "poster_url")
_FILM = "film"


def place_shown(projection: Projection[Any, Any], place: Place) -> Document:
    """A place as the fields of its document: a film is shown in fields of its own."""
    fields: Document = dict(zip(projection.place_fields, place, strict=True))
    if _FILM in fields:
        fields |= film_shown(film_told("", fields.pop(_FILM)))
    return fields


def film_shown(movie: Movie) -> Document:
    """What a document that counts plays of all shows of a film, beside its key."""
    shown = movie.title, movie.year, movie.genres, movie.poster_url
    return dict(zip(FILM_FIELDS, shown, strict=True))


def place_in(projection: Projection[Any, Any], document: Document) -> Place:
    """The place that ``place_shown`` wrote down."""
    return tuple(
        told_film(film_of(document)) if field == _FILM else document[field]
        for field in projection.place_fields
    )


def film_of(document: Document) -> Movie:
    """The film of a document of ``global_days``."""
    return Movie(
        document["name"],
        document["year"],
        document["film_key"],
        genres=tuple(document["genres"]),
        poster_url=document["poster_url"],
    )


def _user_stats(
    key: tuple[str], stats: UserStats, partition: int
) -> tuple[str, Document, Document]:
    months: dict[str, dict[str, int]] = {}
    for (year, month), n in stats.monthly_counts.items():
        if n:
            months.setdefault(str(year), {})[f"{month:02}"] = n
    ratings = stats.rating_distribution.items()
    added = USER_STATS.shown(stats) | {
        "rating_distribution": {distribution_key(rating): n for rating, n in ratings if n},
        "monthly_counts": months,
    }
    (user_id,) = key
    constant = {"user_id": user_id, "stats_version": STATS_VERSION, "partition": partition}
    return user_id, constant, added


def _affinity(
    key: AffinityKey, affinity: Affinity, _partition: int
) -> tuple[str, Document, Document]:
    user_id, type_, name = key
    total = stars(affinity.rating_sum)
    added: Document = {
        "count": affinity.plays,
        "rated_count": affinity.rated_count,
        "rating_sum": total,
        "sum_voti": 0 if type_ == "genre" else total,
    }
    constant = {"user_id": user_id, "type": type_, "name": name, "name_key": name_key(name)}
    return affinity_id(*key), constant, added


# The ``_id``, what never changes, and what is counted. Others read these: they are a contract.
_OWN: dict[str, Callable[[Any, Any, int], tuple[str, Document, Document]]] = {
    USER_STATS.name: _user_stats,
    AFFINITY.name: _affinity,
}


def _by_path(counts: Document) -> Document:
    """Every count by its dotted path."""
    flat: Document = {}
    for field, n in counts.items():
        if isinstance(n, dict):
            inner = _by_path(cast(Document, n))
            flat |= {f"{field}.{path}": each for path, each in inner.items()}
        else:
            flat[field] = n
    return flat
