"""Which way the events of each topic come in, in a dictionary."""

from cinestats.application.streaming.ports import Way


class MemoryTopicWays:
    """Implements TopicWays."""

    def __init__(self) -> None:
        self._ways: dict[str, Way] = {}

    def get(self, topic: str) -> Way | None:
        return self._ways.get(topic)

    def settle(self, topic: str, way: Way) -> Way:
        return self._ways.setdefault(topic, way)
