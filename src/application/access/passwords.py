"""Passwords: which ones are accepted, and whether one is right."""

import unicodedata

from cinestats.domain.errors import CinestatsError, InvalidInput

from .ports import Account, PasswordHasher

MIN_LENGTH = 10
MAX_LENGTH = 200


class SignInRefused(CinestatsError):
    """The user id or the password is wrong; the message does not say which."""


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


def password_matches(hasher: PasswordHasher, account: Account | None, password: str) -> bool:
    """Whether it is the account's password. Takes as long where there is no account."""
    try:
        accepted = accepted_password(password)
    except InvalidInput:
        return False  # no account can have it, so a quick answer tells nothing
    return hasher.verify(account.password_hash if account else None, accepted)
