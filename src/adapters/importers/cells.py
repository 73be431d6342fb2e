"""What stands in a cell: titles, years, ratings and names, as people's files have them.

Each reader raises InvalidInput that says what was found and what was expected; ``field`` is
the column as the user knows it. Blank cells are None. What a spreadsheet did to a value is
undone only where one reading is possible.
"""

import re
from collections.abc import Iterable

from cinestats.domain import movie
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import clean_text, split_names
from cinestats.domain.rating import HALF_STARS

_WHOLE = re.compile(r"(\d{1,9})(?:[.,]0+)?")  # "1994.0" is what a spreadsheet makes of 1994
_HALVES = re.compile(r"([0-5])(?:[.,]([05])0*)?")
_STARS = re.compile(r"(★{0,5})(½?)")
_IMDB_ID = re.compile(r"tt\d{5,12}")


def unfit(field: str, found: object, expected: str) -> InvalidInput:
    """The error for a value that is not what the field holds."""
    shown = repr(found)
    return InvalidInput(
        field, f"found {shown if len(shown) <= 60 else shown[:59] + '…'}, expected {expected}"
    )


def title(cell: str, field: str) -> str:
    """The cell as text, whatever a spreadsheet would make of it (``=1+1`` is a title)."""
    return clean_text(cell, field, movie.MAX_TITLE_LENGTH)


def year(cell: str, field: str) -> int | None:
    """A year of release.

    >>> year("1994.0", "Year"), year("", "Year")
    (1994, None)
    """
    return _whole(
        cell, field, movie.FIRST_YEAR, movie.LAST_YEAR, f"a year from {movie.FIRST_YEAR}"
    )


def minutes(cell: str, field: str) -> int | None:
    """A duration in minutes."""
    return _whole(cell, field, 1, movie.MAX_DURATION, "whole minutes")


def tmdb_id(cell: str, field: str) -> int | None:
    """TMDB's number of a film."""
    return _whole(cell, field, 1, 10**9, "a whole number")


def imdb_id(cell: str, field: str) -> str | None:
    """IMDb's id, bare or inside the address of a film's page.

    >>> imdb_id("https://www.imdb.com/title/tt0110912/", "URL")
    'tt0110912'
    """
    if not cell:
        return None
    match = _IMDB_ID.search(cell)
    if match is None:
        raise unfit(field, cell, "an id such as tt0110912")
    return match[0]


def half_stars(cell: str, field: str) -> int | None:
    """Stars from 0.5 to 5, as a number or drawn, in half stars.

    >>> half_stars("3,5", "Rating"), half_stars("★★★★½", "Rating")
    (7, 9)
    """
    if not cell:
        return None
    if match := _HALVES.fullmatch(cell):
        found = int(match[1]) * 2 + (match[2] == "5")
    elif match := _STARS.fullmatch(cell):
        found = len(match[1]) * 2 + len(match[2])
    else:
        found = 0
    if found not in HALF_STARS:
        raise unfit(field, cell, "0.5 to 5 stars in half steps")
    return found


def out_of_ten(cell: str, field: str) -> int | None:
    """A whole rating from 1 to 10, which is as many half stars."""
    return _whole(cell, field, 1, 10, "a whole number from 1 to 10")


def required_out_of_ten(cell: str, field: str) -> int:
    """A whole rating from 1 to 10, which a blank cell lacks."""
    rating = out_of_ten(cell, field)
    if rating is None:
        raise unfit(field, cell, "a whole number from 1 to 10")
    return rating


def names(cell: str, field: str) -> tuple[str, ...]:
    """The names in a cell, parted by commas."""
    return _cleaned(split_names(cell), field)


def parted_names(cell: str, field: str) -> tuple[str, ...]:
    """The names in a cell, parted by ``|`` or else ``;`` if it holds one, else by commas."""
    separator = next((s for s in "|;" if s in cell), None)
    return _cleaned(cell.split(separator) if separator else split_names(cell), field)


def _cleaned(names: Iterable[str], field: str) -> tuple[str, ...]:
    return tuple(
        clean_text(name, field, movie.MAX_NAME_LENGTH) for name in names if name.strip()
    )


def _whole(cell: str, field: str, least: int, most: int, expected: str) -> int | None:
    if not cell:
        return None
    match = _WHOLE.fullmatch(cell)
    if match is None or not least <= int(match[1]) <= most:
        raise unfit(field, cell, expected)
    return int(match[1])
