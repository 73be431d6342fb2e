"""JSON objects as a table, so that an importer reads the items of a list as it reads rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from cinestats.application.imports.rows import RejectedRow
from cinestats.domain.errors import CinestatsError

from .table import MAX_ROWS, Table, column_key


def read_objects(items: Iterable[tuple[int, object]], paths: Mapping[str, str]) -> Table:
    """The values at ``paths``, such as ``movie.ids.imdb``, of each item, by name of column.

    Each item comes with its number, as JSON has no lines. A value that is absent, null, a
    list or an object is a blank cell; an item that is no object becomes a rejection. Raises
    CinestatsError for more items than a table may have rows.
    """
    steps = [path.split(".") for path in paths.values()]
    rows: list[tuple[int, Sequence[str]] | RejectedRow] = []
    for number, item in items:
        if len(rows) == MAX_ROWS:
            raise CinestatsError(f"The file has more than {MAX_ROWS:,} items; split it.")
        if isinstance(item, dict):
            fields = as_fields(cast("object", item))
            rows.append((number, [_cell(fields, each) for each in steps]))
        else:
            rows.append(RejectedRow(number, f"item {number} is no JSON object"))
    return Table(tuple(paths.values()), tuple(map(column_key, paths)), rows)


def as_items(value: object) -> Sequence[object]:
    """The items of a JSON list; of any other value none."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_fields(value: object) -> Mapping[str, object]:
    """The fields of a JSON object; of any other value none."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def first_fields(items: Sequence[object]) -> Mapping[str, object]:
    """The fields of the first item of a list; none where it has no items."""
    return as_fields(items[0] if items else None)


def _cell(item: Mapping[str, object], steps: Sequence[str]) -> str:
    value: object = item
    for step in steps:
        value = as_fields(value).get(step)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""
