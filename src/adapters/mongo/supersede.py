"""Give documents recomputed content, one by one, while projectors go on counting."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from pymongo import ReplaceOne

from cinestats.domain.projections.projection import Projection

from .database import Document, MongoDatabase, chunks

_NOT_COMPARED = ("position", "updated_at")


class Standing(NamedTuple):
    """Up to which position the wanted content counts every event, and the checkpoint."""

    through: int
    checkpoint: int


def supersede(
    database: MongoDatabase,
    projection: Projection[Any, Any],
    prefix: str,
    existing: Iterable[Document],
    wanted: Iterable[Document],
    standing: Callable[[Document], Standing],
) -> bool:
    """Replace ``existing`` documents by those ``wanted``; what is not wanted falls to 0.

    Each document changes in one step and only if it has seen nothing behind the position
    that the wanted content goes ``through``. A document without a position, as other
    programs write it, has seen nothing. Returns whether that went well with all; where not,
    what was replaced stays, and is right.
    """
    missing = {document["_id"]: document for document in wanted}
    writes: list[ReplaceOne[Document]] = []
    ahead = False
    for document in existing:
        new = missing.pop(document["_id"], None) or _emptied(document, projection)
        position = document.get("position")
        through, checkpoint = standing(document)
        if position is not None and position > through:
            ahead = True
            continue
        # With a checkpoint that has still to come through, the same figures are no sign of
        # being right: events that they may hold by mistake would be counted once more.
        settled = position is not None and checkpoint >= through
        if not settled or _content(new) != _content(document):
            same = {"_id": document["_id"], "position": position}
            writes.append(ReplaceOne(same, {**new, "position": through}))
    for document in missing.values():
        if any(document[field] for field in projection.counted):
            through, _ = standing(document)
            older = {"_id": document["_id"], "position": {"$lte": through}}
            writes.append(ReplaceOne(older, {**document, "position": through}, upsert=True))
    collection = prefix + projection.name
    effective = sum(database.write_all(collection, c).effective for c in chunks(writes))
    return effective == len(writes) and not ahead


def _content(document: Document) -> Document:
    return {key: value for key, value in document.items() if key not in _NOT_COMPARED}


def _emptied(document: Document, projection: Projection[Any, Any]) -> Document:
    """The document with every count at 0: it stays, because it carries the fence.

    ``gone`` marks a user whom the log does not know, as long as nothing is counted again.
    """
    emptied = dict(document)
    for field in document.keys() & {*projection.counted, "sum_voti"}:
        emptied[field] = {} if isinstance(document[field], dict) else 0
    if projection.one_per_user:
        emptied["gone"] = True
    return emptied
