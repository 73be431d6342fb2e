"""The faults that a review from outside reproduced, each done again on two programs.

    python -m tests.reproductions --against FOLDER [--only 3]

FOLDER is an older checkout with its own ``.venv``, such as a worktree of commit 08d633a. Each
fault is done once to the program there and once to this one, by commands and over HTTP alone,
and what could be seen is printed beside what was seen before. Some take a minute: an attack is
one. Nothing here passes or fails; the tests that keep each fault away are named in
docs/security.md.
"""

import argparse
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.attack import memory_of, table

from .integration.stand_in_issuer import CLIENT_ID, running_issuer

MIB = 2**20
PASSWORD = "four random words"
_HERE = Path(__file__).parents[1]


class Ended(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    said: str

    def __str__(self) -> str:
        if "Traceback" in self.said:
            return f"a traceback ({self.said.strip().splitlines()[-1][:60]})"
        return f"exit {self.code}"


class Served(NamedTuple):
    """A server: its address, its process, and the first line that it wrote."""

    host: str
    port: int
    process: subprocess.Popen[str]
    line: str

    def ask(
        self, method: str, path: str, body: object = None, token: str = ""
    ) -> tuple[int, str]:
        """The status and the content of an answer; 0 where none comes in a minute."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        with closing(http.client.HTTPConnection(self.host, self.port, timeout=60)) as server:
            try:
                server.request(method, path, body and json.dumps(body), headers)
                answer = server.getresponse()
                return answer.status, answer.read().decode("utf-8", "replace")
            except OSError:
                return 0, ""

    def raw(self, *lines: str, body: bytes = b"", seconds: float = 5) -> str:
        """The status of a request that is sent as it is written."""
        with closing(
            socket.create_connection((self.host, self.port), timeout=seconds)
        ) as server:
            with suppress(OSError):  # it may hang up before it has read all
                server.sendall("\r\n".join((*lines, "", "")).encode() + body)
            try:
                return server.recv(4096).decode("latin-1")[9:12] or "closed"
            except OSError:
                return "none"


class Program(NamedTuple):
    """A checkout, and a folder that is the data folder of nobody else."""

    root: Path
    data: Path

    def run(self, command: str, *more: str, stdin: str = "", **settings: str) -> Ended:
        """Run a command of cinestats."""
        done = subprocess.run(
            [self.root / ".venv/bin/cinestats", *command.split(), *more],
            env=self._environment(settings),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Ended(done.returncode, done.stdout + done.stderr)

    def python(self, script: str) -> str:
        """What a script prints that imports the program's modules."""
        command = [self.root / ".venv/bin/python", "-c", script]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        return done.stdout.strip()

    @contextmanager
    def serving(self, **settings: str) -> Generator[Served]:
        """A server on loopback, which SIGTERM ends."""
        settings = {"CINESTATS_HOST": "127.0.0.1", "CINESTATS_PORT": _free_port()} | settings
        process = subprocess.Popen(
            [self.root / ".venv/bin/cinestats", "serve"],
            env=self._environment(settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            yield Served("127.0.0.1", int(settings["CINESTATS_PORT"]), process, line)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()

    @contextmanager
    def with_accounts(
        self, *users: str, **settings: str
    ) -> Generator[tuple[Served, list[str]]]:
        """The same with accounts, and a token of each user."""
        for user in users:
            self.run(f"user add {user} --password-stdin", stdin=f"{PASSWORD}\n")
        more = {"CINESTATS_ACCESS": "server", "CINESTATS_REGISTRATION": "open"} | settings
        with self.serving(**more) as server:
            yield server, [_token(server, user) for user in users]

    def plays(self, user: str) -> str:
        """How many plays the diary has, or why that cannot be said."""
        ended = self.run(f"diary {user} --json")
        if ended.code:
            return f"unreadable, {ended}"
        return f"{len(json.loads(ended.said))} plays"

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("CINESTATS_")}
        return own | {"CINESTATS_DATA_DIR": str(self.data)} | settings


def _free_port() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return str(free.getsockname()[1])


def _token(server: Served, user: str) -> str:
    body = json.dumps({"user_id": user, "password": PASSWORD})
    origin = f"http://{server.host}:{server.port}"
    headers = {"Content-Type": "application/json", "Origin": origin}
    with closing(http.client.HTTPConnection(server.host, server.port, timeout=60)) as browser:
        browser.request("POST", "/session", body, headers)
        answer = browser.getresponse()
        answer.read()
        headers["Cookie"] = answer.getheader("Set-Cookie", "").partition(";")[0]
        what = {"name": "reproduction", "scopes": ["read", "write"]}
        browser.request("POST", f"/users/{user}/tokens", json.dumps(what), headers)
        token: str = json.loads(browser.getresponse().read())["token"]
    return token


def _diary(program: Program) -> None:
    for title, rating in (("Gladiator", "4"), ("Interstellar", "5"), ("Heat", "3")):
        program.run("add u", title, "--rating", rating)


def damaged_event(program: Program) -> str:
    """A byte of an event's body is set to 0; what was saved before is good."""
    _diary(program)
    with closing(sqlite3.connect(program.data / "log.db")) as log, log:
        log.execute(
            "UPDATE events SET body = CAST(x'00' || substr(body, 2) AS BLOB) WHERE place = 2"
        )
    has_deep = "--deep" in program.run("doctor --help").said
    doctor = program.run("doctor --deep" if has_deep else "doctor")
    copy = program.data.parent / "copy"
    saved, verified = program.run("backup", str(copy)), program.run("verify")
    if copy.exists():
        program.run("restore", str(copy))
    return (
        f"doctor {doctor}, backup {saved}, verify {verified}; once a backup that was made is"
        f" put back: {program.plays('u')}"
    )


def missing_log(program: Program) -> str:
    """log.db is deleted; the diary and the figures are whole."""
    _diary(program)
    program.run("stats u")
    for path in program.data.glob("log.db*"):
        path.unlink()
    doctor = program.run("doctor")
    program.run("add u Alien")
    with closing(sqlite3.connect(program.data / "diary.db")) as diary:
        ((left,),) = diary.execute("SELECT count(*) FROM entries").fetchall()
    return f"doctor {doctor}; of 3 plays and one that was added the diary has {left}"


def foreign_folder(program: Program) -> str:
    """The log is a link to a file elsewhere; then everybody may write the folder."""
    _diary(program)
    log, elsewhere = program.data / "log.db", program.data.parent / "elsewhere.db"
    log.rename(elsewhere)
    log.symlink_to(elsewhere)
    link = program.run("diary u")
    log.unlink()
    elsewhere.rename(log)
    program.data.chmod(0o777)
    folder = program.run("diary u")
    locks = [oct(each.stat().st_mode & 0o777) for each in program.data.glob("*.lock")]
    return f"a link: {link}; a folder for everybody: {folder}; mode of the lock: {locks}"


def backups(program: Program) -> str:
    """A backup's mode, and whether one holds more than the log."""
    _diary(program)
    one, everything = program.data.parent / "one", program.data.parent / "all"
    program.run("backup", str(one))
    ended = program.run("backup --all", str(everything))
    mode = oct(one.stat().st_mode & 0o777)
    return f"mode {mode}; backup --all: {ended}"


def erasure(program: Program) -> str:
    """A film that nobody else has is searched in every byte after its user was forgotten."""
    marker = "Zyxomarkerfilm"
    program.run("add u", marker, "--year", "1999")
    program.run("trends")
    program.run("forget u --yes")
    program.run("trends")
    found = [
        path.name
        for path in sorted(program.data.iterdir())
        if marker.lower().encode() in path.read_bytes().lower()
    ]
    return f"found in {', '.join(found) or 'no file'}"


def dry_runs(program: Program) -> str:
    """45 dry runs of 20,000 rows whose clients hang up; another reads for 20 seconds."""
    diary = table(20_000)
    with program.with_accounts("attacker", "reader") as (server, (attacker, reader)):
        head = (
            "POST /users/attacker/imports?filename=a.csv&dry_run=true HTTP/1.1",
            f"Host: {server.host}:{server.port}",
            f"Authorization: Bearer {attacker}",
            "Content-Type: application/octet-stream",
            f"Content-Length: {len(diary)}",
        )

        def attack(_: int) -> str:
            with suppress(OSError):
                return server.raw(*head, body=diary)
            return "refused"

        slowest, memory, until = 0.0, 0, time.monotonic() + 20
        with ThreadPoolExecutor(45) as pool:
            statuses = pool.map(attack, range(45))
            while time.monotonic() < until:
                began = time.monotonic()
                server.ask("GET", "/users/reader/overview", token=reader)
                slowest = max(slowest, time.monotonic() - began)
                memory = max(memory, memory_of(server.process.pid))
            refused = Counter(statuses)["429"]
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            server.process.wait(60)
        ended = time.monotonic() - began
    return (
        f"{refused} of 45 refused; slowest read {slowest:.1f} s; {memory // MIB:,} MiB;"
        f" SIGTERM took {ended:.1f} s"
    )


def unfinished_bodies(program: Program) -> str:
    """100 bodies of 2 MiB that lack their last byte, of nobody known."""
    with program.with_accounts("u") as (server, _):
        before = memory_of(server.process.pid)

        def begin(_: int) -> socket.socket:
            client = socket.create_connection((server.host, server.port), timeout=5)
            head = (
                f"POST /session HTTP/1.1\r\nHost: {server.host}:{server.port}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {2 * MIB}\r\n\r\n"
            )
            with suppress(OSError):
                client.sendall(head.encode() + bytes(2 * MIB - 1))
            return client

        with ThreadPoolExecutor(20) as pool:
            clients = list(pool.map(begin, range(100)))
        time.sleep(2)
        taken = memory_of(server.process.pid) - before
        for client in clients:
            client.close()
    return f"{taken // MIB:,} MiB more in memory"


def names(program: Program) -> str:
    """Names that lead astray or look like another sign up."""
    tried = {"a path": "victim/../x", "Cyrillic": "\u0430nna", "zero width": "an\u200bna"}
    with program.with_accounts("anna") as (server, _):
        statuses = {
            what: server.ask("POST", "/accounts", {"user_id": name, "password": PASSWORD})[0]
            for what, name in tried.items()
        }
    return ", ".join(f"{what} {status}" for what, status in statuses.items())


def addresses(program: Program) -> str:
    """Addresses that depend on Python's patch."""
    return program.python(
        "import cinestats.application.webhooks.address as a\n"
        "try: import cinestats.application.webhooks.public_address as a\n"
        "except ImportError: pass\n"
        "tried = '192.0.0.192', '192.0.0.8', '3fff::1'\n"
        "print(', '.join(f'{each} is {\"public\" if a.is_public(each) else \"none\"}'"
        " for each in tried))"
    )


def damaged_zip(program: Program) -> str:
    """Each byte of the end record of a good zip is changed to each of four others."""
    return program.python(
        "import io, zipfile\n"
        "from zoneinfo import ZoneInfo\n"
        "from cinestats.adapters.importers import read_export\n"
        "from cinestats.domain.errors import CinestatsError\n"
        "out = io.BytesIO()\n"
        "with zipfile.ZipFile(out, 'w') as z:\n"
        "    z.writestr('diary.csv', 'Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,"
        "Watched Date\\n2025-01-20,Heat,1995,https://boxd.it/1,4,,,2025-01-20\\n')\n"
        "good, bad, tried = out.getvalue(), 0, 0\n"
        "for at in range(len(good) - 22, len(good)):\n"
        "    for change in (1, 0x40, 0x80, 0xff):\n"
        "        data = bytearray(good)\n"
        "        data[at] ^= change\n"
        "        tried += 1\n"
        "        try: read_export('a.zip', bytes(data), zone=ZoneInfo('UTC'))\n"
        "        except CinestatsError: pass\n"
        "        except Exception: bad += 1\n"
        "print(f'{bad} of {tried} end in a traceback')"
    )


def smaller(program: Program) -> str:
    """What item 11 lists, as far as an outsider sees it."""
    with program.serving() as home:
        told = "on stdout" if "token=" in home.line else "in a file that it names"
    with program.with_accounts("u") as (server, (token,)):
        host = f"Host: {server.host}:{server.port}"
        both = server.raw(
            *("POST /session HTTP/1.1", host, "Content-Type: application/json"),
            *("Content-Length: 2", "Transfer-Encoding: chunked"),
            body=b"2\r\n{}\r\n0\r\n\r\n",
        )
        head = server.ask("HEAD", "/users/u/diary", token=token)[0]
        malformed = server.raw("GET /health/live HTTP/1.1", f"Host: {server.host}:x@y")
        film = {"name": "Heat", "year": 1995, "poster_url": "http://example.org/a.jpg"}
        poster = server.ask("POST", "/users/u/movies", film, token)[0]
    reset = program.run("user reset --help").code == 0
    return (
        f"CL and TE {both}; HEAD {head}; malformed Host {malformed}; a poster by http {poster};"
        f" link {told}; a reset by link: {'yes' if reset else 'no'}"
    )


def button(program: Program) -> str:
    """The button of the sign-in page is pressed."""
    with running_issuer() as issuer:
        settings = {
            "CINESTATS_OIDC_ISSUER": issuer.url,
            "CINESTATS_OIDC_AUDIENCE": CLIENT_ID,
            "CINESTATS_OIDC_JWKS_URL": f"{issuer.url}/keys",  # older versions have to be told
            "CINESTATS_OIDC_CLIENT_ID": CLIENT_ID,
            "CINESTATS_PUBLIC_URL": "http://127.0.0.1:8000",
        }
        with (
            program.with_accounts("u", **settings) as (server, _),
            closing(http.client.HTTPConnection(server.host, server.port)) as browser,
        ):
            browser.request("GET", "/session/oidc", headers={"Host": "127.0.0.1:8000"})
            answer = browser.getresponse()
            target = urlsplit(answer.getheader("Location", ""))
    to = (
        "the issuer, with PKCE"
        if "code_challenge=" in target.query
        else target.path or "nothing"
    )
    return f"{answer.status}, leads to {to}"


FAULTS: Mapping[int, Callable[[Program], str]] = {
    1: damaged_event,
    2: missing_log,
    3: foreign_folder,
    4: backups,
    5: erasure,
    6: dry_runs,
    7: unfinished_bodies,
    8: names,
    9: addresses,
    10: damaged_zip,
    11: smaller,
    12: button,
}


def seen(root: Path, fault: Callable[[Program], str]) -> str:
    """What is to be seen of a fault in the program of a checkout."""
    with tempfile.TemporaryDirectory() as name:
        return fault(Program(root, Path(name) / "data"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--against", type=Path, help="the older checkout; this one alone if none"
    )
    parser.add_argument("--only", type=int, choices=FAULTS, help="one item")
    asked = parser.parse_args()
    for number, fault in FAULTS.items():
        if asked.only in (None, number):
            print(f"{number}. {(fault.__doc__ or '').strip()}")
            if asked.against is not None:
                print(f"   before: {seen(asked.against.resolve(), fault)}", flush=True)
            print(f"   after:  {seen(_HERE, fault)}", flush=True)


if __name__ == "__main__":
    main()
