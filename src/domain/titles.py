"""Titles as keys: one key for every way of writing a title."""

import re
import unicodedata

from unidecode import unidecode

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")


def normalize_title(title: str) -> str:
    """The key of a title: Latin letters and digits in lower case, words parted by one space.

    Accents, case, punctuation and the Unicode form make no difference. A title that has
    neither letters nor digits is its own key.

    >>> normalize_title("Amélie"), normalize_title("WALL·E"), normalize_title("…")
    ('amelie', 'wall e', '…')
    """
    text = unidecode(unicodedata.normalize("NFKC", title)).casefold()
    key = _SEPARATORS.sub(" ", _APOSTROPHES.sub("", text)).strip()
    return key or unicodedata.normalize("NFC", title).strip()
