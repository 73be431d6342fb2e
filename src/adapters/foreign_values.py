"""Values as other applications write them: what is unambiguous is read, the rest refused."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, cast

from cinestats.domain.days import local_day
from cinestats.domain.errors import InvalidInput

_DAY_FORMS = (
    re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})", re.ASCII),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})", re.ASCII),
)
_SLASHED = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4})", re.ASCII)
_RFC_1123 = re.compile(
    r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (GMT|UTC|[+-]\d{4})", re.ASCII
)
_WHOLE = re.compile(r"([+-]?\d{1,18})(?:\.0+)?", re.ASCII)
_MINUTES = re.compile(r"(\d{1,9})(?:\.0+)?\s*m(?:in(?:ute)?s?)?\.?", re.ASCII)
_HOURS = re.compile(
    r"(\d{1,3})\s*h(?:ou)?r?s?\.?(?:\s*(\d{1,2})\s*(?:m(?:in(?:ute)?s?)?\.?)?)?", re.ASCII
)
_UNITS_A_SECOND = (1, 10**3, 10**6, 10**9)
_FIRST_SECOND, _LAST_SECOND = 10**8, 7_258_118_400  # from 1973 to 2200: no two units meet
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_SECONDS = 86_400
_NOTHING_KNOWN = frozenset(
    ("n/a", "none", "null", "nan", "unknown", "undefined", "-", "--", "?", "tbd")
)
_LONGEST = max(map(len, _NOTHING_KNOWN))
_FEW_NAMES = 20
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def shown(value: object) -> str:
    """The value in an error, of at most 40 characters.

    >>> shown("148.5"), shown(["Drama"])
    ("'148.5'", 'a list')
    """
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"


def says_nothing(text: str) -> bool:
    """Whether a text stands for something that is not known.

    >>> says_nothing("N/A"), says_nothing("Heat")
    (True, False)
    """
    text = text.strip()
    return len(text) <= _LONGEST and text.casefold() in _NOTHING_KNOWN


def whole_of(value: object, field: str) -> int:
    """A whole number, also from ``148.0`` and ``"148"``; raises InvalidInput for others."""
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str) and (written := _WHOLE.fullmatch(value.strip())):
        return int(written[1])
    raise InvalidInput(field, f"must be a whole number, not {shown(value)}")


def minutes_of(value: object, field: str) -> int:
    """Minutes, also from ``"148 min"`` and ``"2h 28m"``; raises InvalidInput for others.

    >>> minutes_of("148 min", "duration"), minutes_of("2h 28m", "duration")
    (148, 148)
    """
    if isinstance(value, str):
        text = value.strip().lower()
        if written := _MINUTES.fullmatch(text):
            return int(written[1])
        if written := _HOURS.fullmatch(text):
            return int(written[1]) * 60 + int(written[2] or 0)
    try:
        return whole_of(value, field)
    except InvalidInput as error:
        reason = f"must be a whole number of minutes, not {shown(value)}"
        raise InvalidInput(field, reason) from error


def flag_of(value: object, field: str) -> bool:
    """True or false, also from 1, 0 and words; raises InvalidInput for others."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | str) and (word := str(value).strip().lower()) in _FLAGS:
        return _FLAGS[word]
    raise InvalidInput(field, f"must be true or false, not {shown(value)}")


def names_of(
    value: object, field: str, split: Callable[[str], list[str]]
) -> tuple[list[str], list[str]]:
    """Names from a list, a text that ``split`` parts, or objects that have a ``name``.

    Beside them, why others were left out: one that is blank, or stands for nothing known.
    Raises InvalidInput where something else is among them.

    >>> names_of("Crime, Drama", "genres", split_text)
    (['Crime', 'Drama'], [])
    """
    if isinstance(value, str):
        items: list[object] = list(split(value))
    else:
        items = cast(list[object], value) if isinstance(value, list) else [value]
    names: list[str] = []
    problems: list[str] = []
    for item in items:
        named = cast(dict[str, object], item) if isinstance(item, dict) else {"name": item}
        name = named.get("name")
        if not isinstance(name, str):
            raise InvalidInput(field, f"must be a list of names, not one with {shown(name)}")
        if not name.strip():
            problems.append("holds a blank name")
        elif says_nothing(name):
            problems.append(f"holds {shown(name)}, which is no name")
        else:
            names.append(name)
    return names, problems


def are_plain_names(value: object) -> bool:
    """Whether a value is a short list of distinct names, with nothing to be left out."""
    if not isinstance(value, list) or len(cast(list[object], value)) > _FEW_NAMES:
        return False
    try:
        return _are_plain(tuple(cast(list[object], value)))
    except TypeError:  # it holds what has no hash: objects or lists
        return False


@lru_cache(maxsize=10_000)  # the same films come again and again
def _are_plain(names: tuple[object, ...]) -> bool:
    plain = [n for n in names if isinstance(n, str) and n.strip() and not says_nothing(n)]
    return len(set(plain)) == len(names)


def split_text(text: str) -> list[str]:
    """The names in ``A|B``, or else in ``A, B``.

    >>> split_text("Sammy Davis, Jr.|Dean Martin"), split_text("Crime, Drama")
    (['Sammy Davis, Jr.', 'Dean Martin'], ['Crime', 'Drama'])
    """
    parts = text.split("|" if "|" in text else ",")
    return [part for each in parts if (part := each.strip())]


def instant_of(value: object) -> datetime | None:
    """The moment of a number since 1970, an RFC 1123 text or MongoDB's ``$date``; else None.

    A number may count seconds, or thousandths, millionths or billionths of them: from 1973 on
    no two of them can be taken for each other. What is no moment from 1800 to 2200 stands for
    "never" or "unknown" somewhere, and is None here.

    >>> instant_of(1737416700) == instant_of(1737416700000)
    True
    """
    if isinstance(value, dict):
        return _mongo_date(cast(Mapping[str, Any], value).get("$date"))
    if isinstance(value, int | float) and not isinstance(value, bool):
        for units in _UNITS_A_SECOND:
            if _FIRST_SECOND <= value / units <= _LAST_SECOND:
                return datetime.fromtimestamp(value / units, UTC)
    if isinstance(value, str) and _RFC_1123.fullmatch(value.strip()):
        try:
            moment = parsedate_to_datetime(value.strip())
        except ValueError:
            return None  # the 31st of February
        return _of_our_time(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return None


def _mongo_date(value: object) -> datetime | None:
    """The moment of a ``$date``, whose numbers are thousandths of seconds since 1970."""
    if isinstance(value, dict):
        long = cast(Mapping[str, Any], value).get("$numberLong")
        value = int(long) if isinstance(long, str) and _WHOLE.fullmatch(long) else None
    if type(value) is int:
        try:
            return _of_our_time(_EPOCH + timedelta(milliseconds=value))
        except OverflowError:
            return None
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return instant_of(value)
    return _of_our_time(moment) if moment.tzinfo else None


def _of_our_time(moment: datetime) -> datetime | None:
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def day_of(value: object, field: str, zone: tzinfo) -> date:
    """A day, however it is written; raises InvalidInput where two days could be meant.

    A moment is of its day in ``zone``; one that is a midnight in UTC stands for that day.

    >>> from datetime import UTC
    >>> [str(day_of(each, "date", UTC)) for each in ("20/01/2025", "2025/1/20", 1737331200)]
    ['2025-01-20', '2025-01-20', '2025-01-20']
    """
    if isinstance(value, str):
        text = value.strip()
        day = _day_text(text)
        if day is not None:
            return day
    moment = instant_of(value)
    if moment is not None:
        midnight = moment.timestamp() % _DAY_SECONDS == 0
        return moment.astimezone(UTC).date() if midnight else local_day(moment, zone)
    raise InvalidInput(field, f"must be a day such as 2025-01-20, not {shown(value)}")


def _day_text(text: str) -> date | None:
    try:
        if len(text) <= 10 or text[10] in "T ":
            return date.fromisoformat(text[:10])
    except ValueError:
        pass  # not in that form; the others follow
    year = month = day = 0
    for form in _DAY_FORMS:
        if written := form.fullmatch(text):
            year, month, day = (int(written[part]) for part in "ymd")
    if written := _SLASHED.fullmatch(text):
        first, second, year = int(written[1]), int(written[3]), int(written[4])
        if first > 12 or first == second:
            day, month = first, second
        elif second > 12:
            month, day = first, second
        else:
            return None  # either may be the month
    try:
        return date(year, month, day)
    except ValueError:
        return None


def latest_day(moment: datetime) -> date:
    """The latest day that it is anywhere on Earth at that moment."""
    return (moment.astimezone(UTC) + timedelta(hours=14)).date()
