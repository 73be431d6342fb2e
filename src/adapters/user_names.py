"""Which names users may have, by PRECIS (RFC 8265), and what they look like, by UTS 39.

The rule is PRECIS's for user names: no blanks but single ones between words, no invisible
characters, no letters in another guise, one direction of writing. Of ASCII's punctuation it
would let in all; a name has only what means nothing in an address or a file's name.
"""

import unicodedata
from functools import cache
from importlib import import_module
from typing import Any

from cinestats.application.access.accounts import MAX_USER_LENGTH
from cinestats.domain.errors import InvalidInput
from cinestats.domain.texts import clean_text

PUNCTUATION = ".-_@+'"
_ALPHABETS = ["COMMON", "INHERITED"]  # of every script
_SMALL, _KEPT = "UsernameCaseMapped", "UsernameCasePreserved"
_LEFT_TO_RIGHT = "\u200e"  # stands around the right-to-left ones in the table


class PrecisNames:
    """Implements NameRule."""

    def account_name(self, typed: str) -> str:
        name = " ".join(_profile(_SMALL).enforce(word) for word in _words(typed))
        return clean_text(name, "user", MAX_USER_LENGTH)

    def check_diary_name(self, user_id: str) -> None:
        name = " ".join(_profile(_KEPT).enforce(word) for word in _words(user_id))
        if name != user_id:
            raise InvalidInput("user", f"has letters in another guise; write it {name}")

    def looks(self, name: str) -> frozenset[str]:
        return frozenset((_skeleton(name), _skeleton(name.casefold())))


def _words(typed: str) -> list[str]:
    """The words of a name, each of which the profiles take; raises InvalidInput."""
    name = clean_text(typed, "user", MAX_USER_LENGTH)
    words = name.split(" ")
    for character in name:
        if (
            character.isascii()
            and not character.isalnum()
            and character not in PUNCTUATION + " "
        ):
            raise InvalidInput("user", _sentence(character))
    if not all(any(map(str.isalnum, word)) for word in words):
        raise InvalidInput("user", "must be of words with a letter or a digit, one space apart")
    for word in words:
        try:
            _profile(_SMALL).enforce(word)
        except UnicodeEncodeError as error:
            if str(error.reason).endswith("bidi_rule"):
                sentence = "mixes letters that are written to the left with others"
            else:
                sentence = _sentence(word[error.start])
            raise InvalidInput("user", sentence) from error
    if not name.isascii() and _mixes_lookalikes(name):
        raise InvalidInput("user", "mixes letters of several alphabets that look alike")
    return words


def _mixes_lookalikes(name: str) -> bool:
    table = _confusables()
    return table.is_mixed_script(name, _ALPHABETS) and bool(
        table.is_confusable(name, preferred_aliases=["latin"])
    )


def _sentence(character: str) -> str:
    code = f"U+{ord(character):04X}"
    found = f"{character} ({code})" if character.isprintable() else code
    return f"may have letters, digits, single spaces and {' '.join(PUNCTUATION)}, not {found}"


def _skeleton(text: str) -> str:
    """What a name looks like: the same text for two names that people take for one another."""
    seen = "".join(c for c in _decomposed(text) if unicodedata.category(c) not in ("Cf", "Cc"))
    return " ".join(_decomposed(seen.translate(_prototypes())).split())


def _decomposed(text: str) -> str:
    # NFKD, as the table leaves out what this makes equal, such as letters of another width.
    return text if text.isascii() else unicodedata.normalize("NFKD", text)


# Both libraries read large tables, and few commands make a user.


@cache
def _profile(name: str) -> Any:
    from precis_i18n import get_profile

    return get_profile(name)


@cache
def _confusables() -> Any:
    return import_module("confusable_homoglyphs.confusables")  # it has no types


@cache
def _prototypes() -> dict[int, str]:
    """The character or characters that stand for all that look like them, by code point."""
    table = _confusables().confusables_data
    prototypes: dict[int, str] = {}
    for source, alike in table.items():
        character, prototype = source.strip(_LEFT_TO_RIGHT), alike[0]["c"].strip(_LEFT_TO_RIGHT)
        if len(character) != 1 or len(alike) > 1:
            continue  # it is itself the one that stands for others
        is_pair = len(table.get(alike[0]["c"], ())) == 1
        if not is_pair or len(prototype) > 1 or prototype < character:
            prototypes[ord(character)] = prototype
    return prototypes
