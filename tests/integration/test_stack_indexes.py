"""The stand-in for MongoDB answers the same with its indexes as it does without any."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from stack.mongo import Mongo

Json = dict[str, Any]

IDS = 200
VALUES: dict[str, Callable[[random.Random], Any]] = {
    "_id": lambda chance: chance.randrange(IDS + 10),
    "user": lambda chance: chance.choice("abcd"),
    "film": lambda chance: chance.choice("wxyz"),
    "day": lambda chance: f"2025-01-{chance.randrange(1, 6):02}",
    "count": lambda chance: chance.randrange(6),
    "open": lambda _: True,
    "tags": lambda chance: chance.choice("pqrst"),
    "key": lambda chance: f"key {chance.randrange(IDS)}",
}


@pytest.fixture
def collections(mongo: Mongo) -> Iterator[tuple[Any, Any]]:
    """One with indexes of every kind, and one that keeps even the ``_id`` in another field."""
    import pymongo

    with pymongo.MongoClient(mongo.uri) as client:
        database = client["test_stack_indexes"]
        indexed = database["indexed"]
        indexed.create_index([("user", 1), ("film", 1)])
        indexed.create_index([("user", 1), ("_id", 1)])
        indexed.create_index([("user", 1), ("day", 1), ("count", -1)])
        indexed.create_index([("day", 1)])
        indexed.create_index([("tags", 1)])
        indexed.create_index([("open", 1)], sparse=True)
        indexed.create_index([("key", 1)], unique=True, sparse=True)
        yield indexed, database["plain"]
        client.drop_database("test_stack_indexes")


def document(chance: random.Random, number: int) -> Json:
    made: Json = {
        "user": None if chance.random() < 0.1 else chance.choice("abc"),
        "day": VALUES["day"](chance),
        "count": VALUES["count"](chance),
    }
    if chance.random() < 0.8:
        made["film"] = VALUES["film"](chance)
    if chance.random() < 0.3:
        made["open"] = True
    if chance.random() < 0.5:
        made["tags"] = chance.sample("pqrs", chance.randrange(1, 3))
    if chance.random() < 0.5:
        made["key"] = f"key {number}"
    return made


def condition(chance: random.Random, field: str) -> Any:
    def value() -> Any:
        return VALUES[field](chance)

    kind = chance.choice(("value", "value", "in", "between", "from", "below", "not", "null"))
    return {
        "value": value(),
        "in": {"$in": [value() for _ in range(chance.randrange(4))]},
        "between": {"$gt": value(), "$lte": value()},
        "from": {"$gte": value()},
        "below": {"$lt": value()},
        "not": {"$ne": value()},
        "null": None,
    }[kind]


def plain(fields: Json) -> Json:
    """The same, for the collection that has no index on anything."""
    return {"place" if name == "_id" else name: value for name, value in fields.items()}


def change(chance: random.Random, indexed: Any, other: Any) -> None:
    """Change both collections in the same way."""
    number = chance.randrange(IDS)
    one: Json = {"_id": number}
    match chance.choice(("put", "put", "put", "delete", "set", "many")):
        case "put":
            made = document(chance, number)
            indexed.replace_one(one, one | made, upsert=True)
            other.replace_one(plain(one), plain(one) | made, upsert=True)
        case "delete":
            indexed.delete_one(one)
            other.delete_one(plain(one))
        case "set":
            update = {"$set": {"film": VALUES["film"](chance), "count": number % 6}}
            indexed.update_one(one, update)
            other.update_one(plain(one), update)
        case _:
            where = {"user": chance.choice("abc"), "day": VALUES["day"](chance)}
            for each in (indexed, other):
                each.update_many(where, {"$inc": {"count": 1}, "$unset": {"open": ""}})


def found(collection: Any, where: Json, name: str) -> list[Json]:
    every = [{"place": each.pop(name), **each} for each in collection.find(where)]
    return sorted(
        ({k: v for k, v in each.items() if k != "_id"} for each in every),
        key=lambda each: each["place"],
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_is_found_with_and_without_indexes(
    collections: tuple[Any, Any], seed: int
) -> None:
    """Whatever is asked for, after puts, updates and deletions, sorted and limited too."""
    indexed, other = collections
    chance = random.Random(seed)
    answers = 0
    for _ in range(500):
        change(chance, indexed, other)
        for _ in range(3):
            fields = chance.sample(sorted(VALUES), chance.randrange(1, 4))
            where = {field: condition(chance, field) for field in fields}
            expected = found(other, plain(where), "place")
            assert found(indexed, where, "_id") == expected, where
            answers += bool(expected)
            by, way, limit = chance.choice(("day", "count")), chance.choice((1, -1)), 3
            first, same = (
                [each[by] for each in collection.find(query, sort=[(by, way)], limit=limit)]
                for collection, query in ((indexed, where), (other, plain(where)))
            )
            assert first == same, (where, by, way)
            places = [each["place"] for each in expected]
            newest = indexed.find(where, sort=[("_id", -1)], limit=limit)
            assert [each["_id"] for each in newest] == places[::-1][:limit], where
    assert answers > 300
