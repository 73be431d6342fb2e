"""The read models in MongoDB, read."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from cinestats.adapters.documents.read_models import TrendsAnswer, trend_of
from cinestats.application.figures import ports
from cinestats.domain import projections
from cinestats.domain.affinity import Affinity, AffinityType, RankBy
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend
from cinestats.domain.projections import USER_STATS
from cinestats.domain.projections.projection import Projection
from cinestats.domain.user_stats import UserStats

from .database import Document, text, whole
from .documents import MongoDocuments
from .fenced_additions import film_of, of_users
from .replacement import Adoption


class MongoReadModels(MongoDocuments):
    """The live documents, written and read."""

    def forget_user(self, user_id: str) -> None:
        for each in projections.of_user():
            mine = of_users(each, [user_id]) | {each.counted[0]: 0}
            self.database.write(self.database.collection(each.name).delete_many, mine)

    def replacement(self) -> ports.Replacement:
        adoption = Adoption(self.database)
        adoption.drop()
        documents = MongoDocuments(self.database, self.zone, "next_")
        documents.create_indexes()
        return ports.Replacement(documents, adoption.adopt)

    def user_stats(self, user_id: str) -> ports.UserStatsDocument | None:
        found = self.database.find("user_stats", {"_id": user_id})
        if not found or (found[0].get("gone") and not found[0].get("total_watched")):
            return None
        return self.database.decoded("user_stats", found[0], _user_stats)

    def affinities(
        self, user_id: str, type_: AffinityType, by: RankBy = "count", limit: int | None = None
    ) -> Sequence[ports.AffinityDocument]:
        ranked = by == "count"
        documents = self.database.read(
            "user_affinities",
            {"user_id": user_id, "type": type_, "count": {"$gt": 0}},
            _affinity,
            sort=[("count", DESCENDING), ("name", ASCENDING)] if ranked else (),
            limit=limit or 0 if ranked else 0,
        )
        if not ranked:
            documents.sort(key=_by_mean_rating)
        return documents[:limit]

    def film_days(self, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
        counted = {"day": {"$gte": since.isoformat()}, "count": {"$ne": 0}}
        return self.database.read("global_days", counted, _film_day)

    def counts(self, projection: Projection[Any, Any], owner: str | int) -> ports.Counts:
        if projection is USER_STATS:
            stored = self.user_stats(str(owner))
            return {projection.label([owner]): stored.stats} if stored else {}
        condition = {"user_id" if projection.of_user else "partition": owner}

        def labelled(document: Document) -> tuple[str, tuple[Any, ...]]:
            counts = (
                _half_stars(document[field])
                if field in projection.half_stars
                else whole(document[field])
                for field in projection.counted
            )
            key = (text(document[field]) for field in projection.key_fields)
            return projection.label(key), tuple(counts)

        return dict(self.database.read(projection.name, condition, labelled))

    def put(self, trend: GlobalTrend, updated_at: datetime) -> None:
        # Replaced as a whole: film titles are keys in it, and must not become paths.
        self.database.write(
            self.database.collection("global_stats").replace_one,
            {"_id": "global"},
            TrendsAnswer.stored(trend, updated_at, self.zone).document(),
            upsert=True,
        )

    def get(self) -> tuple[GlobalTrend, datetime] | None:
        found = self.database.read("global_stats", {"_id": "global"}, _trend)
        return found[0] if found else None


def _trend(document: Document) -> tuple[GlobalTrend, datetime]:
    return trend_of(document), datetime.fromisoformat(document["updated_at"])


def _film_day(document: Document) -> tuple[FilmDay, DayCount]:
    day, movie = date.fromisoformat(document["day"]), film_of(document)
    for each in (movie.film_key, movie.title, *movie.genres, movie.poster_url or ""):
        text(each)
    whole(movie.year or 0)
    return FilmDay(day, movie.film_key), DayCount(whole(document["count"]), movie)


def _affinity(document: Document) -> ports.AffinityDocument:
    return ports.AffinityDocument(
        document["user_id"],
        document["type"],
        document["name"],
        Affinity(
            whole(document["count"]),
            whole(document["rated_count"]),
            _half_stars(document["rating_sum"]),
        ),
        datetime.fromisoformat(document["updated_at"]),
        whole(document["position"]),
    )


def _user_stats(document: Document) -> ports.UserStatsDocument:
    at = datetime.fromisoformat(document["updated_at"])
    return ports.UserStatsDocument(
        document["_id"], _stats(document), at, whole(document["position"])
    )


def _stats(document: Mapping[str, Any]) -> UserStats:
    return UserStats(
        whole(document["total_watched"]),
        whole(document["rated_count"]),
        _half_stars(document["sum_ratings"]),
        whole(document["watch_time_minutes"]),
        {_rating(key): whole(n) for key, n in document["rating_distribution"].items() if n},
        {
            (int(year), int(month)): whole(n)
            for year, months in document["monthly_counts"].items()
            for month, n in months.items()
            if n
        },
    )


def _rating(key: str) -> int:
    """Half stars of a key of ``rating_distribution``, such as ``4_5``."""
    stars, _, half = key.partition("_")
    return int(stars) * 2 + bool(half)


def _half_stars(total: float) -> int:
    return int(total * 2)


def _by_mean_rating(document: ports.AffinityDocument) -> tuple[bool, float, str]:
    _, rated, rating_sum = document.affinity
    return not rated, -(rating_sum / rated if rated else 0), document.name
