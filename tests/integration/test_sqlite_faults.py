"""Faults of shared machines and clocks, on real files."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dependency_injector import providers

from cinestats.adapters.sqlite.database import JOURNAL_MODE
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.application.diary.reader import entries_as_of
from cinestats.domain.affinity import AffinityType
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings


def add(app: Container, title: str, user_id: str = "u1") -> None:
    event_id, now = app.new_id()(), app.clock()()
    movie = Movie.create(title, directors="Michael Mann", duration=100)
    day = now.date()
    app.recorder().record(
        AddMovie(
            event_id=event_id,
            user_id=user_id,
            entry=Entry(event_id, movie, 8, day, day),
            today=day,
            now=now,
        )
    )


def test_a_clock_set_back_changes_no_order(tmp_path: Path) -> None:
    """Fault 20: order comes from positions; later events with earlier times count the same."""
    app = make_container(Settings(data_dir=tmp_path))
    now = [datetime(2025, 3, 30, 1, 30, tzinfo=UTC)]
    app.clock.override(providers.Object(lambda: now[0]))
    add(app, "Before")
    now[0] -= timedelta(hours=1)
    add(app, "After")
    app.projector().catch_up()
    events = app.log().read(0, 0, 10)
    assert [r.event.entry.movie.title for r in events if r.event] == ["Before", "After"]
    stored = app.models().user_stats("u1")
    assert stored is not None
    assert (stored.stats.total_watched, stored.position) == (2, 2)
    assert app.verifier().verify().equal
    as_of = entries_as_of(app.log().of_user("u1"), now[0].date(), app.zone())
    assert len(as_of) == 2
    app.close()


def test_reads_stay_whole_while_the_models_are_rebuilt(tmp_path: Path) -> None:
    """Fault 24: figures are never empty and never mixed while all goes on at once."""
    writer = make_container(Settings(data_dir=tmp_path))
    for n in range(200):
        add(writer, f"Film {n}")
    writer.projector().catch_up()
    done = threading.Event()
    plays: list[int] = []
    directed: list[int] = []
    failures: list[BaseException] = []
    director: AffinityType = "director"

    def read() -> None:
        try:
            models = make_container(Settings(data_dir=tmp_path)).models()
            while not done.is_set():
                stored = models.user_stats("u1")
                plays.append(stored.stats.total_watched if stored else 0)
                (mann,) = models.affinities("u1", director)
                directed.append(mann.affinity.plays)
            models.close()  # type: ignore[union-attr]
        except BaseException as error:
            failures.append(error)
            raise

    def rebuild() -> None:
        try:
            app = make_container(Settings(data_dir=tmp_path))
            while not done.is_set():
                app.rebuilder().rebuild()
                app.rebuilder().rebuild_user("u1")
            app.close()
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work) for work in (read, read, rebuild)]
    for thread in threads:
        thread.start()
    for n in range(100):
        add(writer, f"Late {n}")
        writer.projector().catch_up()
    done.set()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert min(plays) >= 200
    assert min(directed) >= 200
    assert writer.verifier().verify().equal
    stored = writer.models().user_stats("u1")
    assert stored is not None
    assert stored.stats.total_watched == 300
    writer.close()


def test_a_file_whose_writer_was_killed_is_opened(tmp_path: Path) -> None:
    """Fault 27: the half of a commit is taken back before the form of the file is read."""
    path = tmp_path / "log.db"
    SqliteEventLog(path).close()
    script = (
        "import os, sqlite3, sys\n"
        "file = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "file.execute('PRAGMA cache_size = 1')\n"
        "file.execute('BEGIN IMMEDIATE')\n"
        "rows = [(n, 'u', str(n), b'x' * 4000) for n in range(1, 200)]\n"
        "file.executemany('INSERT INTO events VALUES (?, ?, ?, ?)', rows)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert (tmp_path / "log.db-journal").exists() or JOURNAL_MODE == "WAL"
    log = SqliteEventLog(path)
    assert log.tail(0) == 0
    log.close()
