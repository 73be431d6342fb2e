"""JSON from outside, read strictly."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn, cast

from cinestats.domain.errors import InvalidInput

MAX_DEPTH = 64


def parse(data: bytes | str) -> object:
    """The value of a JSON text in UTF-8.

    Raises InvalidInput (field ``body``), saying where, for what is not JSON and for what
    careless readers let through: NaN and infinities, a key twice in one object, numbers of
    thousands of digits, nesting beyond ``MAX_DEPTH``, lone surrogates.
    """
    try:
        text = data if isinstance(data, str) else data.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("body", f"is not UTF-8 at byte {error.start}") from error
    try:
        value: object = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise InvalidInput(
            "body", f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise InvalidInput("body", f"nests deeper than {MAX_DEPTH} levels") from error
    _check(value, 0)
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


def _integer(digits: str) -> int:
    if len(digits) > 19:
        raise InvalidInput("body", f"holds a whole number of {len(digits):,} digits")
    return int(digits)


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidInput("body", f"nests deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            raise InvalidInput("body", "holds a lone surrogate")
    elif isinstance(value, dict):
        for key, item in cast(dict[str, object], value).items():
            _check(key, depth)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in cast(list[object], value):
            _check(item, depth + 1)
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise InvalidInput("body", "holds a number out of range")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise InvalidInput("body", "holds a whole number of more than 64 bits")
