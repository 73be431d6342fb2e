"""Diaries that are read again and again, and decoded once."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from cinestats.application.diary.reader import DiaryReader
from cinestats.application.log.ports import Recorded
from cinestats.domain.diary import DeleteMovie, UpdateRating
from cinestats.domain.entry import Entry
from tests.unit.application.application import TODAY, Application


class Counting(DiaryReader):
    """A reader that tells how often a whole diary or history is read."""

    def __init__(self, app: Application, max_kept: int = 100) -> None:
        self.reads: list[str] = []
        reads = self.reads

        class Diaries:
            position = staticmethod(app.diaries.position)

            def entries(self, user_id: str) -> Sequence[Entry]:
                reads.append(user_id)
                return app.diaries.entries(user_id)

        class Log:
            partitions = app.log.partitions
            tail = staticmethod(app.log.tail)
            read = staticmethod(app.log.read)

            def of_user(self, user_id: str) -> Iterator[Recorded]:
                yield from app.log.of_user(user_id)
                reads.append(f"history of {user_id}")

        super().__init__(Log(), Diaries(), UTC, max_kept)  # type: ignore[arg-type]


def titles(reader: DiaryReader, user: str, as_of: date | None = None) -> list[str]:
    return [entry.movie.title for entry in reader.read(user, as_of).entries]


def test_a_diary_is_read_once_and_then_followed() -> None:
    """The first read after a change shows it, from the events that made it."""
    app = Application()
    reader = Counting(app)
    heat = app.add("Heat")
    app.recorder.record(heat)
    assert [titles(reader, "u1") for _ in range(3)] == [["Heat"]] * 3
    app.recorder.record(app.add("Jaws"))
    app.recorder.record(app.add("Other", "u2"))
    app.recorder.record(
        UpdateRating(
            event_id="r", user_id="u1", entry_id=heat.entry_id, new_rating=1, now=app.now
        )
    )
    assert [e.rating for e in reader.read("u1").entries] == [1, 8]
    app.recorder.record(
        DeleteMovie(event_id="d", user_id="u1", entry_id=heat.entry_id, now=app.now)
    )
    assert titles(reader, "u1") == ["Jaws"]
    assert reader.reads == ["u1"]
    assert reader.read("u1").position == reader.position("u1") == 5


def test_a_diary_far_behind_is_read_anew() -> None:
    """Following has an end: hundreds of events of others cost more than a read."""
    app = Application()
    reader = Counting(app, max_kept=10_000)
    assert titles(reader, "u1") == []
    for n in range(499):
        app.recorder.record(app.add(f"Film {n}"))
    assert len(titles(reader, "u1")) == 499
    assert reader.reads == ["u1"]
    app.recorder.record_all([app.add(f"More {n}") for n in range(501)])
    assert len(titles(reader, "u1")) == 1000
    assert reader.reads == ["u1", "u1"]


def test_the_past_is_folded_from_a_history_read_once() -> None:
    """Any number of days cost one read of the log, and its later events are followed."""
    app = Application()
    reader = Counting(app)
    first = app.add("Heat")
    app.recorder.record(first)
    app.now += timedelta(days=1)
    app.recorder.record(app.add("Jaws"))
    days = [TODAY + timedelta(days=n) for n in (-1, 0, 1)]
    assert [titles(reader, "u1", day) for day in days] == [[], ["Heat"], ["Heat", "Jaws"]]
    app.recorder.record(
        DeleteMovie(event_id="d", user_id="u1", entry_id=first.entry_id, now=app.now)
    )
    assert titles(reader, "u1", days[-1]) == ["Jaws"]
    assert titles(reader, "u1", days[1]) == ["Heat"]
    assert reader.read("u1", days[1]).position == 3
    assert reader.reads == ["history of u1"]


def test_a_day_of_the_past_ends_at_midnight_in_the_zone() -> None:
    """At 23:30 in London it is the next day in Rome."""
    app = Application()
    app.now = app.now.replace(hour=23, minute=30)
    app.recorder.record(app.add("Heat"))
    for zone, wanted in ((UTC, ["Heat"]), (ZoneInfo("Europe/Rome"), [])):
        reader = DiaryReader(app.log, app.diaries, zone)
        assert titles(reader, "u1", TODAY) == wanted


def test_what_was_erased_is_kept_no_longer() -> None:
    """Erasing moves no position, and yet no answer holds the events any more."""
    app = Application()
    reader = DiaryReader(app.log, app.diaries, UTC)
    app.recorder.record(app.add("Heat"))
    app.recorder.record(app.add("Other", "u2"))
    entry = app.diaries.entries("u1")[0]
    app.recorder.record(
        DeleteMovie(event_id="d", user_id="u1", entry_id=entry.entry_id, now=app.now)
    )
    assert len(reader.history("u1")) == 2
    assert titles(reader, "u2") == ["Other"]
    version = reader.history_version("u1")
    app.forgetter.forget("u1")
    assert app.log.tail(0) == 3
    assert reader.history("u1") == []
    assert reader.history_version("u1") != version
    app.recorder.record(app.add("Back"))
    assert titles(reader, "u1", TODAY) == ["Back"]
    assert titles(reader, "u2") == ["Other"]


def test_an_event_that_comes_between_the_position_and_the_read_is_there_once() -> None:
    """The position was asked for before it: what follows from there holds it again."""
    app = Application()
    for title in ("Heat", "Jaws"):
        app.recorder.record(app.add(title))
    late = [app.add("Late")]

    class Log:
        partitions = app.log.partitions
        tail = staticmethod(app.log.tail)
        read = staticmethod(app.log.read)

        def of_user(self, user_id: str) -> Iterator[Recorded]:
            if late:
                app.recorder.record(late.pop())
            yield from app.log.of_user(user_id)

    reader = DiaryReader(Log(), app.diaries, UTC)  # type: ignore[arg-type]
    for title in ("Ali", "Thief"):
        assert list(reader.history("u1")) == list(app.log.of_user("u1"))
        app.recorder.record(app.add(title))
    assert list(reader.history("u1")) == list(app.log.of_user("u1"))
    assert titles(reader, "u1", TODAY) == ["Heat", "Jaws", "Late", "Ali", "Thief"]


def test_an_erased_history_is_not_served_although_others_go_on() -> None:
    """Nothing that follows makes up for the first event, which is gone."""
    app = Application()
    reader = DiaryReader(app.log, app.diaries, UTC)
    app.recorder.record(app.add("Heat"))
    assert len(reader.history("u1")) == 1
    app.log.erase("u1", 1)
    assert reader.history("u1") == []
    app.recorder.record(app.add("Other", "u2"))
    assert reader.history("u1") == []
    app.recorder.record(app.add("Back"))
    assert [r.position for r in reader.history("u1")] == [3]


def test_what_is_kept_is_bounded_by_entries() -> None:
    """The user who was not asked for longest goes first; too large a diary is not kept."""
    app = Application()
    reader = Counting(app, max_kept=3)
    for user, films in (("a", 1), ("b", 2), ("c", 1), ("huge", 4)):
        for n in range(films):
            app.recorder.record(app.add(f"Film {n}", user))
    for user in ("a", "b", "a", "c", "a", "b"):
        assert len(reader.read(user).entries) == {"a": 1, "b": 2, "c": 1}[user]
    assert reader.reads == ["a", "b", "c", "b"]
    for _ in range(2):
        assert len(reader.read("huge").entries) == 4
    assert reader.reads[4:] == ["huge", "huge"]


Step = tuple[str, str, int]


@settings(deadline=None)  # forty commands take as long as the machine lets them
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "delete", "rate", "read", "past", "forget"]),
            st.sampled_from("ab"),
            st.integers(1, 10),
        ),
        max_size=40,
    ),
    st.integers(0, 6),
)
def test_a_reader_never_shows_what_is_no_longer_there(steps: list[Step], kept: int) -> None:
    """Whatever happens between two reads, they equal what the stores hold."""
    app = Application(partitions=2)
    reader = DiaryReader(app.log, app.diaries, UTC, kept)
    for what, user, n in steps:
        app.now += timedelta(hours=7)
        mine = {e.movie.title: e for e in app.diaries.entries(user)}
        entry = mine.get(f"Film {n}")
        if what == "add" and entry is None:
            app.recorder.record(app.add(f"Film {n}", user))
        elif what == "delete" and entry is not None:
            app.recorder.record(
                DeleteMovie(
                    event_id=app.new_id(), user_id=user, entry_id=entry.entry_id, now=app.now
                )
            )
        elif what == "rate" and entry is not None:
            app.recorder.record(
                UpdateRating(
                    event_id=app.new_id(),
                    user_id=user,
                    entry_id=entry.entry_id,
                    new_rating=n,
                    now=app.now,
                )
            )
        elif what == "forget":
            app.forgetter.forget(user)
        elif what == "read":
            assert list(reader.read(user).entries) == list(mine.values())
        elif what == "past":
            assert list(reader.read(user, app.now.date()).entries) == list(mine.values())
            assert list(reader.history(user)) == list(app.log.of_user(user))
