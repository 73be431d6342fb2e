"""Records as rows: a column for each field, by its name."""

from collections.abc import Iterable
from typing import Any, cast

from cinestats.adapters.records import fields_of


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


def insertion(table: str, columns: Iterable[str]) -> str:
    """The statement that inserts a row.

    >>> insertion("audit", ["at", "actor"])
    'INSERT INTO audit (at, actor) VALUES (:at, :actor)'
    """
    names = list(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES (:{', :'.join(names)})"


def assignments(columns: Iterable[str]) -> str:
    """What an UPDATE sets.

    >>> assignments(["at", "actor"])
    'at = :at, actor = :actor'
    """
    return ", ".join(f"{name} = :{name}" for name in columns)
