"""A real server and who gets in: the household's link, the OS user, accounts."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

from .server_process import ServerProcess

FILM = {"name": "Inception", "year": 2010, "rating": 4.5, "watched_date": "2025-01-20"}
PASSWORD = "four random words"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Sec-Fetch-Site": "same-origin"}
NOBODY = 65534

needs_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="Only Linux shows who owns a connection."
)
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="Only root can become another OS user.",
)

PROGRAM = [sys.executable, "-c", "from cinestats.entrypoints.cli import main; main()"]

# Becomes another OS user, and prints the status of a GET.
GET_AS = """
import encodings.idna, os, sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

uid, url, *headers = sys.argv[1:]
request = Request(url, headers=dict(each.split("=", 1) for each in headers))
os.setgroups([])
os.setgid(int(uid))
os.setuid(int(uid))
try:
    print(urlopen(request, timeout=10).status)
except HTTPError as error:
    print(error.code)
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def home(data_dir: Path) -> Iterator[ServerProcess]:
    with ServerProcess(data_dir) as server:
        yield server


@pytest.fixture
def container(data_dir: Path) -> Iterator[Container]:
    """The same data in this process, as the command line beside the server has it."""
    container = make_container(Settings(backend="embedded", data_dir=data_dir))
    yield container
    container.close()


@pytest.fixture
def server(data_dir: Path, container: Container) -> Iterator[ServerProcess]:
    """A server with an account of Anna."""
    container.account_manager().register("anna", PASSWORD, actor="test")
    with ServerProcess(data_dir, CINESTATS_ACCESS="server") as server:
        yield server


class TestAtHome:
    def test_the_link_opens_the_pages(self, home: ServerProcess, data_dir: Path) -> None:
        """A log gets the name of its file; a browser without it gets nothing."""
        assert home.announcement.startswith("cinestats is at http://127.0.0.1:")
        assert "token=" not in home.announcement
        assert stat.S_IMODE((data_dir / "link").stat().st_mode) == 0o600
        assert "/?token=" in home.link
        with httpx2.Client(base_url=home.url, headers=BROWSER) as browser:
            assert browser.get("/users/u1/stats").status_code == 401
            assert browser.get("/session").json()["signed_in"] is False
            opened = browser.get(home.link)
            assert (opened.status_code, opened.headers["Location"]) == (303, "/")
            assert browser.get("/session").json()["signed_in"] is True
            assert browser.post("/users/u1/movies", json=FILM).status_code == 201
            assert browser.get("/users/u1/stats?at_least=1").json()["total_watched"] == 1

    def test_the_link_stays_the_same_over_a_restart(self, data_dir: Path) -> None:
        """A browser that was signed in stays so; a new token ends that."""
        with ServerProcess(data_dir) as first:
            answer = httpx2.get(first.link, headers=BROWSER)
            cookie = answer.cookies["cinestats_session"]
            token = first.link.partition("=")[2]
        headers = {**BROWSER, "Cookie": f"cinestats_session={cookie}"}
        with ServerProcess(data_dir) as second:
            assert second.link.partition("=")[2] == token
            assert httpx2.get(f"{second.url}/trends", headers=headers).status_code == 200
        (data_dir / "token").unlink()
        with ServerProcess(data_dir) as third:
            assert token not in third.link
            assert httpx2.get(f"{third.url}/trends", headers=headers).status_code == 401

    @needs_linux
    def test_programs_of_the_same_user_need_no_token(self, home: ServerProcess) -> None:
        """Every interface that programs had before there were tokens goes on as it was."""
        with httpx2.Client(base_url=home.url) as http:
            added = http.post("/users/u1/movies", json=FILM, headers={"Idempotency-Key": "k1"})
            assert added.status_code == 201
            entry = added.json()["entry_id"]
            rated = http.patch(f"/users/u1/movies/{entry}", json={"rating": 3})
            seen = {"at_least": rated.json()["position"]}
            assert http.get("/users/u1/stats", params=seen).json()["sum_ratings"] == 3
            for path in (
                "/users/u1/affinities?type=genre",
                "/users/u1/diary",
                "/users/u1/years/2025",
                "/users/u1/imports",
                "/trends",
                "/health/live",
                "/health/ready",
                "/metrics",
                "/docs",
            ):
                assert http.get(path).status_code == 200, path
            with http.stream("GET", "/users/u1/stream") as stream:
                assert next(stream.iter_lines()) == "event: stats"
            imported = http.post("/users/u1/imports", content=b"Title,Year\nHeat,1995\n")
            assert imported.json()["added"] == 1
            assert http.delete(f"/users/u1/movies/{entry}").status_code == 200

    @needs_linux
    @pytest.mark.parametrize(
        "headers",
        [BROWSER, {"Sec-Fetch-Site": "none"}, {"X-Forwarded-For": "192.0.2.1"}],
        ids=str,
    )
    def test_a_browser_of_the_same_user_needs_it(
        self, home: ServerProcess, headers: dict[str, str]
    ) -> None:
        """For any site may make it call; and a proxy calls for anybody."""
        assert httpx2.get(f"{home.url}/users/u1/stats", headers=headers).status_code == 401

    @needs_linux
    @needs_root
    def test_another_os_user_needs_the_token(self, home: ServerProcess) -> None:
        """The machine may be shared; with the token it is the owner who calls."""
        token = home.link.partition("=")[2]
        url = f"{home.url}/users/u1/stats"
        assert _status_as_nobody(url) == 401
        assert _status_as_nobody(url, "Authorization=Bearer wrong") == 401
        assert _status_as_nobody(url, f"Authorization=Bearer {token}") == 200
        assert _status_as_nobody(f"{home.url}/health/live") == 200

    def test_only_this_machine_is_served(self, data_dir: Path) -> None:
        """Another host is refused with the setting that allows it."""
        environment = {**os.environ, "CINESTATS_DATA_DIR": str(data_dir)}
        for host in ("0.0.0.0", "::", "192.0.2.1", "films.example"):
            ended = subprocess.run(
                [*PROGRAM, "serve", "--host", host, "--port", "0"],
                env=environment,
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
            assert ended.returncode == 2
            assert "CINESTATS_ACCESS=server" in " ".join(ended.stderr.split())


class TestOnAServer:
    def test_programs_of_the_same_user_need_a_credential(self, server: ServerProcess) -> None:
        """A proxy on the same machine calls for everybody; and no secret is printed."""
        assert server.link == f"{server.url}/"
        assert httpx2.get(f"{server.url}/users/anna/stats").status_code == 401

    def test_a_user_signs_in_and_out(self, server: ServerProcess) -> None:
        """The password is hashed by argon2id; another's diary is no address."""
        headers = {**BROWSER, "Origin": server.url}
        with httpx2.Client(base_url=server.url, headers=headers) as browser:
            wrong = {"user_id": "anna", "password": "a wrong password"}
            assert browser.post("/session", json=wrong).status_code == 401
            right = {"user_id": "anna", "password": PASSWORD}
            assert browser.post("/session", json=right).json()["signed_in"] is True
            assert browser.post("/users/anna/movies", json=FILM).status_code == 201
            assert browser.get("/users/bruno/stats").status_code == 404
            assert browser.delete("/session").status_code == 204
            assert browser.get("/users/anna/stats").status_code == 401

    def test_metrics_are_for_this_machine_and_for_admins(
        self, server: ServerProcess, container: Container
    ) -> None:
        """Prometheus beside the server needs nothing, and elsewhere a token of an admin."""
        url = f"{server.url}/metrics"
        assert httpx2.get(url).status_code == 200
        forwarded = {"X-Forwarded-For": "192.0.2.1"}
        assert httpx2.get(url, headers=forwarded).status_code == 401
        manager = container.account_manager()
        manager.register("root", None, actor="test", is_admin=True)
        statuses = []
        for user_id in ("anna", "root"):
            account = container.accounts().get(user_id)
            assert account is not None
            issued = container.issuer().issue(
                "token", account, "prometheus", frozenset({"admin"})
            )
            headers = {**forwarded, "Authorization": f"Bearer {issued.secret}"}
            statuses.append(httpx2.get(url, headers=headers).status_code)
        assert statuses == [404, 200]

    def test_a_stream_ends_with_its_session(
        self, server: ServerProcess, container: Container
    ) -> None:
        """Within some seconds of the session's end, also by another process."""
        issued = container.sessions().sign_in("anna", PASSWORD)
        headers = {"Cookie": f"cinestats_session={issued.secret}"}
        url = f"{server.url}/users/anna/stream"
        with httpx2.stream("GET", url, headers=headers, timeout=20) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: stats"
            container.credentials().revoke("anna", issued.credential.credential_id)
            began = time.monotonic()
            for _ in lines:
                pass
            assert time.monotonic() - began < 15

    def test_a_credential_has_twenty_streams(
        self, server: ServerProcess, container: Container
    ) -> None:
        """One more has to wait until another is closed."""
        issued = container.sessions().sign_in("anna", PASSWORD)
        headers = {"Cookie": f"cinestats_session={issued.secret}"}
        limits = httpx2.Limits(max_connections=None)
        with (
            httpx2.Client(base_url=server.url, headers=headers, limits=limits) as http,
            ExitStack() as streams,
        ):
            path = "/users/anna/stream"
            for _ in range(20):
                stream = streams.enter_context(http.stream("GET", path))
                assert stream.status_code == 200
            refused = http.get(path)
            assert refused.status_code == 429
            assert "Retry-After" in refused.headers
            streams.close()
            deadline = time.monotonic() + 10
            while (status := _status_of_stream(http, path)) == 429:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert status == 200


def _status_of_stream(http: httpx2.Client, path: str) -> int:
    with http.stream("GET", path) as stream:
        return stream.status_code


def _status_as_nobody(url: str, *headers: str) -> int:
    """The status that a program of another OS user gets."""
    ended = subprocess.run(
        [sys.executable, "-c", GET_AS, str(NOBODY), url, *headers],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return int(ended.stdout)
