"""Texts from outside, made clean."""

import unicodedata

from .errors import InvalidInput


def clean_text(value: str, field: str, limit: int) -> str:
    """``value`` in Unicode's NFC form without outer white space.

    Raises InvalidInput when it is blank, longer than ``limit`` characters, or holds a
    control character or a lone surrogate.
    """
    if len(value) > limit:
        raise InvalidInput(field, f"is {len(value):,} characters long, more than {limit:,}")
    if value.isascii():
        text = value.strip()
        bad = not text.isprintable()
    else:
        text = unicodedata.normalize("NFC", value).strip()
        bad = any(unicodedata.category(c) in ("Cc", "Cs") for c in text)
    if not text:
        raise InvalidInput(field, "must not be blank")
    if bad:
        raise InvalidInput(field, "must not hold control characters or lone surrogates")
    return text
