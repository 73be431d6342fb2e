"""Fields of other programs' documents: what is there and of the right kind, else None."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import FIRST_YEAR, LAST_YEAR, MAX_DURATION

Fields = Mapping[str, Any]

TICKS = 600_000_000
"""In a minute, as Emby and what came of it count them."""

_IMDB = re.compile(r"tt\d{5,12}")


def as_object(value: object, field: str) -> Fields:
    """``value``, which must be a JSON object; raises InvalidInput."""
    if not isinstance(value, dict):
        raise InvalidInput(field, "must be a JSON object")
    return cast(dict[str, Any], value)


def part(fields: Fields, name: str) -> Fields:
    """The object in a field; an empty one where there is none."""
    value = fields.get(name)
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def parts(fields: Fields, name: str) -> Iterable[Fields]:
    """The objects of the list in a field."""
    value = fields.get(name)
    items = cast(list[object], value) if isinstance(value, list) else []
    return [cast(dict[str, Any], item) for item in items if isinstance(item, dict)]


def texts(fields: Fields, name: str) -> Iterable[str]:
    """The texts of the list in a field."""
    value = fields.get(name)
    items = cast(list[object], value) if isinstance(value, list) else []
    return [item.strip() for item in items if isinstance(item, str) and item.strip()]


def text(fields: Fields, name: str) -> str | None:
    """The text in a field, unless it is blank."""
    value = fields.get(name)
    return value.strip() or None if isinstance(value, str) else None


def named(value: str | None) -> str:
    """``value`` as a sentence may name it, however long it is."""
    return "nothing that has a name" if value is None else value[:40]


def imdb_id(fields: Fields, name: str) -> str | None:
    """The id of IMDb in a field, if it is one."""
    found = _IMDB.fullmatch(text(fields, name) or "")
    return found and found[0]


def whole(fields: Fields, name: str) -> int | None:
    """The whole number in a field, also where a template has put it in quotes."""
    value = fields.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return value if type(value) is int else None


def is_true(fields: Fields, name: str) -> bool:
    """Whether a field is true, or says so as a template writes it."""
    value = fields.get(name)
    return value is True or (isinstance(value, str) and value.lower() == "true")


def year(fields: Fields, name: str) -> int | None:
    """The year in a field, if a film can be from then."""
    number = whole(fields, name)
    return number if number is not None and FIRST_YEAR <= number <= LAST_YEAR else None


def minutes(fields: Fields, name: str, units_in_a_minute: int) -> int | None:
    """The duration in a field in minutes, if a film can run for so long."""
    number = whole(fields, name)
    duration = None if number is None else round(number / units_in_a_minute)
    return duration if duration is not None and 0 < duration <= MAX_DURATION else None


def moment(fields: Fields, name: str) -> datetime | None:
    """The time in a field, if it says its zone."""
    try:
        time = datetime.fromisoformat(text(fields, name) or "")
    except ValueError:
        return None  # it is only a hint: without one the notification's arrival counts
    return time if time.tzinfo is not None else None
