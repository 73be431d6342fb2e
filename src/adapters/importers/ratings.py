"""Ratings as people's tables have them; out of how many is told by a column as a whole."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from cinestats.domain.rating import HALF_STARS

from .cells import LeftOut, is_unknown
from .column_reader import ColumnReader

Scale = Literal[5, 10, 100]
SCALES: tuple[Scale, ...] = (5, 10, 100)

_NUMBER = r"(\d{1,4}(?:[.,]\d{1,6})?)"
_BARE = re.compile(_NUMBER)
_OUT_OF = re.compile(
    rf"{_NUMBER}\s*(?:/|out of|of|su|von|sur|de|van|av|z|из|üzerinden|\|)\s*(\d{{1,3}})"
)
_PERCENT = re.compile(rf"{_NUMBER}\s*[%％]")
_COUNTED = re.compile(
    rf"{_NUMBER}\s*(?:★|⭐|🌟|\*|stars?|stelle|stella|sterne?|étoiles?|estrellas?|estrelas?)",
    re.IGNORECASE,
)
_FULL, _HALF, _EMPTY = "★⭐🌟✭✮", "½⯨⯪", "☆✩⭒"
_DRAWN = re.compile(rf"[{_FULL}]*[{_HALF}]?[{_EMPTY}]*")
_INVISIBLE = re.compile("[\ufe0e\ufe0f\u200d\\s]+")
_EXPECTED = "a rating in half stars"


@dataclass(frozen=True, slots=True, eq=False)
class RatingReader(ColumnReader[int]):
    """Reads ratings as half stars; ``scale`` is what the user says that they are out of."""

    scale: Scale | None = None

    def __call__(self, cell: str, field: str) -> int | None:
        """The rating in a cell that stands alone, out of five where nothing else is said.

        Raises LeftOut.
        """
        return half_stars(cell, field, self.scale or 5)

    def judged(
        self,
        column: Sequence[str],
        field: str,  # noqa: ARG002 - a scale is judged by the cells alone
    ) -> Callable[[str, str], int | None]:
        """A reader for the cells of this column. It raises LeftOut."""
        scale = self.scale or scale_of(column) or 5

        @cache
        def rating(cell: str, field: str) -> int | None:
            return half_stars(cell, field, scale)

        return rating


def scale_of(column: Iterable[str]) -> Scale | None:
    """What the bare numbers of a column are out of, told by the greatest; None without any.

    >>> scale_of(["3.5", "5", "8/10"]), scale_of(["4", "7"]), scale_of(["75"])
    (5, 10, 100)
    """
    numbers = [_number(cell) for cell in column if _BARE.fullmatch(cell)]
    most = max(numbers, default=Fraction(0))
    fitting: list[Scale] = [scale for scale in SCALES if most <= scale] or [SCALES[-1]]
    return fitting[0] if most else None


def half_stars(cell: str, field: str, scale: int) -> int | None:
    """The rating in a cell, a bare number being out of ``scale``; None for a zero and none.

    >>> half_stars("4/5", "", 10), half_stars("⭐⭐⭐½", "", 10), half_stars("0,00", "", 10)
    (8, 7, None)

    Raises LeftOut for a cell that holds no rating, or one between two half stars.
    """
    if is_unknown(cell):
        return None
    share = _share(cell, scale)
    if share is None or share > 1:
        raise LeftOut(field, cell, _EXPECTED)
    if share == 0:
        return None
    found = share * HALF_STARS[-1]
    if found.denominator != 1:
        raise LeftOut(field, cell, _EXPECTED, "lies between two half stars")
    return int(found)


def _share(cell: str, scale: int) -> Fraction | None:
    """The rating as a part of the best one."""
    if _BARE.fullmatch(cell):
        return _number(cell) / scale
    if match := _OUT_OF.fullmatch(cell):
        return _number(match[1]) / int(match[2]) if int(match[2]) else None
    if match := _PERCENT.fullmatch(cell):
        return _number(match[1]) / 100
    if match := _COUNTED.fullmatch(cell):
        return _number(match[1]) / 5
    drawn = _INVISIBLE.sub("", cell)
    if drawn[:1].isdigit() and drawn.endswith("½"):
        return _share(f"{drawn[:-1]}.5", scale)
    if drawn and _DRAWN.fullmatch(drawn):
        full = sum(map(drawn.count, _FULL))
        return Fraction(full * 2 + any(half in drawn for half in _HALF), 10)
    return None


def _number(cell: str) -> Fraction:
    return Fraction(cell.replace(",", "."))
