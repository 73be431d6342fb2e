"""One account asks for far too much (faults 31, 32): others are answered, memory is bounded.

``benchmarks/attack.py`` does the same for two minutes, and measures.
"""

import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2
import pytest

from benchmarks.attack import memory_of, table
from cinestats.application.access.principal import OWNER
from cinestats.entrypoints.api.server import GRACE_SECONDS
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .server_process import ServerProcess

pytestmark = pytest.mark.slow

MB = 2**20
MOST_MEMORY = 600 * MB


class Victim(NamedTuple):
    """A server with two accounts, and a token of each."""

    server: ServerProcess
    data_dir: Path
    attacker: str
    reader: str
    begun: ExitStack

    def begin(
        self, path: str, length: int, body: bytes, token: str | None = None
    ) -> socket.socket:
        """A request that is under way, whose client neither waits nor has hung up yet."""
        parts = urlsplit(self.server.url)
        assert parts.hostname is not None
        connection = socket.create_connection((parts.hostname, parts.port), timeout=5)
        self.begun.callback(connection.close)
        bearer = "" if token is None else f"Authorization: Bearer {token}\r\n"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{bearer}"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        )
        with suppress(OSError):  # the server may have had enough
            connection.sendall(head.encode() + body)
        return connection

    def get(self, path: str) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.reader}"}
        return httpx2.get(f"{self.server.url}{path}", headers=headers, timeout=20)

    def post(self, path: str, content: bytes = b"") -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.attacker}"}
        url = f"{self.server.url}{path}"
        return httpx2.post(url, headers=headers, content=content, timeout=120)

    def post_in_time(self, path: str, content: bytes) -> httpx2.Response:
        """The answer once a place is free, as Retry-After asks of a client."""
        deadline = time.monotonic() + 60
        while (answer := self.post(path, content)).status_code == 429:
            assert time.monotonic() < deadline, "The places are never given back."
            time.sleep(0.5)
        return answer

    def events(self) -> int:
        container = make_container(Settings(backend="embedded", data_dir=self.data_dir))
        with closing(container):
            return container.log().tail(0)


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Victim]:
    data_dir = tmp_path / "data"
    settings = Settings(backend="embedded", data_dir=data_dir, access="server")
    with closing(make_container(settings)) as container:
        for user in ("attacker", "reader"):
            container.account_manager().register(user, "four random words", actor="test")
        attacker, reader = (
            container.tokens().make(OWNER, user, "test", ("read", "write")).secret
            for user in ("attacker", "reader")
        )
    with ServerProcess(data_dir, CINESTATS_ACCESS="server") as server, ExitStack() as begun:
        yield Victim(server, data_dir, attacker, reader, begun)


def answered(
    connections: Sequence[socket.socket], enough: Callable[[Counter[str]], bool]
) -> Counter[str]:
    """The statuses once they are enough; the other requests are under way still."""
    statuses: Counter[str] = Counter()
    deadline = time.monotonic() + 60
    with DefaultSelector() as waiting:
        for connection in connections:
            waiting.register(connection, EVENT_READ, connection)
        while not enough(statuses):
            ready = waiting.select(deadline - time.monotonic())
            assert ready, statuses
            for key, _ in ready:
                waiting.unregister(key.data)
                statuses[status_of(key.data)] += 1
    return statuses


def status_of(connection: socket.socket) -> str:
    try:
        return connection.recv(100).decode("ascii", "replace")[9:12] or "closed"
    except OSError:
        return "closed"


def test_fault_31_dry_runs_whose_clients_are_gone(victim: Victim) -> None:
    """Two wait behind one, the rest gets 429; others read on; it ends within the grace."""
    diary = table(20_000)
    path = "/users/attacker/imports?filename=a.csv&dry_run=true"

    def attack(_: int) -> socket.socket:
        return victim.begin(path, len(diary), diary, victim.attacker)

    with ThreadPoolExecutor(45) as pool:
        begun = list(pool.map(attack, range(45)))
        refused = pool.submit(answered, begun, lambda statuses: statuses["429"] >= 40)
        memory = 0
        for _ in range(10):
            assert victim.get("/users/reader/overview").status_code == 200
            assert victim.get("/health/ready").status_code == 200
            memory = max(memory, memory_of(victim.server.pid))
        refused.result()
    victim.begun.close()  # all clients are gone
    assert memory < MOST_MEMORY
    # Nobody waits for them any more: the account's turn comes long before they were through.
    small = b"Title,Year,WatchedDate\nHeat,1995,2025-01-20\n"
    assert victim.post_in_time(path, small).json()["added"] == 1
    victim.begin(path, len(diary), diary, victim.attacker)
    time.sleep(2)
    began = time.monotonic()
    assert victim.server.end() == 0
    assert time.monotonic() - began < GRACE_SECONDS
    assert victim.server.stderr == ""


def test_who_is_refused_is_told_when_to_come_again(victim: Victim) -> None:
    """The answer is a problem document with a sentence for people and Retry-After."""
    path = "/users/attacker/imports?filename=a.csv"
    begun = [victim.begin(path, MB, b"Title\n", victim.attacker) for _ in range(4)]
    answered(begun, lambda statuses: statuses.total() == 1)  # the other three have the places
    answer = victim.post(path, b"Title\nHeat\n")
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"] == "urn:cinestats:too-much-at-once"
    assert "this account" in answer.json()["detail"]
    assert victim.get("/users/reader/stats").status_code in (200, 404)


def test_fault_32_bodies_that_never_end(victim: Victim) -> None:
    """So many bytes are kept of them, and no more; others are answered."""
    body = bytes(2 * MB - 1)
    before = memory_of(victim.server.pid)

    def hold(_: int) -> socket.socket:
        return victim.begin("/session", 2 * MB, body)

    with ThreadPoolExecutor(20) as pool:
        unknown = list(pool.map(hold, range(60)))
    memory = memory_of(victim.server.pid) - before
    statuses = answered(unknown, lambda statuses: statuses.total() == 60)
    assert set(statuses) <= {"413", "429", "503", "closed"}, statuses
    assert memory < 60 * MB
    assert victim.get("/trends").status_code == 200


def test_bodies_with_a_credential_have_a_budget_too(victim: Victim) -> None:
    """Each is within its limit by what it declares; all together they are not.

    Of 40 at most 8 stay, as many as the account's 16 MiB hold; 503 tells the others so.
    """
    size = 2 * MB - 1
    path = "/users/attacker/movies"
    before = memory_of(victim.server.pid)

    def hold(_: int) -> socket.socket:
        return victim.begin(path, size + 1, bytes(size), victim.attacker)

    with ThreadPoolExecutor(20) as pool:
        known = list(pool.map(hold, range(40)))
    statuses = answered(known, lambda statuses: statuses.total() >= 32)
    memory = memory_of(victim.server.pid) - before
    assert victim.get("/trends").status_code == 200
    assert set(statuses) <= {"503", "closed"}, statuses
    assert statuses["503"] >= 1, statuses
    assert statuses.total() < 40, statuses
    assert memory < 60 * MB
    victim.begun.close()
    # What they held is given back: the account goes on as if nothing had been.
    deadline = time.monotonic() + 10
    headers = {"Authorization": f"Bearer {victim.attacker}"}
    body = {"name": "Heat", "year": 1995}
    url = f"{victim.server.url}{path}"
    while (
        answer := httpx2.post(url, headers=headers, json=body, timeout=20)
    ).status_code == 503:
        assert time.monotonic() < deadline
    assert answer.status_code == 201, answer.text


def test_a_real_import_whose_client_has_gone_stops_and_can_be_done_again(
    victim: Victim,
) -> None:
    """What went in stays, under one import; the same file again adds the rest, once."""
    diary = table(3_000)
    path = "/users/attacker/imports?filename=a.csv"
    with closing(victim.begin(path, len(diary), diary, victim.attacker)):
        while not victim.events():
            time.sleep(0.02)
    again = victim.post_in_time(path, diary).json()  # its turn comes when the first has stopped
    assert again["skipped"] > 0
    assert again["added"] > 0
    assert again["rejected"] == []
    headers = {"Authorization": f"Bearer {victim.attacker}"}
    past = httpx2.get(f"{victim.server.url}/users/attacker/imports", headers=headers).json()
    assert len(past["items"]) == 2
    with closing(
        make_container(Settings(backend="embedded", data_dir=victim.data_dir))
    ) as container:
        entries = container.diaries().entries("attacker")
        assert len(entries) == again["added"] + past["items"][1]["changes"]
        container.projector().catch_up()
        assert container.verifier().verify().equal


def test_an_undo_whose_client_has_gone_stops_and_goes_on(victim: Victim) -> None:
    """What is undone stays so; the same request again undoes the rest."""
    done = victim.post("/users/attacker/imports?filename=a.csv", table(1_500)).json()
    path = f"/users/attacker/imports/{done['import_id']}/undo"
    before = victim.events()
    with closing(victim.begin(path, 0, b"", victim.attacker)):
        while victim.events() == before:
            time.sleep(0.01)
    time.sleep(1)
    stopped = victim.events()
    time.sleep(1)
    assert victim.events() == stopped < before + done["added"], "It stopped before its end."
    again = victim.post_in_time(path, b"").json()
    assert again["undone"] == done["added"] - (stopped - before)
    with closing(
        make_container(Settings(backend="embedded", data_dir=victim.data_dir))
    ) as container:
        assert list(container.diaries().entries("attacker")) == []
        container.projector().catch_up()
        assert container.verifier().verify().equal


def test_an_upload_leaves_nothing_behind_when_the_server_is_killed(victim: Victim) -> None:
    """It has no name in the data folder, so it is gone with the process."""
    marker = b"only-in-this-upload"
    path = "/users/attacker/imports?filename=a.csv"
    before = {each.name for each in victim.data_dir.rglob("*")}
    body = marker * 10_000
    with closing(victim.begin(path, len(body) + 1, body, victim.attacker)):
        assert victim.get("/trends").status_code == 200
        named = {each.name for each in victim.data_dir.rglob("*")}
        victim.server.signal(signal.SIGKILL)
        victim.server.wait()
    assert named == before
    assert not any(marker in each.read_bytes() for each in victim.data_dir.rglob("*.*"))
