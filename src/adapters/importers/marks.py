"""What people note beside a play: tags and words."""

import unicodedata


def tags(cell: str) -> tuple[str, ...]:
    """The tags in a cell, parted by commas, each once.

    >>> tags("short, animated,, short")
    ('short', 'animated')
    """
    if not cell:
        return ()
    found = (text(part) for part in cell.split(","))
    return tuple(dict.fromkeys(each for each in found if each))


def text(cell: str) -> str | None:
    """Words of any length, over several lines; None for none.

    Nobody's words are taken for a mark that there are none: see ``cells.text``. Control
    characters, which nobody typed, are left out.
    """
    if cell.isprintable():  # as nearly every cell is
        return unicodedata.normalize("NFC", cell).strip() or None
    lines = unicodedata.normalize("NFC", cell).splitlines()
    kept = ("".join(c for c in line if c == "\t" or _is_printed(c)) for line in lines)
    return "\n".join(kept).strip() or None


def _is_printed(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs")
