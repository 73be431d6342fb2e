"""Records as documents: each field under its own name; one that is None is left out."""

from typing import Any, TypeVar

from cinestats.adapters.records import fields_of, names_of, record_of

from .database import Document

_RecordT = TypeVar("_RecordT")


def document_of(record: object, key: str | None = None) -> Document:
    """A document of a dataclass; the field ``key`` is its ``_id``."""
    found = {name: value for name, value in fields_of(record).items() if value is not None}
    return found if key is None else {"_id": found.pop(key), **found}


def record_from(kind: type[_RecordT], document: Document, key: str | None = None) -> _RecordT:
    """The dataclass that ``document_of`` took apart; other names are ignored."""
    values: dict[str, Any] = {**dict.fromkeys(names_of(kind)), **document}
    return record_of(kind, values if key is None else {**values, key: document["_id"]})
