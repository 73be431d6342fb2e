"""The program as its users run it: in processes that are killed, piped and interrupted."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.application.imports.import_diary import CHUNK

PROGRAM = [sys.executable, "-c", "from cinestats.entrypoints.cli import main; main()"]
ROWS = 3000
KILLS = 10

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    settings = {k: v for k, v in os.environ.items() if not k.startswith("CINESTATS_")}
    return {**settings, "CINESTATS_DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Runs the program to its end; asserts the exit code."""

    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done

    return run


def write_diary(file: Path, rows: int) -> dict[str, int]:
    """A diary of so many plays; returns how many there are of each rating's key."""
    lines = ["Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date"]
    ratings: Counter[str] = Counter()
    for i in range(rows):
        day = date(2015, 1, 1) + timedelta(days=i)
        half_stars = i % 10 + 1
        whole, half = divmod(half_stars, 2)
        ratings[f"{whole}_5" if half else f"{whole}"] += 1
        stars = f"{whole}.5" if half else f"{whole}"
        lines.append(
            f"{day},Film {i // 2},{1950 + i // 2 % 70},https://boxd.it/{i},{stars},,,{day}"
        )
    file.write_text("\n".join(lines) + "\n")
    return dict(ratings)


def test_an_import_that_is_killed_is_completed_by_the_next_one(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """SIGKILL at random moments; then every row counts once, and verify says equal."""
    file = tmp_path / "diary.csv"
    ratings = write_diary(file, ROWS)
    users = [f"u{n}" for n in range(KILLS)]
    run("stats", users[0])  # makes the stores
    log = SqliteEventLog(Path(environment["CINESTATS_DATA_DIR"]) / "log.db")
    rng = random.Random(5)
    killed = 0
    for user in users:
        enough = log.tail(0) + rng.randrange(ROWS - CHUNK)
        process = subprocess.Popen(
            [*PROGRAM, "import", user, str(file)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while log.tail(0) < enough and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
    log.close()
    assert killed > 0
    for user in users:
        report = json.loads(run("import", user, str(file), "--json").stdout)
        assert report["read"] == ROWS == report["added"] + report["skipped"]
        stats = json.loads(run("stats", user, "--json").stdout)
        assert stats["total_watched"] == ROWS
        assert stats["rating_distribution"] == ratings
    assert run("verify").stdout.startswith("Equal")
    assert run("doctor").returncode == 0


def test_a_reader_who_goes_away_is_no_error(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """As in ``cinestats events export | head -1``, whatever the size of the output."""
    file = tmp_path / "diary.csv"
    write_diary(file, ROWS)
    run("import", "u", str(file))
    for arguments in (
        ["events", "export"],
        ["diary", "u", "--json"],
        ["stats", "u"],
        ["--help"],
    ):
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
        process.stderr.close()
        process.wait(30)
        assert b"Traceback" not in errors
        assert b"BrokenPipe" not in errors
        assert errors == b""


def test_ctrl_c_ends_quietly(run: Run, environment: dict[str, str]) -> None:
    """The tail that is followed shows what comes, and ends with exit code 130."""
    with subprocess.Popen(
        [*PROGRAM, "events", "tail", "--follow", "u"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Jobs in the background ignore Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            run("add", "v", "Interstellar")
            run("add", "u", "Gladiator")
            assert "u added Gladiator (2000)" in process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
        finally:
            process.kill()  # else the end of the block waits for ever
        assert process.stdout.read() == ""
        assert process.stderr.read().strip() == ""


def test_a_command_imports_no_more_than_it_needs(environment: dict[str, str]) -> None:
    """FastAPI alone would take longer to import than a command may take to start."""
    script = (
        "import sys\n"
        "from cinestats.entrypoints.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    for arguments, without in (
        (["--help"], {"fastapi", "uvicorn", "pydantic_settings", "dependency_injector"}),
        (["stats", "u"], {"fastapi", "uvicorn", "starlette"}),
        (["add", "u", "Gladiator"], {"fastapi", "uvicorn", "starlette"}),
    ):
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert not without.intersection(done.stderr.split())


@pytest.mark.parametrize(
    "settings",
    [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C"}],
    ids=str,
)
def test_any_encoding_of_the_terminal_will_do(
    run: Run, environment: dict[str, str], settings: dict[str, str]
) -> None:
    """Bars become question marks where they must; JSON is always UTF-8."""
    environment.update(settings)
    run("add", "u", "Amélie 天使", "--rating", "4.5")
    run("stats", "u")
    run("diary", "u")
    listed: Any = json.loads(
        subprocess.run(
            [*PROGRAM, "diary", "u", "--json"], env=environment, capture_output=True, check=True
        ).stdout.decode("utf-8")
    )
    assert listed[0]["name"] == "Amélie 天使"
