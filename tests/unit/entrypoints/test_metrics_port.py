import re
import socket
from urllib.request import urlopen

import pytest

from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.adapters.memory.relay_positions import MemoryRelayPositions
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints.backlog import Backlog
from cinestats.entrypoints.metrics_port import metrics_shown, registry_of
from cinestats.entrypoints.position_metrics import Positions
from cinestats.entrypoints.settings import Settings
from tests.contracts.builders import added

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_positions_are_shown_over_http_during_the_block() -> None:
    """How much is in the log, in the topic and counted, and how old the oldest of the rest."""
    log, sent = MemoryEventLog(2), MemoryRelayPositions()
    log.append(1, 0, [added(1), added(2), added(3)])
    sent.advance(1, 2)
    port = free_port()
    registry = registry_of(Positions(log, MemoryReadModels(), Backlog(log, sent, 9)))
    with metrics_shown(Settings(metrics_port=port), registry):
        text = urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode()
    shown = dict(re.findall(r'^cinestats_(\w+)\{partition="1"\} (\S+)$', text, re.MULTILINE))
    assert float(shown.pop("projection_lag_seconds")) > 0
    assert float(shown.pop("relay_backlog_seconds")) > 0
    assert shown == {
        "events_appended_total": "3.0",
        "events_published_total": "2.0",
        "events_projected_total": "0.0",
        "projection_lag_events": "3.0",
        "relay_backlog_events": "1.0",
    }
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5)


def test_without_a_topic_there_is_no_backlog() -> None:
    """Embedded, nothing waits for a relay."""
    log = MemoryEventLog(1)
    names = {metric.name for metric in Positions(log, MemoryReadModels(), None).collect()}
    assert "cinestats_projection_lag_events" in names
    assert not any("relay" in name for name in names)


def test_no_port_is_opened_unless_one_is_set() -> None:
    """The block runs all the same."""
    with metrics_shown(Settings(), registry_of(_nothing())):
        pass


def test_a_taken_port_is_told_in_a_sentence() -> None:
    """The process does not run without the metrics that were asked for."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings = Settings(metrics_port=port)
        with (
            pytest.raises(CinestatsError, match=rf"cannot be shown at 127\.0\.0\.1:{port}: A"),
            metrics_shown(settings, registry_of(_nothing())),
        ):
            raise AssertionError("the port was taken")


def _nothing() -> Positions:
    return Positions(MemoryEventLog(1), MemoryReadModels(), None)
