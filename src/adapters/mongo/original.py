"""Count on from documents that the original wrote.

They lack ``position``, so nothing is added to them: nobody can tell which events they hold.
Where the log (or topic) still has every event, a rebuild takes them over. Where it does
not, whoever moves says up to which position of each partition the original had counted.
"""

from collections.abc import Sequence

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from cinestats.application.ports import StoreBusy
from cinestats.domain.partition import partition_of

from .database import CHUNK, Document, MongoDatabase


def adopt_original(database: MongoDatabase, counted: Sequence[int]) -> int:
    """Take ``user_stats`` and ``user_affinities`` without a position for counted so far.

    ``counted`` has, for each partition, the position of the last event that the original
    counted; projection goes on behind it. The original kept no ratings of genres, and took
    every play for rated; so does this. Returns the number of
    documents taken over; may be repeated. Raises StoreBusy once projection has begun.

    A later rebuild sets these figures to what the log says.
    """
    for partition, position in enumerate(counted):
        try:
            mark = {"position": position}
            place = {"_id": partition, **mark}
            database.update("checkpoints", place, {"$set": mark}, upsert=True)
        except DuplicateKeyError as error:
            raise StoreBusy(
                f"Partition {partition} is projected already; stop the projection and drop"
                " the collection checkpoints first."
            ) from error
    return sum(
        _adopt(database, collection, counted)
        for collection in ("user_stats", "user_affinities")
    )


def _adopt(database: MongoDatabase, collection: str, counted: Sequence[int]) -> int:
    adopted = 0
    while page := database.find(collection, {"position": None}, limit=CHUNK):
        writes = [
            UpdateOne(
                {"_id": document["_id"], "position": None},
                {"$set": _lacking(document, counted)},
            )
            for document in page
        ]
        adopted += database.write_all(collection, writes).effective
    return adopted


def _lacking(document: Document, counted: Sequence[int]) -> Document:
    partition = partition_of(document["user_id"], len(counted))
    fields: Document = {"position": counted[partition]}
    if "total_watched" in document:
        fields |= {"partition": partition, "rated_count": document["total_watched"]}
    elif document["type"] == "genre":
        fields |= {"rated_count": 0, "rating_sum": 0}
    else:
        fields |= {"rated_count": document["count"], "rating_sum": document["sum_voti"]}
    return fields
