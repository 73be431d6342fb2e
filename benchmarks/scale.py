"""Scale: partitions, executors and shards for millions of users, on paper and in a simulation.

    python -m benchmarks.scale [--users 1e6 1e8 1e9] [--plays-a-day 1] [--peak 4]

What an event costs is taken from the results of the backfill (CPU seconds of our processes
and of the database) and its size from that of the codec; run those first. On paper:

- λ = users × plays a day ÷ 86,400 × peak, the events a second at the busiest time;
- a partition is worked on by one core at a time, which then waits for the database: there are
  as many as keep each of them at the utilisation, λ × c ÷ (utilisation − o ÷ T);
- cores of executors = (λ × cost of ours + partitions × o ÷ T) ÷ utilisation, and shards =
  λ × cost of the database ÷ utilisation ÷ cores a shard;
- a partition's batch takes b = o + n × c (o: overhead of a batch, c: both costs of an event)
  and holds what came since the last one began, n = λp × I; the next begins after the trigger
  T, or at once when that is past: I = max(T, o ÷ (1 − λp × c)). An event waits for a batch to
  begin, evenly between 0 and I, and for it to end: p99 = 0.99 × I + b.

The simulation knows none of these formulas: Poisson arrivals, cores and shards for which
batches queue, and a cost that varies from batch to batch. It returns p50 and p99 of the lag and
how busy cores and shards were. Where it departs from the paper, the paper is wrong: it has no
queue for cores and shards. No result is a pass or a fail.
"""

import argparse
import json
import math
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import simpy

from .report import Claim, Figures, Result, Side, machine, publish, run_in_turn
from .report import parser as make_parser

_DAY = 86_400
_SIMULATED_PARTITIONS = 400  # more behave alike: a slice of the cluster is simulated
_VARIATION = 0.2  # standard deviation of a batch's cost
_BATCHES = 60


class MissingResult(Exception):
    """A benchmark whose result is needed has not been run; the message says which."""


class Costs(NamedTuple):
    """What one event costs: CPU seconds of ours and of the database, and bytes of a record."""

    ours: float
    database: float
    record_bytes: float


class Cluster(NamedTuple):
    """How much of everything there is; a shard is a primary with ``cores_a_shard`` cores."""

    partitions: int
    cores: int
    shards: int


class Load(NamedTuple):
    """``rate`` in events a second; trigger and overhead of a batch in seconds."""

    rate: float
    trigger: float
    overhead: float


class Lag(NamedTuple):
    """Seconds from the topic to visible, and how busy cores and shards are, of 1."""

    p50: float
    p99: float
    cores_busy: float
    shards_busy: float


def measured_costs(results: Path) -> Costs:
    """The costs of an event from earlier results. Raises MissingResult."""
    backfill = _result(results, "backfill")
    ours, events = backfill["sides"]["ours"], backfill["events"]
    codec = _result(results, "codec")["results"][0]
    return Costs(
        ours["cpu_seconds"] / events,
        ours["database_cpu_seconds"] / events,
        codec["record_bytes"]["median"],
    )


def _result(results: Path, name: str) -> dict[str, Any]:
    path = results / f"{name}.json"
    if not path.exists():
        raise MissingResult(f"There is no {path.name} yet: run make bench-{name} first.")
    return json.loads(path.read_text(encoding="utf-8"))


def cluster_for(rate: float, costs: Costs, options: argparse.Namespace) -> Cluster:
    """The smallest cluster that keeps everything at the utilisation or below."""
    busy = options.utilisation
    a_batch = options.overhead / options.trigger
    partitions = max(4, math.ceil(rate * (costs.ours + costs.database) / (busy - a_batch)))
    cores = math.ceil((rate * costs.ours + partitions * a_batch) / busy)
    shards = math.ceil(rate * costs.database / busy / options.cores_a_shard)
    return Cluster(partitions, cores, shards)


def on_paper(cluster: Cluster, costs: Costs, load: Load, cores_a_shard: int) -> Lag:
    """What the formulas say. Raises ValueError where a partition cannot keep up."""
    rate = load.rate / cluster.partitions
    cost = costs.ours + costs.database
    if rate * cost >= 1:
        raise ValueError("A partition gets more than one core can do.")
    interval = max(load.trigger, load.overhead / (1 - rate * cost))
    batch = load.overhead + rate * interval * cost
    return Lag(
        interval / 2 + batch,
        0.99 * interval + batch,
        load.rate * costs.ours / cluster.cores
        + cluster.partitions * load.overhead / interval / cluster.cores,
        load.rate * costs.database / cluster.shards / cores_a_shard,
    )


class Simulation:
    """Partitions that share cores and shards; time runs in seconds."""

    def __init__(
        self, cluster: Cluster, costs: Costs, load: Load, cores_a_shard: int, seed: int
    ) -> None:
        share = min(1.0, _SIMULATED_PARTITIONS / cluster.partitions)
        self._partitions = round(cluster.partitions * share)
        self._rate = load.rate / cluster.partitions
        self._costs, self._load = costs, load
        self._chance = np.random.default_rng(seed)
        self._world = simpy.Environment()
        self._all_cores = max(1, round(cluster.cores * share))
        self._all_writers = max(1, round(cluster.shards * cores_a_shard * share))
        self._cores = simpy.Resource(self._world, self._all_cores)
        self._writers = simpy.Resource(self._world, self._all_writers)
        self._computed = self._written = 0.0
        self._lags: list[np.ndarray[Any, np.dtype[np.float64]]] = []

    def run(self) -> Lag:
        """Run ``_BATCHES`` triggers; the first fifth is not counted."""
        length = _BATCHES * max(self._load.trigger, self._load.overhead)
        for _ in range(self._partitions):
            self._world.process(self._partition(length))
        self._world.run()
        lags = np.concatenate(self._lags)
        return Lag(
            float(np.percentile(lags, 50)),
            float(np.percentile(lags, 99)),
            self._computed / self._all_cores / length,
            self._written / self._all_writers / length,
        )

    def _partition(self, length: float) -> Generator[simpy.Event, Any, None]:
        """Batch after batch: wait for the trigger, compute on a core, write, be visible."""
        yield self._world.timeout(self._chance.uniform(0, self._load.trigger))
        since = self._world.now
        while (began := self._world.now) < length:
            count = self._chance.poisson(self._rate * (began - since))
            arrived = self._chance.uniform(since, began, count)
            since = began
            factor = max(0.1, self._chance.normal(1, _VARIATION))
            computing = self._load.overhead + count * self._costs.ours * factor
            with self._cores.request() as core:
                yield core
                yield self._world.timeout(computing)
            writing = count * self._costs.database * factor
            with self._writers.request() as writer:
                yield writer
                yield self._world.timeout(writing)
            self._computed += computing
            self._written += writing
            if began > length / 5:
                self._lags.append(self._world.now - arrived)
            next_trigger = began + self._load.trigger
            yield self._world.timeout(max(0.0, next_trigger - self._world.now))


def both(
    cluster: Cluster, costs: Costs, load: Load, cores_a_shard: int, storage: float
) -> Figures:
    """The lag on paper and in the simulation."""
    paper = on_paper(cluster, costs, load, cores_a_shard)
    simulated = Simulation(cluster, costs, load, cores_a_shard, seed=1).run()
    return {
        "events_per_second": load.rate,
        **{name: float(n) for name, n in cluster._asdict().items()},
        "topic_gb_a_day": storage / 1e9,
        "p50_seconds_on_paper": paper.p50,
        "p50_seconds_simulated": simulated.p50,
        "p99_seconds_on_paper": paper.p99,
        "p99_seconds_simulated": simulated.p99,
        "cores_busy_on_paper": paper.cores_busy,
        "cores_busy_simulated": simulated.cores_busy,
        "shards_busy_on_paper": paper.shards_busy,
        "shards_busy_simulated": simulated.shards_busy,
    }


def bottlenecks(costs: Costs, options: argparse.Namespace) -> list[Claim]:
    """How many users one unit of each carries at the peak, the first to give out first."""
    busiest = options.plays_a_day / _DAY * options.peak
    limits = {
        f"one shard of {options.cores_a_shard} cores": options.cores_a_shard / costs.database,
        "one core of an executor": 1 / costs.ours,
        "one partition (worked on by one core, and waiting for the database)": 1
        / (costs.ours + costs.database),
        "one broker link of 1 Gbit/s, written and read once": 125e6 / costs.record_bytes / 2,
    }
    users = {what: options.utilisation * n / busiest for what, n in limits.items()}
    return [
        Claim(f"users that {what} carries", n)
        for what, n in sorted(users.items(), key=lambda item: item[1])
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser(__doc__, repeat=1)
    parser.add_argument("--users", type=float, nargs="+", default=[1e6, 1e8, 1e9])
    parser.add_argument("--plays-a-day", type=float, default=1.0, help="events a user and day")
    parser.add_argument("--peak", type=float, default=4.0, help="busiest hour ÷ mean hour")
    parser.add_argument("--utilisation", type=float, default=0.6, help="to be aimed at")
    parser.add_argument("--cores-a-shard", type=int, default=8)
    parser.add_argument("--trigger", type=float, default=5.0, help="seconds")
    parser.add_argument("--overhead", type=float, default=0.3, help="seconds of each batch")
    options = parser.parse_args(arguments)
    where = machine("simpy")
    try:
        costs = measured_costs(options.results)
    except MissingResult as error:
        parser.error(str(error))
    sides: list[Side] = []
    for users in options.users:
        rate = users * options.plays_a_day / _DAY * options.peak
        load = Load(rate, options.trigger, options.overhead)
        storage = users * options.plays_a_day * costs.record_bytes
        cluster = cluster_for(rate, costs, options)
        arguments_ = (cluster, costs, load, options.cores_a_shard, storage)
        sides.append(Side(f"{users:,.0f} users", "Spark", both, arguments_))
    results = run_in_turn(sides, options.repeat)
    publish("scale", options, where, results, claims_of(results, costs, options))


def claims_of(results: list[Result], costs: Costs, options: argparse.Namespace) -> list[Claim]:
    """How far simulation and paper are apart, the costs used, and what gives out first."""
    apart = [
        Claim(
            f"p99 simulated ÷ on paper, {result.case}",
            result.median("p99_seconds_simulated") / result.median("p99_seconds_on_paper"),
        )
        for result in results
    ]
    used = [
        Claim("CPU of ours, µs an event (from the backfill)", costs.ours * 1e6),
        Claim("CPU of the database, µs an event (from the backfill)", costs.database * 1e6),
    ]
    return [*apart, *used, *bottlenecks(costs, options)]


if __name__ == "__main__":
    main()
