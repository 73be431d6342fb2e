"""What every event log promises."""

import threading
from abc import ABC, abstractmethod
from dataclasses import replace

import pytest

from cinestats.application.log.chain import START, digest_of, link
from cinestats.application.log.ports import Log, PositionTaken
from cinestats.domain.partition import partition_of

from .builders import added, deleted, entry, rated


class EventLogContract(ABC):
    @abstractmethod
    def make(self, partitions: int = 1) -> Log: ...

    @pytest.fixture
    def log(self) -> Log:
        return self.make()

    def test_an_empty_log_ends_at_position_0(self, log: Log) -> None:
        """Nothing is there before the first append."""
        assert log.tail(0) == 0
        assert list(log.read(0, 0, 10)) == []
        assert list(log.users()) == []

    def test_events_come_back_as_they_went_in(self, log: Log) -> None:
        """All three kinds of event survive storage, field by field, at positions 1, 2, 3."""
        film = entry("e9", rating=7, watched_on=None)
        events = [added(1, of=film), rated(2, film, None), deleted(3, film)]
        log.append(0, 0, events)
        assert [tuple(r) for r in log.read(0, 0, 10)] == [
            (0, position, event) for position, event in enumerate(events, 1)
        ]

    def test_reading_starts_behind_a_position_and_ends_at_the_limit(self, log: Log) -> None:
        """A reader goes on where it stopped."""
        log.append(0, 0, [added(n) for n in range(5)])
        assert [r.position for r in log.read(0, 2, 2)] == [3, 4]

    def test_appending_behind_the_tail_is_refused(self, log: Log) -> None:
        """A writer that decided on an older log has to decide anew, and nothing is stored."""
        log.append(0, 0, [added(1)])
        with pytest.raises(PositionTaken):
            log.append(0, 0, [added(2), added(3)])
        with pytest.raises(PositionTaken):
            log.append(0, 5, [added(2)])
        assert log.tail(0) == 1

    def test_an_event_id_is_stored_once(self, log: Log) -> None:
        """A second event with the same id is refused as a whole append."""
        log.append(0, 0, [added(1)])
        with pytest.raises(PositionTaken):
            log.append(0, 1, [added(2), added(1)])
        assert log.tail(0) == 1

    def test_users_do_not_take_event_ids_from_each_other(self, log: Log) -> None:
        """Ids are unique for a user; another user's may be the same."""
        mine, yours = added(1, "a"), replace(added(1, "b"), event_id="add-a-1")
        log.append(0, 0, [mine, yours])
        assert [log.find(u, "add-a-1") for u in "ab"] == list(log.read(0, 0, 10))

    def test_partitions_do_not_share_positions(self) -> None:
        """Each partition counts from 1 for itself."""
        log = self.make(partitions=4)
        for partition in range(4):
            log.append(partition, 0, [added(1, f"user of {partition}")])
        assert [log.tail(p) for p in range(log.partitions)] == [1, 1, 1, 1]
        assert [r.partition for p in range(4) for r in log.read(p, 0, 10)] == [0, 1, 2, 3]

    def test_a_user_has_a_history_of_their_own(self, log: Log) -> None:
        """The history holds the user's events, in order, with their positions."""
        log.append(0, 0, [added(1, "a"), added(2, "b"), added(3, "a")])
        assert [(r.position, r.event) for r in log.of_user("a")] == [
            (1, added(1, "a")),
            (3, added(3, "a")),
        ]
        assert list(log.of_user("nobody")) == []
        assert list(log.users()) == ["a", "b"]

    def test_a_long_history_is_complete(self, log: Log) -> None:
        """Paging inside the adapter loses no event."""
        log.append(0, 0, [added(n, "a" if n % 2 else "b") for n in range(2501)])
        assert [r.position for r in log.of_user("a")] == list(range(2, 2502, 2))

    def test_an_event_is_found_by_its_id(self, log: Log) -> None:
        """Only the user's own event is found."""
        log.append(0, 0, [added(1, "a")])
        found = log.find("a", "add-a-1")
        assert found is not None
        assert (found.position, found.event) == (1, added(1, "a"))
        assert log.find("a", "other") is None
        assert log.find("b", "add-a-1") is None

    def test_erasing_blanks_a_users_events_and_keeps_their_positions(self, log: Log) -> None:
        """Readers still see every position; the rest of the log is untouched."""
        log.append(0, 0, [added(1, "a"), added(2, "b"), added(3, "a"), added(4, "a")])
        assert log.erase("a", through=3) == 2
        assert [(r.position, r.event) for r in log.read(0, 0, 10)] == [
            (1, None),
            (2, added(2, "b")),
            (3, None),
            (4, added(4, "a")),
        ]
        assert [r.position for r in log.of_user("a")] == [4]
        assert log.find("a", "add-a-1") is None
        assert log.tail(0) == 4

    def test_a_users_events_have_a_size(self, log: Log) -> None:
        """In the bytes in which they are stored; the erased are gone from it."""
        events = [added(1, "a"), added(2, "b"), added(3, "a")]
        log.append(0, 0, events)
        sizes = [len(each.body or b"") for each in log.stored(0, 0, 10)]
        assert log.size_of("a") == sizes[0] + sizes[2]
        assert log.size_of("b") == sizes[1]
        log.erase("a", through=1)
        assert log.size_of("a") == sizes[2]
        assert log.size_of("c") == 0

    def test_writers_at_once_take_positions_in_turn(self, log: Log) -> None:
        """However many threads append, positions stay gapless and each event is there once."""

        def write(user_id: str) -> None:
            for n in range(10):
                while True:
                    try:
                        log.append(0, log.tail(0), [added(n, user_id)])
                        break
                    except PositionTaken:
                        continue

        threads = [threading.Thread(target=write, args=(f"u{i}",)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        events = log.read(0, 0, 100)
        assert [r.position for r in events] == list(range(1, 41))
        assert len({r.event.event_id for r in events if r.event}) == 40

    def test_users_are_spread_by_kafkas_partitioner(self) -> None:
        """The log takes any partition that partition_of names."""
        log = self.make(partitions=3)
        for n, user_id in enumerate(("anna", "bruno", "carla", "dario")):
            partition = partition_of(user_id, 3)
            log.append(partition, log.tail(partition), [added(n, user_id)])
        assert sorted(log.users()) == ["anna", "bruno", "carla", "dario"]

    def test_every_event_is_sealed(self) -> None:
        """Digest and chain of each stand beside it, whatever was appended with it or later."""
        log = self.make(partitions=2)
        log.append(1, 0, [added(n, "a") for n in range(3)])
        log.append(1, 3, [added(3, "a")])
        chain, salts = START, set[bytes]()
        for position, stored in enumerate(log.stored(1, 0, 10), 1):
            seal = stored.seal
            assert seal is not None
            assert seal.salt is not None
            assert stored.body is not None
            assert stored.user_id == "a"
            assert stored.recorded == (1, position, added(position - 1, "a"))
            assert seal.digest == digest_of(seal.salt, stored.body)
            chain = link(chain, 1, position, seal.digest)
            assert seal.chain == chain == log.chain_at(1, position)
            salts.add(seal.salt)
        assert len(salts) == log.tail(1) == 4
        assert log.chain_at(1, 5) is log.chain_at(0, 1) is None

    def test_erasing_keeps_digest_and_chain_and_nothing_else(self, log: Log) -> None:
        """A hash that was noted stays right, and without its salt a digest tells nothing."""
        log.append(0, 0, [added(1, "a"), added(2, "b"), added(3, "a")])
        before = [each.seal for each in log.stored(0, 0, 10)]
        log.erase("a", through=3)
        after = log.stored(0, 0, 10)
        assert [s and s[1:] for s in before] == [each.seal and each.seal[1:] for each in after]
        assert [bool(each.seal and each.seal.salt) for each in after] == [False, True, False]
        assert [each.user_id for each in after] == [None, "b", None]
        log.append(0, 3, [added(4, "a")])
        assert log.chain_at(0, 4) is not None
