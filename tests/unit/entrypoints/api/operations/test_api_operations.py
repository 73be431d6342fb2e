import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from cinestats.application.ports import StoreBusy, StoreFull, StoreUnavailable
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.api.operations import health
from cinestats.entrypoints.cli.app import app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

FILM = {"name": "Inception"}


def test_the_server_lives_and_is_ready(client: TestClient) -> None:
    """Both checks answer 200 while all is well."""
    assert client.get("/health/live").json()["status"] == "alive"
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["status"] == "ready"


@pytest.mark.parametrize("check", ["live", "ready"])
def test_the_checks_name_the_version_of_the_command_line(
    client: TestClient, check: str
) -> None:
    """Who watches a server sees which version answers: the one that ``--version`` prints."""
    printed = CliRunner().invoke(app, ["--version"]).stdout.strip()
    assert client.get(f"/health/{check}").json()["version"] == printed


def test_a_failing_projection_makes_the_server_not_ready_until_it_works_again(
    client: TestClient, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is told, the thread lives on, and what was missed is counted in."""

    def fail(_: int) -> int:
        raise sqlite3.OperationalError("the disk is on fire")

    with monkeypatch.context() as patch:
        patch.setattr(container.projector(), "step", fail)
        position = client.post("/users/u1/movies", json=FILM).json()["position"]
        ready = _until(lambda: client.get("/health/ready"), lambda r: r.status_code == 503)
        assert "the disk is on fire" in ready.json()["detail"]
        assert client.get("/health/live").status_code == 200
    stats = client.get("/users/u1/stats", params={"at_least": position}).json()
    assert stats["total_watched"] == 1
    _until(lambda: client.get("/health/ready"), lambda r: r.status_code == 200)


def test_it_is_not_ready_while_a_read_takes_too_long(
    client: TestClient, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ready says what a user gets, though the loop turns and no job has failed."""
    slow = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(health, "CANARY_SECONDS", 0.1)
        patch.setattr(container.models(), "user_stats", lambda _: slow.wait(20))
        ready = client.get("/health/ready")
        slow.set()
    assert ready.status_code == 503
    assert "a read took longer than 0.1 s" in ready.json()["detail"]
    assert client.get("/health/ready").status_code == 200


def test_every_write_wakes_the_projection(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread need not wait for its next poll, also when a write ended badly."""
    woken: list[str] = []
    background = client.app.state.services.background  # type: ignore[attr-defined]
    monkeypatch.setattr(background, "wake", lambda: woken.append("now"))
    entry = client.post("/users/u1/movies", json=FILM).json()["entry_id"]
    client.patch(f"/users/u1/movies/{entry}", json={"rating": 4})
    client.delete(f"/users/u1/movies/{entry}")
    client.delete(f"/users/u1/movies/{entry}")
    answer = client.post("/users/u1/imports", content=b"Title,Year\nHeat,1995\n").json()
    client.post(f"/users/u1/imports/{answer['import_id']}/undo")
    assert len(woken) == 6


def test_without_its_thread_the_server_is_not_ready(container: Container) -> None:
    """A server whose background thread does not run says so."""
    client = TestClient(create_app(container), base_url="http://localhost")
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "does not run" in response.json()["detail"]


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [
        (StoreBusy("It is locked."), 503, "5"),
        (StoreFull("It is full."), 507, None),
        (StoreUnavailable("It is gone."), 503, None),
    ],
    ids=str,
)
def test_a_store_that_cannot_write_is_told(
    client: TestClient,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    wait: str | None,
) -> None:
    """Each trouble of the store has its status, and a time to wait where waiting helps."""

    def append(*_: object) -> None:
        raise error

    monkeypatch.setattr(container.log(), "append", append)
    response = client.post("/users/u1/movies", json=FILM)
    assert response.status_code == status
    assert response.headers.get("Retry-After") == wait
    assert response.json()["detail"] == str(error)


def test_a_bug_is_a_500_without_its_trace(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went wrong inside is for the log; the answer is a problem document like others."""

    def fail(_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(container.recorder(), "record", fail)
    app = create_app(container)
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
    headers = {"Authorization": f"Bearer {container.home_token()}"}
    response = client.post("/users/u1/movies", json=FILM, headers=headers)
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "Content-Security-Policy" in response.headers
    assert "secret" not in response.text
    assert "Traceback" not in response.text


def test_metrics_know_routes_and_never_users(
    client: TestClient, add: Callable[..., dict[str, Any]]
) -> None:
    """Requests are counted by the template of their route, events by partition."""
    position = add()["position"]
    client.get("/users/u1/stats", params={"at_least": position})
    client.get("/secret-path")
    client.request("BREW", "/trends")
    text = client.get("/metrics").text
    assert 'cinestats_events_appended_total{partition="0"} 1.0' in text
    assert 'cinestats_events_projected_total{partition="0"} 1.0' in text
    assert 'cinestats_projection_lag_events{partition="0"} 0.0' in text
    assert (
        'cinestats_http_request_seconds_count{method="GET",route="/users/{user}/stats",'
        'status="200"} 1.0'
    ) in text
    assert 'method="POST",route="/users/{user}/movies",status="201"' in text
    assert 'method="other"' in text
    for secret in ("u1", "secret-path", "BREW"):
        assert secret not in text


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "127.9.9.9", "LOCALHOST"],
)
def test_loopback_names_are_answered(client: TestClient, host: str) -> None:
    """The names that only this machine can use for itself are let in."""
    assert client.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "192.168.1.7", ""],
)
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    """A foreign name that leads here (DNS rebinding) gets no data."""
    response = client.get("/users/u1/stats", headers={"Host": host})
    assert response.status_code == 421
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "host",
    [
        "evil@localhost.x",
        "[::1",
        "[::1]x",
        "[localhost]",
        "localhost:abc",
        "localhost:-1",
        "localhost:65536",
        "localhost:80:80",
        "user@localhost",
        "localhost/x",
        "localhost?x",
        "localhost#x",
        "local host",
        "localhost, evil.example",
        "localhost\\x",
    ],
)
def test_a_malformed_host_is_refused(client: TestClient, host: str) -> None:
    """Two programs on the way might read two names in it."""
    response = client.get("/users/u1/stats", headers={"Host": host})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


def test_one_host_is_named(client: TestClient) -> None:
    """Of two, a proxy may believe the other one."""
    headers = [("Host", "localhost"), ("Host", "localhost")]
    assert client.get("/health/live", headers=headers).status_code == 400


def test_where_a_body_ends_is_said_once(client: TestClient) -> None:
    """Else a proxy may take the rest of it for another request (smuggling)."""
    headers = {"Content-Length": "2", "Transfer-Encoding": "chunked"}
    answer = client.post("/users/u1/movies", headers=headers, content=b"{}")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("setting", "host", "status"),
    [
        ("films.lan", "films.lan:8000", 200),
        ("films.lan", "192.168.1.7", 421),
        ("0.0.0.0", "192.168.1.7:8000", 200),
        ("0.0.0.0", "evil.example", 421),
    ],
)
def test_the_host_of_the_settings_is_answered(setting: str, host: str, status: int) -> None:
    """On all interfaces any address is let in, as no rebound name is an address."""
    app = create_app(make_container(Settings(backend="memory", host=setting)))
    client = TestClient(app, base_url="http://localhost")
    assert client.get("/health/live", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
    ids=str,
)
def test_writes_from_another_site_are_refused(
    client: TestClient, container: Container, headers: dict[str, str]
) -> None:
    """Another site's page can make the browser send a write; it is not let in."""
    for method, path in (("POST", "movies"), ("POST", "imports"), ("DELETE", "movies/x")):
        response = client.request(method, f"/users/u1/{path}", headers=headers)
        assert response.status_code == 403
    assert container.log().tail(0) == 0


def test_writes_from_the_page_itself_are_let_in(client: TestClient) -> None:
    """The page's own origin may write."""
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/users/u1/movies", json=FILM, headers=headers).status_code == 201


def test_every_answer_forbids_what_the_page_does_not_need(client: TestClient) -> None:
    """The policy lets a page load from its own origin alone."""
    for path in ("/", "/static/app.js", "/users/u1/stats", "/nowhere"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_reference_names_every_route_and_body(client: TestClient) -> None:
    """The OpenAPI document describes the bodies although they are read raw."""
    document = client.get("/openapi.json").json()
    paths = document["paths"]
    assert {
        "/users/{user}/movies",
        "/users/{user}/movies/{entry}",
        "/users/{user}/imports",
        "/users/{user}/imports/{import_id}/undo",
        "/users/{user}/stats",
        "/users/{user}/affinities",
        "/users/{user}/affinities/{type}/{name}/entries",
        "/users/{user}/diary",
        "/users/{user}/years/{year}",
        "/users/{user}/stream",
        "/trends",
        "/health/live",
        "/health/ready",
        "/metrics",
    } <= set(paths)
    add = paths["/users/{user}/movies"]["post"]
    schema = add["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["rating"]["multipleOf"] == 0.5
    assert schema["additionalProperties"] is False
    assert {"user", "Idempotency-Key"} == {p["name"] for p in add["parameters"]}


def _until(ask: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + 5
    while not good(answer := ask()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.02)
    return answer
