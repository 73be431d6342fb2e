"""A real server process on SQLite: how it starts, ends, is killed, and what it survives."""

import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from io import RawIOBase
from pathlib import Path

import httpx2
import pytest

from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from cinestats.entrypoints.api.server import GRACE_SECONDS
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

from .server_process import SERVE, ServerProcess

FILM = {"name": "Inception", "rating": 4.5, "watched_date": "2025-01-20"}
KEY = {"Idempotency-Key": "k1"}

# A server that dies inside the append, just before or just after it is on the disk.
CRASHES_IN_APPEND = """
import os, signal, sys
from cinestats.entrypoints.api.server import serve
from cinestats.entrypoints.container import make_container

container = make_container()
log = container.log()
append = log.append

def crash(*arguments):
    if sys.argv[1] == "after":
        append(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

log.append = crash
serve(container)
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def server(data_dir: Path) -> Iterator[ServerProcess]:
    with ServerProcess(data_dir) as server:
        yield server


def container_of(data_dir: Path) -> Container:
    """The same data in this process, as another command beside the server has it."""
    return make_container(Settings(backend="embedded", data_dir=data_dir))


def stored_titles(data_dir: Path) -> list[str]:
    log = container_of(data_dir).log()
    return [r.event.entry.movie.title for r in log.read(0, 0, 10_000) if r.event]


def assert_equal_to_recompute(data_dir: Path) -> None:
    container = container_of(data_dir)
    container.projector().catch_up()
    verdict = container.verifier().verify()
    assert verdict.equal, verdict.differences


def test_it_prints_its_address_and_serves(server: ServerProcess) -> None:
    """The only line on standard output is the address, with the port that it really has."""
    assert server.announcement.startswith("cinestats is at http://127.0.0.1:")
    assert ":0" not in server.announcement[-3:]
    assert httpx2.get(f"{server.url}/health/ready").json()["status"] == "ready"
    assert "<title>" in httpx2.get(f"{server.url}/").text
    assert server.stderr == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_with_a_stream_open(
    server: ServerProcess, number: signal.Signals
) -> None:
    """It ends within its grace with status 0, and says goodbye to who listens."""
    with httpx2.stream("GET", f"{server.url}/users/u1/stream", timeout=20) as response:
        lines = response.iter_lines()
        assert next(lines) == "event: stats"
        began = time.monotonic()
        server.signal(number)
        for _ in lines:  # ends when the server closes the stream
            pass
    assert server.wait() == 0
    assert time.monotonic() - began < GRACE_SECONDS
    assert server.stderr == ""


def test_a_taken_port_is_told() -> None:
    """A server that cannot have its port ends with a message, not with silence."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        environment = {
            **os.environ,
            "CINESTATS_BACKEND": "memory",
            "CINESTATS_PORT": str(taken.getsockname()[1]),
        }
        done = subprocess.run(
            [sys.executable, "-c", SERVE],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode != 0
    assert "address already in use" in done.stderr
    assert done.stdout == ""


def test_a_stream_tells_of_writes_here_and_in_another_process(
    server: ServerProcess, data_dir: Path
) -> None:
    """A write through the API shows at once, one by another process within two seconds."""
    with httpx2.stream("GET", f"{server.url}/users/u1/stream", timeout=10) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        positions = (
            json.loads(line.removeprefix("data: "))["position"]
            for line in response.iter_lines()
            if line.startswith("data: ")
        )
        assert next(positions) == 0
        httpx2.post(f"{server.url}/users/u1/movies", json=FILM).raise_for_status()
        assert next(positions) == 1
        container = container_of(data_dir)
        now = container.clock()()
        container.recorder().record(
            AddMovie(
                event_id="e2",
                user_id="u1",
                entry=Entry("e2", Movie.create("Heat"), 8, None, now.date()),
                today=now.date(),
                now=now,
            )
        )
        began = time.monotonic()
        assert next(positions) == 2
        assert time.monotonic() - began < 10
    assert httpx2.get(f"{server.url}/users/u1/stats").json()["total_watched"] == 2


def test_concurrent_writers_lose_nothing(server: ServerProcess, data_dir: Path) -> None:
    """Eight clients at once: each write is acknowledged with a position of its own."""

    def write(client: int) -> list[int]:
        with httpx2.Client(base_url=server.url, timeout=30) as http:
            return [
                http.post(f"/users/u{client}/movies", json={"name": f"Film {n}"})
                .raise_for_status()
                .json()["position"]
                for n in range(10)
            ]

    with ThreadPoolExecutor(8) as pool:
        positions = [p for written in pool.map(write, range(8)) for p in written]
    assert sorted(positions) == list(range(1, 81))
    assert server.end() == 0
    assert_equal_to_recompute(data_dir)


def test_fault_1_killed_before_the_commit(data_dir: Path) -> None:
    """There is no event, and the client's retry succeeds."""
    with ServerProcess(data_dir, CRASHES_IN_APPEND, "before") as server:
        with pytest.raises(httpx2.TransportError):
            httpx2.post(f"{server.url}/users/u1/movies", json=FILM, headers=KEY)
        assert server.wait() == -signal.SIGKILL
    assert stored_titles(data_dir) == []
    with ServerProcess(data_dir) as server:
        retry = httpx2.post(f"{server.url}/users/u1/movies", json=FILM, headers=KEY)
        assert (retry.status_code, retry.json()["position"]) == (201, 1)
    assert_equal_to_recompute(data_dir)


def test_fault_2_killed_after_the_commit_before_the_answer(data_dir: Path) -> None:
    """The same Idempotency-Key gets the original answer; the film is there once."""
    with ServerProcess(data_dir, CRASHES_IN_APPEND, "after") as server:
        with pytest.raises(httpx2.TransportError):
            httpx2.post(f"{server.url}/users/u1/movies", json=FILM, headers=KEY)
        assert server.wait() == -signal.SIGKILL
    assert stored_titles(data_dir) == ["Inception"]
    with ServerProcess(data_dir) as server:
        url = f"{server.url}/users/u1"
        retries = [httpx2.post(f"{url}/movies", json=FILM, headers=KEY) for _ in range(2)]
        assert [retry.status_code for retry in retries] == [201, 201]
        assert [retry.json()["position"] for retry in retries] == [1, 1]
        assert retries[0].json() == retries[1].json()
        other = httpx2.post(f"{url}/movies", json={**FILM, "rating": 1}, headers=KEY)
        assert other.status_code == 409
        assert httpx2.get(f"{url}/stats?at_least=1").json()["total_watched"] == 1
        assert len(httpx2.get(f"{url}/diary").json()["items"]) == 1
    assert_equal_to_recompute(data_dir)


def test_faults_1_and_2_killed_at_random_moments(data_dir: Path) -> None:
    """A client that retries each film with its key until 201 has each film exactly once."""
    moments = random.Random(7)
    todo = [f"Film {n}" for n in range(200)]
    acknowledged: list[str] = []
    for _ in range(6):
        with ServerProcess(data_dir) as server:
            killer = threading.Timer(
                moments.uniform(0.05, 0.4), server.signal, [signal.SIGKILL]
            )
            killer.start()
            with httpx2.Client(base_url=server.url) as http:
                while todo:
                    headers = {"Idempotency-Key": todo[0]}
                    try:
                        answer = http.post(
                            "/users/u1/movies", json={"name": todo[0]}, headers=headers
                        )
                    except httpx2.TransportError:
                        break
                    assert answer.status_code == 201, answer.text
                    acknowledged.append(todo.pop(0))
            killer.join()
    stored = stored_titles(data_dir)
    assert acknowledged
    assert len(set(stored)) == len(stored)
    assert set(acknowledged) <= set(stored) <= {*acknowledged, *todo[:1]}
    assert_equal_to_recompute(data_dir)


def test_fault_19_locked_for_10_seconds(server: ServerProcess, data_dir: Path) -> None:
    """A write waits for a bounded time, then is 503; reads go on; no half event is left."""
    url = f"{server.url}/users/u1"
    httpx2.post(f"{url}/movies", json=FILM).raise_for_status()
    httpx2.get(f"{url}/stats?at_least=1").raise_for_status()
    with closing(sqlite3.connect(data_dir / "log.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        locked_at = time.monotonic()
        refused = httpx2.post(f"{url}/movies", json={"name": "Heat"}, headers=KEY, timeout=20)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "5"
        assert "locked" in refused.json()["detail"]
        assert 4 < time.monotonic() - locked_at < 10
        assert httpx2.get(f"{url}/stats").json()["total_watched"] == 1
        assert time.monotonic() - locked_at < 10  # it is still locked
        time.sleep(max(0.0, locked_at + 10 - time.monotonic()))
        other.execute("ROLLBACK")
    retry = httpx2.post(f"{url}/movies", json={"name": "Heat"}, headers=KEY, timeout=20)
    assert (retry.status_code, retry.json()["position"]) == (201, 2)
    assert server.end() == 0
    assert stored_titles(data_dir) == ["Inception", "Heat"]
    assert_equal_to_recompute(data_dir)


def test_fault_18_disk_full(tmp_path: Path) -> None:
    """A write is 507 or 503 while there is no room; reads go on; then writes go on."""
    with small_disk(tmp_path / "disk") as disk, ServerProcess(disk / "data") as server:
        url = f"{server.url}/users/u1"
        httpx2.post(f"{url}/movies", json=FILM).raise_for_status()
        httpx2.get(f"{url}/stats?at_least=1").raise_for_status()
        filler = disk / "filler"
        fill(filler)
        refusals = [add(url, n) for n in range(20)]
        assert {507} <= {r.status_code for r in refusals} <= {201, 503, 507}
        assert all(r.json()["status"] for r in refusals if r.status_code != 201)
        assert httpx2.get(f"{url}/stats", timeout=20).status_code == 200
        assert httpx2.get(f"{url}/diary", timeout=20).status_code == 200
        filler.unlink()
        answers = [add(url, n) for n in range(20)]
        assert [a.status_code for a in answers] == [201] * 20
        last = answers[-1].json()["position"]
        assert last == 21
        stats = httpx2.get(f"{url}/stats", params={"at_least": last}, timeout=20)
        assert stats.json()["total_watched"] == 21
        assert_ready_again(server)
        assert server.end() == 0
        shutil.copytree(disk / "data", tmp_path / "data")
    assert_equal_to_recompute(tmp_path / "data")


def add(url: str, n: int) -> httpx2.Response:
    body = {"name": f"Film {n}", "actors": ["x" * 200] * 5}
    return httpx2.post(
        f"{url}/movies", json=body, headers={"Idempotency-Key": str(n)}, timeout=20
    )


def fill(filler: Path) -> None:
    """Take all the room that is left."""
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        write_on_and_on(file)


def write_on_and_on(file: RawIOBase) -> None:
    while True:
        file.write(bytes(4096))


def assert_ready_again(server: ServerProcess) -> None:
    """The projection, which failed meanwhile, is tried again soon enough."""
    deadline = time.monotonic() + 40
    while (ready := httpx2.get(f"{server.url}/health/ready", timeout=20)).status_code != 200:
        assert time.monotonic() < deadline, ready.text
        time.sleep(0.2)


@contextmanager
def small_disk(where: Path) -> Iterator[Path]:
    """A file system of 3 MiB."""
    where.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(where)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("needs a small file system, which only root may mount")
    try:
        yield where
    finally:
        subprocess.run(["umount", "--lazy", str(where)], check=True)


IMPATIENT = f"""
import h11
from cinestats.entrypoints.api import server
server._REQUEST_SECONDS = {{h11.IDLE: 0.5, h11.SEND_BODY: 0.5}}
{SERVE}
"""
HEAD = b"POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "sent",
    [b"", HEAD, HEAD + b"Content-Length: 100\r\n\r\n{"],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_sends_too_slowly_is_hung_up_on(data_dir: Path, sent: bytes) -> None:
    """Connections are few: nobody keeps one by a byte now and then. The log says nothing."""
    with ServerProcess(data_dir, IMPATIENT) as impatient:
        address = ("127.0.0.1", int(impatient.url.rpartition(":")[2]))
        with socket.create_connection(address, timeout=10) as slow:
            slow.sendall(sent)
            assert slow.recv(1) == b""
        with httpx2.Client(base_url=impatient.url) as client:  # one that is not slow
            for _ in range(3):
                assert client.get("/session").status_code == 200
                time.sleep(0.4)
        assert impatient.end() == 0
        assert impatient.stderr == ""


@pytest.mark.parametrize(
    "sent",
    [b"no request at all\r\n\r\n", b"GET /?" + b"x" * 2**17, HEAD + b"Nonsense\r\n\r\n"],
    ids=["garbage", "an address without end", "a broken head"],
)
def test_what_is_no_request_gets_a_problem_document(server: ServerProcess, sent: bytes) -> None:
    """As all other errors do, with the headers that all answers have."""
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(sent)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "no HTTP request" in json.loads(answer.read())["detail"]
