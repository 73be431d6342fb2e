"""JSON from outside, read strictly."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, cast

from cinestats.domain.errors import InvalidInput
from cinestats.domain.texts import clean_text

MAX_DEPTH = 64
_MOST_DIGITS = 19


def parse(data: bytes | str, *, values: bool = True) -> object:
    """The value of a JSON text in UTF-8.

    Raises InvalidInput (field ``body``), saying where, for what is not JSON and for what
    careless readers let through: a key twice in one object, nesting beyond ``MAX_DEPTH``; and
    with ``values`` for NaN and infinities, numbers of thousands of digits and lone surrogates.
    Without, these stay where they are, for the field to refuse: whole numbers that are too
    long as floats.
    """
    try:
        text = data if isinstance(data, str) else data.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("body", f"is not UTF-8 at byte {error.start}") from error
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant if values else float,
            parse_int=_integer if values else _integer_or_float,
        )
    except json.JSONDecodeError as error:
        raise InvalidInput(
            "body", f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise InvalidInput("body", f"nests deeper than {MAX_DEPTH} levels") from error
    _check(value, 0, values=values)
    return value


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InvalidInput("body", f"holds the key {twice!r} twice")
    return result


def _constant(name: str) -> NoReturn:
    raise InvalidInput("body", f"holds {name}, which is not a JSON number")


def _integer(written: str) -> int:
    digits = written.removeprefix("-")
    if len(digits) > _MOST_DIGITS:
        raise InvalidInput("body", f"holds a whole number of {len(digits):,} digits")
    return int(written)


def _integer_or_float(written: str) -> int | float:
    return int(written) if len(written) <= _MOST_DIGITS else float(written)


def _check(value: object, depth: int, *, values: bool) -> None:
    if depth > MAX_DEPTH:
        raise InvalidInput("body", f"nests deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key, item in cast(dict[str, object], value).items():
            if values:
                _check_value(key)
            _check(item, depth + 1, values=values)
    elif isinstance(value, list):
        for item in cast(list[object], value):
            _check(item, depth + 1, values=values)
    elif values:
        _check_value(value)


def _check_value(value: object) -> None:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            raise InvalidInput("body", "holds a lone surrogate")
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise InvalidInput("body", "holds a number out of range")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise InvalidInput("body", "holds a whole number of more than 64 bits")


# ── The fields of an object ──────────────────────────────────────────────────────────────

Fields = Mapping[str, Any]
_MOST = 2**63 - 1


def as_object(value: object, field: str) -> Fields:
    """The value as an object; raises InvalidInput with the field's name, as the others do."""
    if not isinstance(value, dict):
        raise InvalidInput(field, f"must be a JSON object, not {_kind(value)}")
    return cast(dict[str, Any], value)


def text(fields: Fields, field: str) -> str:
    """A text that must be there."""
    value = fields.get(field)
    if not isinstance(value, str):
        raise InvalidInput(field, f"must be text, not {_kind(value)}")
    return value


def optional_text(fields: Fields, field: str) -> str:
    """A text without outer white space, of at most 2,000 characters; "" where it is absent."""
    return "" if fields.get(field) is None else clean_text(text(fields, field), field, 2000)


def texts(fields: Fields, field: str) -> tuple[str, ...]:
    """A list of texts: of one where there is a text alone, of none where there is nothing."""
    value = fields.get(field)
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    items = cast(list[object], value) if isinstance(value, list) else [value]
    found = tuple([item for item in items if isinstance(item, str)])
    if len(found) < len(items):
        raise InvalidInput(field, "must be a list of texts")
    return found


def whole(fields: Fields, field: str) -> int | None:
    """A whole number of at most 64 bits, or None where it is absent."""
    value = fields.get(field)
    if value is None:
        return None
    if type(value) is not int:
        raise InvalidInput(field, f"must be a whole number, not {_kind(value)}")
    if abs(value) > _MOST:  # orjson reads up to twice as much
        raise InvalidInput(field, f"must be at most {_MOST}, not {value}")
    return value


def number(fields: Fields, field: str) -> float | None:
    """A number, or None where it is absent."""
    value = fields.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(field, f"must be a number, not {_kind(value)}")
    return float(value)


def flag(fields: Fields, field: str) -> bool:
    """True or false; false where it is absent."""
    value = fields.get(field)
    if value is not None and not isinstance(value, bool):
        raise InvalidInput(field, f"must be true or false, not {_kind(value)}")
    return bool(value)


def _kind(value: object) -> str:
    if value is None:
        return "absent or null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a list or an object"
