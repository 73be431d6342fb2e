"""Passwords: which ones are accepted, and how they are changed."""

import unicodedata

from cinestats.domain.errors import InvalidInput

MIN_LENGTH = 10
MAX_LENGTH = 200


def accepted_password(password: str) -> str:
    """The password in the form that is hashed; raises InvalidInput.

    Keyboards differ in how they compose an accented letter, so that form is NFC. Every
    character counts: a password is not trimmed.

    >>> accepted_password("cafe\\u0301 espresso") == accepted_password("caf\\u00e9 espresso")
    True
    """
    password = unicodedata.normalize("NFC", password)
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInput("password", f"must have {MIN_LENGTH} to {MAX_LENGTH} characters")
    if any("\ud800" <= character <= "\udfff" for character in password):
        raise InvalidInput("password", "must be valid Unicode text")
    return password
