"""Records in a dictionary."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from cinestats.adapters.records import Taken

_RecordT = TypeVar("_RecordT")


class MemoryRecords(Generic[_RecordT]):
    """Implements Records; of ``unique`` fields no two records have the same value but None."""

    def __init__(self, *unique: str) -> None:
        self._key, self._unique = unique[0], unique
        self._records: dict[str, Any] = {}
        self._lock = threading.RLock()

    def find(self, **equal: str) -> Sequence[_RecordT]:
        with self._lock:
            return [
                self._records[key] for key in sorted(self._records) if self._fits(key, equal)
            ]

    def latest(self, limit: int, before: str | None) -> Sequence[_RecordT]:
        newest = reversed(self.find())
        older = [r for r in newest if before is None or getattr(r, self._key) < before]
        return older[:limit]

    def insert(self, record: _RecordT) -> None:
        with self._lock:
            for field in self._unique:
                value = getattr(record, field)
                if value is not None and self.find(**{field: value}):
                    raise Taken(field)
            self._records[getattr(record, self._key)] = record

    def replace(self, old: _RecordT, new: _RecordT) -> bool:
        key = getattr(old, self._key)
        with self._lock:
            if self._records.get(key) != old:
                return False
            del self._records[key]
            try:
                self.insert(new)
            except Taken:
                self._records[key] = old
                raise
            return True

    def update(self, equal: Mapping[str, str], changes: Mapping[str, object]) -> int:
        with self._lock:
            found = [key for key in self._records if self._fits(key, equal)]
            for key in found:
                self._records[key] = replace(self._records[key], **changes)
            return len(found)

    def delete(self, **equal: str) -> int:
        with self._lock:
            found = [key for key in self._records if self._fits(key, equal)]
            for key in found:
                del self._records[key]
            return len(found)

    def _fits(self, key: str, equal: Mapping[str, str]) -> bool:
        record = self._records[key]
        return all(getattr(record, field) == value for field, value in equal.items())
