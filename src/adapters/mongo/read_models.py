"""The read models in MongoDB, read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReplaceOne, UpdateOne

from cinestats.adapters.documents.read_models import TrendsAnswer, trend_of
from cinestats.application.figures import ports
from cinestats.domain import projections
from cinestats.domain.affinity import Affinity, AffinityType, RankBy
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend
from cinestats.domain.projections import FILM_DAYS, USER_STATS
from cinestats.domain.projections.projection import Projection
from cinestats.domain.user_stats import UserStats

from . import trend_openings
from .database import Document, MongoDatabase, chunks, text, whole
from .documents import MongoDocuments
from .fenced_additions import FILM_FIELDS, film_of, hidden_id, of_users, place_in
from .replacement import Adoption
from .secret import secret_of


class MongoReadModels(MongoDocuments):
    """The live documents, written and read."""

    def forget_user(
        self, user_id: str, partition: int, shared: Mapping[str, Sequence[Any]] = ports.NO_KEYS
    ) -> None:
        for each in projections.of_user():
            mine = of_users(each, [user_id]) | {each.counted[0]: 0}
            self.database.write(self.database.collection(each.name).delete_many, mine)
        for each in projections.of_all():
            keys = shared.get(each.name, ())
            for chunk in chunks(self._forgetting(each, partition, keys)):
                self.database.write_all(each.name, chunk)
        Adoption(self.database).drop()  # what a rebuild left that broke off

    def _forgetting(
        self, projection: Projection[Any, Any], partition: int, keys: Sequence[Any]
    ) -> Iterator[UpdateOne]:
        """Take the names from documents that count nothing."""
        count, named = projection.counted[0], (*projection.place_fields, *FILM_FIELDS)
        for key in keys:
            id_ = hidden_id(projection.place(key, partition), self.secret)
            yield UpdateOne({"_id": id_, count: 0}, {"$unset": dict.fromkeys(named, "")})

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
        told = self.database.read("global_days", counted, _film_day)
        return [*told, *trend_openings.film_days(self.database, since)]

    def counts(self, projection: Projection[Any, Any], owner: str | int) -> ports.Counts:
        if projection is USER_STATS:
            stored = self.user_stats(str(owner))
            return {projection.label([owner]): stored.stats} if stored else {}
        condition = {"user_id" if projection.of_user else "partition": owner}
        n = len(projection.key_fields)

        def labelled(document: Document) -> tuple[str, tuple[Any, ...]]:
            counts = (
                _half_stars(document[field])
                if field in projection.half_stars
                else whole(document[field])
                for field in projection.counted
            )
            key = [_part(each) for each in place_in(projection, document)[:n]]
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


def _part(value: object) -> str | int:
    """A part of a document's key."""
    if not isinstance(value, str | int):
        raise TypeError(f"{value!r} is no part of a key")
    return value


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
        affinity_of(document),
        datetime.fromisoformat(document["updated_at"]),
        whole(document["position"]),
    )


def _user_stats(document: Document) -> ports.UserStatsDocument:
    at = datetime.fromisoformat(document["updated_at"])
    return ports.UserStatsDocument(
        document["_id"], stats_of(document), at, whole(document["position"])
    )


def affinity_of(document: Mapping[str, Any]) -> Affinity:
    """What a document of ``user_affinities`` counts."""
    return Affinity(
        whole(document["count"]),
        whole(document["rated_count"]),
        _half_stars(document["rating_sum"]),
    )


def stats_of(document: Mapping[str, Any]) -> UserStats:
    """What a document of ``user_stats`` counts."""
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


def _by_mean_rating(document: ports.AffinityDocument) -> tuple[float, int, str]:
    _, rated, rating_sum = document.affinity
    return -(rating_sum / rated if rated else 0), -rated, document.name


def upgrade(database: MongoDatabase) -> None:
    """Give the documents of ``global_days`` ids that name nothing.

    Of those that count nothing the names go too: their users may be forgotten. A topic need
    not hold what they count any more, so they are taken over, and not counted anew.
    """
    secret, projection = secret_of(database), FILM_DAYS
    old = {"_id": {"$regex": r"\|"}}
    for chunk in chunks(database.find(projection.name, old)):
        taken: list[ReplaceOne[Document]] = []
        for document in chunk:
            place = place_in(projection, document)
            new = {**document, "_id": hidden_id(place, secret)}
            if not new["count"]:
                new = {field: new[field] for field in ("_id", "count", "position")}
            taken.append(ReplaceOne({"_id": new["_id"]}, new, upsert=True))
        database.write_all(projection.name, taken)
        ids = {"_id": {"$in": [document["_id"] for document in chunk]}}
        database.write(database.collection(projection.name).delete_many, ids)
