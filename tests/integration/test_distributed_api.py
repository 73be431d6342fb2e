"""The HTTP interface on the distributed engine, with Kafka there and away."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import make_container
from stack.java_process import free_port
from stack.kafka import start_kafka
from stack.mongo import Mongo

from .distributed_app import DistributedApp, until
from .stack import requires

pytestmark = pytest.mark.distributed


@contextmanager
def client_of(app: DistributedApp) -> Iterator[TestClient]:
    container = make_container(app.settings)
    try:
        headers = {"Authorization": f"Bearer {container.home_token()}"}
        api = create_app(container)
        with TestClient(api, base_url="http://localhost", headers=headers) as client:
            yield client
    finally:
        container.close()


def backlog(client: TestClient) -> int:
    return sum(client.get("/health/ready").json()["relay_backlog_events"].values())


def total(metrics: str, name: str) -> float:
    """The sum of a metric over its partitions."""
    found = re.findall(rf"^{name}\{{[^}}]*\}} (\S+)$", metrics, re.MULTILINE)
    assert found, metrics
    return sum(map(float, found))


def test_writes_are_taken_while_kafka_is_down_and_counted_when_it_is_back(
    mongo: Mongo, tmp_path: Path
) -> None:
    """Fault 4: 201, a backlog that everybody can see, then the relay delivers by itself."""
    requires("kafka")
    requires("spark")
    kafka = start_kafka(tmp_path / "kafka")
    app = DistributedApp(kafka.bootstrap, mongo.uri, tmp_path)
    port = free_port()
    shown = {"CINESTATS_METRICS_PORT": str(port)}
    log = tmp_path / "relay.log"

    def relay_metrics() -> str:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            return answer.read().decode()

    try:
        with client_of(app) as client, app.service("relay", log=log, **shown):
            assert client.post("/users/u1/movies", json={"name": "Heat"}).status_code == 201
            until(lambda: backlog(client) == 0)
            kafka.kill()
            films = ("Gladiator", "Inception", "Vertigo", "Ran", "Alien")
            answers = [client.post("/users/u1/movies", json={"name": film}) for film in films]
            assert [answer.status_code for answer in answers] == [201] * len(films)
            assert backlog(client) == len(films)
            metrics = client.get("/metrics").text
            assert total(metrics, "cinestats_relay_backlog_events") == len(films)
            assert total(metrics, "cinestats_relay_backlog_seconds") > 0
            until(lambda: "The relay waits" in log.read_text())
            assert total(relay_metrics(), "cinestats_relay_backlog_events") == len(films)
            kafka.restart()
            until(lambda: backlog(client) == 0)
            assert total(relay_metrics(), "cinestats_events_published_total") == 6
            app.run("consume", "--once")
            position = answers[-1].json()["position"]
            stats = client.get("/users/u1/stats", params={"at_least": position}).json()
            assert stats["total_watched"] == 6
            metrics = client.get("/metrics").text
            assert total(metrics, "cinestats_projection_lag_events") == 0
    finally:
        kafka.stop()
    assert '"message":"The relay waits' in log.read_text()
    assert app.run("verify").startswith("Equal")


def test_a_full_backlog_refuses_writes_and_drops_nothing(mongo: Mongo, tmp_path: Path) -> None:
    """Fault 5: 503 with Retry-After; what was taken is there, and reads go on."""
    requires("kafka")
    app = DistributedApp("127.0.0.1:1", mongo.uri, tmp_path, backlog_limit=2)
    with client_of(app) as client:
        entry = client.post("/users/u1/movies", json={"name": "Heat"}).json()["entry_id"]
        assert client.post("/users/u1/movies", json={"name": "Ran"}).status_code == 201
        refused = until(
            lambda: (
                answer
                if (answer := client.patch(f"/users/u1/movies/{entry}", json={"rating": 4}))
                and answer.status_code == 503
                else None
            )
        )
        assert refused.json()["type"] == "urn:cinestats:backlog-full"
        assert refused.headers["Retry-After"] == "30"
        before = backlog(client)
        for answer in (
            client.post("/users/u1/movies", json={"name": "Alien"}),
            client.delete(f"/users/u1/movies/{entry}"),
            client.post("/users/u1/imports", content=b"Title,Year\nAlien,1979\n"),
        ):
            assert answer.status_code == 503
        assert client.get("/health/ready").status_code == 200
        assert len(client.get("/users/u1/diary").json()["items"]) == 2
        assert backlog(client) == before >= 2
