"""Before a driver reads another application's topic, and after each batch of it."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("prometheus_client")

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.spark.checkpoints import STATS_CHECKPOINT
from cinestats.adapters.spark.metrics import REGISTRY, Query
from cinestats.application.figures.ports import Batch
from cinestats.application.streaming.claim import TopicCompacted, TopicMadeAnew
from cinestats.application.streaming.losses import RecordsLost
from cinestats.application.streaming.ports import (
    Bounds,
    Lost,
    PartitionsDiffer,
    TopicClaim,
    TopicFacts,
    TopicKind,
    TransportUnavailable,
)
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.entrypoints import foreign_topic
from cinestats.entrypoints.foreign_topic import Reached, refuse_change, refuse_losses
from cinestats.entrypoints.settings import Settings
from tests.contracts.builders import NOON, added, recorded

SETTINGS = Settings(backend="distributed", kafka_topic="films")


def claimed(kind: TopicKind | None, partitions: int = 2) -> MemoryStores:
    stores = MemoryStores()
    stores.topic_claims.put("films", TopicClaim("id-1", partitions, kind))
    return stores


def at(stores: MemoryStores) -> list[int | None]:
    return [stores.topic_positions.get("films", partition) for partition in (0, 1)]


@pytest.fixture
def bounds(monkeypatch: pytest.MonkeyPatch) -> list[Bounds]:
    """What Kafka says, for a test to change."""
    said = [Bounds(3, 9), Bounds(0, 0)]
    monkeypatch.setattr(foreign_topic, "topic_bounds", lambda _settings, _partitions: said)
    return said


def test_a_new_topic_begins_where_the_settings_say_and_stays_there(
    bounds: list[Bounds], tmp_path: Path
) -> None:
    for at_end, expected in ((False, [3, 0]), (True, [9, 0])):
        stores = claimed(None)
        refuse_losses(SETTINGS, stores, tmp_path, (), at_end=at_end)
        assert at(stores) == expected
    bounds[:] = [Bounds(3, 20), Bounds(0, 5)]
    refuse_losses(SETTINGS, stores, tmp_path, (), at_end=True)
    assert at(stores) == [9, 0]


def test_what_an_earlier_version_counted_is_where_counting_goes_on(
    bounds: list[Bounds], tmp_path: Path
) -> None:
    """It kept no positions of topics: those of the figures were offsets."""
    for kind in ("foreign", None):  # None: documents of the original that were adopted
        stores = claimed(kind)
        stores.models.apply(Batch(0, 0, recorded([added(n, "anna") for n in range(5)]), NOON))
        refuse_losses(SETTINGS, stores, tmp_path, (), at_end=True)
        assert at(stores) == [5, 0]
    bounds[0] = Bounds(8, 9)
    stores = claimed("foreign")
    stores.models.apply(Batch(0, 0, recorded([added(n, "anna") for n in range(5)]), NOON))
    with pytest.raises(RecordsLost, match="offsets 5 to 7 of partition 0"):
        refuse_losses(SETTINGS, stores, tmp_path, (), at_end=True)


def test_a_loss_is_given_up_by_name_and_shown(bounds: list[Bounds], tmp_path: Path) -> None:
    stores = claimed("taken_in")
    refuse_losses(SETTINGS, stores, tmp_path, (), at_end=False)
    bounds[0] = Bounds(7, 9)
    with pytest.raises(RecordsLost, match="--accept-loss 0:3-6"):
        refuse_losses(SETTINGS, stores, tmp_path, (), at_end=False)
    assert at(stores) == [3, 0]
    for accepted in ([Lost(0, 3, 6)], [Lost(0, 3, 6)], []):
        refuse_losses(SETTINGS, stores, tmp_path, accepted, at_end=False)
        assert at(stores) == [7, 0]
        labels = {"partition": "0"}
        assert REGISTRY.get_sample_value("cinestats_topic_given_up_records", labels) == 4


def test_checkpoints_that_are_elsewhere_begin_anew(
    bounds: list[Bounds], tmp_path: Path
) -> None:
    for part in ("commits", "offsets"):
        (tmp_path / STATS_CHECKPOINT / part).mkdir(parents=True)
        offsets = json.dumps({"films": {"0": 9, "1": 0}})
        (tmp_path / STATS_CHECKPOINT / part / "0").write_text(f"v1\n{{}}\n{offsets}")
    stores = claimed("taken_in")
    refuse_losses(SETTINGS, stores, tmp_path, (), at_end=True)
    assert (tmp_path / STATS_CHECKPOINT).exists()
    refuse_losses(SETTINGS, claimed("taken_in"), tmp_path, (), at_end=False)
    assert not (tmp_path / STATS_CHECKPOINT).exists()


@pytest.mark.usefixtures("bounds")
def test_behind_a_log_nothing_is_given_up(tmp_path: Path) -> None:
    stores = claimed("log")
    refuse_losses(SETTINGS, stores, tmp_path, (), at_end=False)
    assert at(stores) == [None, None]
    with pytest.raises(InvalidInput, match=r"^--accept-loss: is of use only where no log"):
        refuse_losses(SETTINGS, stores, tmp_path, [Lost(0, 3, 6)], at_end=False)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        (TopicFacts("id-1", 2), None),
        (TopicFacts("id-2", 2), TopicMadeAnew),
        (TopicFacts("id-1", 2, compacted=True), TopicCompacted),
        (TopicFacts("id-1", 3), PartitionsDiffer),
        (None, None),  # Spark says so, or it comes again under another id
        (TransportUnavailable("Kafka is away."), None),
    ],
)
def test_a_topic_that_changes_while_it_is_read_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
    facts: TopicFacts | TransportUnavailable | None,
    error: type[CinestatsError] | None,
) -> None:
    """Spark would go on at the old offsets, in silence."""

    def describe(_settings: Settings) -> TopicFacts | None:
        if isinstance(facts, TransportUnavailable):
            raise facts
        return facts

    monkeypatch.setattr(foreign_topic, "describe_topic", describe)
    if error is None:
        refuse_change(SETTINGS, claimed("taken_in"))
        return
    with pytest.raises(error):
        refuse_change(SETTINGS, claimed("taken_in"))


def query(ends: dict[str, int] | None) -> Query:
    source = SimpleNamespace(endOffset=json.dumps({"films": ends}))
    progress = None if ends is None else SimpleNamespace(sources=[source])
    return SimpleNamespace(name="q", status={}, lastProgress=progress)


def test_a_position_ends_where_the_last_batch_did() -> None:
    """Behind a transaction lies an offset of no record: it would wait for ever."""
    stores = claimed("taken_in")
    reached = Reached("films", stores)
    for ends, expected in (
        (None, [None, None]),
        ({"0": 5, "1": 0}, [5, 0]),
        ({"0": 5, "1": 0}, [5, 0]),
        ({"0": 8, "1": 2}, [8, 2]),
    ):
        reached.look(query(ends))
        assert at(stores) == expected
    stores = claimed("log")
    Reached("films", stores).look(query({"0": 5, "1": 0}))
    assert at(stores) == [None, None]
