"""A data folder of an earlier version goes on, one of a later version is refused."""

import csv
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import cinestats
from cinestats.entrypoints.cli.app import app

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parents[2] / "fixtures"
FIGURES: dict[str, Any] = json.loads((FIXTURES / "figures_of_0.1.0.json").read_text())
COMMANDS = [
    *("stats anna", "stats anna --full", "stats anna --period all", "affinities anna genre"),
    *("diary anna", "add anna Heat", "rate anna Heat 4", "delete anna Heat", "imports anna"),
    *(
        "undo anna",
        "export anna",
        "explain anna director Rintaro",
        "compare anna bob",
        "trends",
    ),
    *("import anna {csv}", "catalog load {csv}", "catalog find Heat", "events export -"),
    *("events import {csv}", "events tail", "token", "user list", "verify", "rebuild"),
    *("backup {csv}.backup", "restore {csv}", "forget anna --yes", "demo", "relay --once"),
    "serve",
]


def run(folder: Path, *words: str) -> Result:
    settings = {"DATA_DIR": str(folder), "BACKEND": "embedded", "TIMEZONE": "Europe/Rome"}
    environment = {f"CINESTATS_{name}": value for name, value in settings.items()}
    return CliRunner(env=environment).invoke(app, words, catch_exceptions=False)


def without_moments(value: Any) -> Any:
    """A document without the moments at which it was written."""
    if isinstance(value, dict):
        return {k: without_moments(v) for k, v in value.items() if k != "updated_at"}
    return [without_moments(each) for each in value] if isinstance(value, list) else value


def without_new_fields(value: Any, known: Any) -> Any:
    """A document with the fields alone that it had at that time."""
    if isinstance(value, dict) and isinstance(known, dict):
        return {k: without_new_fields(v, known[k]) for k, v in value.items() if k in known}
    if isinstance(value, list) and isinstance(known, list) and len(value) == len(known):
        return [without_new_fields(*each) for each in zip(value, known, strict=True)]
    return value


def by_name(value: Any) -> Any:
    """Lists of films and people by their names, and the best from 4 stars on.

    What comes first of equals, and what is among the best, is new (ADR 41).
    """
    if isinstance(value, dict):
        best = [each for each in value.get("top_rated", ()) if each["rating"] >= 4]
        value = {**value, "top_rated": best} if "top_rated" in value else value
        return {k: by_name(v) for k, v in value.items()}
    if not isinstance(value, list):
        return value
    names = [each.get("name") if isinstance(each, dict) else None for each in value]
    return sorted(value, key=itemgetter("name")) if value and all(names) else value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that version 0.1.0 made, of three users and one who was forgotten."""
    folder = tmp_path / "folder"
    with zipfile.ZipFile(FIXTURES / "folder_of_0.1.0.zip") as archive:
        archive.extractall(folder)
    return folder


def test_a_folder_of_the_first_version_tells_the_same_figures(folder: Path) -> None:
    """Every command says what that version said, if not more, and the recompute agrees."""
    for command, expected in FIGURES.items():
        done = run(folder, *(word.replace("~", " ") for word in command.split()))
        assert done.exit_code == 0, (command, done.stderr)
        found: Any = done.stdout
        if not isinstance(expected, str):
            found, expected = (by_name(each) for each in (json.loads(found), expected))
            found = without_moments(found)
        elif command.startswith(("export anna --format", "export bob", "events")):
            found = [json.loads(line) for line in found.splitlines()]
            expected = [json.loads(line) for line in expected.splitlines()]
        elif command.startswith("export"):
            found, expected = (list(csv.DictReader(io.StringIO(n))) for n in (found, expected))
        assert without_new_fields(found, expected) == expected, command
    assert run(folder, "rebuild").exit_code == 0
    assert "Equal: compared" in run(folder, "verify").stdout


def test_a_folder_of_the_first_version_goes_on(folder: Path) -> None:
    """What is written to it counts behind what it had, and an import of then can be undone."""
    assert (
        "Added Metropolis (2001)"
        in run(folder, "add", "anna", "Metropolis", "--year", "2001").stdout
    )
    assert run(folder, "undo", "anna").exit_code == 0
    assert "Equal: compared" in run(folder, "verify").stdout
    assert run(folder, "doctor").exit_code == 0


def _form(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with closing(sqlite3.connect(folder / name)) as file:
            file.execute("PRAGMA user_version = 99")

    return spoil


def _event(known: str, newer: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "log.db")) as file, file:
            file.execute(
                "INSERT INTO events SELECT place + 1, user_id, event_id || '-',"
                " CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) FROM events"
                " WHERE place = (SELECT max(place) FROM events)",
                (known, newer),
            )

    return spoil


def _noted(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "log.db")) as file, file:
        file.execute("INSERT OR REPLACE INTO meta VALUES ('schema', 3)")


FILES = ("log", "diary", "views", "catalog", "access", "webhooks")
LATER: dict[str, tuple[Callable[[Path], None], str]] = {
    **{f"form of {name}.db": (_form(f"{name}.db"), "form 99") for name in FILES},
    "schema": (_event('"schema":1', '"schema":3'), "schema: 3"),
    "schema that the log notes": (_noted, "schema: 3"),
    "event type": (_event('"ADD"', '"MERGE"'), "event_type: MERGE"),
}


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        yield path.name, path.read_bytes()


@pytest.mark.parametrize("later", LATER)
def test_a_folder_of_a_later_version_is_refused_by_every_command(
    folder: Path, tmp_path: Path, later: str
) -> None:
    """Fault 30: one sentence that names both versions, and not one byte is changed."""
    assert run(folder, "user", "list").exit_code == 0
    assert run(folder, "add", "anna", "Heat", "--watched", "2025-05-05").exit_code == 0
    spoil, found = LATER[later]
    spoil(folder)
    before = dict(files(folder))
    table = tmp_path / "some.csv"
    table.write_text("Title,Year\nHeat,1995\n")
    for command in COMMANDS:
        done = run(folder, *(word.format(csv=table) for word in command.split()))
        assert done.exit_code == 2, (command, done)
        assert found in done.stderr, (command, done.stderr)
        assert cinestats.__version__ in done.stderr
        assert "upgrade cinestats" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, (command, done.stderr)
    doctor = run(folder, "doctor", "--json")
    assert doctor.exit_code == 1
    assert found in doctor.stdout
    assert dict(files(folder)) == before


def test_events_of_the_first_version_get_checksums(folder: Path, tmp_path: Path) -> None:
    """The first command seals them, also the erased ones; its own backup can be put back."""
    shutil.copy(folder / "log.db", tmp_path / "old.db")
    assert run(folder, "doctor", "--deep").exit_code == 0
    noted = run(folder, "events", "head").stdout
    assert len(noted.split()) == 3
    assert run(folder, "verify").exit_code == 0
    assert run(folder, "events", "head").stdout == noted
    assert run(folder, "restore", str(tmp_path / "old.db")).exit_code == 0
    assert run(folder, "doctor", "--deep").exit_code == 0
    with closing(sqlite3.connect(tmp_path / "old.db")) as file, file:
        file.execute("UPDATE events SET body = x'7b' WHERE place = 3")
    before = dict(files(folder))
    refused = run(folder, "restore", str(tmp_path / "old.db"))
    assert (refused.exit_code, "position 3" in refused.stderr) == (2, True)
    assert dict(files(folder)) == before
    (folder / "log.db").write_bytes((tmp_path / "old.db").read_bytes())
    damaged = run(folder, "stats", "anna")
    assert (damaged.exit_code, "position 3" in damaged.stderr) == (2, True)
