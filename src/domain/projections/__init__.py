"""The read models. Each is a value, registered here once; nothing else lists them."""

from typing import Any

from .affinity import AFFINITY
from .film_days import FILM_DAYS
from .projection import Projection
from .user_stats import USER_STATS

# Statistics first: whose are new tells MongoDB whose other documents are.
PROJECTIONS: tuple[Projection[Any, Any], ...] = (USER_STATS, AFFINITY, FILM_DAYS)


def of_user() -> list[Projection[Any, Any]]:
    """Those whose documents are of one user each."""
    return [each for each in PROJECTIONS if each.of_user]


def of_all() -> list[Projection[Any, Any]]:
    """Those whose documents count plays of all users."""
    return [each for each in PROJECTIONS if not each.of_user]


__all__ = ("AFFINITY", "FILM_DAYS", "PROJECTIONS", "USER_STATS", "of_all", "of_user")
