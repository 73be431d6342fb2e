"""Which form each part of a database has, and how a part of an earlier form is brought up."""

from collections.abc import Callable, Iterable, Mapping

import cinestats
from cinestats.adapters.event_json import refuse_newer_schema
from cinestats.application.ports import StoreUnavailable

from . import access, catalogue, event_log, read_models, topic_claims
from .database import MongoDatabase

_META = "meta"


def _begin_anew(*collections: str) -> Callable[[MongoDatabase], None]:
    """What follows from the log is dropped, and read from there again."""

    def drop(database: MongoDatabase) -> None:
        for collection in collections:
            database.write(database.collection(collection).drop)

    return drop


# Before there were forms every part had the first one.
FORMS: Mapping[str, int] = {
    "log": 2,
    "diary": 1,
    "views": 2,
    "catalogue": 3,
    "access": 3,
    "webhooks": 1,
    "followed": 1,
    "lists": 1,
    "streaming": topic_claims.FORM,
}
# What is not brought up gets its form from whoever first writes what only that form has.
UPGRADES: Mapping[str, Callable[[MongoDatabase], None]] = {
    "log": event_log.seal_earlier_events,
    "views": read_models.upgrade,
    "diary": _begin_anew("diary_positions", "diary"),
    "catalogue": catalogue.upgrade,
    "access": access.upgrade,
}


def refuse_newer(database: MongoDatabase) -> Mapping[str, int]:
    """The form of each part; raises StoreUnavailable when a later version wrote any of it."""
    found = {document["_id"]: document for document in database.find(_META, {})}
    forms: Mapping[str, int] = {**dict.fromkeys(FORMS, 1), **found.get("forms", {})}
    for part, form in FORMS.items():
        if forms[part] > form:
            raise StoreUnavailable(
                f"The {part} in {database.name} has form {forms[part]}, of a newer cinestats;"
                f" this is {cinestats.__version__}, which reads form {form}: upgrade cinestats."
            )
    refuse_newer_schema(found.get("log", {}).get("schema", 0))
    return forms


def bring_up(database: MongoDatabase, parts: Iterable[str] | None = None) -> None:
    """Upgrade the parts, or all, that have an earlier form.

    May be repeated, and be broken off anywhere.
    """
    found = refuse_newer(database)
    for part in FORMS if parts is None else parts:
        form = FORMS[part]
        if found[part] < form and part in UPGRADES:
            UPGRADES[part](database)
            database.update(_META, {"_id": "forms"}, {"$max": {part: form}}, upsert=True)
