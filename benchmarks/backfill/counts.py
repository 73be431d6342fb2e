"""What events come to: the fold and the ``$inc`` upserts that the Python peers share.

The fold is the plain one that a competent user of any tool would write. It trusts its input:
no event is validated, none is recognised when it comes again. Names are put into ``_id`` in
the original's way, so that "A.B" and "AB" would share one.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from pymongo import UpdateOne
from pymongo.database import Database

from .events import Event

CHUNK = 1000
_ROME = ZoneInfo("Europe/Rome")
_SIGNS = {"ADD": 1, "DELETE": -1, "UPDATE_RATING": 0}


class Counts:
    """The net change of any number of events, by document.

    ``users`` has paths and increments by user, ``affinities`` plays and sum of ratings by
    (user, type, name), ``days`` plays by (day, film's name, year).
    """

    def __init__(self) -> None:
        self.users: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.affinities: dict[tuple[str, str, str], list[int]] = {}
        self.days: dict[tuple[str, str, int | None], int] = defaultdict(int)

    def fold(self, events: Iterable[Event]) -> "Counts":
        """Count events in; returns itself."""
        for event in events:
            self._count(event)
        return self

    def _count(self, event: Event) -> None:
        movie, user = event["movie"], event["user_id"]
        sign = _SIGNS[event["event_type"]]
        change = sign * movie["rating"] if sign else event["new_rating"] - event["old_rating"]
        stats = self.users[user]
        stats["total_watched"] += sign
        stats["rated_count"] += sign
        stats["sum_ratings"] += change
        stats["watch_time_minutes"] += sign * (movie["duration"] or 0)
        if sign:
            stats[f"rating_distribution.{movie['rating']}"] += sign
            stats[f"monthly_counts.{movie['watched_date'][:7].replace('-', '.')}"] += sign
        else:
            stats[f"rating_distribution.{event['old_rating']}"] -= 1
            stats[f"rating_distribution.{event['new_rating']}"] += 1
        for type_, name in credited(movie):
            affinity = self.affinities.setdefault((user, type_, name), [0, 0])
            affinity[0] += sign
            affinity[1] += change
        self.days[day_of(event["timestamp"]), movie["name"], movie["year"]] += sign

    def updates(self) -> Iterator[tuple[str, Iterator[UpdateOne]]]:
        """Each collection with the upserts that add these counts to it."""
        now = datetime.now(_ROME).isoformat()
        yield "user_stats", (_user_update(u, inc, now) for u, inc in self.users.items())
        yield (
            "user_affinities",
            (
                _affinity_update(*key, n, sum_, now)
                for key, (n, sum_) in self.affinities.items()
            ),
        )
        yield "global_days", (_day_update(*key, n) for key, n in self.days.items())

    def write(self, database: Database[Any], *, ordered: bool) -> None:
        """Send the upserts in bulks of ``CHUNK``."""
        for name, updates in self.updates():
            while chunk := list(islice(updates, CHUNK)):
                database[name].bulk_write(chunk, ordered=ordered)


def credited(movie: Event) -> Iterator[tuple[str, str]]:
    """The (type, name) pairs that a film counts towards, each once."""
    for type_, names in (
        ("director", movie["director"][:2]),
        ("actor", movie["actors"][:5]),
        ("genre", movie["genres"]),
    ):
        for name in dict.fromkeys(names):
            yield type_, name


def day_of(timestamp: str) -> str:
    """The day in Rome of an ISO time."""
    return datetime.fromisoformat(timestamp).astimezone(_ROME).date().isoformat()


def name_key(name: str) -> str:
    """A name as it stands in an ``_id``, as the original writes it."""
    return name.replace(" ", "_").replace(".", "")


def stamp(word: str) -> None:
    """Tell the runner that the first batch begins (``begin``) or what is ``wrote`` now."""
    # In one write, for processes of a side may share the pipe.
    os.write(1, f"{word} {datetime.now(UTC).timestamp()}\n".encode())


def _user_update(user: str, inc: dict[str, int], now: str) -> UpdateOne:
    return UpdateOne(
        {"_id": user},
        {
            "$inc": {path: n for path, n in inc.items() if n},
            "$set": {"updated_at": now},
            "$setOnInsert": {"user_id": user, "stats_version": "6.0_flat_affinities"},
        },
        upsert=True,
    )


def _affinity_update(
    user: str, type_: str, name: str, plays: int, ratings: int, now: str
) -> UpdateOne:
    inc = {"count": plays, "rated_count": plays, "rating_sum": ratings}
    key = name_key(name)
    constant: Event = {"user_id": user, "type": type_, "name": name, "name_key": key}
    if type_ == "genre":
        constant["sum_voti"] = 0
    else:
        inc["sum_voti"] = ratings
    return UpdateOne(
        {"_id": f"{user}_{type_}_{key}"},
        {"$inc": inc, "$set": {"updated_at": now}, "$setOnInsert": constant},
        upsert=True,
    )


def _day_update(day: str, name: str, year: int | None, plays: int) -> UpdateOne:
    constant = {"day": day, "film_key": f"{name}|{year}", "name": name, "year": year}
    return UpdateOne(
        {"_id": f"{day}|{name}|{year}"},
        {"$inc": {"count": plays}, "$setOnInsert": constant},
        upsert=True,
    )
