"""Whether the documents in a database are what the events come to, to the last count."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

from pymongo.database import Database

from .counts import Counts

Fields = dict[str, float]
Documents = Mapping[Hashable, Fields]
_PAGE = 10_000  # documents: the stand-in for MongoDB sends all that is left when not told


def differing(database: Database[Any], net: Counts) -> dict[str, int]:
    """The number of documents that differ from ``net``, by collection; {} when all agree.

    Counts are compared, not times and fences. A count of 0 is the same as none.
    """
    found = {
        "user_stats": _user_stats(database),
        "user_affinities": _affinities(database),
        "global_days": _days(database),
    }
    wrong = {
        name: sum(found[name].get(key) != wanted.get(key) for key in {*found[name], *wanted})
        for name, wanted in _expected(net).items()
    }
    return {name: n for name, n in wrong.items() if n}


def _expected(net: Counts) -> dict[str, Documents]:
    return {
        "user_stats": _without_zeros(net.users),
        "user_affinities": _without_zeros(
            {
                (user, type_, name): {
                    "count": plays,
                    "rated_count": plays,
                    "rating_sum": ratings,
                    "sum_voti": 0 if type_ == "genre" else ratings,
                }
                for (user, type_, name), (plays, ratings) in net.affinities.items()
            }
        ),
        "global_days": _without_zeros({key: {"count": n} for key, n in net.days.items()}),
    }


def _user_stats(database: Database[Any]) -> Documents:
    plain = ("total_watched", "rated_count", "sum_ratings", "watch_time_minutes")
    found: dict[Hashable, Fields] = {}
    for document in database["user_stats"].find(batch_size=_PAGE):
        fields = {field: document[field] for field in plain}
        for rating, n in document.get("rating_distribution", {}).items():
            fields[f"rating_distribution.{rating}"] = n
        for year, months in document.get("monthly_counts", {}).items():
            for month, n in months.items():
                fields[f"monthly_counts.{year}.{month}"] = n
        found[document["user_id"]] = fields
    return _without_zeros(found)


def _affinities(database: Database[Any]) -> Documents:
    fields = ("count", "rated_count", "rating_sum", "sum_voti")
    return _without_zeros(
        {
            (d["user_id"], d["type"], d["name"]): {field: d[field] for field in fields}
            for d in database["user_affinities"].find(batch_size=_PAGE)
        }
    )


def _days(database: Database[Any]) -> Documents:
    """Summed up, since a day and film may have one document a partition."""
    plays: Counter[Hashable] = Counter()
    for document in database["global_days"].find(batch_size=_PAGE):
        plays[document["day"], document["name"], document["year"]] += document["count"]
    return _without_zeros({key: {"count": n} for key, n in plays.items()})


def _without_zeros(documents: Mapping[Any, Mapping[str, float]]) -> Documents:
    kept = {key: {f: n for f, n in fields.items() if n} for key, fields in documents.items()}
    return {key: fields for key, fields in kept.items() if fields}
