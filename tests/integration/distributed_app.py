"""The distributed engine as its users run it: commands with their environment."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from cinestats.entrypoints.settings import Settings

_COMMAND_SECONDS = 120
_END_SECONDS = 60
_CINESTATS = [sys.executable, "-c", "from cinestats.entrypoints.cli import main; main()"]
_Found = TypeVar("_Found")


class DistributedApp:
    """A database and a topic of its own; ``data`` is a folder for its files."""

    def __init__(self, bootstrap: str, mongo_uri: str, data: Path, **settings: object) -> None:
        name = uuid.uuid4().hex[:8]
        given = {
            "backend": "distributed",
            "kafka_bootstrap_servers": bootstrap,
            "kafka_topic": f"films-{name}",
            "mongo_uri": mongo_uri,
            "mongo_database": f"films_{name}",
            "data_dir": data / "data",
            **settings,
        }
        self.settings = Settings.model_validate(given)
        self.environment = {
            **os.environ,
            **{f"CINESTATS_{key.upper()}": str(value) for key, value in given.items()},
            "CINESTATS_CHECKPOINT_DIR": str(data / "checkpoints"),
            "CINESTATS_SPARK_MASTER": "local[2]",
            "CINESTATS_STATS_TRIGGER_SECONDS": "0.5",
            "COLUMNS": "200",
        }

    def run(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """Run a command that must end with ``code``; returns its answer."""
        result = self.attempt(*arguments, **environment)
        assert result.returncode == code, result.stdout + result.stderr
        return result.stdout or result.stderr

    def attempt(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command, however it ends."""
        return subprocess.run(
            [*_CINESTATS, *arguments],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
        )

    @contextmanager
    def service(self, *arguments: str, log: Path, **environment: str) -> Iterator[None]:
        """A command that runs during the block, then is asked to end and must end well."""
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*_CINESTATS, *arguments],
                env={**self.environment, **environment},
                stdout=output,
                stderr=output,
            )
        try:
            yield
            assert process.poll() is None, log.read_text()
            process.terminate()
            assert process.wait(_END_SECONDS) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()


def until(look: Callable[[], _Found], seconds: float = 60) -> _Found:
    """What ``look`` finds as soon as that is true."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)
    return found
