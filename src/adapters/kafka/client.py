"""kafka-python, as far as it is used here. It is loaded when it is first needed."""

import logging
from importlib import import_module
from typing import Any, Protocol, cast

from .settings import KafkaSettings, client_config

_CONNECT_MS = 3000
_CLUSTER_RIGHT = 31  # asked for in vain where a producer may write no topic at all
_RECONNECT_MS = 1000  # a broker that comes back is found within this time


class Delivery(Protocol):
    """What becomes of a record that was handed over."""

    def get(self, timeout: float) -> object:
        """Wait up to ``timeout`` seconds for the acknowledgement; raises ``kafka_error()``."""
        ...

    def succeeded(self) -> bool:
        """Whether it has been acknowledged by now."""
        ...


class Producer(Protocol):
    """A connected producer; safe to use from many threads. Times in seconds."""

    def send(
        self, topic: str, value: bytes, key: bytes, *, partition: int | None = None
    ) -> Delivery: ...

    def flush(self, timeout: float) -> None: ...

    def close(self, timeout: float) -> None: ...


def kafka_error() -> type[Exception]:
    """What every error of kafka-python is."""
    return cast(type[Exception], load("kafka.errors").KafkaError)


def refusal(error: Exception, settings: KafkaSettings) -> str:
    """Why Kafka did not do it: a missing right or account in our words, all else in its own."""
    errors = load("kafka.errors")
    rights = (errors.TopicAuthorizationFailedError.errno, _CLUSTER_RIGHT)
    if isinstance(error, errors.AuthorizationError) or any(
        f"[Error {number}]" in str(error) for number in rights
    ):
        return missing_right(settings)
    protocol = client_config(settings)["security_protocol"]
    if isinstance(error, errors.KafkaTimeoutError) and protocol != "PLAINTEXT":
        return (
            f"no broker answers by {protocol}, or none accepts {_who(settings)}: look at the"
            " password, at the certificate, and at the broker's log"
        )
    return str(error)


def missing_right(settings: KafkaSettings) -> str:
    """Who lacks which right on which topic."""
    return (
        f"{_who(settings)} lacks a right on the topic {settings.kafka_topic}: it needs WRITE to"
        " publish, READ to consume, and CREATE where there is no such topic yet"
    )


def _who(settings: KafkaSettings) -> str:
    return settings.sasl_plain_username or "this client"


def open_producer(settings: KafkaSettings, **tuning: object) -> Producer:
    """A producer that is connected and idempotent and waits for every in-sync replica.

    ``tuning`` goes to kafka-python. Raises ``kafka_error()`` when no broker answers within
    3 s, during which kafka-python retries with backoff.
    """
    config = {
        "acks": "all",
        "enable_idempotence": True,
        "bootstrap_timeout_ms": _CONNECT_MS,
        "max_block_ms": _CONNECT_MS,
        "reconnect_backoff_max_ms": _RECONNECT_MS,
        "metrics_enabled": False,
        **tuning,
    }
    return cast(Producer, load("kafka").KafkaProducer(**client_config(settings), **config))


def drop(producer: Producer) -> None:
    """End a producer whose delivery failed, with all that it still holds.

    kafka-python 3.0 may not recover: where the broker goes away while the producer asks for
    its id, it never sends again. ``close`` would wait for the records in hand, and leave the
    thread that sends them running when they do not go; so that thread is ended first.
    """
    cast(Any, producer)._sender.force_close()
    producer.close(_CONNECT_MS / 1000)


def load(module: str) -> Any:
    # kafka-python has no type hints: what is used of it is written down above. It logs every
    # attempt to connect; what matters of that is raised, and told once, by whoever asked.
    logger = logging.getLogger("kafka")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL)
    return import_module(module)
