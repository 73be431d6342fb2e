"""What a worker does with a partition, on stores in memory."""

import json
import os
from collections.abc import Iterator
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyarrow", reason="The extra distributed is not installed.")

import pyarrow as pa

from cinestats.adapters.event_json import SCHEMA, encode
from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.spark.legacy import process_partition_legacy
from cinestats.adapters.spark.worker import Job, process_partition
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.figures.ports import Batch
from cinestats.application.log.ports import NewerEvent, Recorded
from cinestats.application.stores import Stores
from cinestats.application.streaming.claim import SecondTopic
from cinestats.application.streaming.ports import PartitionsDiffer, TopicClaim
from cinestats.application.streaming.take_in import ForeignRules
from cinestats.domain.movie import Movie
from tests.contracts.builders import NOON, added, corrected, recorded

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def stores() -> Stores:
    stores = MemoryStores()
    stores.topic_claims.put("films", TopicClaim("an id", 1, None))
    return stores


def batch(*values: bytes, first: int = 0) -> object:
    """Records of anna's, as Spark hands them over."""
    offsets = list(range(first, first + len(values)))
    return pa.RecordBatch.from_pydict(
        {
            "partition": pa.array([0] * len(values), pa.int32()),
            "offset": offsets,
            "key": [b"anna"] * len(values),
            "value": list(values),
        }
    )


def told(title: str) -> bytes:
    """An event of another application."""
    movie = {"name": title, "rating": 4, "watched_date": "2025-01-20"}
    moment = "2025-01-21T00:45:00+01:00"
    event = {"event_type": "ADD", "user_id": "anna", "movie": movie, "timestamp": moment}
    return json.dumps(event).encode()


def counted(job: Job, *batches: object) -> dict[str, object]:
    (row,) = process_partition(batches, job)
    return {name: values[0] for name, values in row.to_pydict().items()}


@pytest.mark.parametrize(("log", "kind"), [(True, "taken_in"), (False, "foreign")])
def test_records_of_another_application_are_counted_by_their_place(
    stores: Stores, log: bool, kind: str
) -> None:
    """Batches of Arrow may part a partition; a record that comes again is not counted again."""
    job = Job("films", 1, None, stores, ROME, ForeignRules(log=log))
    row = counted(job, batch(told("Heat"), b"poison"), batch(told("Ali"), first=2))
    assert (row["counted"], row["parked"], row["position"]) == (2, 1, 3)
    assert stores.topic_positions.get("films", 0) == 3
    claim = stores.topic_claims.get("films")
    assert claim is not None
    assert claim.kind == kind
    assert stores.log.tail(0) == (2 if log else 0)
    again = counted(job, batch(told("Ali"), first=2))
    assert (again["counted"], again["repeated"], again["stopped"]) == (0, 1, None)
    stats = stores.models.user_stats("anna")
    assert stats is not None
    assert stats.stats.total_watched == 2


def test_what_is_left_out_of_records_is_told_by_field(stores: Stores) -> None:
    """Also the first good record of a topic may have a blemish; a batch begins at nothing."""
    blemished = told("Heat").replace(b'"rating"', b'"duration": 0, "genres": [""], "rating"')
    job = Job("films", 1, None, stores, ROME)
    row = counted(job, batch(blemished, blemished.replace(b"Heat", b"Ali")))
    assert (row["counted"], row["parked"]) == (2, 0)
    assert dict(row["left_out"]) == {"duration": 2, "genres": 2}  # type: ignore[call-overload]
    claim = stores.topic_claims.get("films")
    assert claim is not None
    assert claim.kind == "taken_in"
    job = Job("films", 1, "taken_in", stores, ROME)
    assert counted(job, batch(told("Ali"), first=2))["left_out"] == []


def test_how_far_a_topic_was_counted_is_kept_behind_what_was_parked(stores: Stores) -> None:
    """The figures stay at the last good record: a loss behind it would look like none."""
    job = Job("films", 1, "foreign", stores, ROME)
    assert counted(job, batch(told("Heat"), b"poison", b""))["position"] == 1
    assert stores.topic_positions.get("films", 0) == 3
    counted(job, batch(told("Heat")))
    assert stores.topic_positions.get("films", 0) == 3


def test_a_partition_that_is_new_stops_the_counting(stores: Stores) -> None:
    """A user's events may lie in two of them from then on."""
    records = pa.RecordBatch.from_pydict(
        {
            "partition": pa.array([1], pa.int32()),
            "offset": [0],
            "key": [b"anna"],
            "value": [told("Heat")],
        }
    )
    with pytest.raises(PartitionsDiffer, match="has got more partitions than the 1"):
        counted(Job("films", 1, "foreign", stores, ROME), records)
    assert stores.dead_letters.waiting(9) == []


def test_the_first_record_tells_that_a_topic_needs_a_database_of_its_own(
    stores: Stores,
) -> None:
    """Where another topic is in that database; one that is taken into the log needs none."""
    stores.topic_claims.put("others", TopicClaim("another id", 1, "log"))
    with pytest.raises(SecondTopic, match="set CINESTATS_MONGO_DATABASE to a new name"):
        counted(
            Job("films", 1, None, stores, ROME, ForeignRules(log=False)), batch(told("Heat"))
        )
    assert stores.models.checkpoint(0) == 0


def test_a_correction_of_another_application_is_completed_on_both_sides(
    stores: Stores,
) -> None:
    """So what is taken off is what was put on, and what is put on can be taken off."""
    for title in ("Heat", "Ali"):
        movie = Movie.create(title, directors="Michael Mann", genres=["Crime"], duration=170)
        stores.catalogue.load([CatalogueFilm(movie)])
    fix = json.loads(told("Heat"))
    corrected = {**fix["movie"], "name": "Ali", "watched_date": "2025-02-01"}
    fix |= {"event_type": "CORRECT", "corrected": corrected, "schema": 2}
    job = Job("films", 1, "foreign", stores, ROME)
    row = counted(job, batch(told("Heat"), json.dumps(fix).encode()))
    assert (row["counted"], row["parked"]) == (2, 0)
    (director,) = stores.models.affinities("anna", "director")
    assert (director.name, director.affinity.plays) == ("Michael Mann", 1)
    document = stores.models.user_stats("anna")
    assert document is not None
    assert document.stats.watch_time_minutes == 170
    assert document.stats.monthly_counts == {(2025, 1): 0, (2025, 2): 1}


def test_the_older_recompute_takes_a_play_as_it_was_corrected(stores: Stores) -> None:
    """Whatever was counted of it; an event of a newer version is told of."""
    event = added(1, "anna")
    heat = Movie.create("Heat", year=1995, directors="Michael Mann", duration=170)
    fix = corrected(2, event.entry, {"movie": heat, "watched_on": None}, "anna")
    stores.log.append(0, 0, [event, fix])
    wrong = recorded([event, added(2, "anna")])
    stores.models.apply(Batch(0, 0, wrong, NOON))
    job = Job("films", 1, "log", stores, ROME)
    told_of = batch(encode(event, 1), encode(fix, 2), b"poison")
    (row,) = process_partition_legacy([told_of], job)
    assert (row.to_pydict()["position"], row.to_pydict()["stopped"]) == ([2], [None])
    document = stores.models.user_stats("anna")
    assert document is not None
    assert document.stats.watch_time_minutes == 170
    assert document.stats.monthly_counts == {}
    (director,) = stores.models.affinities("anna", "director")
    assert (director.name, director.affinity.plays) == ("Michael Mann", 1)
    newer = encode(fix, 3).replace(b'"schema":2', b'"schema":99')
    (row,) = process_partition_legacy([batch(encode(fix, 2), newer)], job)
    assert str(row.to_pydict()["stopped"][0]).endswith(": upgrade cinestats")


def test_the_older_recompute_leaves_alone_whose_log_it_cannot_read(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their figures stay as they are, and the reason is reported."""
    event = added(1, "anna")
    stores.log.append(0, 0, [event])
    stores.models.apply(Batch(0, 0, recorded([event]), NOON))

    def of_user(_user_id: str) -> Iterator[Recorded]:
        raise NewerEvent("schema", "99 is of a newer cinestats: upgrade cinestats")

    monkeypatch.setattr(stores.log, "of_user", of_user)
    job = Job("films", 1, "log", stores, ROME)
    (row,) = process_partition_legacy([batch(encode(event, 1))], job)
    assert str(row.to_pydict()["stopped"][0]).endswith(": upgrade cinestats")
    document = stores.models.user_stats("anna")
    assert document is not None
    assert document.stats.total_watched == 1


def test_the_older_recompute_leaves_alone_whom_no_log_has(stores: Stores) -> None:
    """It set every figure of theirs to zero; now it says why, and nothing changes."""
    job = Job("films", 1, "foreign", stores, ROME)
    counted(job, batch(told("Heat")))
    before = stores.models.user_stats("anna")
    (row,) = process_partition_legacy([batch(told("Heat"))], job)
    reason = str(row.to_pydict()["stopped"][0])
    assert reason.startswith("The figures of anna cannot be recomputed")
    assert stores.models.user_stats("anna") == before
    assert before is not None


def test_what_a_topic_lacks_is_read_from_its_log(stores: Stores) -> None:
    """And counted before what follows it."""
    events = [added(n, "anna") for n in (1, 2, 3)]
    stores.log.append(0, 0, events)
    row = counted(Job("films", 1, "log", stores, ROME), batch(encode(events[2], 3)))
    assert (row["counted"], row["healed"], row["stopped"]) == (1, 2, None)


def test_a_gap_that_the_log_cannot_fill_stops_the_partition(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is reported, with the reason, and nothing is counted."""
    events = [added(n, "anna") for n in (1, 2, 3)]
    stores.log.append(0, 0, events)
    monkeypatch.setattr(stores.log, "read", lambda *_: [])
    row = counted(Job("films", 1, "log", stores, ROME), batch(encode(events[2], 3)))
    assert (row["counted"], row["position"]) == (0, -1)
    assert "lacks position 1" in str(row["stopped"])
    assert stores.models.user_stats("anna") is None


def test_no_records_are_no_row(stores: Stores) -> None:
    """A task of an empty partition has nothing to report."""
    job = Job("films", 1, "foreign", stores, ROME)
    assert list(process_partition([], job)) == []
    assert list(process_partition_legacy([batch()], job)) == []


def test_a_log_of_another_size_than_its_topic_is_refused(stores: Stores) -> None:
    """Its events lie in other partitions than they say."""
    job = Job("films", 3, "log", stores, ROME)
    with pytest.raises(PartitionsDiffer, match="3 partitions and its log 1"):
        counted(job, batch(encode(added(1, "anna"), 1)))


@pytest.mark.parametrize("kind", ["log", None])
@pytest.mark.parametrize(
    ("known", "later"), [(b'"ADD"', b'"MERGE"'), (b'"schema":1', b'"schema":%d' % (SCHEMA + 1))]
)
def test_an_event_of_a_later_version_stops_its_partition(
    stores: Stores, kind: Literal["log"] | None, known: bytes, later: bytes
) -> None:
    """Fault 30: with the sentence to upgrade. After the upgrade its log heals the partition."""
    events = [added(n, "anna") for n in (1, 2)]
    stores.log.append(0, 0, events)
    newer = encode(events[0], 1).replace(known, later)
    row = counted(Job("films", 1, kind, stores, ROME), batch(newer))
    assert (row["counted"], row["parked"]) == (0, 0)
    assert str(row["stopped"]).endswith(": upgrade cinestats")
    row = counted(Job("films", 1, "log", stores, ROME), batch(encode(events[1], 2), first=1))
    assert (row["counted"], row["healed"], row["stopped"]) == (1, 1, None)


def test_an_event_of_a_later_version_of_another_application_is_parked(stores: Stores) -> None:
    """Bad input 24: no log has it, so it waits among the dead letters."""
    newer = told("Heat").replace(b"{", b'{"schema":%d,' % (SCHEMA + 1), 1)
    row = counted(Job("films", 1, None, stores, ROME), batch(newer, told("Ali")))
    assert (row["counted"], row["parked"], row["stopped"]) == (1, 1, None)
