"""How a service is told to end."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event


@contextmanager
def stop_requested() -> Generator[Event]:
    """An event that SIGTERM and SIGINT set during the block, instead of ending the process."""
    stop = Event()

    def set_stop(*_: object) -> None:
        stop.set()

    numbers = signal.SIGTERM, signal.SIGINT
    previous = [signal.signal(number, set_stop) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, previous, strict=True):
            signal.signal(number, handler)
