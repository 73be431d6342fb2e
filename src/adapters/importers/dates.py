"""Days as people's files have them. Whether the month or the day comes first is told by a
column as a whole, for a single cell such as 1/2/2024 does not say.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import Literal

from unidecode import unidecode

from cinestats.domain.days import local_day
from cinestats.domain.diary import FIRST_DAY
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import LAST_YEAR

from .cells import AMBIGUOUS, LeftOut, is_unknown, unfit
from .column_reader import ColumnReader
from .month_words import FILLERS, MONTHS, WEEKDAYS

DateOrder = Literal["mdy", "dmy", "ymd"]
ORDERS: tuple[DateOrder, ...] = ("mdy", "dmy", "ymd")

_A_DAY = "a day such as 2024-01-31"
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,]\d+)?")  # 1954 to 2119
_SERIAL_EPOCH = date(1899, 12, 30)
_UNIX = re.compile(r"(\d{9,10})(?:[.,]\d{1,9})?|(\d{12,13})")  # seconds, or milliseconds
_COMPACT = re.compile(r"(?:18|19|20|21)\d{6}")
_YEAR_FIRST = re.compile(r"\d{4}\D|$")  # and a blank cell: neither tells an order
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?")
# What may stand behind a day: "20:30", ", 8:30:05 PM", "T20:30:00.000 +0200".
_TIME = re.compile(
    r"[,\st]*\b(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?"
    r"(?:\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}))?\b"
)
_FINNISH_TIME = re.compile(r"\bklo\s+(\d{1,2})\.(\d{2})\b")
_EAST_ASIAN = re.compile(
    r"(\d{2,4})\s*[年년][\s.]*(\d{1,2})\s*[月월][\s.]*(\d{1,2})\s*[日일号]?"
)
_NUMERIC = re.compile(r"(\d{1,4})\s*([/.,\-\s])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|eme|e|o|a)\b")
_WORDS, _NUMBERS = re.compile(r"[a-z]+"), re.compile(r"\d+")
_WEEKDAY_MARK = re.compile(r"[(（][日月火水木金土일월화수목금토][)）]")

Readings = Mapping[DateOrder, date]


class AmbiguousDays(CinestatsError):
    """Each day of a column can be read in two ways, and nothing tells which is meant.

    ``readings`` are the days of ``cell``, one of those in ``column``, by order.
    """

    def __init__(self, column: str, cell: str, readings: "Readings") -> None:
        self.column = column
        self.cell = cell
        self.readings = readings
        days = sorted(readings.values())
        shown = " or ".join(f"{each.day} {each:%B} {each.year}" for each in days)
        orders = " or ".join(sorted(readings, reverse=True))
        super().__init__(
            f"The days of the column {column[:60]} can be read in two ways: {cell[:40]!r} is"
            f" {shown}. Say which with --dates (dates in the API): {orders}."
        )


@dataclass(frozen=True, slots=True, eq=False)
class DayReader(ColumnReader[date]):
    """Reads days in ``zone``; ``order`` is what the user says of days that could be two."""

    zone: tzinfo
    order: DateOrder | None = None

    def __call__(self, cell: str, field: str) -> date | None:
        """The day in a cell that stands alone; None for a blank one.

        Raises InvalidInput for a cell that is no day, or could be two.
        """
        return self._day(
            cell, field, self.order, ", as month and day cannot be told apart here"
        )

    def judged(self, column: Sequence[str], field: str) -> Callable[[str, str], date | None]:
        """A reader for the cells of this column.

        It raises LeftOut for a cell that cannot be read. Raises AmbiguousDays where two
        orders fit all cells and make different days of one.
        """
        order, contradictory = self.order, False
        if order is None:
            order, contradictory = _order_of(column, field, self.zone)
        doubt = ", as the rows of this column contradict each other" if contradictory else ""

        @cache
        def day(cell: str, field: str) -> date | None:
            return self._day(cell, field, order, doubt)

        return day

    def _day(self, cell: str, field: str, order: DateOrder | None, doubt: str) -> date | None:
        if is_unknown(cell):
            return None
        found: date | None = _plain_day(cell, self.zone)
        if found is None:
            readings = _readings(cell, self.zone)
            days = set(readings.values())
            if len(days) > 1:
                if order is None or order not in readings:
                    raise LeftOut(field, cell, f"{_A_DAY}{doubt}", AMBIGUOUS)
                found = readings[order]
            elif days:
                (found,) = days
        if found is None:
            raise LeftOut(field, cell, _A_DAY)
        if not FIRST_DAY <= found <= date(LAST_YEAR, 12, 31):
            raise unfit(field, cell, f"a day from {FIRST_DAY} on")
        return found


def day(cell: str, field: str, zone: tzinfo) -> date | None:
    """A calendar day; of a moment that names its own zone, the day in ``zone``.

    >>> day("31/1/2024", "Date", UTC) == day("45322", "Date", UTC) == date(2024, 1, 31)
    True
    >>> day("1/11/2024", "Date", UTC)
    Traceback (most recent call last):
    ...
    cinestats.adapters.importers.cells.LeftOut: Date: found '1/11/2024', expected a day such \
as 2024-01-31, as month and day cannot be told apart here
    """
    return DayReader(zone)(cell, field)


def looks_like_day(cell: str, zone: tzinfo) -> bool:
    """Whether a cell can be read as a day, in one order or another."""
    return _plain_day(cell, zone) is not None or bool(_readings(cell, zone))


def _order_of(column: Iterable[str], field: str, zone: tzinfo) -> tuple[DateOrder | None, bool]:
    """The order that all cells fit, if one is shown; and whether they contradict each other."""
    cells = [cell for cell in dict.fromkeys(column) if not _YEAR_FIRST.match(cell)]
    seen = {cell: found for cell in cells if (found := _readings(cell, zone))}
    fitting: list[DateOrder] = [o for o in ORDERS if all(o in found for found in seen.values())]
    if not fitting:
        return None, bool(seen)
    for cell, found in seen.items():
        days: dict[date, DateOrder] = {found[order]: order for order in reversed(fitting)}
        if len(days) > 1:
            raise AmbiguousDays(field, cell, {order: day for day, order in days.items()})
    return fitting[0], False


def _plain_day(cell: str, zone: tzinfo) -> date | None:
    """The day in a cell that is no matter of order: ISO, a spreadsheet's number, a clock's."""
    # Years 0001 and 9999 have days that no other zone can tell: those overflow.
    with suppress(ValueError, OverflowError, OSError):
        if len(cell) == 10 and cell[4] == cell[7] == "-":  # as most files have it
            return date.fromisoformat(cell)
        if match := _SERIAL.fullmatch(cell):
            return _SERIAL_EPOCH + timedelta(days=int(match[1]))
        if match := _UNIX.fullmatch(cell):
            seconds = int(match[1]) if match[1] else int(match[2]) // 1000
            return local_day(datetime.fromtimestamp(seconds, UTC), zone)
        if _COMPACT.fullmatch(cell):
            return date(int(cell[:4]), int(cell[4:6]), int(cell[6:]))
        iso = cell.replace("/", "-", 2)
        if _ISO.fullmatch(iso):
            moment = datetime.fromisoformat(_tight_zone(iso))
            return moment.date() if moment.tzinfo is None else local_day(moment, zone)
    return None


def _tight_zone(iso: str) -> str:
    """The moment with its zone as ISO writes it: "20:30:00 UTC" has neither Z nor +00:00."""
    bare = re.sub(r"\s*(?:UTC|GMT)$", "Z", iso)
    return re.sub(r"\s+(?=[+-]\d{2}:?\d{2}$|Z$)", "", bare)


@cache
def _months() -> Mapping[str, int]:
    return {
        _latin(word): number for number, words in enumerate(MONTHS, 1) for word in words.split()
    }


@cache
def _idle_words() -> frozenset[str]:
    return frozenset(map(_latin, f"{WEEKDAYS} {FILLERS} t".split()))


def _latin(text: str) -> str:
    return re.sub(r"[`']", "", unidecode(text)).lower()


def _readings(cell: str, zone: tzinfo) -> Readings:
    """The day of a cell by each order that it fits; by every order if it shows its own."""
    if len(cell) > 60 or not any(c.isdigit() for c in cell) or _plain_day(cell, zone):
        return {}
    text = _WEEKDAY_MARK.sub(" ", cell)
    if match := _EAST_ASIAN.search(text):
        return _same(_date(match[1], match[2], match[3]))
    text = _FINNISH_TIME.sub(r"\1:\2", _latin(text))
    time = _TIME.search(text)
    if time is not None:
        text = f"{text[: time.start()]} {text[time.end() :]}"
    found = _readings_of_day(text.strip(" ,."))
    if time is None or time["zone"] is None:
        return found
    with suppress(ValueError, OverflowError):
        return {order: _local(day, time, zone) for order, day in found.items()}
    return {}


def _local(day: date, time: re.Match[str], zone: tzinfo) -> date:
    """The day in ``zone`` of a moment that names its own zone."""
    hour = int(time["hour"])
    if time["half"]:
        hour = hour % 12 + (12 if time["half"] == "p" else 0)
    offset = "+0000" if time["zone"].isalpha() else time["zone"]
    moment = f"{day.isoformat()}T{hour:02}:{time['minute']}{offset}"
    return local_day(datetime.fromisoformat(moment), zone)


def _readings_of_day(text: str) -> Readings:
    if match := _NUMERIC.fullmatch(_without_idle_words(text)):
        return _by_order(match[1], match[3], match[4], match[2])
    return _same(_with_month_word(_ORDINAL.sub(" ", text)))


def _without_idle_words(text: str) -> str:
    words = re.findall(r"[a-z]+", text)
    if words and all(word in _idle_words() for word in words):
        return re.sub(r"[a-z]+\.?", " ", text).strip(" ,.")
    return text


def _by_order(first: str, second: str, third: str, separator: str) -> Readings:
    if len(first) > 2:
        return _same(_date(first, second, third))
    found: dict[DateOrder, date | None] = {
        "mdy": _date(third, first, second),
        "dmy": _date(third, second, first),
    }
    # A year of two digits comes first in few places, and is parted there by hyphens.
    if len(third) == len(first) == 2 and (separator == "-" or not any(found.values())):
        found["ymd"] = _date(first, second, third)
    return {order: day for order, day in found.items() if day is not None}


def _with_month_word(text: str) -> date | None:
    numbers = _NUMBERS.findall(text)
    words = _WORDS.findall(text)
    if sum(word in _months() for word in words) > 1 and words[0] in _idle_words():
        words = words[1:]  # "mar 5 mar 2024" is an Italian Tuesday in March
    months = [str(_months()[word]) for word in words if word in _months()]
    known = all(word in _months() or word in _idle_words() for word in words)
    if not known or len(months) != 1 or len(numbers) != 2:
        return None
    first, second = numbers
    year, day = (first, second) if len(first) == 4 else (second, first)
    return _date(year, months[0], day)


def _date(year: str, month: str, day: str) -> date | None:
    if len(year) not in (2, 4) or len(day) > 2 or len(month) > 2:
        return None
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 69 else 1900  # as POSIX has it
    with suppress(ValueError):
        return date(number, int(month), int(day))
    return None


def _same(day: date | None) -> Readings:
    return {} if day is None else {order: day for order in ORDERS}  # noqa: C420 - typed keys
