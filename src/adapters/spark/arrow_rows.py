"""Rows of Arrow as Python has them, each read by itself."""

from typing import Any

import pyarrow as pa

_UNREADABLE = (ValueError, OverflowError, pa.ArrowException)


def rows_of(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """The rows of a batch. What Python has no value for costs no other row.

    A text that is not UTF-8 is its bytes: Spark makes such texts where it casts bytes. A time
    behind the year 9999 is its text.
    """
    try:
        found: list[dict[str, Any]] = batch.to_pylist()
    except _UNREADABLE:
        names = batch.schema.names
        columns = [[_value(each) for each in column] for column in batch.columns]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return found


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except _UNREADABLE:
        if isinstance(scalar, pa.StructScalar):
            return {name: _value(each) for name, each in scalar.items()}
        if isinstance(scalar, pa.ListScalar):
            return [_value(each) for each in scalar]
        if isinstance(scalar, pa.StringScalar):
            return scalar.as_buffer().to_pybytes()
        return scalar.cast(pa.string()).as_py()
