"""Records as stores keep them: each field under its own name, as a plain value."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

_RecordT = TypeVar("_RecordT")
_adapter_of: Any = cache(TypeAdapter)


def names_of(record: Any) -> list[str]:
    """The names of a dataclass's fields, in their order; of the class or a value of it."""
    return [field.name for field in fields(record)]


def fields_of(record: Any) -> dict[str, Any]:
    """The fields of a dataclass; moments are texts in UTC, and sets are sorted lists."""
    return {name: _plain(getattr(record, name)) for name in names_of(record)}


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


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return text_of(value)
    if isinstance(value, frozenset):
        return sorted(cast("frozenset[str]", value))
    return fields_of(value) if is_dataclass(value) else value
