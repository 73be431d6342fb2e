"""Values as Spark, MongoDB, NumPy, pandas and Python programs have them, as values of JSON."""

import math
import sys
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.titles import normalize_title

from .strict_json import MAX_DEPTH

_AS_THEY_ARE = (str, int, bool, type(None))
_MOST = sys.float_info.max
_CONVERTED_BY = ("asDict", "to_decimal", "tolist", "as_py")
"""Methods of rows of Spark's, numbers of MongoDB's, arrays of NumPy's, scalars of Arrow's."""


def fields_of(value: Any, field: str) -> dict[str, Any]:
    """The fields of a mapping or of a row of Spark's, those that are null left out.

    Raises InvalidInput for anything else, and for a value that cannot be read.

    >>> fields_of({"name": b"Heat", "date": date(1995, 12, 15), "year": None}, "movie")
    {'name': 'Heat', 'date': '1995-12-15'}
    """
    plain = {name: plain_value(each, name) for name, each in named_values(value, field).items()}
    return {name: each for name, each in plain.items() if each is not None}


def named_values(value: Any, field: str) -> dict[str, Any]:
    """The fields of a mapping or of a row of Spark's, each value as it is.

    Raises InvalidInput for anything else.
    """
    with _readable(value, field):
        named = value.asDict() if hasattr(value.__class__, "asDict") else value
        if isinstance(named, Mapping):
            fields = cast(Mapping[object, object], named)
            return {_name(name, field, 0): each for name, each in fields.items()}
    raise InvalidInput(field, f"must be a mapping or a row, not {shown(value)}")


def text_of(value: Any, field: str) -> str:
    """A text, also from bytes in UTF-8 and from a whole number; else raises InvalidInput.

    >>> text_of(b"u1", "user_id"), text_of(7, "user_id")
    ('u1', '7')
    """
    if isinstance(value, bytes | bytearray | memoryview):
        try:
            return bytes(cast(bytes, value)).decode()
        except UnicodeDecodeError as error:
            raise InvalidInput(field, f"is not UTF-8 at byte {error.start}") from error
    if isinstance(value, int) and not isinstance(value, bool):
        with _readable(value, field):  # one of thousands of digits is not written
            return str(int.__int__(value))
    if not isinstance(value, str):
        raise InvalidInput(field, f"must be text, not {shown(value)}")
    return str.__str__(value)


def title_key(title: Any) -> str:
    """``normalize_title`` of a title of any kind; "" where there is none.

    >>> title_key("Città di Dio"), title_key(b"Alien"), title_key(1917), title_key(None)
    ('citta di dio', 'alien', '1917', '')
    """
    title = plain_value(title, "title")
    return "" if title is None else normalize_title(text_of(title, "title"))


def shown(value: Any) -> str:
    """The value in a message: one line of at most 80 characters, whatever its class does."""
    try:
        return " ".join(repr(value).split())[:80]
    except Exception as error:  # noqa: BLE001 - the class is another program's, and may raise anything
        return f"a value of {type(value).__name__} without a repr ({type(error).__name__})"


def plain_value(value: Any, field: str = "value") -> Any:
    """The value as JSON has it, of Python's own types alone.

    NaN, and pandas' ``NA`` and ``NaT``, are null. An infinity is the largest number there is,
    for JSON has none: no field takes it. A time without a zone is UTC's. An object that
    is no text is ``{}``, which no field of text or number takes either. Raises InvalidInput,
    under the name ``field``, for what cannot be read or holds itself.
    """
    if type(value) in _AS_THEY_ARE:
        return value
    with _readable(value, field):
        return _plain(value, field, 0)


@contextmanager
def _readable(value: Any, field: str) -> Generator[None]:
    try:
        yield
    except CinestatsError:
        raise
    except Exception as error:
        reason = f"cannot be read: {shown(value)} raises {type(error).__name__}"
        raise InvalidInput(field, reason) from error


def _plain(value: Any, field: str, depth: int) -> Any:
    kind = cast(type[object], type(value))
    if kind in _AS_THEY_ARE:
        return value
    if depth > MAX_DEPTH:
        raise InvalidInput(field, f"holds itself, or nests deeper than {MAX_DEPTH} levels")
    if kind is dict:
        return _plain_fields(value, field, depth)
    if kind is list:
        return [_plain(each, field, depth + 1) for each in value]
    if isinstance(value, Enum):
        return _plain(value.value, field, depth + 1)
    if isinstance(value, str | int | float | Decimal):
        return _plain_scalar(value)
    if _is_missing(value):
        return None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return text_of(value, field)
    for method in _CONVERTED_BY:
        if hasattr(kind, method):
            return _plain(getattr(value, method)(), field, depth + 1)
    if isinstance(value, Mapping):
        return _plain_fields(cast(Mapping[object, object], value), field, depth)
    if isinstance(value, Collection):
        plain = _plain(list(cast(Collection[object], value)), field, depth)
        return sorted(plain, key=repr) if isinstance(value, set | frozenset) else plain
    # Such as an id of MongoDB's; a class without __str__ tells where in memory it lies.
    return {} if kind.__str__ is object.__str__ else str.__str__(str(value))


def _plain_scalar(value: Any) -> Any:
    """Without what a subclass adds: ``orjson`` refuses those."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    number = float(value)  # a NaN that signals raises here, as it is meant to
    return None if math.isnan(number) else min(max(number, -_MOST), _MOST)


def _plain_fields(fields: Mapping[object, object], field: str, depth: int) -> dict[str, Any]:
    return {
        _name(name, field, depth): _plain(each, field, depth + 1)
        for name, each in fields.items()
    }


def _name(name: object, field: str, depth: int) -> str:
    plain = _plain(name, field, depth + 1)
    return plain if isinstance(plain, str) else str(plain)


def _is_missing(value: object) -> bool:
    """Whether it is one of pandas' values for what is not there; its ``NA`` equals nothing."""
    pandas = sys.modules.get("pandas")  # where it is not loaded, nobody can have its values
    return any(value is getattr(pandas, name, None) for name in ("NA", "NaT"))
