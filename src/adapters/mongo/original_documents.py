"""What a document of the original says, in our own words.

The original added with ``$inc``, to paths that it made of data, and trusted what it read. So
counts may be floats or negative, fields may be missing, a rating of 4.5 lies two steps deep
(``rating_distribution.4.5``), and a play without a rating or a day is counted under "None".
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple, cast, get_args

from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.domain.affinity import Affinity, AffinityKey, AffinityType
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import FIRST_YEAR, LAST_YEAR, MAX_NAME_LENGTH
from cinestats.domain.rating import parse_rating
from cinestats.domain.texts import clean_text
from cinestats.domain.user_stats import UserStats

from .database import Document

_NOTHING = ("", "0", "none", "null", "nan", "undefined")
"""Keys under which the original counts what an event does not say."""


class OriginalStats(NamedTuple):
    """A document of ``user_stats``; plays ``unrated`` or ``undated`` are in the total alone."""

    user_id: str
    stats: UserStats
    unrated: int
    undated: int

    @property
    def is_uneven(self) -> bool:
        """Whether its ratings do not add up to its plays."""
        rated = sum(self.stats.rating_distribution.values())
        return rated + self.unrated != self.stats.total_watched


def read_stats(document: Document) -> OriginalStats:
    """What a document of ``user_stats`` counts; raises InvalidInput that names the field."""
    ratings, unrated = _ratings(_mapping(document, "rating_distribution"))
    months, undated = _months(_mapping(document, "monthly_counts"))
    watched = _whole(document, "total_watched")
    if "rated_count" in document:
        rated = _whole(document, "rated_count")
    else:
        rated = sum(ratings.values()) if ratings or unrated else watched
    stats = UserStats(
        watched,
        rated,
        _half_stars(document, "sum_ratings"),
        _whole(document, "watch_time_minutes"),
        ratings,
        months,
    )
    return OriginalStats(user_of(document), stats, unrated, undated)


def read_affinity(document: Document) -> tuple[AffinityKey, Affinity] | None:
    """What a document of ``user_affinities`` counts; None where its name is no name.

    Raises InvalidInput that names the field.
    """
    type_, name, user_id = document.get("type"), document.get("name"), user_of(document)
    if type_ not in get_args(AffinityType):
        raise InvalidInput("type", f"must be director, actor or genre, not {type_!r}")
    if not isinstance(name, str):
        raise InvalidInput("name", f"must be a text, not {name!r}")
    plays, sum_ = _whole(document, "count"), _half_stars(document, "sum_voti")
    if "rated_count" in document:
        rated, sum_ = _whole(document, "rated_count"), _half_stars(document, "rating_sum")
    elif type_ == "genre":  # of genres it kept no ratings
        rated = sum_ = 0
    else:
        rated = plays
    try:
        clean = clean_text(name, "name", MAX_NAME_LENGTH)
    except InvalidInput:
        return None
    return (user_id, cast(AffinityType, type_), clean), Affinity(plays, rated, sum_)


def user_of(document: Document) -> str:
    """Whose document it is; raises InvalidInput. The original found users by ``user_id``."""
    user_id = document.get("user_id")
    if user_id is None and "total_watched" in document:
        user_id = document["_id"]
    if not isinstance(user_id, str):
        raise InvalidInput("user_id", f"must be a text, not {user_id!r}")
    if clean_text(user_id, "user_id", MAX_ID_LENGTH) != user_id:
        raise InvalidInput("user_id", f"{user_id!r} is no user that an event can name")
    return user_id


def _ratings(found: Mapping[str, Any]) -> tuple[dict[int, int], int]:
    """Plays by half stars, and those under no rating."""
    ratings: dict[int, int] = {}
    unrated = 0
    for key, n in found.items():
        steps = (
            [(f"{key}.{half}", m) for half, m in cast(Document, n).items()]
            if isinstance(n, dict)
            else [(key.replace("_", "."), n)]
        )
        for text, value in steps:
            plays = _whole({text: value}, text, "rating_distribution")
            rating = _rating(text)
            if rating is None:
                unrated += plays
            else:
                ratings[rating] = ratings.get(rating, 0) + plays
    return ratings, unrated


def _rating(text: str) -> int | None:
    if text.lower() in (*_NOTHING, "0.0"):
        return None
    try:
        return parse_rating(float(text))
    except (ValueError, InvalidInput) as error:
        raise InvalidInput(
            "rating_distribution", f"has {text!r}, which is no rating from 0.5 to 5"
        ) from error


def _months(found: Mapping[str, Any]) -> tuple[dict[tuple[int, int], int], int]:
    """Plays by year and month, and those that are in none."""
    months: dict[tuple[int, int], int] = {}
    undated = 0
    for year, inner in found.items():
        for month, value in _mapping(found, year).items() if isinstance(inner, dict) else ():
            plays = _whole({month: value}, month, f"monthly_counts.{year}")
            if (
                year.isdecimal()
                and month.isdecimal()
                and FIRST_YEAR <= int(year) <= LAST_YEAR
                and 1 <= int(month) <= 12
            ):
                when = int(year), int(month)
                months[when] = months.get(when, 0) + plays
            else:
                undated += plays
        if not isinstance(inner, dict):
            undated += _whole(found, year, "monthly_counts")
    return months, undated


def _mapping(document: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    value = document.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidInput(field, f"must be an object, not {value!r}")
    return cast(Mapping[str, Any], value)


def _whole(document: Mapping[str, Any], field: str, inside: str = "") -> int:
    """A whole number, also as a float; 0 where there is none."""
    value = _number(document, field, inside)
    if value != int(value):
        raise InvalidInput(f"{inside}.{field}".strip("."), f"{value!r} is no whole number")
    return int(value)


def _half_stars(document: Mapping[str, Any], field: str) -> int:
    value = _number(document, field, "")
    if value * 2 != int(value * 2):
        raise InvalidInput(field, f"{value!r} is no sum of half stars")
    return int(value * 2)


def _number(document: Mapping[str, Any], field: str, inside: str) -> int | float:
    value = document.get(field)
    if value is None:
        return 0
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
    ):
        raise InvalidInput(f"{inside}.{field}".strip("."), f"must be a number, not {value!r}")
    return value
