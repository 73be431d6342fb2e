"""Spark's own cluster on loopback, and what its executors are given to run us."""

import importlib.metadata
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyspark
from packaging.requirements import Requirement

import cinestats
from stack.jars import jars
from stack.java_process import free_port, is_free

_HOME = Path(pyspark.__path__[0])
_SECONDS = 60
_DRIVER = Path(cinestats.__path__[0]) / "entrypoints" / "spark_driver.py"


class Cluster:
    """A master and two workers of one core, known by their processes."""

    def __init__(self, master: str, workers: list["subprocess.Popen[bytes]"]) -> None:
        self.master = master
        self.workers = workers

    def kill_executor(self) -> None:
        """``kill -9`` an executor, in the middle of whatever it does."""
        (pid, *_) = (pid for worker in self.workers for pid in _executors(worker.pid))
        os.kill(pid, signal.SIGKILL)


@contextmanager
def cluster(folder: Path) -> Generator[Cluster]:
    """Start master and workers; all are ended in the end."""
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    started: list[subprocess.Popen[bytes]] = []
    with (folder / "cluster.log").open("ab") as log:
        try:
            common = "--host", "127.0.0.1", "--webui-port", "0"
            started.append(_start("master.Master", log, *common, "--port", str(port)))
            deadline = time.monotonic() + _SECONDS
            while is_free(port):
                assert time.monotonic() < deadline, (folder / "cluster.log").read_text()
                time.sleep(0.1)
            for number in range(2):
                own = *common, "--cores", "1", "--memory", "1g"
                work = "--work-dir", str(folder / f"worker{number}")
                started.append(_start("worker.Worker", log, *own, *work, master))
            yield Cluster(master, started[1:])
        finally:
            for process in reversed(started):
                for pid in _executors(process.pid):
                    os.kill(pid, signal.SIGKILL)
                process.kill()
                process.wait()


def submit(
    cluster: Cluster, environment: dict[str, str], log: Path, *options: str
) -> "subprocess.Popen[bytes]":
    """Start the driver as docs/distributed.md says, with a bare Python on the executors."""
    connector = ",".join(map(str, jars("spark")))
    command = [str(_HOME / "bin" / "spark-submit"), "--master", cluster.master]
    command += ["--jars", connector, "--executor-memory", "512m", *options, str(_DRIVER)]
    bare = Path(sys.base_prefix) / "bin" / "python{}.{}".format(*sys.version_info)
    own = {"PYSPARK_DRIVER_PYTHON": sys.executable, "PYSPARK_PYTHON": str(bare)}
    with log.open("wb") as file:
        return subprocess.Popen(
            command, env=_environment() | environment | own, stdout=file, stderr=file
        )


def pack(archive: Path) -> Path:
    """What ``pip install --target`` would install for us, but for Spark, as an archive."""
    wanted, names = ["cinestats[distributed]"], set[str]()
    with tarfile.open(archive, "w") as tar:
        tar.add(cinestats.__path__[0], "cinestats", filter=_without_caches)
        while wanted:
            requirement = Requirement(wanted.pop())
            name = re.sub(r"[-_.]+", "-", requirement.name).lower()
            extra = {"extra": next(iter(requirement.extras), "")}
            if name in names or name == "pyspark" or not _applies(requirement):
                continue
            names.add(name)
            found = importlib.metadata.distribution(name)
            for each in map(Requirement, found.requires or ()):
                if each.marker is None or each.marker.evaluate(extra):
                    each.marker = None
                    wanted.append(str(each))
            if name != "cinestats":
                _add(tar, found)
    return archive


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _add(tar: tarfile.TarFile, found: importlib.metadata.Distribution) -> None:
    for file in found.files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            tar.add(str(found.locate_file(file)), str(file))


def _without_caches(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if "__pycache__" in member.name else member


def _environment() -> dict[str, str]:
    return {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(_HOME)}


def _start(name: str, log: BinaryIO, *arguments: str) -> "subprocess.Popen[bytes]":
    command = [str(_HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}"]
    return subprocess.Popen([*command, *arguments], env=_environment(), stdout=log, stderr=log)


def _executors(worker: int) -> list[int]:
    """The executors that a worker has started."""
    listing = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(worker)], capture_output=True, text=True
    )
    lines = (line.split(maxsplit=1) for line in listing.stdout.splitlines())
    return [int(pid) for pid, arguments in lines if "CoarseGrainedExecutorBackend" in arguments]
