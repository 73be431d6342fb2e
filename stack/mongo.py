"""A server in memory that speaks MongoDB's wire protocol, on loopback.

It has no sessions, no transactions and no replica set, and it forgets all when it ends.
"""

import os
from pathlib import Path

from .jars import jars
from .java_process import free_port
from .java_server import JavaServer, launch
from .probes import mongo_answers

_START_SECONDS = 60
_LAUNCHER = Path(__file__).resolve().with_name("MongoServer.java")


class Mongo(JavaServer):
    """A running server. Its folder holds its log."""

    @property
    def uri(self) -> str:
        """The address for clients, ``mongodb://host:port``."""
        return f"mongodb://127.0.0.1:{self.port}"


def start_mongo(folder: Path, port: int = 0, heap: str = "4g") -> Mongo:
    """Start an empty server, on the port or (0) on a free one.

    ``heap`` bounds its memory, as ``java -Xmx`` reads it. Returns once it answers, after some
    2 seconds. Raises StackError where a tool or a jar is missing or it does not start.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    arguments = ["-cp", os.pathsep.join(str(jar) for jar in jars("mongo")), f"-Xmx{heap}"]
    arguments += ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", str(_LAUNCHER), str(port)]
    process = launch(arguments, folder, port, mongo_answers, _START_SECONDS)
    return Mongo(folder, port, process)
