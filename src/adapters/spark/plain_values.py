"""Values as Spark, MongoDB and Python programs have them, as values of JSON."""

import math
from collections.abc import Mapping, Set
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

from cinestats.domain.errors import InvalidInput
from cinestats.domain.titles import normalize_title


def fields_of(value: Any, field: str) -> dict[str, Any]:
    """The fields of a mapping or of a row of Spark's, those that are null left out.

    Raises InvalidInput for anything else.

    >>> fields_of({"name": b"Heat", "date": date(1995, 12, 15), "year": None}, "movie")
    {'name': 'Heat', 'date': '1995-12-15'}
    """
    plain = plain_value(value)
    if not isinstance(plain, dict):
        raise InvalidInput(field, f"must be a mapping or a row, not {value!r:.80}")
    found = cast(dict[str, Any], plain)
    return {name: each for name, each in found.items() if each is not None}


def text_of(value: Any, field: str) -> str:
    """A text, also from bytes in UTF-8 and from a whole number; else raises InvalidInput.

    >>> text_of(b"u1", "user_id"), text_of(7, "user_id")
    ('u1', '7')
    """
    if isinstance(value, bytes | bytearray | memoryview):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError as error:
            raise InvalidInput(field, f"is not UTF-8 at byte {error.start}") from error
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise InvalidInput(field, f"must be text, not {value!r:.80}")
    return value


def title_key(title: Any) -> str:
    """``normalize_title`` of a title of any kind; "" where there is none.

    >>> title_key("Città di Dio"), title_key(b"Alien"), title_key(1917), title_key(None)
    ('citta di dio', 'alien', '1917', '')
    """
    title = plain_value(title)
    return "" if title is None else normalize_title(text_of(title, "title"))


def plain_value(value: Any) -> Any:
    """The value as JSON has it; NaN is null, a time without a zone is UTC's."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if hasattr(value, "asDict"):
        value = value.asDict()  # a row of Spark's
    if isinstance(value, Mapping):
        return {str(name): plain_value(each) for name, each in value.items()}
    if isinstance(value, list | tuple | Set):
        return [plain_value(each) for each in value]
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_value(float(value))
    if isinstance(value, bytes | bytearray | memoryview):
        return text_of(value, "value")
    if hasattr(value, "item"):
        return plain_value(value.item())  # a number of NumPy's
    return str(value)  # such as an id of MongoDB's
