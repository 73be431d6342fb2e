"""What the container loads for a command, and what it chooses."""

import subprocess
import sys
from pathlib import Path

import pytest

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.sqlite.stores import SqliteStores
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.container import make_container, make_stores
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

COMMAND = """
import sys
from cinestats.entrypoints.cli import main
try:
    main()
finally:
    loaded = {name.partition(".")[0] for name in sys.modules}
    others = {"fastapi", "kafka", "pyarrow", "pymongo", "pyspark"}
    print(sorted(loaded & others), file=sys.stderr)
"""


@pytest.mark.parametrize("command", ["--help", "add anna Heat", "stats anna", "doctor"])
def test_a_command_of_the_embedded_backend_loads_nothing_of_the_others(
    command: str, tmp_path: Path
) -> None:
    """Else each would take three times as long to start."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *command.split()],
        env={"CINESTATS_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_setting_chooses_the_backend(tmp_path: Path) -> None:
    """And nothing is opened by that."""
    memory = make_stores(Settings(backend="memory"))
    embedded = make_stores(Settings(backend="embedded", data_dir=tmp_path / "data"))
    assert (type(memory), type(embedded)) == (MemoryStores, SqliteStores)
    assert not (tmp_path / "data").exists()


def test_a_parked_record_is_read_as_the_consumer_of_its_topic_reads_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that an earlier version parked for a blemish can be sent again."""
    container = make_container(Settings(backend="memory"))
    value = b"""{"event_type": "ADD", "user_id": "anna", "timestamp": "2025-01-21T00:45:00Z",
        "movie": {"name": "Heat", "duration": 0}}"""
    event, position = container.read_record(value)
    assert (event.entry.movie.duration, position) == (None, None)
    monkeypatch.setattr(container, "_topic_kind", lambda: "log")
    with pytest.raises(InvalidInput, match=r"^duration: must be from 1"):
        container.read_record(value)


def test_a_topic_whose_events_came_in_loose_is_another_applications() -> None:
    """Also where no claim says so: its plays are that application's, and no relay publishes."""
    container = make_container(Settings(backend="distributed", kafka_topic="films"))
    stores = MemoryStores()
    container.stores = lambda: stores  # type: ignore[method-assign,assignment]
    assert not container.topic_is_foreign()
    stores.topic_ways.settle("films", "loose")
    assert container.topic_is_taken_in()
    assert container.topic_is_foreign()
