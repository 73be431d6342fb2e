"""The secret of a database, by which hashes in it tell nothing to who has only the hashes."""

import secrets

from .database import MongoDatabase

_META, _ID = "meta", {"_id": "secret"}


def secret_of(database: MongoDatabase) -> bytes:
    """The same bytes in every process; made by the first that asks."""
    new = {"$setOnInsert": {"value": secrets.token_bytes(32)}}
    if not (found := database.find(_META, _ID)):
        database.update(_META, _ID, new, upsert=True)
        found = database.find(_META, _ID)
    return bytes(found[0]["value"])
