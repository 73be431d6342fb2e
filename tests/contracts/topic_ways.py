"""What every store of the ways of topics promises."""

import threading
from abc import ABC, abstractmethod

import pytest

from cinestats.application.streaming.ports import TopicWays, Way


class TopicWaysContract(ABC):
    @abstractmethod
    def make(self) -> TopicWays: ...

    @pytest.fixture
    def ways(self) -> TopicWays:
        return self.make()

    def test_the_first_word_stands(self, ways: TopicWays) -> None:
        """For that topic alone, also for one whose name looks alike."""
        assert ways.get("films") is None
        assert ways.settle("films", "loose") == "loose"
        assert ways.settle("films", "placed") == "loose"
        assert ways.settle("films-", "placed") == "placed"
        assert ways.settle("films", "loose") == "loose"
        assert (ways.get("films"), ways.get("films-")) == ("loose", "placed")

    def test_who_speaks_at_once_agrees(self, ways: TopicWays) -> None:
        """Executors and drivers: one of them is heard."""
        said: list[Way] = []

        def settle(way: Way) -> None:
            said.append(ways.settle("films", way))

        both: tuple[Way, ...] = ("placed", "loose") * 4
        speakers = [threading.Thread(target=settle, args=(way,)) for way in both]
        for speaker in speakers:
            speaker.start()
        for speaker in speakers:
            speaker.join()
        assert said == [ways.get("films")] * 8
