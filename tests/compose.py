"""``make compose-test``: docker-compose.yml on a real engine, from outside.

It builds the images, writes a film, waits for its statistics, kills every container, and takes
all down and up again. Each time what was written has to be there. It runs under a project name
of its own, and removes its containers and volumes in the end. ``COMPOSE_FILE``, which Compose
knows, may name what to run in place of docker-compose.yml; then nothing is built.
"""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
ENGINE, COMPOSE = (25, 0), (2, 20)
"""The first versions that know ``start_interval``."""
_PORTS = (27017, 29092)
_UP_SECONDS = 600
_COUNTED_SECONDS = 180


class ComposeTestFailed(Exception):
    """What is missing, or what went wrong: one sentence for a person."""


def main() -> None:
    """Run it; ends with exit code 1 and one sentence where anything is wrong."""
    try:
        _look_for_the_engine()
        project = Project()
        try:
            _try_out(project)
        finally:
            project.compose("down", "--volumes", "--remove-orphans")
    except ComposeTestFailed as failure:
        sys.exit(str(failure))
    print("Good.")


class Project:
    """The services under a name, with passwords and a port of their own."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._environment: Mapping[str, str] = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": f"cinestats-test-{secrets.token_hex(3)}",
            "CINESTATS_PORT": str(self.port),
            **{
                f"CINESTATS_MONGO_{name}": secrets.token_hex(24)
                for name in ("ROOT_PASSWORD", "PASSWORD", "KEYFILE")
            },
        }

    def compose(self, *arguments: str) -> str:
        """Run ``docker compose``; returns what it answers."""
        command = ["docker", "compose", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True
        )
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
            raise ComposeTestFailed(f"{' '.join(command)} failed:\n{said}")
        return done.stdout

    def up(self) -> None:
        """Start all, and wait until the API says that it is ready."""
        try:
            self.compose("up", "--detach")
        except ComposeTestFailed as failure:
            raise ComposeTestFailed(f"{failure}\n{self._condition()}") from failure
        self.wait("The API is not ready", _UP_SECONDS, self._is_ready)

    def cinestats(self, *arguments: str) -> str:
        """Run a command in the API's container."""
        return self.compose("exec", "--no-TTY", "api", "cinestats", *arguments)

    def wait(self, problem: str, seconds: float, done: Callable[[], bool]) -> None:
        """Wait until it is done; else tell the problem, and how every service is."""
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise ComposeTestFailed(f"{problem} after {seconds:g} s.\n{self._condition()}")
            time.sleep(1)

    def _condition(self) -> str:
        """How every service is, and what it said last."""
        services = self.compose("ps", "--all")
        return f"{services}\n{self.compose('logs', '--no-color', '--tail', '10')}"

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


def _try_out(project: Project) -> None:
    _say("building the images")
    if "COMPOSE_FILE" not in os.environ:
        project.compose("build")
    _say("up")
    project.up()
    for service in ("api", "relay", "consumer"):
        found = project.compose("exec", "--no-TTY", service, "ls", "-A", "/var/lib/cinestats")
        if stray := set(found.split()) - {"checkpoints"}:
            raise ComposeTestFailed(f"{service} has {stray} in its data folder.")
        project.compose(
            "exec", "--no-TTY", service, "touch", "/var/lib/cinestats/.try", "/tmp/.try"
        )
        project.compose("exec", "--no-TTY", service, "rm", "/var/lib/cinestats/.try")
    _add(project, 1, "Heat")
    _say("all killed, and up again")
    project.compose("kill")
    project.up()
    _add(project, 2, "Ran")
    _say("down and up")
    project.compose("down")
    project.up()
    _add(project, 3, "Alien")
    project.cinestats("verify")


def _add(project: Project, number: int, title: str) -> None:
    """Add a film, and wait until so many are counted."""
    _say(f"adding {title}")
    project.cinestats("add", "anna", title, "--rating", "4.5")

    def counted() -> bool:
        stats = json.loads(project.cinestats("stats", "anna", "--json"))
        return bool(stats["total_watched"] == number)

    project.wait(f"The statistics have not {number} films", _COUNTED_SECONDS, counted)


def _look_for_the_engine() -> None:
    """Raise ComposeTestFailed where there is none, or it is too old, or a port is taken."""
    needs = "it needs Docker Engine {}.{} and Compose {}.{}, or newer".format(*ENGINE, *COMPOSE)
    for what, least, command in (
        ("Engine", ENGINE, ["docker", "version", "--format", "{{.Server.Version}}"]),
        ("Compose", COMPOSE, ["docker", "compose", "version", "--short"]),
    ):
        try:
            answer = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            raise ComposeTestFailed(f"There is no docker here; {needs}.") from None
        found = re.match(r"v?(\d+)\.(\d+)", answer.stdout.strip())
        if answer.returncode or found is None:
            said = (answer.stderr.strip().splitlines() or ["it says nothing"])[0]
            raise ComposeTestFailed(f"No {what} answers ({said}); {needs}.")
        if (int(found[1]), int(found[2])) < least:
            raise ComposeTestFailed(f"This {what} is {answer.stdout.strip()}; {needs}.")
    for port in _PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise ComposeTestFailed(
                    f"The port {port} of 127.0.0.1 is taken; end what has it."
                )


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


if __name__ == "__main__":
    main()
