"""Records as stores keep them: each field under its own name, as a plain value."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from pydantic import TypeAdapter

_RecordT = TypeVar("_RecordT")
_adapter_of: Any = cache(TypeAdapter)


class Taken(Exception):
    """Another record has a value that must be unique; the text names the field."""


class Records(Protocol[_RecordT]):
    """The dataclasses of one kind, by the field that is their key. Conditions are equality."""

    def find(self, **equal: str) -> Sequence[_RecordT]:
        """The records that fit, in the order of their keys."""
        ...

    def latest(self, limit: int, before: str | None) -> Sequence[_RecordT]:
        """The last records in that order, the last one first; with ``before``, those below."""
        ...

    def insert(self, record: _RecordT) -> None:
        """Keep a new record; raises Taken."""
        ...

    def replace(self, old: _RecordT, new: _RecordT) -> bool:
        """Put ``new`` in the place of ``old``, unless it has changed; raises Taken."""
        ...

    def update(self, equal: Mapping[str, str], changes: Mapping[str, object]) -> int:
        """Set fields of the records that fit; returns how many there are."""
        ...

    def delete(self, **equal: str) -> int:
        """Delete the records that fit; returns how many there were."""
        ...


def names_of(record: Any) -> list[str]:
    """The names of a dataclass's fields, in their order; of the class or a value of it."""
    return [field.name for field in fields(record)]


def fields_of(record: Any) -> dict[str, Any]:
    """The fields of a dataclass; moments are texts in UTC, and sets are sorted lists."""
    return {name: plain(getattr(record, name)) for name in names_of(record)}


def record_of(kind: type[_RecordT], values: Mapping[str, Any]) -> _RecordT:
    """The dataclass that ``fields_of`` took apart; other names are ignored."""
    record: _RecordT = _adapter_of(kind).validate_python(values)
    return record


def text_of(moment: datetime) -> str:
    """A moment as stores keep it. The texts sort as the moments do: "+" is less than ".".

    >>> text_of(datetime(2025, 3, 1, 12, tzinfo=UTC))
    '2025-03-01T12:00:00+00:00'
    """
    return moment.astimezone(UTC).isoformat()


def plain(value: Any) -> Any:
    """The value of a field as stores keep it."""
    if isinstance(value, datetime):
        return text_of(value)
    if isinstance(value, frozenset):
        return sorted(cast("frozenset[str]", value))
    return fields_of(value) if is_dataclass(value) else value
