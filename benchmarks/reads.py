"""Reads: what a page of statistics and the trends cost, with few users and with many.

    python -m benchmarks.reads [--users 1000 100000] [--reads 500]

Every user has two plays within the window of the trends, and one user has a thousand. The
stores are read through the use cases, and through HTTP from a server on loopback that shares
the machine with its client. No result is a pass or a fail.
"""

import http.client
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from cinestats.application.figures.trends import refresh_trends
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry

from .plays import COLLECTOR, collection, fill, films, open_store
from .report import Claim, Figures, Result, Side, machine, percentile, publish, run_in_turn
from .report import parser as make_parser
from .serving import Server, serving

_COLLECTED = 1_000
_TIMES = 5
_PATHS = {
    "stats": "/users/{user}/stats",
    "affinities": "/users/{user}/affinities?type=director",
    "page": "/u/{user}",
    "trends": "/trends",
}


def plays(folder: Path | None, users: int) -> Iterator[AddMovie]:
    """Two plays of each user in the last days, and those of the collector."""
    movies = list(films(folder).values())
    now = datetime.now(UTC)
    for n in range(2 * users):
        moment = now - timedelta(days=n % 28)
        day, movie = moment.date(), movies[n * 13 % len(movies)]
        id_ = f"event-{n}"
        user = f"user-{n // 2}"
        yield AddMovie(
            event_id=id_,
            user_id=user,
            entry=Entry(id_, movie, n % 10 + 1, day, day),
            today=now.date(),
            now=moment,
        )
    yield from collection(folder, _COLLECTED)


def use_cases(store: Path, users: int, reads: int) -> Figures:
    """Read the documents of random users, of the collector, and refresh the trends."""
    container = open_store(store)
    models, zone, clock = container.models(), container.zone(), container.clock()

    def page(user: str) -> None:
        models.user_stats(user)
        for type_ in ("director", "actor", "genre"):
            models.affinities(user, type_, limit=10)

    chance = random.Random(1)
    names = [f"user-{chance.randrange(users)}" for _ in range(reads)]
    figures = _figures("page", [_milliseconds(lambda name=name: page(name)) for name in names])
    seconds = [_milliseconds(lambda: page(COLLECTOR)) for _ in range(reads)]
    figures["page_of_1000_p50_ms"] = percentile(seconds, 50)
    refreshing = [
        _milliseconds(lambda: refresh_trends(models, clock, zone)) for _ in range(_TIMES)
    ]
    figures["trends_refresh_ms"] = percentile(refreshing, 50)
    figures |= _figures("trends", [_milliseconds(models.get) for _ in range(reads)])
    container.close()
    return figures


def through_http(store: Path, users: int, reads: int) -> Figures:
    """Ask for the same through HTTP, one request after the other on one connection."""
    figures: Figures = {}
    chance = random.Random(1)
    with serving(store) as server:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
        for kind, path in _PATHS.items():
            paths = [path.format(user=f"user-{chance.randrange(users)}") for _ in range(reads)]
            taken = [_milliseconds(lambda p=p: _get(connection, server, p)) for p in paths]
            figures |= _figures(kind, taken)
        process = psutil.Process(server.pid)
        used = process.cpu_times()
        figures["cpu_seconds"] = used.user + used.system
        figures["peak_mb"] = process.memory_info().rss / 1e6
        connection.close()
    return figures


def _get(connection: http.client.HTTPConnection, server: Server, path: str) -> None:
    connection.request("GET", path, headers=server.headers)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise ConnectionError(f"GET {path} gave {response.status}.")


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def _figures(what: str, taken: list[float]) -> Figures:
    return {f"{what}_p50_ms": percentile(taken, 50), f"{what}_p99_ms": percentile(taken, 99)}


def claims_of(results: list[Result]) -> list[Claim]:
    """How reading grows with the number of users."""
    claims: list[Claim] = []
    for side, figure in (
        ("use cases", "page_p50_ms"),
        ("use cases", "trends_p50_ms"),
        ("HTTP", "stats_p50_ms"),
        ("HTTP", "trends_p50_ms"),
    ):
        mine = [result for result in results if result.side == side]
        growth = mine[-1].median(figure) / mine[0].median(figure)
        name = figure.removesuffix("_p50_ms")
        claims.append(Claim(f"{side}, {name}, most users ÷ fewest, median", growth))
    return claims


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--reads", type=int, default=500, help="of each kind")
    options = parser.parse_args(arguments)
    where = machine("fastapi", "uvicorn", "orjson")
    with tempfile.TemporaryDirectory() as name:
        sides: list[Side] = []
        for users in options.users:
            store = Path(name) / str(users)
            fill(store, plays(options.folder, users))
            for side, run in (("use cases", use_cases), ("HTTP", through_http)):
                sides.append(Side(f"{users:,} users", side, run, (store, users, options.reads)))
        results = run_in_turn(sides, options.repeat)
    publish("reads", options, where, results, claims_of(results))


if __name__ == "__main__":
    main()
