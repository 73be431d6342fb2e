"""Records as rows: a column for each field, by its name."""

import sqlite3
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any, Generic, TypeVar, cast, get_origin

from cinestats.adapters.records import Taken, fields_of, plain, record_of

from .database import Database

_RecordT = TypeVar("_RecordT")


class SqliteRecords(Generic[_RecordT]):
    """Implements Records: the dataclasses of one kind in a table."""

    def __init__(self, database: Database, table: str, kind: type[_RecordT], key: str) -> None:
        self._database = database
        self._table = table
        self._kind = kind
        self._key = key

    def select(self, clause: str, **parameters: Any) -> list[_RecordT]:
        """The records of the rows that a clause of SQL picks."""
        rows = self._database.rows(f"SELECT * FROM {self._table} {clause}", **parameters)
        with self._database.decoding():
            return [record_of_row(self._kind, row) for row in rows]

    def find(self, **equal: str) -> list[_RecordT]:
        return self.select(f"{_where(equal)} ORDER BY {self._key}", **equal)

    def latest(self, limit: int, before: str | None) -> list[_RecordT]:
        return self.select(
            f"WHERE :before IS NULL OR {self._key} < :before"
            f" ORDER BY {self._key} DESC LIMIT :limit",
            before=before,
            limit=limit,
        )

    def insert(self, record: _RecordT) -> None:
        self.insert_if(record, "TRUE")

    def insert_if(self, record: _RecordT, condition: str, **parameters: Any) -> bool:
        """Keep a new record if a condition of SQL holds; returns whether it does."""
        row = row_of(record)
        names, values = ", ".join(row), ", :".join(row)
        sql = f"INSERT INTO {self._table} ({names}) SELECT :{values} WHERE {condition}"
        with _taken():
            return self._database.execute(sql, **row, **parameters) == 1

    def replace(self, old: _RecordT, new: _RecordT) -> bool:
        with _taken():
            return self.update(row_of(old), row_of(new)) == 1

    def update(self, equal: Mapping[str, Any], changes: Mapping[str, object]) -> int:
        changed = ", ".join(f"{name} = :new_{name}" for name in changes)
        new = {f"new_{name}": plain(value) for name, value in changes.items()}
        sql = f"UPDATE {self._table} SET {changed} {_where(equal)}"
        return self._database.execute(sql, **equal, **new)

    def delete(self, **equal: str) -> int:
        return self._database.execute(f"DELETE FROM {self._table} {_where(equal)}", **equal)


@contextmanager
def _taken() -> Generator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Taken(str(error)) from error


def _where(equal: Iterable[str]) -> str:
    conditions = " AND ".join(f"{name} IS :{name}" for name in equal)
    return f"WHERE {conditions}" if conditions else ""


def row_of(record: object) -> dict[str, Any]:
    """A row of a dataclass: a set is words in one text, a record within it is more columns."""
    row: dict[str, Any] = {}
    for name, value in fields_of(record).items():
        match value:
            case dict():
                row |= value
            case list():
                row[name] = " ".join(cast("list[str]", value))
            case _:
                row[name] = value
    return row


def record_of_row(kind: type[_RecordT], row: Mapping[str, Any]) -> _RecordT:
    """The dataclass that ``row_of`` took apart."""
    values = dict(row)
    for field in fields(cast(Any, kind)):
        if get_origin(field.type) is frozenset:
            values[field.name] = row[field.name].split()
        elif is_dataclass(field.type):
            values[field.name] = row
    return record_of(kind, values)
