"""Verify, rebuild, forget: looking after what was counted."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from cinestats.adapters.memory.opening import MemoryOpening
from cinestats.adapters.memory.topic_positions import MemoryTakingIn, MemoryTopicPositions
from cinestats.application.catalogue.learn import told_by
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.figures.ports import Batch, UserDocuments
from cinestats.application.ports import StoreBusy
from cinestats.application.upkeep.rebuild import recompute_user
from cinestats.application.upkeep.recount import plays_at
from cinestats.domain.diary import DeleteMovie
from cinestats.domain.movie import Movie
from cinestats.domain.user_stats import UserStats
from tests.unit.application.application import Application


def filled() -> Application:
    app = Application(partitions=2)
    for user in ("u1", "u2", "u3"):
        app.recorder.record_all([app.add(title, user) for title in ("Heat", "Ali", "Thief")])
    app.projector.catch_up()
    return app


def spoil(app: Application, user_id: str) -> None:
    """Count a play that never was."""
    stored = app.models.user_stats(user_id)
    assert stored is not None
    states = {"user_stats": {(user_id,): UserStats(total_watched=99)}}
    wrong = UserDocuments(user_id, states, stored.updated_at, stored.position)
    partition = 0 if app.models.checkpoint(0) and app.log.tail(0) else 1
    for partition in range(2):
        base = app.models.checkpoint(partition)
        if any(r.event and r.event.user_id == user_id for r in app.log.read(partition, 0, 99)):
            app.models.put_user(partition, base, wrong)


def test_right_figures_are_equal() -> None:
    """All users, all documents and the days are compared."""
    verdict = filled().verifier.verify()
    assert verdict.equal
    assert verdict.users == 3
    assert verdict.documents == 3 * 2 + 3  # statistics, one director; three films of one day


def test_wrong_figures_are_named() -> None:
    """Document, field, what is stored, and what it should be."""
    app = filled()
    spoil(app, "u2")
    verdict = app.verifier.verify("u2")
    found = {(d.document, d.field): (d.stored, d.recomputed) for d in verdict.differences}
    assert found["user_stats u2", "total_watched"] == (99, 3)
    assert found["user_affinities u2 director Michael Mann", "count"] == (0, 3)
    assert app.verifier.verify("u1").equal
    assert not app.verifier.verify().equal


def test_a_wrong_day_is_named() -> None:
    """The global days are part of the verdict."""
    app = filled()
    replacement = app.models.replacement()
    for partition in range(2):
        base = app.models.checkpoint(partition)
        replacement.documents.put_shared(partition, base, {"global_days": {}})
    assert replacement.adopt()
    names = {d.document for d in app.verifier.verify().differences}
    assert any(name.startswith("global_days 2025-01-21 heat|") for name in names)


def write_while_verified(app: Application, times: int) -> None:
    """Record and project a play for u1 after each of the first reads of what is stored."""
    counts = app.models.counts
    titles = iter([f"Film {n}" for n in range(times)])

    def meanwhile(projection: Any, owner: str | int) -> Any:
        found = counts(projection, owner)
        if title := next(titles, None):
            app.recorder.record(app.add(title))
            app.projector.catch_up()
        return found

    app.models.counts = meanwhile  # type: ignore[method-assign]


@pytest.mark.parametrize("user", ["u1", None])
def test_what_changes_while_it_is_verified_is_read_again(user: str | None) -> None:
    """A document of before and another of after a batch are no difference."""
    app = filled()
    write_while_verified(app, 3)
    assert app.verifier.verify(user).equal


def test_figures_that_never_stand_still_are_not_called_wrong() -> None:
    """Verify gives up in a sentence."""
    app = filled()
    write_while_verified(app, 10_000)
    with pytest.raises(StoreBusy, match="statistics of u1 keep changing"):
        app.verifier.verify("u1")


@pytest.mark.parametrize("user", ["u2", None])
def test_a_rebuild_puts_right_what_was_wrong(user: str | None) -> None:
    """For one user, and for all."""
    app = filled()
    spoil(app, "u2")
    if user is None:
        assert app.rebuilder.rebuild() == 3
    else:
        app.rebuilder.rebuild_user(user)
    assert app.verifier.verify().equal


def test_a_rebuild_keeps_what_is_written_meanwhile() -> None:
    """Fault 24: events that are recorded and projected during the rebuild are in it."""
    app = filled()
    replacement = app.models.replacement
    late = app.add("Collateral")

    def while_it_runs() -> object:
        app.recorder.record(late)
        app.projector.catch_up()
        return replacement()

    app.models.replacement = while_it_runs  # type: ignore[method-assign,assignment]
    app.rebuilder.rebuild()
    assert app.total() == 4
    assert app.verifier.verify().equal


@pytest.mark.parametrize("projected", [False, True])
def test_a_rebuild_follows_what_comes_behind_its_beginning(projected: bool) -> None:
    """In every partition, by old users and new ones, counted by others or not."""
    app = filled()
    users = app.log.users
    late = [app.add("Collateral", user) for user in ("u1", "u2", "u3", "u4", "u5", "u6")]

    def meanwhile() -> Any:
        known = users()
        app.now += timedelta(hours=1)
        app.recorder.record_all(late)
        if projected:
            app.projector.catch_up()
        return known

    app.log.users = meanwhile  # type: ignore[method-assign]
    app.rebuilder.rebuild()
    assert [app.total(f"u{n}") for n in range(1, 7)] == [4, 4, 4, 1, 1, 1]
    assert app.verifier.verify().equal


@pytest.mark.parametrize("user", ["u2", None])
def test_rebuilt_documents_say_when_they_were_rebuilt(user: str | None) -> None:
    """And the position of the last event that touched them."""
    app = filled()
    before = app.models.user_stats("u2")
    assert before is not None
    app.now += timedelta(hours=1)
    app.rebuilder.rebuild_user(user) if user else app.rebuilder.rebuild()
    assert app.models.user_stats("u2") == before._replace(updated_at=app.now)


def test_a_user_without_events_has_nothing_to_recompute() -> None:
    """Their documents are at the beginning."""
    documents, plays = recompute_user("nobody", [], 7, Application().now)
    assert (documents.user_id, documents.position, plays.entries) == ("nobody", 0, [])
    assert documents.updated_at == Application().now


@pytest.mark.parametrize("times", [1, 3])
def test_a_user_is_rebuilt_again_when_others_count_meanwhile(times: int) -> None:
    """As often as it takes."""
    app = filled()
    spoil(app, "u2")
    put_user = app.models.put_user
    late = iter([app.add(f"Film {n}", "u2") for n in range(times)])

    def put(*arguments: Any) -> None:
        if command := next(late, None):
            app.recorder.record(command)
            app.projector.catch_up()
        put_user(*arguments)

    app.models.put_user = put  # type: ignore[method-assign]
    app.rebuilder.rebuild_user("u2")
    assert app.total("u2") == 3 + times
    assert app.verifier.verify().equal


def test_erased_events_leave_no_entries() -> None:
    """Nor do those beyond the position."""
    app = Application()
    app.recorder.record_all([app.add(title) for title in ("Heat", "Ali", "Thief")])
    first, second, third = app.log.of_user("u1")
    history = [first._replace(event=None), second, third]
    assert [e.movie.title for e in plays_at(history, 2).entries] == ["Ali"]


class Idle:
    """A projector that does not come to count anything."""

    def catch_up(self) -> None: ...


def test_who_is_not_counted_out_yet_is_not_erased() -> None:
    """The entries are gone, and the events say why; they stay for the next time."""
    app = Application()
    app.recorder.record(app.add("Heat"))
    app.projector.catch_up()
    forgetter = replace(app.forgetter, projector=Idle())  # type: ignore[arg-type]
    with pytest.raises(StoreBusy) as refused:
        forgetter.forget("u1")
    assert str(refused.value) == (
        "The entries of u1 are deleted, but not counted out yet; forget them again in a moment,"
        " to erase the events."
    )
    assert app.diaries.entries("u1") == []
    causes = [r.event.cause for r in app.log.of_user("u1") if r.event]
    assert causes == [None, "forget"]
    assert app.forgetter.forget("u1") == 2
    assert list(app.log.of_user("u1")) == []


def test_nobody_is_erased_while_records_of_theirs_may_come_again() -> None:
    """A consumer died after it had appended them, and reads them once more. Nothing is done."""
    app = Application()
    app.recorder.record(app.add("Heat"))
    positions = MemoryTopicPositions()
    taking_in = MemoryTakingIn(positions)
    forgetter = replace(app.forgetter, taking_in=taking_in)
    taking_in.begin("films", 0, 7)
    with pytest.raises(StoreBusy) as refused:
        forgetter.forget("u1")
    assert str(refused.value) == (
        "Records of films are being taken in, and may be of u1. Forget them again in a moment,"
        " while cinestats consume runs."
    )
    assert len(app.diaries.entries("u1")) == 1
    positions.advance("films", 0, 7)
    assert forgetter.forget("u1") == 2


def test_an_opening_balance_is_forgotten_though_the_first_attempt_broke_off() -> None:
    """It is gone by then, and the figures still have it."""
    app = Application()
    app.recorder.record(app.add("Heat"))
    app.projector.catch_up()
    opening = app.rebuilder.opening
    assert isinstance(opening, MemoryOpening)
    opening.record(1)
    assert app.total() == 2

    class Dying:
        def rebuild_user(self, user_id: str) -> None:
            raise KeyboardInterrupt(user_id)

    dying: Any = Dying()
    dying.opening = opening
    with pytest.raises(KeyboardInterrupt):
        replace(app.forgetter, rebuilder=dying).forget("u1")
    assert app.forgetter.forget("u1") > 0
    assert app.models.user_stats("u1") is None
    assert app.verifier.verify().equal


def test_a_play_that_comes_while_a_user_is_forgotten_keeps_its_event() -> None:
    """It is in the diary and counts, so the log must say so."""
    app = Application()
    app.recorder.record(app.add("Heat"))

    class Meanwhile:
        def catch_up(self) -> None:
            app.recorder.record(app.add("Alien", event_id="late"))
            app.projector.catch_up()

    meanwhile: Any = Meanwhile()
    assert replace(app.forgetter, projector=meanwhile).forget("u1") == 2
    (play,) = app.diaries.entries("u1")
    assert play.movie.title == "Alien"
    assert [r.event.event_id for r in app.log.of_user("u1") if r.event] == ["late"]
    assert app.verifier.verify().equal


def test_an_event_beyond_the_position_is_not_recomputed() -> None:
    """The one at the position is."""
    app = Application()
    app.recorder.record_all([app.add(title) for title in ("Heat", "Ali", "Thief")])
    documents, plays = recompute_user("u1", app.log.of_user("u1"), 2, app.now)
    assert (documents.position, [e.movie.title for e in plays.entries]) == (2, ["Heat", "Ali"])


def test_readers_never_see_less_during_rebuilds() -> None:
    """Fault 24: totals only grow while rebuilds, writes and reads go on at once."""
    app = filled()
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not done.is_set():
            stored = app.models.user_stats("u1")
            seen.append(stored.stats.total_watched if stored else 0)

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(20):
        app.recorder.record(app.add(f"Film {n}"))
        app.projector.catch_up()
        app.rebuilder.rebuild()
    done.set()
    reader.join()
    assert seen == sorted(seen)
    assert seen[0] >= 3
    assert app.total() == 23


def test_a_forgotten_user_is_gone_everywhere() -> None:
    """From the log, the diary, the read models and the global days; the others stay."""
    app = filled()
    assert app.forgetter.forget("u2") == 6  # three additions and the deletions of them
    assert list(app.log.users()) == ["u1", "u3"]
    assert list(app.diaries.entries("u2")) == []
    assert app.models.user_stats("u2") is None
    assert list(app.models.affinities("u2", "director")) == []
    assert [count.plays for _, count in app.models.film_days(date.min)].count(0) == 0
    assert sum(count.plays for _, count in app.models.film_days(date.min)) == 6
    assert app.verifier.verify().equal
    assert app.forgetter.forget("u2") == 0
    app.rebuilder.rebuild()
    assert app.models.user_stats("u2") is None


def test_a_forgotten_user_may_come_back() -> None:
    """With an empty diary."""
    app = filled()
    app.forgetter.forget("u2")
    app.recorder.record(app.add("Heat", "u2"))
    assert app.total("u2") == 1
    assert app.verifier.verify().equal


def test_a_projector_that_lost_the_race_looks_again() -> None:
    """Two projectors on the same models count each event once."""
    app = filled()
    add = app.add("Collateral")
    app.recorder.record(add)
    app.recorder.record(
        DeleteMovie(event_id="d", user_id="u1", entry_id=add.entry_id, now=app.now)
    )
    apply = app.models.apply

    def faster(batch: Batch) -> None:
        apply(batch)
        apply(batch)  # the second finds the checkpoint moved

    app.models.apply = faster  # type: ignore[method-assign]
    app.projector.catch_up()
    assert app.verifier.verify().equal


def test_a_rebuild_does_not_bring_back_who_is_forgotten_meanwhile() -> None:
    """It read the user's events before they were blanked, so it begins again."""
    app = filled()
    tail, asked = app.log.tail, count()

    def meanwhile(partition: int) -> int:
        if next(asked) == 1:
            app.log.tail = tail  # type: ignore[method-assign]
            found = tail(partition)
            app.forgetter.forget("u2")
            return found
        return tail(partition)

    app.log.tail = meanwhile  # type: ignore[method-assign]
    assert app.rebuilder.rebuild() == 2
    assert app.models.user_stats("u2") is None
    assert app.verifier.verify().equal


def test_a_film_is_shown_as_those_have_it_who_are_left() -> None:
    """The forgotten user was the first to add it, with a poster of their own."""
    app = Application()
    mine = app.add("Heat", "u1")
    movie = replace(mine.entry.movie, poster_url="https://u1.example/poster.jpg")
    app.recorder.record(replace(mine, entry=replace(mine.entry, movie=movie)))
    app.recorder.record(app.add("Heat", "u2"))
    app.recorder.record(app.add("Alone", "u1"))
    app.projector.catch_up()
    app.forgetter.forget("u1")
    ((_, day),) = app.models.film_days(app.now.date())
    assert (day.movie.title, day.movie.poster_url, day.plays) == ("Heat", None, 1)
    stored = app.models.get()
    assert stored is not None
    assert stored[0].movie_counts == {"Heat": 1}


def test_films_that_only_a_source_told_go_with_the_last_diary_that_holds_them() -> None:
    """The owner's films stay, and so do those of another diary; what was asked in vain goes."""
    app = filled()
    day = date(2025, 1, 20)
    told = [CatalogueFilm(Movie.create(title)) for title in ("Heat", "Only Mine", "Listed")]
    app.catalogue.load([CatalogueFilm(Movie.create("Listed", duration=90))])
    app.catalogue.learn([told_by(film, "tmdb", day) for film in told])
    app.catalogue.note_missing("tmdb", ["only mine 2|"], day)
    app.recorder.record(app.add("Only Mine", "u1"))
    app.projector.catch_up()
    assert app.catalogue.size() == 3
    app.forgetter.forget("u1")
    titles = ("Heat", "Only Mine", "Listed")
    left = [title for title in titles if app.catalogue.search(title, 1)]
    assert left == ["Heat", "Listed"]
    assert app.catalogue.missing("tmdb", ["only mine 2|"], day) == set()
