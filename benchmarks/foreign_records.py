"""What becomes of records of another application, one by one, in the whole consumer.

    .venv/bin/python -m benchmarks.foreign_records RECORDS.jsonl [--log off] [--all]

Each line of the file is an object: ``label``, ``key`` and ``value`` in base64 (null for none),
and what is expected. That is ``want`` where it is given: ``counted`` or ``parked``, and any of
``bins`` (plays by stars), ``minutes``, ``month``, ``year``, ``genres``, ``directors`` and
``actors``. Else it is ``today``, which begins with COUNTED or PARKED. Prints a table of label,
what was expected and what was got, of the records that differ or of all, and ends with 1 where
any differs. No server is needed: the stores are in memory, the worker is the one of Spark.
"""

import argparse
import base64
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.spark.worker import Job, process_partition
from cinestats.application.streaming.ports import TopicClaim
from cinestats.application.streaming.take_in import ForeignRules
from cinestats.domain.rating import distribution_key

_TOPIC = "films"


class Got(NamedTuple):
    """What became of a record: why it was parked, or what its user's figures say."""

    parked: str | None
    figures: Mapping[str, Any]
    left_out: Mapping[str, int]

    def __str__(self) -> str:
        if self.parked is not None:
            return f"PARKED: {self.parked}"
        said = " ".join(f"{name}={value}" for name, value in self.figures.items())
        noted = f" left out: {', '.join(self.left_out)}" if self.left_out else ""
        return f"COUNTED {said}{noted}"


def consume(records: Sequence[Mapping[str, Any]], *, log: bool) -> Sequence[Got]:
    """Count the records, each in a batch of its own; then look what is there."""
    stores = MemoryStores()
    stores.topic_claims.put(_TOPIC, TopicClaim("an id", 1, None))
    left_out: list[Mapping[str, int]] = []
    for offset, record in enumerate(records):
        claim = stores.topic_claims.get(_TOPIC)
        kind = None if claim is None else claim.kind
        rules = ForeignRules(log=log)
        job = Job(_TOPIC, 1, kind, stores, ZoneInfo("Europe/Rome"), rules)
        batch = pa.RecordBatch.from_pydict(
            {
                "partition": pa.array([0], pa.int32()),
                "offset": [offset],
                "key": pa.array([_bytes(record["key"])], pa.binary()),
                "value": pa.array([_bytes(record["value"])], pa.binary()),
            }
        )
        (row,) = process_partition([batch], job)
        left_out.append(dict(row.to_pydict()["left_out"][0]))
    parked = {each.offset: each.reason for each in stores.dead_letters.waiting(10**6)}
    users = [(_bytes(record["key"]) or b"").decode(errors="replace") for record in records]
    return [
        Got(parked.get(offset), _figures(stores, users[offset]), left_out[offset])
        for offset in range(len(records))
    ]


def _figures(stores: MemoryStores, user_id: str) -> Mapping[str, Any]:
    found = stores.models.user_stats(user_id)
    if found is None:
        return {}
    stats = found.stats
    bins = {distribution_key(r): n for r, n in stats.rating_distribution.items() if n}
    months = [f"{year}-{month:02}" for (year, month), n in stats.monthly_counts.items() if n]
    names = {
        f"{type_}s": [each.name for each in stores.models.affinities(user_id, type_)]
        for type_ in ("genre", "director", "actor")
    }
    years = [entry.movie.year for entry in stores.diaries.entries(user_id)]
    return {
        "plays": stats.total_watched,
        "bins": bins,
        "minutes": stats.watch_time_minutes,
        "month": months[0] if months else None,
        "year": years[0] if years else None,
        **names,
    }


def differs(record: Mapping[str, Any], got: Got, *, log: bool) -> bool:
    """Whether a record became something else than was expected."""
    want = record.get("want") or {}
    counted = want.get("counted", record["today"].startswith("COUNTED"))
    if want.get("parked"):
        counted = False
    if counted == (got.parked is not None):
        return True
    known = {name: value for name, value in want.items() if name in got.figures}
    if not log:  # the diary knows the rating before, and the year
        known = {name: value for name, value in known.items() if name not in ("bins", "year")}
    return any(_sorted(got.figures[name]) != _sorted(value) for name, value in known.items())


def _sorted(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def main() -> int:
    parser = argparse.ArgumentParser(description="What becomes of foreign records.")
    parser.add_argument("records", type=Path)
    parser.add_argument("--log", choices=("on", "off"), default="on")
    parser.add_argument("--all", action="store_true", help="also those that are as expected")
    given = parser.parse_args()
    records = [json.loads(line) for line in given.records.read_text("utf-8").splitlines()]
    log = given.log == "on"
    wrong = 0
    for record, got in zip(records, consume(records, log=log), strict=True):
        bad = differs(record, got, log=log)
        wrong += bad
        if bad or given.all:
            expected = record.get("want") or record["today"][:60]
            print(f"{'!' if bad else ' '} {record['label'][:40]:40} | {expected} | {got}"[:400])
    print(f"{len(records)} records, {wrong} not as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
