"""Notice that the log has lost its end, or is missing, before anything follows it."""

from pymongo import DESCENDING

from cinestats.adapters.places import bounds
from cinestats.application.ports import StoreUnavailable

from .database import Document, MongoDatabase, whole

_WAY_OUT = (
    "put your last dump of the whole database back with mongorestore --drop, or set"
    " CINESTATS_MONGO_DATABASE to a new name"
)


def refuse_short_log(database: MongoDatabase) -> None:
    """Raise StoreUnavailable when the diary has seen more than the log holds; write nothing.

    The figures may be those of a topic that other programs fill, so they tell nothing here.
    """

    def of(seen: Document) -> tuple[int, int]:
        return whole(seen["_id"]), whole(seen["position"])

    for partition, position in database.read("diary_positions", {}, of):
        low, high = bounds(partition)
        last = database.find(
            "events",
            {"_id": {"$gt": low, "$lt": high}},
            {"size": 1},
            sort=[("_id", DESCENDING)],
            limit=1,
        )
        end = last[0]["_id"] + last[0].get("size", 1) - 1 - low if last else 0
        if position > end:
            raise StoreUnavailable(
                f"The log in {database.name} ends at position {end} of partition {partition},"
                f" but the diary has seen position {position}: {_WAY_OUT}."
            )
