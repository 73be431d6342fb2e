"""A home server as a process, for the scenarios that ask through HTTP."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from cinestats.application.access.principal import OWNER
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

CINESTATS = str(Path(sys.executable).parent / "cinestats")


class Server(NamedTuple):
    """Where the server listens, what it asks for, and which process it is.

    ``link`` is the one that it prints for browsers.
    """

    link: str
    host: str
    port: int
    headers: dict[str, str]
    pid: int


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Generator[subprocess.Popen[str]]:
    """A ``cinestats`` command with further settings; SIGTERM ends it."""
    process = subprocess.Popen(
        [CINESTATS, *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@contextmanager
def serving(data_dir: Path) -> Generator[Server]:
    """A home server on ``data_dir``, on loopback."""
    environment = {
        "CINESTATS_BACKEND": "embedded",
        "CINESTATS_DATA_DIR": str(data_dir),
        "CINESTATS_HOST": "127.0.0.1",
        "CINESTATS_PORT": "0",
    }
    with running(environment, "serve") as process:
        assert process.stdout is not None
        process.stdout.readline()  # by then the link is in its file
        link = (data_dir / "link").read_text().strip()
        parts = urlsplit(link)
        assert parts.hostname is not None
        assert parts.port is not None
        (token,) = parse_qs(parts.query)["token"]
        headers = {"Authorization": f"Bearer {token}"}
        yield Server(link, parts.hostname, parts.port, headers, process.pid)


@contextmanager
def accounts_server(
    data_dir: Path, users: Sequence[str]
) -> Generator[tuple[Server, dict[str, str], subprocess.Popen[str]]]:
    """A server with accounts on loopback: it, a token of each user, and its process."""
    settings = Settings(backend="embedded", data_dir=data_dir, access="server")
    with closing(make_container(settings)) as container:
        for user in users:
            container.account_manager().register(user, "four random words", actor="benchmark")
        tokens = {
            user: container.tokens().make(OWNER, user, "benchmark", ("read", "write")).secret
            for user in users
        }
    environment = {
        "CINESTATS_BACKEND": "embedded",
        "CINESTATS_DATA_DIR": str(data_dir),
        "CINESTATS_ACCESS": "server",
        "CINESTATS_HOST": "127.0.0.1",
        "CINESTATS_PORT": "0",
    }
    with running(environment, "serve") as process:
        assert process.stdout is not None
        link = process.stdout.readline().split()[-1]
        parts = urlsplit(link)
        assert parts.hostname is not None
        assert parts.port is not None
        yield Server(link, parts.hostname, parts.port, {}, process.pid), tokens, process
