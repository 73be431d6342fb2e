"""What stands in a cell: titles, years, ratings and names, as people's files have them.

Each reader raises InvalidInput that says what was found and what was expected; ``field`` is
the column as the user knows it. Blank cells are None. What a spreadsheet did to a value is
undone only where one reading is possible.
"""

import re
from collections.abc import Iterable
from functools import cache

from cinestats.domain import movie
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import split_names
from cinestats.domain.rating import HALF_STARS
from cinestats.domain.texts import clean_text

from . import marks
from .cell_words import NO, UNKNOWN, YES

_WHOLE = re.compile(r"(\d{1,9})(?:[.,]0+)?")  # "1994.0" is what a spreadsheet makes of 1994
_HALVES = re.compile(r"([0-5])(?:[.,]([05])0*)?")
_STARS = re.compile(r"(★{0,5})(½?)")
_LINE_ENDS = re.compile(r"\s*[\t\r\n]\s*")
_TITLE_AND_YEAR = re.compile(r"(.*\S)\s*[(\[](\d{4})[)\]]")
_COUNT = re.compile(r"\d{1,3}")
_WIKIDATA_ID = re.compile(r"\bQ[1-9]\d{0,11}\b")
_LETTERBOXD_FILM = re.compile(r"https?://(?:www\.)?letterboxd\.com/(?:[\w-]+/)?film/([\w-]+)")
_IMDB_ID = re.compile(r"tt\d{5,12}")


def unfit(field: str, found: object, expected: str) -> InvalidInput:
    """The error for a value that is not what the field holds."""
    return InvalidInput(field, _found(found, expected))


def _found(found: object, expected: str) -> str:
    shown = repr(found)
    return f"found {shown if len(shown) <= 60 else shown[:59] + '…'}, expected {expected}"


UNREADABLE = "could not be read"
AMBIGUOUS = "could be two days, of which --dates (dates in the API) tells one,"


class LeftOut(InvalidInput):
    """A value that is left out while its row goes in; ``why`` ends "Rating …" in a note."""

    def __init__(self, field: str, found: object, expected: str, why: str = UNREADABLE) -> None:
        super().__init__(field, _found(found, expected))
        self.why = why


def is_unknown(cell: str) -> bool:
    """Whether a cell is blank or says that nothing is known, such as ``N/A``."""
    return not cell or cell.casefold() in _unknown()


@cache
def _unknown() -> frozenset[str]:
    return frozenset(UNKNOWN.split("|"))


def yes_or_no(cell: str) -> bool | None:
    """What a cell of a column of ticks says; None for other cells. A count is a yes.

    >>> yes_or_no("✓"), yes_or_no("No"), yes_or_no("0"), yes_or_no("2024-03-15")
    (True, False, False, None)
    """
    return _ticks().get(cell.casefold()) if not _COUNT.fullmatch(cell) else int(cell) > 0


@cache
def _ticks() -> dict[str, bool]:
    ticks: dict[str, bool] = dict.fromkeys(YES.split(), True)
    ticks.update(dict.fromkeys(NO.split(), False))
    return ticks


def flag(cell: str, field: str) -> bool:
    """Yes or no, where a blank cell is a no.

    >>> flag("Yes", "Rewatch"), flag("", "Rewatch"), flag("falso", "Rewatch")
    (True, False, False)
    """
    if is_unknown(cell):
        return False
    said = yes_or_no(cell)
    if said is None:
        raise unfit(field, cell, "yes or no")
    return said


def title(cell: str, field: str) -> str:
    """The cell as text, whatever a spreadsheet would make of it (``=1+1`` is a title)."""
    return clean_text(_LINE_ENDS.sub(" ", cell), field, movie.MAX_TITLE_LENGTH)


def parted_title(text: str) -> tuple[str, int | None]:
    """A title and the year that stands behind it in brackets, if one does.

    >>> parted_title("Heat (1995)"), parted_title("1917"), parted_title("(500) Days of Summer")
    (('Heat', 1995), ('1917', None), ('(500) Days of Summer', None))
    """
    match = _TITLE_AND_YEAR.fullmatch(text)
    if match is None or not movie.FIRST_YEAR <= int(match[2]) <= movie.LAST_YEAR:
        return text, None
    return match[1], int(match[2])


def text(cell: str, _field: str) -> str | None:
    """Words of any length, over several lines; also ``N/A`` is none.

    Where a service's own export has a column of words, ``marks.text`` takes them as they are.
    """
    return None if is_unknown(cell) else marks.text(cell)


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


def position(cell: str, field: str) -> int | None:
    """A place on a list, from 1."""
    return _whole(cell, field, 1, 10**9 - 1, "a whole number from 1")


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


def wikidata_id(cell: str, field: str) -> str | None:
    """Wikidata's id, bare or inside an address."""
    if is_unknown(cell):
        return None
    match = _WIKIDATA_ID.search(cell)
    if match is None:
        raise unfit(field, cell, "an id such as Q104123")
    return match[0]


def letterboxd_film(cell: str, field: str) -> str | None:
    """The address of a film at Letterboxd; a short one may be that of a diary's entry.

    >>> letterboxd_film("https://letterboxd.com/ann/film/heat-1995/1/", "URI")
    'https://letterboxd.com/film/heat-1995/'
    """
    if is_unknown(cell):
        return None
    match = _LETTERBOXD_FILM.match(cell)
    if match is None:
        raise unfit(field, cell, "an address such as https://letterboxd.com/film/heat-1995/")
    return f"https://letterboxd.com/film/{match[1]}/"


def labels(cell: str, field: str) -> tuple[str, ...]:
    """The tags in a cell, parted by ``|``, ``;`` or commas."""
    separator = next((s for s in "|;" if s in cell), ",")
    return _cleaned(cell.split(separator), field)


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
