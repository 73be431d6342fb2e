"""``python3 -m stack up | down | jars | lock``."""

import os
import shutil
import sys

from .errors import StackError
from .jars import COMPONENTS, STACK_DIR, fetch, lock
from .java_process import is_free
from .kafka import Kafka, start_kafka
from .mongo import Mongo, start_mongo

_RUN = STACK_DIR / "run"
_KAFKA = _RUN / "kafka"
_MONGO = _RUN / "mongo"


def up() -> None:
    """Start what does not run yet, on new data; print the environment for ``eval``."""
    kafka = Kafka.running(_KAFKA)
    if kafka is None:
        shutil.rmtree(_KAFKA, ignore_errors=True)
        kafka = start_kafka(_KAFKA, _port("CINESTATS_STACK_KAFKA_PORT", 9092))
    mongo = Mongo.running(_MONGO)
    if mongo is None:
        shutil.rmtree(_MONGO, ignore_errors=True)
        port = _port("CINESTATS_STACK_MONGO_PORT", 27017)
        mongo = start_mongo(_MONGO, port, os.environ.get("CINESTATS_STACK_MONGO_HEAP", "4g"))
    print(f"export CINESTATS_KAFKA_BOOTSTRAP_SERVERS={kafka.bootstrap}")
    print(f"export CINESTATS_MONGO_URI={mongo.uri}")


def down() -> None:
    """Stop what runs, and remove its data."""
    for server in (Kafka.running(_KAFKA), Mongo.running(_MONGO)):
        if server is not None:
            server.stop()
    shutil.rmtree(_RUN, ignore_errors=True)


def _port(variable: str, usual: int) -> int:
    """The port that the variable names, else the usual one, else (0) any free one."""
    named = os.environ.get(variable)
    if named is None:
        return usual if is_free(usual) else 0
    if not named.isdecimal() or not 1 <= int(named) <= 65535:
        raise StackError(f"{variable} is no port: {named!r}.")
    return int(named)


def main(arguments: list[str]) -> None:
    """Do what the one argument says."""
    match arguments:
        case ["up"]:
            up()
        case ["down"]:
            down()
        case ["jars"]:
            for component in COMPONENTS:
                fetch(component)
        case ["lock"]:
            for component in COMPONENTS:
                lock(component)
        case _:
            sys.exit("usage: python3 -m stack up|down|jars|lock")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except StackError as error:
        sys.exit(str(error))
