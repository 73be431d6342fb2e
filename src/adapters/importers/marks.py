"""What people note beside a play: whether they had seen the film before, tags, words."""

import unicodedata
from collections.abc import Iterable

from .cells import unfit

_YES = frozenset(("yes", "true", "y", "1", "x", "sì", "si"))
_NO = frozenset(("", "no", "false", "n", "0"))
_SHORT = frozenset(("short", "shorts"))


def flag(cell: str, field: str) -> bool:
    """A mark of yes or no; blank is no. Raises InvalidInput as the readers of ``cells`` do.

    >>> flag("Yes", "Rewatch"), flag("", "Rewatch"), flag("false", "Rewatch")
    (True, False, False)
    """
    word = cell.casefold()
    if word not in _YES | _NO:
        raise unfit(field, cell, "yes or no")
    return word in _YES


def tags(cell: str) -> tuple[str, ...]:
    """The tags in a cell, parted by commas, each once.

    >>> tags("short, animated,, short")
    ('short', 'animated')
    """
    if not cell:
        return ()
    found = (text(part) for part in cell.split(","))
    return tuple(dict.fromkeys(each for each in found if each))


def tell_of_a_short(tags: Iterable[str]) -> bool:
    """Whether somebody tagged the film as a short."""
    return any(tag.casefold() in _SHORT for tag in tags)


def text(cell: str) -> str | None:
    """Words of any length, over several lines; None for none.

    Control characters, which nobody typed, are left out.
    """
    if cell.isprintable():  # as nearly every cell is
        return unicodedata.normalize("NFC", cell).strip() or None
    lines = unicodedata.normalize("NFC", cell).splitlines()
    kept = ("".join(c for c in line if c == "\t" or _is_printed(c)) for line in lines)
    return "\n".join(kept).strip() or None


def _is_printed(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs")
