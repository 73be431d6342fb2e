"""Ratings: half stars as integers 1-10 inside, stars 0.5-5 outside.

Half stars keep every sum exact; stars appear only where people or documents meet them.
"""

from .errors import InvalidInput

HALF_STARS = range(1, 11)


def parse_rating(value: object, field: str = "rating") -> int | None:
    """Turn stars (0.5-5 in half steps, or None for "not rated") into half stars.

    >>> parse_rating(4.5), parse_rating(5), parse_rating(None)
    (9, 10, None)

    Raises InvalidInput for a bool, a string, NaN, an infinity, and numbers out of range
    or between two half steps.
    """
    if value is None:
        return None
    if type(value) is int:
        if 1 <= value <= 5:
            return value * 2
    elif type(value) is float:
        doubled = value * 2
        if doubled in HALF_STARS:
            return int(doubled)
    raise InvalidInput(
        field, f"must be a number from 0.5 to 5 in half steps, not {_shown(value)}"
    )


def stars(half_stars: int) -> float:
    """
    >>> stars(9)
    4.5
    """
    return half_stars / 2


def distribution_key(half_stars: int) -> str:
    """The key of a rating in ``rating_distribution``; a half star is written ``_5``.

    >>> distribution_key(10), distribution_key(9), distribution_key(1)
    ('5', '4_5', '0_5')
    """
    return f"{half_stars // 2}_5" if half_stars % 2 else str(half_stars // 2)


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > 64:
        return "a number that large"  # printing thousands of digits is itself refused
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
