"""How often a user watches a director, an actor, a genre, and how they rate them."""

import hashlib
import re
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from .entry import Entry

AffinityType = Literal["director", "actor", "genre"]
AFFINITY_TYPES: tuple[AffinityType, ...] = get_args(AffinityType)
RankBy = Literal["count", "rating"]
AffinityKey = tuple[str, AffinityType, str]
"""Whose affinity to whom, or to what: user, type and name."""


class Affinity(NamedTuple):
    """Plays of one name by one user, or a batch's change of them; ratings in half stars."""

    plays: int = 0
    rated_count: int = 0
    rating_sum: int = 0


def affinity_keys(user_id: str, entry: Entry) -> list[AffinityKey]:
    """Each director, actor and genre that a user's play counts towards, once."""
    movie = entry.movie
    keys: list[AffinityKey] = [(user_id, "director", name) for name in movie.directors]
    keys.extend([(user_id, "actor", name) for name in movie.actors])
    keys.extend([(user_id, "genre", name) for name in movie.genres])
    return keys


def credits_of(entry: Entry) -> list[tuple[AffinityType, str]]:
    """The type and name of each."""
    return [(type_, name) for _, type_, name in affinity_keys("", entry)]


# A dot is part of ordinary spelling at the end of initials ("L.", "J.K.") and of these.
_ABBREVIATIONS = frozenset({"Jr", "jr", "Sr", "sr", "Dr", "Mr", "Mrs", "Ms", "St"})
_DOTTED_INITIALS = re.compile(r"(?:[^\W\d_]\.){1,3}")
_ROMAN = re.compile(r"[IVX]{2,}")  # "III" is a word of its own, not three initials


@lru_cache(maxsize=50_000)  # the same names come again and again
def name_key(name: str) -> str:
    """The name inside a document's ``_id``: spaces become ``_``, dots go.

    >>> name_key("Christopher Nolan"), name_key("Samuel L. Jackson")
    ('Christopher_Nolan', 'Samuel_L_Jackson')

    Two names never share a key. Where that form alone would let another name in ("AB"
    for "A.B", "JT Mollner" for "J.T. Mollner"), the less usual spelling gets a mark:

    >>> name_key("Sci.Fi"), name_key("SciFi")
    ('SciFi~89c43abd', 'SciFi')
    """
    seed = name.replace(" ", "_").replace(".", "")
    if all(map(_ordinary, name.split(" "))):
        return seed
    return f"{seed}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def affinity_id(user_id: str, type_: AffinityType, name: str) -> str:
    """The ``_id`` of a ``user_affinities`` document: ``{user_id}_{type}_{name_key}``.

    >>> affinity_id("user_1", "director", "Christopher Nolan")
    'user_1_director_Christopher_Nolan'

    The first ``_{type}_`` in it is always the separator: a user id that holds one itself
    has its underscores written as ``%5F``.

    >>> affinity_id("u_actor", "genre", "Drama")
    'u%5Factor_genre_Drama'
    """
    return f"{_escaped(user_id)}_{type_}_{name_key(name)}"


_SEPARATOR_INSIDE = re.compile(rf"_(?:{'|'.join(AFFINITY_TYPES)})(?:_|$)")


def _escaped(user_id: str) -> str:
    user_id = user_id.replace("%", "%25")
    return user_id.replace("_", "%5F") if _SEPARATOR_INSIDE.search(user_id) else user_id


def _ordinary(word: str) -> bool:
    """Whether the word can be told from its form without dots, by that form alone."""
    if "." in word:
        bare = word.replace(".", "")
        if word == bare + "." and bare in _ABBREVIATIONS:
            return True
        return _DOTTED_INITIALS.fullmatch(word) is not None and _looks_like_initials(bare)
    return (
        bool(word)
        and "_" not in word
        and "~" not in word
        and word not in _ABBREVIATIONS
        and not _looks_like_initials(word)
    )


def _looks_like_initials(word: str) -> bool:
    return len(word) <= 3 and word.isalpha() and word.isupper() and not _ROMAN.fullmatch(word)
