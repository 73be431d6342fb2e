"""Damage in the log is noticed by every command that reads it, and named by its position."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cinestats.adapters.sqlite.data_folder import FORMS
from cinestats.domain.lists import Listing, watchlist_of
from cinestats.entrypoints.cli.app import app
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

Run = Callable[..., Result]


@pytest.fixture
def data(run: Run, tmp_path: Path) -> Path:
    """A folder with four events of two users."""
    run("add", "u", "Gladiator", "--rating", "4")
    run("add", "u", "Interstellar", "--rating", "5")
    run("add", "v", "The Martian")
    run("add", "v", "Gladiator")
    run("stats", "u")
    run("trends")
    return tmp_path / "data"


# What is done to the log, and the position that is named.
DAMAGE = {
    "a byte is 0": (
        "UPDATE events SET body = zeroblob(1) || substr(body, 2) WHERE place = 2",
        2,
    ),
    "another rating": (
        "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), '\"rating\":5.0',"
        " '\"rating\":1.0') AS BLOB) WHERE place = 2",
        2,
    ),
    "cut": ("UPDATE events SET body = substr(body, 1, 20) WHERE place = 3", 3),
    "a text, no bytes": ("UPDATE events SET body = CAST(body AS TEXT) WHERE place = 3", 3),
    "a number": ("UPDATE events SET body = 5 WHERE place = 3", 3),
    "only the body erased": ("UPDATE events SET body = NULL WHERE place = 2", 2),
    "swapped": (
        "UPDATE events SET body = (SELECT body FROM events o WHERE o.place = 5 - events.place)"
        " WHERE place IN (2, 3)",
        2,
    ),
    "swapped with the checksum": (
        "UPDATE events SET place = place + 100 WHERE place IN (2, 3);"
        "UPDATE events SET place = 105 - place WHERE place > 100;"
        "UPDATE seals SET place = place + 100 WHERE place IN (2, 3);"
        "UPDATE seals SET place = 105 - place WHERE place > 100",
        2,
    ),
    "of another user": ("UPDATE events SET user_id = 'w' WHERE place = 2", 2),
    "another id": ("UPDATE events SET event_id = 'x' WHERE place = 2", 2),
    "the end is gone": ("DELETE FROM events WHERE place = 4", 4),
    "one is gone": ("DELETE FROM events WHERE place = 2", 2),
    "a checksum is gone": ("DELETE FROM seals WHERE place = 2", 2),
    "another salt": ("UPDATE seals SET salt = randomblob(16) WHERE place = 2", 2),
    "another hash": ("UPDATE seals SET chain = randomblob(32) WHERE place = 2", 2),
}


def damage(log: Path, kind: str) -> int:
    sql, position = DAMAGE[kind]
    with closing(sqlite3.connect(log)) as file, file:
        file.executescript(sql)
    return position


READING = ("verify", "rebuild", "backup {new}", "backup --all {new}", "events import {empty}")


@pytest.mark.parametrize("kind", DAMAGE)
def test_fault_25_a_damaged_event_is_named_by_its_position(
    run: Run, data: Path, tmp_path: Path, kind: str
) -> None:
    """Whatever is changed, swapped, cut or exchanged, one sentence says where."""
    good = tmp_path / "good"
    run("backup", str(good))
    position = damage(data / "log.db", kind)
    bad = tmp_path / "bad"
    shutil.copy(data / "log.db", bad)
    (tmp_path / "empty").touch()
    wanted = f"position {position} of partition 0"
    for command in READING:
        words = command.format(new=tmp_path / "new", empty=tmp_path / "empty").split()
        # A log that is too short is told as such.
        said = run(*words, code=2).stderr
        assert wanted in said or "ends at position 3" in said, (command, said)
        assert "cinestats restore" in said
        assert not (tmp_path / "new").exists()
    deep = " ".join(run("doctor", "--deep", code=1).stdout.split())
    assert wanted in deep or "ends at position 3" in deep
    run("restore", str(good))
    run("doctor", "--deep")
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    for check in ((), ("--check",)):
        said = run("restore", str(bad), *check, code=2).stderr
        assert wanted in said or "positions are missing" in said
        assert {path.name: path.read_bytes() for path in data.iterdir()} == before


@pytest.mark.parametrize(
    "command",
    ["stats u --as-of {today}", "events tail", "events export", "export u --format events"],
)
def test_fault_25_no_reading_command_ends_in_a_traceback(
    run: Run, data: Path, command: str
) -> None:
    """A checksum is looked at with every event that is read."""
    damage(data / "log.db", "another rating")
    result = CliRunner(env={"CINESTATS_DATA_DIR": str(data)}).invoke(
        app, command.format(today=datetime.now(UTC).date()).split()
    )
    assert result.exit_code == 2, result.output
    if "--format" not in command:
        assert "position 2 of partition 0" in result.stderr


DERIVED = {
    "diary.db": "UPDATE entries SET play = x'7b00'",
    "views.db": "UPDATE user_stats SET total_watched = total_watched + 1",
    "views.db trend": "UPDATE global_stats SET document = '{'",
    "views.db moment": "UPDATE user_affinities SET updated_at = replace(updated_at, '-', 'x')",
    "views.db no text": "UPDATE user_affinities SET updated_at = CAST(x'3230ff' AS TEXT)",
    "views.db film": "UPDATE global_days SET film = replace(film, 'e', 'a')",
    "catalog.db": "UPDATE films SET body = x'7b00'",
    "catalog.db letter": "UPDATE films SET body = CAST(replace(body, 'a', 'e') AS BLOB)",
    "catalog.db key": "UPDATE keys SET key = key || 'x'",
    "catalog.db year": "UPDATE films SET year = year + 1",
    "lists.db": "UPDATE list_events SET body = CAST(replace(body, 'Heat', 'Head') AS BLOB)",
    "lists.db order": "UPDATE list_events SET number = number + 1",
    "access.db": "UPDATE accounts SET created_at = 'never'",
}


@pytest.mark.parametrize("kind", DERIVED)
def test_fault_25_damage_beside_the_log_is_noticed(run: Run, data: Path, kind: str) -> None:
    """Every row of every store is read, and what follows from the log is compared with it."""
    run("user", "add", "anna", "--oidc-subject", "sub")
    with closing(make_container(Settings(data_dir=data))) as container:
        container.lists().take_in("u", [Listing(watchlist_of("a"), "Heat", 1995)], (), "cause")
    run("doctor", "--deep")
    name = kind.split()[0]
    with closing(sqlite3.connect(data / name)) as file, file:
        assert file.execute(DERIVED[kind]).rowcount > 0
    run("doctor", "--deep", code=1)
    for command in ("diary u", "stats u", "trends", "add u Heat", "user list"):
        result = CliRunner(env={"CINESTATS_DATA_DIR": str(data)}).invoke(app, command.split())
        assert result.exit_code in (0, 2), (command, result.output)
        assert isinstance(result.exception, SystemExit | None)


@pytest.mark.parametrize("name", FORMS)
def test_fault_25_a_damaged_name_in_a_file_is_told(run: Run, data: Path, name: str) -> None:
    """SQLite quotes it, in a message that is no UTF-8 then."""
    with closing(make_container(Settings(data_dir=data))) as container:
        for store in (container.webhooks, container.relay_positions, container.followed):
            store()
        for store in (container.list_log, container.accounts, container.catalogue):
            store()
    content = (data / name).read_bytes()
    at = content.rindex(b" NOT NULL")
    (data / name).write_bytes(content[:at] + b" \xe7\xff(" + content[at + 4 :])
    for command in ("doctor --deep", "stats u", f"backup --all {data.parent / 'copy'}"):
        result = CliRunner(env={"CINESTATS_DATA_DIR": str(data)}).invoke(app, command.split())
        assert isinstance(result.exception, SystemExit | None), (command, result.exc_info)
    run("doctor", "--deep", code=1)


def test_fault_25_a_damaged_lock_is_told(run: Run, data: Path) -> None:
    """With the way out."""
    (data / "in-use.lock").write_bytes(b"x" * 1000)
    assert "in-use.lock" in run("stats", "u", code=2).stderr
    (data / "in-use.lock").unlink()
    run("stats", "u")


def test_a_noted_head_finds_its_log_again(run: Run, data: Path, tmp_path: Path) -> None:
    """It stays right when events are added or erased, and tells a log that is another one."""
    for option in ((), ("--json",)):
        (tmp_path / "".join(("head", *option))).write_text(
            run("events", "head", *option).stdout
        )
    early = tmp_path / "early"
    run("backup", str(early))
    run("add", "u", "Alien")
    run("forget", "v", "--yes")
    for name in ("head", "head--json"):
        assert "1 noted head" in run("events", "head", "--check", str(tmp_path / name)).stdout
    (tmp_path / "late").write_text(run("events", "head").stdout)
    run("doctor", "--deep")
    run("restore", str(early))
    assert (
        "no position" in run("events", "head", "--check", str(tmp_path / "late"), code=1).stderr
    )
    for _ in range(5):
        run("add", "w", "Heat", "--again")
    assert (
        "another one" in run("events", "head", "--check", str(tmp_path / "late"), code=1).stderr
    )
    (tmp_path / "none").write_text("no head\n")
    run("events", "head", "--check", str(tmp_path / "none"), code=2)


@pytest.mark.parametrize("everything", [False, True])
def test_a_backup_is_for_its_owner_alone(run: Run, data: Path, everything: bool) -> None:
    """It holds what nobody else may read."""
    copy = data.parent / "copy"
    run("backup", *(["--all"] if everything else []), str(copy))
    assert stat.S_IMODE(os.stat(copy).st_mode) == 0o600
    assert "4 events" in run("restore", "--check", str(copy)).stdout


def test_a_backup_of_everything_is_put_back_as_one(
    run: Run, data: Path, tmp_path: Path
) -> None:
    """Log, accounts and catalogue are those of its moment; a changed byte is refused."""
    run("user", "add", "anna", "--oidc-subject", "sub")
    copy = tmp_path / "copy"
    run("backup", "--all", str(copy))
    run("user", "add", "bruno", "--oidc-subject", "sub2")
    run("add", "u", "Heat")
    (data / "catalog.db").unlink()
    run("restore", str(copy))
    assert "bruno" not in run("user", "list").stdout
    assert "anna" in run("user", "list").stdout
    run("doctor", "--deep")
    whole = copy.read_bytes()
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    for at in range(0, len(whole), len(whole) // 40):
        copy.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        result = CliRunner(env={"CINESTATS_DATA_DIR": str(data)}).invoke(
            app, ["restore", "--check", str(copy)]
        )
        assert result.exit_code in (0, 2), result.output
        assert isinstance(result.exception, SystemExit | None)
    for at in (0, 10, len(whole) // 2, len(whole) - 1):
        copy.write_bytes(whole[:at])
        run("restore", str(copy), code=2)
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before
