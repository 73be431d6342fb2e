"""What a batch adds to each document of the read models, as updates with a fence.

Every document carries ``position``: that of the last event it counts, moved together with
the counts. So an update also comes where a document nets to zero, or a retry with other
bounds would keep half.

Names from data are values only: the paths that are incremented are of fixed form.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from cinestats.application.figures.project import NetChanges
from cinestats.domain.affinity import affinity_id, name_key
from cinestats.domain.global_trend import FilmDay
from cinestats.domain.movie import Movie
from cinestats.domain.rating import distribution_key, stars
from cinestats.domain.user_stats import STATS_VERSION

from .database import Document

COLLECTIONS = ("user_stats", "user_affinities", "global_days")


class Addition(NamedTuple):
    """A batch's change of the document ``id``: what is added, set, and there from the start.

    ``added`` is by path; ``set_`` holds ``position``, that of the last event it counts.
    """

    id: str
    added: Mapping[str, float]
    set_: Mapping[str, Any]
    constant: Mapping[str, Any]

    @property
    def position(self) -> int:
        position: int = self.set_["position"]
        return position

    def update(self) -> Document:
        """The change of a document that is there already."""
        return {"$inc": self.added, "$set": self.set_}

    def document(self) -> Document:
        """The document where there is none."""
        document: Document = {"_id": self.id, **self.constant, **self.set_}
        for path, n in self.added.items():
            if "." not in path:
                document[path] = n
                continue
            *parents, field = path.split(".")
            target = document
            for parent in parents:
                target = target.setdefault(parent, {})
            target[field] = n
        return document


Additions = Callable[[NetChanges], Iterator[Addition]]


def additions_to(collection: str, partition: int, now: str) -> Additions:
    """How net changes of a partition become updates of one of ``COLLECTIONS``."""
    match collection:
        case "user_stats":
            return lambda changes: _to_user_stats(changes, partition, now)
        case "user_affinities":
            return lambda changes: _to_affinities(changes, now)
        case _:
            return lambda changes: _to_days(changes, partition)


def _to_user_stats(changes: NetChanges, partition: int, now: str) -> Iterator[Addition]:
    for user_id, (change, position) in changes.users.items():
        added: dict[str, float] = {
            "total_watched": change.total_watched,
            "rated_count": change.rated_count,
            "sum_ratings": stars(change.sum_ratings),
            "watch_time_minutes": change.watch_time_minutes,
        }
        constant: dict[str, Any] = {
            "user_id": user_id,
            "stats_version": STATS_VERSION,
            "partition": partition,
        }
        ratings = [(r, n) for r, n in change.rating_distribution.items() if n]
        for rating, n in ratings:
            added[f"rating_distribution.{distribution_key(rating)}"] = n
        if not ratings:
            constant["rating_distribution"] = {}
        months = [(month, n) for month, n in change.monthly_counts.items() if n]
        for (year, month), n in months:
            added[f"monthly_counts.{year}.{month:02}"] = n
        if not months:
            constant["monthly_counts"] = {}
        yield Addition(user_id, added, {"updated_at": now, "position": position}, constant)


def _to_affinities(changes: NetChanges, now: str) -> Iterator[Addition]:
    for user_id, mine in changes.affinities.items():
        for (type_, name), ((plays, rated_count, rating_sum), position) in mine.items():
            total = stars(rating_sum)
            added: dict[str, float] = {
                "count": plays,
                "rated_count": rated_count,
                "rating_sum": total,
            }
            constant: dict[str, Any] = {
                "user_id": user_id,
                "type": type_,
                "name": name,
                "name_key": name_key(name),
            }
            if type_ == "genre":
                constant["sum_voti"] = 0
            else:
                added["sum_voti"] = total
            _id = affinity_id(user_id, type_, name)
            yield Addition(_id, added, {"updated_at": now, "position": position}, constant)


def _to_days(changes: NetChanges, partition: int) -> Iterator[Addition]:
    for film_day, (change, position) in changes.days.items():
        yield Addition(
            day_id(film_day, partition),
            {"count": change.count},
            {"position": position},
            day_fields(film_day, partition, change.movie),
        )


def day_id(film_day: FilmDay, partition: int) -> str:
    """The ``_id`` of a ``global_days`` document."""
    return f"{film_day.day}|{partition}|{film_day.film_key}"


def day_fields(film_day: FilmDay, partition: int, movie: Movie) -> Document:
    """What never changes in a ``global_days`` document."""
    return {
        "day": film_day.day.isoformat(),
        "film_key": film_day.film_key,
        "partition": partition,
        "name": movie.title,
        "year": movie.year,
        "genres": movie.genres,
        "poster_url": movie.poster_url,
    }
