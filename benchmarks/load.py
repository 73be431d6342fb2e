"""Load: many readers and some writers at once on a home server, on loopback.

    python -m benchmarks.load [--readers 200] [--writers 20] [--seconds 60] [--pause 0]

Fills 50 diaries of 300 films and one of 3,000, then lets the readers ask for what the pages
show and the writers add, rate and delete, each one request after the other with ``--pause``
seconds in between. Client and server share the machine, so the figures are upper bounds.
Prints requests, errors and latencies by route; afterwards ``cinestats verify`` recomputes
everything. Errors and a difference end it with exit status 1, slowness never does.
"""

import argparse
import asyncio
import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles

import httpx2

from benchmarks.serving import CINESTATS, serving
from cinestats.adapters.catalogue_sample import sample_films

DIARIES = {f"reader{n}": 300 for n in range(50)} | {"collector": 3_000}
READS = {
    "overview": "/users/{user}/overview",
    "overview of a year": "/users/{user}/overview?period=2024",
    "stats": "/users/{user}/stats",
    "affinities": "/users/{user}/affinities?type=director",
    "diary": "/users/{user}/diary?limit=50",
    "trends": "/trends",
    "page": "/u/{user}",
}


class Tally:
    """Seconds and statuses by kind of request."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.statuses: defaultdict[str, Counter[int | str]] = defaultdict(Counter)

    async def send(
        self, client: httpx2.AsyncClient, kind: str, method: str, path: str, **options: object
    ) -> httpx2.Response | None:
        """Send a request and note how it went; None when no answer came."""
        began = time.perf_counter()
        try:
            response = await client.request(method, path, **options)  # type: ignore[arg-type]
        except httpx2.HTTPError as error:
            self.statuses[kind][type(error).__name__] += 1
            return None
        self.seconds[kind].append(time.perf_counter() - began)
        self.statuses[kind][response.status_code] += 1
        return response

    def errors(self) -> int:
        """How many requests failed; a film that is there already that day is none."""
        return sum(
            n
            for counts in self.statuses.values()
            for status, n in counts.items()
            if not (isinstance(status, int) and (status < 400 or status == 409))
        )


def diary_csv(films: int, random_: random.Random) -> bytes:
    """A table of that many plays over ten years."""
    titles = [film.movie for film in sample_films()]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Title", "Year", "Rating", "WatchedDate"])
    day = date(2015, 1, 1)
    for _ in range(films):
        day += timedelta(days=random_.choice([0, 1, 1, 2]))
        film = random_.choice(titles)
        writer.writerow([film.title, film.year, random_.randint(1, 10) / 2, day])
    return text.getvalue().encode()


async def read(
    client: httpx2.AsyncClient, tally: Tally, until: float, pause: float, seed: int
) -> None:
    """Ask for one thing after the other."""
    random_ = random.Random(seed)
    await asyncio.sleep(random_.random() * pause)
    while time.monotonic() < until:
        kind, path = random_.choice(list(READS.items()))
        user = random_.choice(list(DIARIES))
        await tally.send(client, kind, "GET", path.format(user=user))
        await asyncio.sleep(pause)


async def write(
    client: httpx2.AsyncClient, tally: Tally, until: float, pause: float, seed: int
) -> None:
    """Add a film, rate it, and delete every other one again."""
    random_ = random.Random(-seed)
    films = [film.movie for film in sample_films()]
    while time.monotonic() < until:
        user, film = random_.choice(list(DIARIES)), random_.choice(films)
        day = date(2014, 1, 1) - timedelta(days=random_.randrange(5_000))
        body = {"name": film.title, "year": film.year, "watched_date": day.isoformat()}
        movies = f"/users/{user}/movies"
        added = await tally.send(client, "add", "POST", movies, json=body)
        if added is not None and added.status_code == 201:
            entry = f"{movies}/{added.json()['entry_id']}"
            await tally.send(client, "rate", "PATCH", entry, json={"rating": 4.5})
            if random_.random() < 0.5:
                await tally.send(client, "delete", "DELETE", entry)
        await asyncio.sleep(pause)


async def run(link: str, options: argparse.Namespace) -> Tally:
    """Fill the diaries, then load the server."""
    url, _, token = link.partition("/?token=")
    limits = httpx2.Limits(max_connections=None)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(
        base_url=url, headers=headers, limits=limits, timeout=60
    ) as client:
        random_ = random.Random(7)
        for user, films in DIARIES.items():
            answer = await client.post(
                f"/users/{user}/imports?filename=diary.csv", content=diary_csv(films, random_)
            )
            answer.raise_for_status()
        tally = Tally()
        until = time.monotonic() + options.seconds
        async with asyncio.TaskGroup() as group:
            for n in range(options.readers):
                group.create_task(read(client, tally, until, options.pause, n + 1))
            for n in range(options.writers):
                group.create_task(write(client, tally, until, options.pause, n + 1))
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data_dir:
        with serving(Path(data_dir)) as server:
            tally = asyncio.run(run(server.link, options))
        environment = {**os.environ, "CINESTATS_DATA_DIR": data_dir}
        verified = subprocess.run([CINESTATS, "verify"], env=environment, check=False)
    result: dict[str, object] = {"readers": options.readers, "writers": options.writers}
    result |= {"seconds": options.seconds, "pause": options.pause}
    print(f"{'request':<20}{'number':>8}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}  statuses")
    for kind, seconds in sorted(tally.seconds.items()):
        p99 = quantiles(seconds, n=100)[98] if len(seconds) > 1 else seconds[0]
        figures = [round(1_000 * s, 1) for s in (median(seconds), p99, max(seconds))]
        shown = "".join(f"{figure:>9}" for figure in figures)
        print(f"{kind:<20}{len(seconds):>8}{shown}  {dict(tally.statuses[kind])}")
        result[kind] = dict(zip(("p50_ms", "p99_ms", "max_ms"), figures, strict=True))
    every = [s for seconds in tally.seconds.values() for s in seconds]
    result["requests_per_second"] = round(len(every) / options.seconds, 1)
    result["p99_ms"] = round(1_000 * quantiles(every, n=100)[98], 1)
    result["errors"] = tally.errors()
    result["verified"] = verified.returncode == 0
    print(json.dumps(result))
    sys.exit(0 if result["verified"] and not tally.errors() else 1)


if __name__ == "__main__":
    main()
