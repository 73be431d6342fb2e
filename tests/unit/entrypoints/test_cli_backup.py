"""Backups of the log, and a log that was put back."""

import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from cinestats.adapters.sqlite.data_folder import DataFolder
from cinestats.adapters.sqlite.restore import restore
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.demo import fill_demo
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

Run = Callable[..., Result]


def total(run: Run, user: str) -> Any:
    return json.loads(run("stats", user, "--json").stdout)["total_watched"]


def container_on(folder: Path) -> Container:
    return make_container(Settings(data_dir=folder))


def test_a_restored_backup_is_the_log_of_its_moment(run: Run, tmp_path: Path) -> None:
    """What came after the backup is gone, from every figure."""
    run("add", "u", "Gladiator")
    assert "Saved 1 event" in run("backup", str(tmp_path / "copy.db")).stdout
    run("add", "u", "Interstellar")
    assert total(run, "u") == 2
    assert "Restored 1 event" in run("restore", str(tmp_path / "copy.db")).stdout
    assert total(run, "u") == 1
    run("verify")
    run("add", "u", "Interstellar")
    assert total(run, "u") == 2


def test_a_backup_removes_what_one_that_was_killed_left(run: Run, tmp_path: Path) -> None:
    """A folder that is a day old; a younger one may be at work."""
    run("add", "u", "Gladiator")
    old, young = tmp_path / "cinestats-unfinished.old", tmp_path / "cinestats-unfinished.new"
    for folder in (old, young):
        folder.mkdir()
        (folder / "log.db").touch()
    at = time.time() - 25 * 3600
    os.utime(old, (at, at))
    run("backup", "--all", str(tmp_path / "copy"))
    assert not old.exists()
    assert young.exists()


def test_fault_23_a_backup_taken_during_writes_equals_the_log_up_to_a_position(
    run: Run, tmp_path: Path
) -> None:
    """Restored, it holds a prefix of the log, and verify says equal."""
    with closing(container_on(tmp_path / "data")) as container:
        container.log()
        first_stored, stop = threading.Event(), threading.Event()

        def write() -> None:
            for number in range(200):
                fill_demo(container, f"user{number}", 5)
                first_stored.set()
                if stop.is_set():
                    return

        writer = threading.Thread(target=write)
        writer.start()
        first_stored.wait(30)
        run("backup", str(tmp_path / "copy.db"))
        stop.set()
        writer.join()
    whole = run("events", "export").stdout.splitlines()
    run("restore", str(tmp_path / "copy.db"))
    restored = run("events", "export").stdout.splitlines()
    assert 0 < len(restored) <= len(whole)
    assert restored == whole[: len(restored)]
    run("verify")


COMMANDS = (
    *("stats u", "diary u", "add u Heat", "verify", "rebuild", "events tail", "events head"),
    *("backup copy", "trends", "export u", "forget u --yes", "serve --port 0", "doctor --deep"),
)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("gone", ["missing", "short", "empty"])
def test_fault_26_a_log_that_is_missing_or_short_is_refused_by_every_command(
    run: Run, tmp_path: Path, gone: str
) -> None:
    """One sentence says the way out, not one byte is written, and a backup puts it right."""
    data = tmp_path / "data"
    run("add", "u", "Gladiator")
    shutil.copy(data / "log.db", tmp_path / "short.db")
    run("add", "u", "Interstellar")
    run("backup", str(tmp_path / "backup"))
    if gone == "missing":
        (data / "log.db").unlink()
    elif gone == "short":
        shutil.copy(tmp_path / "short.db", data / "log.db")
    else:
        (data / "log.db").write_bytes(b"")
    before = contents(data)
    for command in COMMANDS:
        code = 1 if command.startswith("doctor") else 2
        result = run(*command.split(), code=code)
        said = " ".join((result.stdout + result.stderr).split())
        assert "cinestats restore" in said, command
        assert gone == "missing" or "position" in said, command
        assert contents(data) == before, command
    run("restore", str(tmp_path / "backup"))
    assert total(run, "u") == 2
    run("doctor", "--deep")


def test_fault_26_a_shorter_log_is_taken_where_it_is_meant(run: Run, tmp_path: Path) -> None:
    """To restore the log that is there makes diary and figures anew from it."""
    run("add", "u", "Gladiator")
    log = tmp_path / "data" / "log.db"
    shutil.copy(log, tmp_path / "copy.db")
    run("add", "u", "Interstellar")
    run("rate", "u", "Gladiator", "5")
    shutil.copy(tmp_path / "copy.db", log)
    assert f"cinestats restore {log}" in run("stats", "u", code=2).stderr
    run("restore", str(log))
    assert total(run, "u") == 1
    (entry,) = json.loads(run("diary", "u", "--json").stdout)
    assert (entry["name"], entry["rating"]) == ("Gladiator", None)
    run("doctor", "--deep")


def test_a_log_is_not_replaced_under_those_who_use_it(run: Run, tmp_path: Path) -> None:
    """A server, or any other command, is told to be stopped first."""
    run("add", "u", "Gladiator")
    run("backup", str(tmp_path / "copy.db"))
    run("add", "u", "Interstellar")
    with closing(container_on(tmp_path / "data")) as container:
        container.log()
        result = run("restore", str(tmp_path / "copy.db"), code=2)
        assert "is in use" in result.stderr
        assert total(run, "u") == 2
    run("restore", str(tmp_path / "copy.db"))
    assert total(run, "u") == 1


def test_a_backup_never_overwrites_a_file(run: Run, tmp_path: Path) -> None:
    """The name must be free; no half file is left behind."""
    target = tmp_path / "precious"
    target.write_text("precious")
    run("backup", str(target), code=2)
    assert target.read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_damaged_backup_changes_nothing(run: Run, tmp_path: Path) -> None:
    """A log with a hole, and another database, are told from a sound log."""
    run("add", "u", "Gladiator")
    run("add", "u", "Interstellar")
    run("add", "u", "The Martian")
    copy = tmp_path / "copy.db"
    run("backup", str(copy))
    with closing(sqlite3.connect(copy)) as log, log:
        log.execute("DELETE FROM events WHERE place = 2")
    assert "positions are missing" in run("restore", str(copy), code=2).stderr
    shutil.copy(tmp_path / "data" / "views.db", tmp_path / "views.db")
    assert "no log" in run("restore", str(tmp_path / "views.db"), code=2).stderr
    assert total(run, "u") == 3
    shutil.copy(copy, tmp_path / "data" / "log.db")
    assert "cinestats restore" in " ".join(run("doctor", code=1).stdout.split())


def test_a_restored_log_leaves_no_journal_of_the_old_one(tmp_path: Path) -> None:
    """SQLite would apply it to the new log."""
    folder = DataFolder(tmp_path / "data")
    with closing(container_on(folder.path)) as container:
        fill_demo(container, "u", 3)
        container.log()
    shutil.copy(folder.log, tmp_path / "copy.db")
    leftovers = [folder.path / f"log.db-{kind}" for kind in ("journal", "wal", "shm")]
    for leftover in leftovers:
        leftover.write_bytes(b"left by a crash")
    restore(folder, tmp_path / "copy.db")
    assert [leftover for leftover in leftovers if leftover.exists()] == []
    assert not folder.diary.exists()
    assert not folder.views.exists()


def test_forget_names_the_daily_backups_that_may_hold_the_user(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are out of its reach; a folder that cannot be read is named instead."""
    daily = tmp_path / "daily"
    monkeypatch.setenv("CINESTATS_BACKUP_DIR", str(daily))
    run("add", "u", "Gladiator")
    assert f"folder of backups {daily}" in run("forget", "u", "--yes").stderr
    daily.mkdir()
    run("add", "u", "Gladiator")
    assert "daily" not in run("forget", "u", "--yes").stderr
    run("add", "u", "Gladiator")
    (daily / "cinestats-2025-02-27T120000Z.backup").touch()
    told = run("forget", "u", "--yes").stderr
    assert f"{daily} these may hold u: cinestats-2025-02-27T120000Z.backup." in told
