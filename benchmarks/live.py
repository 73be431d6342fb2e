"""Live: how long an event takes from being accepted to being visible in the statistics.

    python -m benchmarks.live [--rates 50 500 2000] [--seconds 120] [--sides embedded http]
    eval "$(make -s stack)" && python -m benchmarks.live

The load is open: events are due at random moments (Poisson), fixed in advance, whether or
not those before them are done. ``due_*`` counts from that moment, so it includes the wait for a
busy writer; ``accepted_*`` counts from the writer's receipt.

- ``embedded`` calls the use cases in the process, and writes together what is due together;
- ``http`` sends each event as one request over 16 connections, and again when it gets 503;
- ``spark`` writes like ``embedded``, but into MongoDB; relay and Spark run as processes, with
  triggers of 1 and 5 s.

A side that cannot keep up shows it in ``per_second``, in ``unsent``, and in a ``due_*`` that
grows the longer it runs. An event that is not sent ten seconds after the end is given up, and
its wait until then counts. No result is a pass or a fail.
"""

import argparse
import http.client
import json
import os
import queue
import random
import tempfile
import threading
import time
import uuid
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from cinestats.application.diary.record import Receipt
from cinestats.domain.diary import AddMovie
from cinestats.domain.partition import partition_of
from cinestats.entrypoints.background import Background
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.settings import Settings

from .backfill.sampler import Sampler, listener_on
from .plays import additions, open_store
from .report import Claim, Figures, Result, Side, machine, percentile, publish, run_in_turn
from .report import parser as make_parser
from .serving import Server, running, serving

KAFKA = os.environ.get("CINESTATS_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
MONGO = os.environ.get("CINESTATS_MONGO_URI", "mongodb://127.0.0.1:27017")
_CONNECTIONS = 16
_WARM_UP = 50
_LIMIT_SECONDS = 120.0
_GRACE_SECONDS = 10.0
_TODAY = date(2025, 1, 1)


class Written(NamedTuple):
    """An event: when it was due, when it was accepted, and where it stands in the log."""

    due: float
    accepted: float
    partition: int
    position: int


class Outcome(NamedTuple):
    """What came of a load; ``waited`` has the seconds of the events that were given up."""

    written: list[Written]
    waited: list[float]
    refused: int


class Watcher:
    """Notes when a partition's checkpoint moves, looking every ``seconds``."""

    def __init__(self, look: Callable[[], list[int]], seconds: float) -> None:
        self._look, self._seconds = look, seconds
        self._moments: list[list[float]] = []
        self._positions: list[list[int]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def visible_at(self, partition: int, position: int) -> float:
        """When the position was first seen."""
        place = bisect_left(self._positions[partition], position)
        return self._moments[partition][place]

    def wait_for(self, written: list[Written]) -> None:
        """Watch until all is visible, then stop. Raises TimeoutError."""
        last: dict[int, int] = {}
        for event in written:
            last[event.partition] = max(last.get(event.partition, 0), event.position)
        stop_at = time.perf_counter() + _LIMIT_SECONDS
        while not self._holds(last):
            if time.perf_counter() > stop_at or not self._thread.is_alive():
                raise TimeoutError("What was accepted did not become visible.")
            time.sleep(0.05)
        self._stopping.set()
        self._thread.join()

    def _holds(self, last: dict[int, int]) -> bool:
        seen = self._positions
        return bool(seen) and all(seen[p] and seen[p][-1] >= n for p, n in last.items())

    def _run(self) -> None:
        while not self._stopping.is_set():
            for partition, position in enumerate(self._look()):
                if partition == len(self._positions):
                    self._positions.append([])
                    self._moments.append([])
                known = self._positions[partition]
                if not known or position > known[-1]:
                    self._moments[partition].append(time.perf_counter())
                    known.append(position)
            self._stopping.wait(self._seconds)


def due_moments(rate: float, seconds: float) -> list[float]:
    """Poisson arrivals: seconds from the start, in order."""
    chance, moment = random.Random(1), 0.0
    moments: list[float] = []
    while (moment := moment + chance.expovariate(rate)) < seconds:
        moments.append(moment)
    return moments


def embedded(rate: float, seconds: float, folder: Path | None) -> Figures:
    """Through the use cases, with the server's own background thread."""
    with tempfile.TemporaryDirectory() as name:
        container = open_store(Path(name))
        log, models = container.log(), container.models()
        background = Background(
            log, models, container.projector(), container.recorder(), lambda: None, 3600
        )
        background.start()
        watcher = Watcher(lambda: [models.checkpoint(0)], 0.002)
        outcome = _write_due(container, rate, seconds, folder, background.wake)
        watcher.wait_for(outcome.written)
        background.stop()
        container.close()
    return _figures(outcome, watcher, seconds)


def through_http(rate: float, seconds: float, folder: Path | None) -> Figures:
    """One request an event, to a server of its own; visible is what a reader is answered."""
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as server:
        sampler = Sampler(server.pid, descendants=True)
        began = time.time()
        reader = _connection(server)
        for play in _plays(folder, _WARM_UP, "warm"):
            _post(reader, server, play)
        accepted = [_WARM_UP]
        watcher = Watcher(lambda: [_wait_until_visible(reader, server, accepted[0])], 0.001)
        outcome = _send_due(server, rate, seconds, folder, accepted)
        watcher.wait_for(outcome.written)
        used = sampler.cpu_seconds(began, time.time())
        sampler.stop()
        reader.close()
    own = {"cpu_seconds": used, "peak_mb": sampler.peak_mb()}
    return _figures(outcome, watcher, seconds) | own


def spark(trigger: float, rate: float, seconds: float, folder: Path | None) -> Figures:
    """Into MongoDB; the relay and Spark run as processes and do the rest."""
    with _engine(trigger) as (container, pids):
        models, partitions = container.models(), range(container.log().partitions)
        watcher = Watcher(lambda: [models.checkpoint(p) for p in partitions], 0.01)
        _warm_up(container, folder)
        samplers = [Sampler(pid, descendants=True) for pid in pids]
        database = listener_on(int(MONGO.rpartition(":")[2].partition("/")[0]))
        theirs = None if database is None else Sampler(database, descendants=False)
        began = time.time()
        outcome = _write_due(container, rate, seconds, folder, lambda: None)
        watcher.wait_for(outcome.written)
        ended = time.time()
        for sampler in samplers:
            sampler.stop()
        figures = _figures(outcome, watcher, seconds)
        figures["cpu_seconds"] = sum(s.cpu_seconds(began, ended) for s in samplers)
        figures["peak_mb"] = sum(s.peak_mb() for s in samplers)
        if theirs is not None:
            theirs.stop()
            figures["database_cpu_seconds"] = theirs.cpu_seconds(began, ended)
            figures["database_peak_mb"] = theirs.peak_mb()
    return figures


@contextmanager
def _engine(trigger: float) -> Generator[tuple[Container, list[int]]]:
    """Relay and consumer on a topic and a database of their own."""
    from pymongo import MongoClient  # only this side needs the extra "distributed"

    name = f"live_{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as checkpoints:
        environment = {
            "CINESTATS_BACKEND": "distributed",
            "CINESTATS_KAFKA_BOOTSTRAP_SERVERS": KAFKA,
            "CINESTATS_KAFKA_TOPIC": name,
            "CINESTATS_MONGO_URI": MONGO,
            "CINESTATS_MONGO_DATABASE": name,
            "CINESTATS_CHECKPOINT_DIR": checkpoints,
            "CINESTATS_STATS_TRIGGER_SECONDS": str(trigger),
        }
        os.environ |= environment  # a process of our own: report.in_new_process
        container = Container(Settings())
        container.log()
        with running({}, "relay") as relay, running({}, "consume") as consumer:
            yield container, [relay.pid, consumer.pid]
        container.close()
    with MongoClient[Any](MONGO) as client:
        client.drop_database(name)


def _warm_up(container: Container, folder: Path | None) -> None:
    """Wait until a first batch of every partition is visible."""
    log, models = container.log(), container.models()
    container.recorder().record_all(list(_plays(folder, 2_000, "warm")))
    stop_at = time.monotonic() + _LIMIT_SECONDS
    while any(models.checkpoint(p) < log.tail(p) for p in range(log.partitions)):
        if time.monotonic() > stop_at:
            raise TimeoutError("The engine did not start.")
        time.sleep(0.1)


def _plays(folder: Path | None, count: int, prefix: str = "new") -> Iterator[AddMovie]:
    """Plays that differ from those with another prefix."""
    for play in additions(folder, count, _TODAY):
        id_, user = f"{prefix}-{play.event_id}", f"{prefix}-{play.user_id}"
        entry = replace(play.entry, entry_id=id_)
        yield replace(play, event_id=id_, user_id=user, entry=entry)


def _write_due(
    container: Container,
    rate: float,
    seconds: float,
    folder: Path | None,
    wake: Callable[[], None],
) -> Outcome:
    """Record, in one call, whatever has become due since the last one."""
    recorder, partitions = container.recorder(), container.log().partitions
    moments = due_moments(rate, seconds)
    commands = list(_plays(folder, len(moments)))
    written: list[Written] = []
    start, n = time.perf_counter(), 0
    while n < len(moments):
        now = time.perf_counter() - start
        if moments[n] > now:
            time.sleep(moments[n] - now)
            continue
        end = bisect_left(moments, now, lo=n)
        outcomes = recorder.record_all(commands[n : max(end, n + 1)])
        accepted = time.perf_counter()
        wake()
        for outcome in outcomes:
            if not isinstance(outcome, Receipt):
                raise outcome
            partition = partition_of(commands[n].user_id, partitions)
            written.append(Written(start + moments[n], accepted, partition, outcome.position))
            n += 1
    return Outcome(written, [], 0)


def _send_due(
    server: Server, rate: float, seconds: float, folder: Path | None, newest: list[int]
) -> Outcome:
    """Hand each event, when it is due, to whichever connection is free."""
    moments = due_moments(rate, seconds)
    commands = list(_plays(folder, len(moments)))
    waiting: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    start = time.perf_counter()
    stop_at = start + seconds + _GRACE_SECONDS

    def send() -> Outcome:
        connection, mine = _connection(server), Outcome([], [], 0)
        while (n := waiting.get()) is not None:
            due, answer = start + moments[n], None
            while answer is None and (now := time.perf_counter()) < stop_at:
                answer = _post(connection, server, commands[n])
                mine = mine._replace(refused=mine.refused + (answer is None))
            if answer is None:
                mine.waited.append(now - due)
                continue
            accepted, position = answer
            newest[0] = max(newest[0], position)
            mine.written.append(Written(due, accepted, 0, position))
        connection.close()
        return mine

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        senders = [pool.submit(send) for _ in range(_CONNECTIONS)]
        for n, moment in enumerate(moments):
            time.sleep(max(0.0, start + moment - time.perf_counter()))
            waiting.put(n)
        for _ in senders:
            waiting.put(None)
        outcomes = [sender.result() for sender in senders]
    return Outcome(
        [event for outcome in outcomes for event in outcome.written],
        [seconds for outcome in outcomes for seconds in outcome.waited],
        sum(outcome.refused for outcome in outcomes),
    )


def _connection(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.host, server.port, timeout=_LIMIT_SECONDS)


def _post(
    connection: http.client.HTTPConnection, server: Server, play: AddMovie
) -> tuple[float, int] | None:
    """When the event was accepted, and its position; None when it was refused."""
    movie, watched, rating = play.entry.movie, play.entry.watched_on, play.entry.rating
    body = {
        "name": movie.title,
        "year": movie.year,
        "rating": None if rating is None else rating / 2,
        "watched_date": watched and watched.isoformat(),
    }
    path = f"/users/{play.user_id}/movies"
    headers = server.headers | {"Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(body), headers)
    response = connection.getresponse()
    content = response.read()
    if response.status == 503:
        return None
    if response.status != 201:
        raise ConnectionError(f"POST {path} gave {response.status}: {content[:300]!r}")
    return time.perf_counter(), json.loads(content)["position"]


def _wait_until_visible(
    connection: http.client.HTTPConnection, server: Server, position: int
) -> int:
    """Ask for statistics that hold the position; returns it once they are there."""
    path = f"/users/new-1/stats?at_least={position}"
    connection.request("GET", path, headers=server.headers)
    response = connection.getresponse()
    content = response.read()
    if response.status not in (200, 404):  # the position may be another user's first
        raise ConnectionError(f"GET {path} gave {response.status}: {content[:300]!r}")
    return position


def _figures(outcome: Outcome, watcher: Watcher, seconds: float) -> Figures:
    written = outcome.written
    seen = [watcher.visible_at(event.partition, event.position) for event in written]
    both = list(zip(seen, written, strict=True))
    accepted = [max(0.0, moment - event.accepted) * 1e3 for moment, event in both]
    due = [(moment - event.due) * 1e3 for moment, event in both]
    due += [waited * 1e3 for waited in outcome.waited]
    begin = min(event.due for event in written)
    return {
        "per_second": len(written) / max(seconds, max(seen) - begin),
        "unsent": len(outcome.waited) / len(due),
        "refused": outcome.refused,
        "accepted_p50_ms": percentile(accepted, 50),
        "accepted_p99_ms": percentile(accepted, 99),
        "accepted_max_ms": max(accepted),
        "due_p50_ms": percentile(due, 50),
        "due_p99_ms": percentile(due, 99),
        "due_max_ms": max(due),
    }


def sides_of(options: argparse.Namespace) -> list[Side]:
    """Every side at every rate."""
    sides: list[Side] = []
    for rate in options.rates:
        case, load = f"{rate:g} events/s", (rate, options.seconds, options.folder)
        if "embedded" in options.sides:
            sides.append(Side(case, "embedded", embedded, load))
        if "http" in options.sides:
            sides.append(Side(case, "embedded, HTTP", through_http, load))
        if "spark" in options.sides:
            sides += [
                Side(case, f"Spark, {trigger:g} s", spark, (trigger, *load))
                for trigger in options.triggers
            ]
    return sides


def claims_of(results: list[Result], triggers: list[float]) -> list[Claim]:
    """p99 from accepted to visible, and from due to visible, beside the budgets."""
    limits = {f"Spark, {trigger:g} s": 1e3 * (trigger + 1) for trigger in triggers}
    claims: list[Claim] = []
    for result in results:
        limit = limits.get(result.side)
        if limit is None and result.case == "500 events/s":
            limit = 100.0
        for figure in ("accepted", "due"):
            what = f"{result.side}, {result.case}: {figure} to visible, p99 in ms"
            claims.append(Claim(what, result.median(f"{figure}_p99_ms"), limit))
    return claims


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--rates", type=float, nargs="+", default=[50.0, 500.0, 2000.0])
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--triggers", type=float, nargs="+", default=[1.0, 5.0])
    kinds = ("embedded", "http", "spark")
    parser.add_argument("--sides", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--name", default="live", help="of the file that keeps the result")
    options = parser.parse_args(arguments)
    where = machine("orjson", "uvicorn", *(["pyspark"] if "spark" in options.sides else []))
    results = run_in_turn(sides_of(options), options.repeat)
    publish(options.name, options, where, results, claims_of(results, options.triggers))


if __name__ == "__main__":
    main()
