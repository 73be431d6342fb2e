"""The topic's events, in the original producer's form, made from ratings and a catalogue."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

Event = dict[str, Any]


def events(folder: Path, count: int) -> Iterator[Event]:
    """``count`` events: additions as the ratings say, 10 % re-ratings, 5 % deletions.

    ``folder`` holds ratings.csv and catalog.csv. Ratings are in whole stars; every round over
    the ratings has new users. The same arguments give the same events.
    """
    with (folder / "catalog.csv").open(encoding="utf-8", newline="") as file:
        films = {row["movie_id"]: row for row in csv.DictReader(file)}
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        ratings = list(csv.DictReader(file))
    chance, present = Random(1), defaultdict[str, list[Event]](list)
    for n in range(count):
        row = ratings[n % len(ratings)]
        user = f"{n // len(ratings)}-{row['user_id']}"
        moment = datetime.fromtimestamp(int(row["timestamp"]), UTC)
        event: Event = {"user_id": user, "timestamp": moment.isoformat()}
        kind, mine = chance.random(), present[user]
        if kind < 0.10 and mine:
            movie = chance.choice(mine)
            new = chance.randint(1, 5)
            event |= {"event_type": "UPDATE_RATING", "movie": dict(movie)}
            event |= {"old_rating": movie["rating"], "new_rating": new}
            movie["rating"] = new
        elif kind < 0.15 and mine:
            event |= {"event_type": "DELETE", "movie": mine.pop(chance.randrange(len(mine)))}
        else:
            movie = _movie(films[row["movie_id"]], float(row["rating"]), moment)
            mine.append(movie)
            event |= {"event_type": "ADD", "movie": dict(movie)}
        yield event


def _movie(film: dict[str, str], rating: float, moment: datetime) -> Event:
    def names(column: str) -> list[str]:
        return [name for name in film[column].split("|") if name]

    return {
        "name": film["title"],
        "year": int(film["year"]) if film["year"] else None,
        "rating": max(1, min(5, int(rating + 0.5))),
        "genres": names("genres"),
        "actors": names("actors"),
        "director": names("directors"),
        "duration": int(float(film["duration"] or 0)) or None,
        "watched_date": moment.date().isoformat(),
    }
