"""One topic for each scenario, which is taken into the log of a backend."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.ids import id_from
from cinestats.adapters.memory.dead_letters import MemoryDeadLetters
from cinestats.adapters.memory.topic_positions import MemoryTakingIn, MemoryTopicPositions
from cinestats.application.streaming.append_taken import Appender
from cinestats.application.streaming.records import TopicRecord
from cinestats.application.streaming.take_in import TakeIn
from cinestats.domain.events import Event
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)


@dataclass
class Topic:
    """What the application published, and who takes it in."""

    app: Container
    records: list[TopicRecord] = field(default_factory=list[TopicRecord])
    positions: MemoryTopicPositions = field(default_factory=MemoryTopicPositions)
    letters: MemoryDeadLetters = field(default_factory=MemoryDeadLetters)
    park_unknown: bool = False

    def publish(self, told: dict[str, Any]) -> None:
        value = json.dumps(told).encode()
        self.records.append(TopicRecord(len(self.records), told["user_id"].encode(), value))

    def take_in(self) -> None:
        """Take in the whole topic, from its beginning."""
        appender = Appender(self.app.log(), self.app.diaries(), self.park_unknown)
        stores = self.positions, MemoryTakingIn(self.positions), self.letters
        consumer = TakeIn("films", 1, _read, appender, *stores, lambda: NOW, id_from)
        consumer.take_in(0, self.records)
        self.app.projector().catch_up()


def _read(value: bytes) -> tuple[Event, int | None]:
    event, position, _ = read_foreign(value, UTC, NOW)
    return event, position


@pytest.fixture(params=["memory", "embedded"], autouse=True)
def topic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Topic]:
    app = make_container(Settings(backend=request.param, data_dir=tmp_path))
    yield Topic(app)
    app.close()
