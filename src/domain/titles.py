"""Titles as keys: one key for every way of writing a title."""

import re
import unicodedata
from functools import lru_cache

from unidecode import unidecode

_ACUTE_ACCENT = " \u0301"  # what NFKC makes of "´", which people type for an apostrophe
_APOSTROPHES = re.compile(r"['`]")  # unidecode has brought the others to these two
_MIXED_FRACTION = re.compile(r"(?<=\d)(?=\d⁄\d)")  # NFKC writes 8½ as 81⁄2
_SEPARATORS = re.compile(r"[\W_]+")
_FINAL_NUMBER = re.compile(r"(?<=[a-z])(?=\d+\b)")
_GREEK_LETTER = re.compile(r"[α-ω]")


@lru_cache(maxsize=50_000)  # the same titles come again and again
def normalize_title(title: str) -> str:
    """The key of a title: Latin letters and digits in lower case, words parted by one space.

    Accents, case, punctuation and the Unicode form make no difference; other scripts are
    transliterated.

    >>> normalize_title("Amélie"), normalize_title("WALL·E"), normalize_title("Сталкер")
    ('amelie', 'wall e', 'stalker')

    "&" reads "and", apostrophes go, and a number at the end of a word stands by itself:

    >>> normalize_title("Ocean’s & Co."), normalize_title("Alien³"), normalize_title("8½")
    ('oceans and co', 'alien 3', '8 1 2')

    A title that has neither letters nor digits is its own key.

    >>> normalize_title("$"), normalize_title("…")
    ('$', '...')
    """
    text = unicodedata.normalize("NFKC", title).casefold().strip()
    if _GREEK_LETTER.fullmatch(text):
        return unicodedata.name(text).rpartition(" ")[2].casefold()  # "π" is "Pi", not "P"
    words = _MIXED_FRACTION.sub(" ", text.replace(_ACUTE_ACCENT, "'").replace("&", " and "))
    latin = unidecode(words, errors="preserve").casefold()
    key = _SEPARATORS.sub(" ", _APOSTROPHES.sub("", latin)).strip()
    return _FINAL_NUMBER.sub(" ", key) or text
