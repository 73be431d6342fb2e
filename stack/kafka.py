"""A Kafka broker of one node, in KRaft mode, on loopback."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .errors import StackError
from .jars import jars
from .java_process import JavaProcess, find_java, free_port
from .java_server import JavaServer, launch
from .probes import kafka_answers

_START_SECONDS = 90
_CLUSTER_ID = "Y2luZXN0YXRzLXN0YWNrMQ"

# One node has nobody to replicate to, and a broker that was killed registers again only once
# its old session is over. Topics are made on purpose, with a number of partitions that counts;
# their records stay, however old the events are.
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
log.dirs={data}
auto.create.topics.enable=false
log.retention.ms=-1
log.cleaner.dedupe.buffer.size=8388608
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
num.network.threads=2
num.io.threads=4
"""


class Kafka(JavaServer):
    """A running broker. Its folder holds its data and its log; both stay when it ends."""

    @property
    def bootstrap(self) -> str:
        """The address for clients, ``host:port``."""
        return f"127.0.0.1:{self.port}"

    def restart(self) -> None:
        """Start it again on its port and its data, stopped or killed or running as it is."""
        self.stop()
        self._process = _launch(self.folder, self.port)


def start_kafka(
    folder: Path,
    port: int = 0,
    properties: Mapping[str, str] | None = None,
    accounts: Mapping[str, str] | None = None,
) -> Kafka:
    """Start a broker without topics in a new folder, on the port or (0) on a free one.

    ``properties`` are added to ours, or take their place. ``accounts`` are users of
    SCRAM-SHA-512 with their passwords; a listener for them is for the properties to open.
    Returns once it answers, after some 4 seconds. Raises StackError where a tool or a jar is
    missing or the broker does not start.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    lines = _PROPERTIES.format(port=port, controller_port=free_port(), data=folder / "data")
    ours = dict(line.split("=", 1) for line in lines.splitlines())
    for name, value in (properties or {}).items():
        # What is a list at ours, such as the listeners, is continued.
        ours[name] = f"{ours[name]}{value}" if value.startswith(",") else value
    text = "".join(f"{name}={value}\n" for name, value in ours.items())
    (folder / "server.properties").write_text(text)
    _format(folder, accounts or {})
    return Kafka(folder, port, _launch(folder, port))


def _classpath() -> str:
    return os.pathsep.join(str(jar) for jar in jars("kafka"))


def _format(folder: Path, accounts: Mapping[str, str]) -> None:
    arguments = ["-cp", _classpath(), "-Dlog4j2.level=WARN", "-XX:TieredStopAtLevel=1"]
    arguments += [
        "kafka.tools.StorageTool",
        "format",
        "--standalone",
        "--cluster-id",
        _CLUSTER_ID,
    ]
    arguments += ["--config", str(folder / "server.properties")]
    for name, password in accounts.items():
        arguments += ["--add-scram", f"SCRAM-SHA-512=[name={name},password={password}]"]
    result = subprocess.run(
        [find_java(), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if result.returncode != 0:
        raise StackError(f"Kafka's storage was not formatted: {result.stderr or result.stdout}")


def _launch(folder: Path, port: int) -> JavaProcess:
    arguments = ["-cp", _classpath(), "-Dlog4j2.level=WARN", "-Xmx512m", "-XX:+UseSerialGC"]
    arguments += ["kafka.Kafka", str(folder / "server.properties")]
    return launch(arguments, folder, port, kafka_answers, _START_SECONDS)
