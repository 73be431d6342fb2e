"""What every diary store promises."""

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from cinestats.application.diary.ports import Diaries, EntryKey
from cinestats.domain.diary import Correction

from .builders import added, corrected, deleted, entry, full_entry, movie, rated, recorded


class DiaryStoreContract(ABC):
    @abstractmethod
    def make(self) -> Diaries: ...

    @pytest.fixture
    def diaries(self) -> Diaries:
        return self.make()

    def test_a_new_store_stands_at_position_0(self, diaries: Diaries) -> None:
        """Nothing is applied yet."""
        assert diaries.position(0) == 0
        assert list(diaries.entries("u1")) == []

    def test_events_become_entries(self, diaries: Diaries) -> None:
        """Adding, rating and deleting leave the entries that the events describe."""
        kept = entry("kept", rating=None, watched_on=None)
        gone = entry("gone", movie("Heat", 1995))
        events = [added(1, of=kept), added(2, of=gone), rated(3, kept, 9), deleted(4, gone)]
        diaries.apply(0, 0, recorded(events))
        assert list(diaries.entries("u1")) == [
            entry("kept", rating=9, watched_on=None),
        ]
        assert diaries.position(0) == 4

    def test_every_field_of_an_entry_is_kept(self, diaries: Diaries) -> None:
        """By entry and by key, as it was added, as it was corrected, and as it was rated."""
        full, bare = full_entry(), entry("bare", rating=None, watched_on=None)
        diaries.apply(0, 0, recorded([added(1, of=full), added(2, of=bare)]))
        assert list(diaries.entries("u1")) == [full, bare]
        assert list(diaries.lookup("u1", [EntryKey("entry_id", "full")])) == [full]
        said = {name: getattr(full, name) for name in Correction.__annotations__}
        fix = corrected(3, bare, cast(Correction, said))
        diaries.apply(0, 2, recorded([fix], after=2))
        assert list(diaries.entries("u1")) == [full, fix.corrected]
        assert list(diaries.lookup("u1", [EntryKey("entry_id", "bare")])) == [fix.corrected]
        unsaid = {name: getattr(bare, name) for name in Correction.__annotations__}
        back = corrected(4, fix.corrected, cast(Correction, unsaid))
        diaries.apply(0, 3, recorded([back], after=3))
        assert list(diaries.entries("u1")) == [full, bare]
        diaries.apply(0, 4, recorded([rated(5, full, 9)], after=4))
        assert next(iter(diaries.entries("u1"))) == full.rated(9)

    def test_a_corrected_entry_is_found_by_what_it_is(self, diaries: Diaries) -> None:
        """By its film and its title now, no more by what it was; and it keeps its place."""
        first, second = entry("e", movie("Heat", 1986)), entry("f")
        fix = corrected(3, first, {"movie": movie("Heat 2", 1995), "watched_on": None})
        diaries.apply(0, 0, recorded([added(1, of=first), added(2, of=second), fix]))
        assert list(diaries.entries("u1")) == [fix.corrected, second]
        for key in (EntryKey("film_key", "heat|1986"), EntryKey("title_key", "heat")):
            assert list(diaries.lookup("u1", [key])) == []
        for key in (EntryKey("film_key", "heat 2|1995"), EntryKey("title_key", "heat 2")):
            assert list(diaries.lookup("u1", [key])) == [fix.corrected]
        back = corrected(
            4, fix.corrected, {"movie": first.movie, "watched_on": first.watched_on}
        )
        diaries.apply(0, 3, recorded([back, deleted(5, first)], after=3))
        assert list(diaries.entries("u1")) == [second]

    def test_a_correction_of_nothing_changes_nothing(self, diaries: Diaries) -> None:
        """An event that does not fit moves the position alone."""
        diaries.apply(0, 0, recorded([corrected(1, entry("e"), {"watched_on": None})]))
        assert (diaries.position(0), list(diaries.entries("u1"))) == (1, [])

    def test_what_counts_as_published_is_not_in_the_diary(self, diaries: Diaries) -> None:
        """Whichever event it is, and whatever play it names."""
        play = entry("e")
        strays = [added(2), rated(3, play, 2), corrected(4, play, {"watched_on": None})]
        strays.append(deleted(5, play))
        marked = [replace(each, as_published=True) for each in strays]
        diaries.apply(0, 0, recorded([added(1, of=play), *marked]))
        assert list(diaries.entries("u1")) == [play]
        assert diaries.position(0) == 5

    def test_events_at_an_old_base_change_nothing(self, diaries: Diaries) -> None:
        """What another process applied meanwhile is not applied twice."""
        diaries.apply(0, 0, recorded([added(1)]))
        diaries.apply(0, 0, recorded([added(1), added(2)]))
        assert [e.entry_id for e in diaries.entries("u1")] == ["e1"]
        assert diaries.position(0) == 1

    def test_erased_events_move_the_position_only(self, diaries: Diaries) -> None:
        """A blank in the log is stepped over."""
        diaries.apply(0, 0, recorded([None, added(1), None]))
        assert diaries.position(0) == 3
        assert len(diaries.entries("u1")) == 1

    def test_partitions_have_positions_of_their_own(self, diaries: Diaries) -> None:
        """Applying to one partition leaves the others where they are."""
        diaries.apply(3, 0, recorded([added(1)]))
        assert (diaries.position(3), diaries.position(0)) == (1, 0)

    def test_entries_are_looked_up_by_id_film_and_title(self, diaries: Diaries) -> None:
        """Each kind of key finds the user's entries, and an entry named twice comes once."""
        inception = entry("i", movie("Inception", 2010))
        again = entry("i2", movie("Inception", 2010), watched_on=date(2025, 2, 2))
        heat = entry("h", movie("Heat", 1995))
        events = [added(1, of=inception), added(2, of=again), added(3, of=heat)]
        other = added(4, "u2", of=entry("x"))
        diaries.apply(0, 0, recorded([*events, other]))

        def ids(*keys: EntryKey) -> list[str]:
            return [e.entry_id for e in diaries.lookup("u1", keys)]

        assert ids(EntryKey("entry_id", "h")) == ["h"]
        assert ids(EntryKey("film_key", "inception|2010")) == ["i", "i2"]
        assert ids(EntryKey("title_key", "heat")) == ["h"]
        assert sorted(
            ids(EntryKey("film_key", "inception|2010"), EntryKey("entry_id", "i"))
        ) == ["i", "i2"]
        assert ids(EntryKey("entry_id", "x")) == []

    def test_entries_are_counted(self, diaries: Diaries) -> None:
        """Those that a user has now."""
        e = entry("e")
        diaries.apply(0, 0, recorded([added(1, of=e), added(2), added(3, "u2")]))
        assert [diaries.count(user) for user in ("u1", "u2", "u3")] == [2, 1, 0]
        diaries.apply(0, 3, recorded([deleted(4, e)], after=3))
        assert diaries.count("u1") == 1

    def test_an_entry_may_come_back(self, diaries: Diaries) -> None:
        """An entry that was deleted and added again is there once."""
        e = entry("e")
        diaries.apply(0, 0, recorded([added(1, of=e), deleted(2, e), added(3, of=e)]))
        assert list(diaries.entries("u1")) == [e]
