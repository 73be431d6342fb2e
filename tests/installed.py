"""Tries an installed cinestats, on any system: ``python tests/installed.py COMMAND...``.

The command is how the program is called there, such as ``cinestats`` or ``uvx cinestats``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

SECONDS = 120.0


def run(command: Sequence[str], *arguments: str) -> str:
    """The output of a command that has to succeed."""
    done = subprocess.run(
        [*command, *arguments], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return done.stdout


def fetch(url: str, process: subprocess.Popen[str]) -> bytes:
    """What is at the address, once the server is there."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            with urlopen(url, timeout=10) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.2)


def main(command: Sequence[str], data: str) -> None:
    """Write, read, check and serve, with the data in a folder of its own."""
    os.environ |= {"CINESTATS_DATA_DIR": data, "PYTHONUTF8": "1"}
    version = run(command, "--version").strip()
    run(command, "add", "anna", "Gladiator", "--watched", "2025-01-20", "--rating", "4.5")
    assert json.loads(run(command, "stats", "anna", "--json"))["total_watched"] == 1
    assert run(command, "verify").startswith("Equal")
    with subprocess.Popen(
        [*command, "serve"],
        env={**os.environ, "CINESTATS_PORT": "0"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().partition(" is at ")[2].partition("?")[0].strip()
            assert json.loads(fetch(f"{address}health/live", server))["version"] == version
            assert json.loads(fetch(f"{address}health/ready", server))["status"] == "ready"
            assert b"<!doctype html>" in fetch(address, server).lower()
            assert fetch(f"{address}static/vendor/preact.js", server)
        finally:
            server.terminate()
    print(f"cinestats {version} writes, reads, verifies and serves.")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        main(sys.argv[1:], str(Path(folder) / "data"))
