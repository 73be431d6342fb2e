"""Producers of kafka-python that misbehave on cue."""

from collections.abc import Callable

from kafka.errors import KafkaError, KafkaTimeoutError


class FakeDelivery:
    def __init__(self) -> None:
        self.error: Exception | None = KafkaTimeoutError("not sent yet")

    def succeeded(self) -> bool:
        return self.error is None

    def get(self, timeout: float) -> object:
        if self.error is not None:
            raise self.error
        return None


class FakeProducer:
    """Acknowledges at ``flush`` all but the records that ``refuses`` names by their number."""

    def __init__(self) -> None:
        self.refuses: Callable[[int], bool] = lambda number: False
        self.stuck = False
        self.sent: list[tuple[str, bytes, bytes, int | None]] = []
        self.acknowledged: list[bytes] = []
        self.flushes = 0
        self.closed = False
        self._waiting: list[tuple[int, bytes, FakeDelivery]] = []

    def send(
        self, topic: str, value: bytes, key: bytes, *, partition: int | None = None
    ) -> FakeDelivery:
        delivery = FakeDelivery()
        self._waiting.append((len(self.sent), value, delivery))
        self.sent.append((topic, value, key, partition))
        return delivery

    def flush(self, timeout: float) -> None:
        self.flushes += 1
        if self.stuck:
            raise KafkaTimeoutError("nothing moves")
        for number, value, delivery in self._waiting:
            if self.refuses(number):
                delivery.error = KafkaTimeoutError("expired")
            else:
                delivery.error = None
                self.acknowledged.append(value)
        self._waiting.clear()

    def close(self, timeout: float) -> None:
        self.closed = True


class FakeKafka:
    """Stands in for ``open_producer`` and ``drop``; ``down`` makes connecting fail."""

    def __init__(self) -> None:
        self.down = False
        self.opened: list[FakeProducer] = []
        self.dropped: list[object] = []
        self.tuning: dict[str, object] = {}
        self.prepare: Callable[[FakeProducer], None] = lambda producer: None

    def connect(self, settings: object, **tuning: object) -> FakeProducer:
        self.tuning = tuning
        if self.down:
            raise KafkaError("no broker answers")
        producer = FakeProducer()
        self.prepare(producer)
        self.opened.append(producer)
        return producer

    def drop(self, producer: object) -> None:
        self.dropped.append(producer)
