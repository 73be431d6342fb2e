"""What the read models counted before there was a log, in collections of its own.

Recording copies each document, then sets its position to 0, so that it counts on from the first
event of the log; ``opened`` tells that this was done. A document is copied before its position
falls, and found by its position: so whoever repeats this copies what is left. A mark ends it.
Who looks for the mark and does not find it has read nothing that was counted from the log, for
that begins behind the mark; and what was opened by then is not opened again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pymongo import InsertOne, UpdateOne

from cinestats.application.figures.ports import States
from cinestats.domain import projections
from cinestats.domain.global_trend import ToldDay, told_film
from cinestats.domain.projections import AFFINITY, FILM_DAYS, USER_STATS

from .database import CHUNK, Document, MongoDatabase, whole
from .fenced_additions import film_of
from .read_models import affinity_of, stats_of

_META, _MARK = "meta", "opening"
_PREFIX = "opening_"


class MongoOpening:
    """Implements OpeningBalances."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def users(self) -> Sequence[str]:
        return self._database.texts(_PREFIX + USER_STATS.name, "user_id")

    def states(self, owner: str | int) -> Mapping[str, States]:
        return {
            name: dict(self._database.read(_PREFIX + name, {owned: owner}, read))
            for name, (owned, read) in _READ.items()
            if isinstance(owner, str) == (owned == "user_id")
        }

    def forget(self, user_id: str) -> bool:
        found = False
        for each in projections.of_user():
            delete = self._database.collection(_PREFIX + each.name).delete_many
            found |= self._database.write(delete, {"user_id": user_id}).deleted_count > 0
        return found

    def begun(self) -> bool:
        return bool(self._database.get(_META, _MARK))

    def record(self, partitions: int) -> None:
        checkpoints = self._database.find("checkpoints", {"_id": {"$lt": partitions}})
        counted = {str(each["_id"]): each["position"] for each in checkpoints}
        begun = {"$setOnInsert": {"done": False, "counted": counted}}
        self._database.update(_META, {"_id": _MARK}, begun, upsert=True)
        for each in projections.PROJECTIONS:
            while page := self._counted(each.name):
                if self._database.get(_META, _MARK)["done"]:
                    return
                copies = [InsertOne(document) for document in page]
                self._database.write_all(_PREFIX + each.name, copies)
                fallen = [_fallen(document) for document in page]
                self._database.write_all(each.name, fallen)
        mark = self._database.get(_META, _MARK)
        for partition, position in () if mark["done"] else mark["counted"].items():
            place = {"_id": int(partition), "position": position}
            self._database.update("checkpoints", place, {"$set": {"position": 0}})
        self._database.update(_META, {"_id": _MARK}, {"$set": {"done": True}})

    def _counted(self, collection: str) -> Sequence[Document]:
        return self._database.find(collection, {"position": {"$gt": 0}}, limit=CHUNK)


def _fallen(document: Document) -> UpdateOne:
    same = {name: document[name] for name in ("_id", "position")}
    change = {"$set": {"position": 0, "opened": True}}
    return UpdateOne({**same, "opened": {"$exists": False}}, change)


def _stats(document: Document) -> tuple[Any, Any]:
    return (document["user_id"],), stats_of(document)


def _affinity(document: Document) -> tuple[Any, Any]:
    key = document["user_id"], document["type"], document["name"]
    return key, affinity_of(document)


def _film_day(document: Document) -> tuple[Any, Any]:
    movie = film_of(document)
    key = ToldDay(date.fromisoformat(document["day"]), movie.film_key, told_film(movie))
    return key, (whole(document["count"]),)


_READ: Mapping[str, tuple[str, Callable[[Document], tuple[Any, Any]]]] = {
    USER_STATS.name: ("user_id", _stats),
    AFFINITY.name: ("user_id", _affinity),
    FILM_DAYS.name: ("partition", _film_day),
}
"""What says whose a document is, and how it is read. A figure that is added later counted
nothing then."""
