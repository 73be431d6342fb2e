"""Random damage and kills at random moments: noticed or harmless, and nothing good is lost.

A few of each are tried. CINESTATS_TEST_DAMAGES and CINESTATS_TEST_KILLS say how many, and
CINESTATS_TEST_SEED which ones.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cinestats.entrypoints.cli.app import app

pytestmark = pytest.mark.slow

DAMAGES = int(os.environ.get("CINESTATS_TEST_DAMAGES", "16"))
KILLS = int(os.environ.get("CINESTATS_TEST_KILLS", "14"))
SEED = int(os.environ.get("CINESTATS_TEST_SEED", "1"))
READS = (
    *("stats u --json", "diary u --json", "stats v --json", "diary v --json"),
    *("affinities u director --json", "trends --json", "events export"),
)
MOVING = ("updated_at",)  # when it was counted is no figure


def run(folder: Path, command: str) -> Result:
    """Run a command in this process; no exception may pass but the end of the program."""
    runner = CliRunner(env={"CINESTATS_DATA_DIR": str(folder)})
    result = runner.invoke(app, command.split())
    ended = result.exception is None or isinstance(result.exception, SystemExit)
    assert ended, (command, result.exc_info)
    assert "Traceback" not in result.output
    assert result.exit_code in (0, 1, 2), (command, result.output)
    return result


def figures(folder: Path) -> Mapping[str, object]:
    """What the reading commands say."""
    told: dict[str, object] = {}
    for command in READS:
        result = run(folder, command)
        assert result.exit_code == 0, (command, result.output)
        lines = result.stdout
        if "--json" in command:
            lines = _without_moments(json.loads(lines))
        told[command] = lines
    return told


def _without_moments(value: object) -> object:
    if isinstance(value, dict):
        return {k: _without_moments(v) for k, v in value.items() if k not in MOVING}
    return [_without_moments(each) for each in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every kind of file, in ``data``; its backup beside it."""
    base = tmp_path_factory.mktemp("damage")
    data = base / "data"
    assert run(data, "demo --user u --films 30").exit_code == 0
    assert run(data, "demo --user v --films 8").exit_code == 0
    assert run(data, "user add anna --oidc-subject sub").exit_code == 0
    assert run(data, "follow u letterboxd anna").exit_code in (0, 1, 2)
    figures(data)
    assert run(data, f"backup --all {base / 'backup'}").exit_code == 0
    assert run(data, "doctor --deep").exit_code == 0
    return base


def spoil(path: Path, chance: random.Random) -> str:
    """Change a byte of a file, cut its end off, or set some of it to 0."""
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data))
    kind = chance.choice(("change", "cut", "zero"))
    if kind == "change":
        data[at] ^= chance.randrange(1, 256)
    elif kind == "cut":
        del data[at:]
    else:
        end = min(at + chance.choice((1, 16, 512, 4096)), len(data))
        data[at:end] = bytes(end - at)
    path.write_bytes(data)
    return f"{path.name}: {kind} at {at}"


@pytest.mark.parametrize("number", range(DAMAGES))
def test_fault_25_random_damage_is_noticed_or_harmless(
    template: Path, tmp_path: Path, number: int
) -> None:
    """Doctor notices it, or every figure is as before; a good log stays, a backup heals."""
    chance = random.Random(SEED * 1_000_003 + number)
    data = tmp_path / "data"
    shutil.copytree(template / "data", data)
    files = sorted(data.glob("*.db"))
    target = chance.choice(files)
    what = spoil(target, chance)
    good_log = None if target.name == "log.db" else (data / "log.db").read_bytes()
    damaged = target.read_bytes() if target.name == "log.db" else None
    deep = run(data, "doctor --deep")
    if deep.exit_code == 0:
        assert figures(data) == _expected(template), what
        return
    for command in chance.sample(READS, 2):
        run(data, command)
    log = (data / "log.db").read_bytes()
    assert log == (good_log or damaged), what
    if target.name in ("log.db", "access.db", "webhooks.db", "followed.db", "catalog.db"):
        restored = run(data, f"restore {template / 'backup'}")
        assert restored.exit_code == 0, (what, restored.output)
    else:
        target.unlink()  # as doctor says
    assert figures(data) == _expected(template), what
    assert run(data, "doctor --deep").exit_code == 0, what


_told: dict[Path, Mapping[str, object]] = {}


def _expected(template: Path) -> Mapping[str, object]:
    if template not in _told:
        _told[template] = figures(template / "data")
    return _told[template]


# Kills itself at the nth time that it opens, renames or removes a file of the test's.
_KILLED = """
import os, signal, sys
base, left = sys.argv[1], int(sys.argv[2])
def hook(event, args):
    global left
    if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect"):
        if any(base in str(each) for each in args):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
sys.argv[1:] = sys.argv[3:]
from cinestats.entrypoints.cli.app import main
sys.addaudithook(hook)
main()
"""
COMMANDS = (
    *("backup {base}/new", "backup --all {base}/new", "restore {base}/log", "rebuild"),
    *("restore {base}/all", "forget v --yes", "catalog load {base}/films.csv"),
)


@pytest.mark.parametrize("number", range(KILLS))
def test_fault_27_a_command_that_is_killed_leaves_the_old_state_or_the_new(
    template: Path, tmp_path: Path, number: int
) -> None:
    """All is whole afterwards, and the command can be run again."""
    chance = random.Random(SEED * 1_000_003 + number)
    data = tmp_path / "data"
    shutil.copytree(template / "data", data)
    for name, everything in (("log", ""), ("all", "--all")):
        assert run(data, f"backup {everything} {tmp_path / name}").exit_code == 0
    (tmp_path / "films.csv").write_text("title,year\nA Film of Ours,1999\n")
    assert run(data, "add u Metropolis --year 1927").exit_code == 0
    newer = run(data, "events export").stdout.splitlines()
    command = COMMANDS[number % len(COMMANDS)].format(base=tmp_path)
    arguments = [str(tmp_path), str(chance.randrange(1, 60)), *command.split()]
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, *arguments],
        env={**os.environ, "CINESTATS_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    deep = run(data, "doctor --deep")
    assert deep.exit_code == 0, (command, arguments[1], deep.output)
    exported = run(data, "events export").stdout.splitlines()
    if command.startswith("restore"):
        assert exported in (newer, newer[:-1])
    elif not command.startswith("forget"):
        assert exported == newer
    if (tmp_path / "new").exists():
        assert run(data, f"restore --check {tmp_path / 'new'}").exit_code == 0
        (tmp_path / "new").unlink()
    # 1: nothing was left to forget.
    assert run(data, command).exit_code in ((0, 1) if command.startswith("forget") else (0,))
    assert run(data, "doctor --deep").exit_code == 0
    assert not list(data.glob("restore.*"))
