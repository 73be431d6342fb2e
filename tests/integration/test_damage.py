"""Random damage and kills at random moments: noticed or harmless, and nothing good is lost.

A few of each are tried. CINESTATS_TEST_DAMAGES and CINESTATS_TEST_KILLS say how many,
CINESTATS_TEST_SEED which ones, and CINESTATS_TEST_FIRST the number of the first: a failure
names seed and number, and the same two spoil the same byte of the same folder again.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from cinestats.adapters.catalogue_sample import sample_films
from cinestats.adapters.sqlite.data_folder import FORMS, SAVED

from .damaged_folder import (
    CATALOGUE,
    FIGURES,
    READS,
    done,
    fingerprint,
    fix_what_is_random,
    make_folder,
    run,
    spoil,
    told,
)

pytestmark = pytest.mark.slow

FIRST = int(os.environ.get("CINESTATS_TEST_FIRST", "0"))
DAMAGES = int(os.environ.get("CINESTATS_TEST_DAMAGES", "20"))
KILLS = int(os.environ.get("CINESTATS_TEST_KILLS", "16"))
SEED = int(os.environ.get("CINESTATS_TEST_SEED", "1"))


class Whole(NamedTuple):
    """The folder that is spoilt, the hash of it, and what the reading commands say of it."""

    base: Path
    fingerprint: str
    told: Mapping[str, object]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    base = tmp_path_factory.mktemp("damage")
    with pytest.MonkeyPatch.context() as patch:
        fix_what_is_random(patch)
        make_folder(base)
        yield Whole(base, fingerprint(base), told(base / "data"))


def chance_of(number: int) -> random.Random:
    return random.Random(SEED * 1_000_003 + number)


def saved_files(data: Path, but: str) -> Mapping[str, bytes]:
    """The content of what nothing can rebuild, but for one."""
    return {name: (data / name).read_bytes() for name in SAVED if name != but}


def test_fault_25_the_folder_is_the_same_whenever_it_is_made(
    whole: Whole, tmp_path: Path
) -> None:
    """Every store has a row; else a seed would say nothing."""
    assert {path.name for path in (whole.base / "data").glob("*.db")} == set(FORMS)
    with pytest.MonkeyPatch.context() as patch:
        fix_what_is_random(patch)
        make_folder(tmp_path)
    assert fingerprint(tmp_path) == whole.fingerprint


@pytest.mark.parametrize("number", range(FIRST, FIRST + DAMAGES))
def test_fault_25_random_damage_is_noticed_or_harmless(
    whole: Whole, tmp_path: Path, number: int
) -> None:
    """Doctor notices it, or every figure is as before; a good file stays, a backup heals."""
    chance = chance_of(number)
    data, backup = tmp_path / "data", tmp_path / "backup"
    shutil.copytree(whole.base / "data", data)
    shutil.copy(whole.base / "backup", backup)
    target = chance.choice([*(data / name for name in sorted(FORMS)), backup])
    what = f"seed {SEED}, number {number}, folder {whole.fingerprint}: {spoil(target, chance)}"
    print(what)  # for whoever reads a failure
    good = saved_files(data, target.name)
    if target == backup:
        if run(data, f"restore {backup}").exit_code == 0:
            good = {}
        assert saved_files(data, "") | good == saved_files(data, ""), what
        assert told(data) == whole.told, what
        return
    deep = run(data, "doctor --deep")
    if deep.exit_code == 0:
        assert told(data) == whole.told, (what, deep.output)
        for command in READS:
            run(data, command)
        return
    said = "".join(deep.output.split())  # a long path goes over several lines
    assert target.name in said or "log" in said, (what, deep.output)
    for command in chance.sample(READS, 3):
        run(data, command)
    assert saved_files(data, target.name) == good, what
    if target.name in SAVED:  # as doctor says
        done(data, f"restore {backup}")
    else:
        target.unlink()
    for command in chance.sample(FIGURES, 3):
        assert told(data, command) == {command: whole.told[command]}, what
    assert run(data, "doctor --deep").exit_code == 0, what


# Runs a command, and ends at a step of it: the nth time that it opens, renames or removes a
# file of the test's, or that SQLite has done so many instructions. Or it ends after a time,
# wherever it is then, also within a commit. "count" tells how many steps, and which time, the
# whole of it takes.
_KILLED = """
import os, signal, sqlite3, sys, time
base, at = sys.argv[1], sys.argv[2]
steps, last = 0, int(at[1:]) if at[0] == "s" else 0
def step():
    global steps
    steps += 1
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return 0
def hook(event, args):
    if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect"):
        if any(base in str(each) for each in args):
            step()
connect = sqlite3.connect
def counting(*args, **options):
    connection = connect(*args, **options)
    connection.set_progress_handler(step, 100)
    return connection
sqlite3.connect = counting
sys.argv[1:] = sys.argv[3:]
from cinestats.entrypoints.cli.app import main
sys.addaudithook(hook)
began = time.monotonic()
if at[0] == "t":
    signal.setitimer(signal.ITIMER_REAL, float(at[1:]))  # whose signal nobody handles
try:
    main()
finally:
    if at == "count":
        print(f"steps {steps} {time.monotonic() - began}", file=sys.stderr)
"""
_ENDED = (-signal.SIGKILL, -signal.SIGALRM)
COMMANDS = (
    *("backup {base}/new", "backup --all {base}/new", "restore {base}/log", "rebuild"),
    *("restore {base}/all", "forget v --yes", "catalog load {base}/films.csv"),
    "enrich u",
)


def run_until(base: Path, moment: str, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _KILLED, str(base), moment, *command.split()],
        env={**os.environ, "CINESTATS_DATA_DIR": str(base / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def begin(whole: Whole, base: Path, command: str) -> list[str]:
    """A folder to kill the command on, with backups from before its last event.

    Returns the events that are in it.
    """
    data = base / "data"
    shutil.rmtree(base, ignore_errors=True)
    shutil.copytree(whole.base / "data", data)
    for name, everything in (("log", ""), ("all", "--all")):
        done(data, f"backup {everything} {base / name}")
    (base / "films.csv").write_text(CATALOGUE)
    if command == "enrich u":
        done(data, f"catalog load {base / 'films.csv'}")
    done(data, "add u Metropolis --year 1927")
    return done(data, "events export").splitlines()


_lengths: dict[str, tuple[int, float]] = {}


def length_of(whole: Whole, base: Path, form: str) -> tuple[int, float]:
    """How many steps, and seconds, the command takes when nobody ends it."""
    if form not in _lengths:
        begin(whole, base, form)
        ended = run_until(base, "count", form.format(base=base))
        assert ended.returncode == 0, ended.stderr
        _, steps, seconds = ended.stderr.splitlines()[-1].split()
        _lengths[form] = int(steps), float(seconds)
    return _lengths[form]


@pytest.mark.parametrize("number", range(FIRST, FIRST + KILLS))
def test_fault_27_a_command_that_is_killed_leaves_the_old_state_or_the_new(
    whole: Whole, tmp_path: Path, number: int
) -> None:
    """All is whole afterwards, and the command can be run again."""
    chance = chance_of(number)
    form = COMMANDS[number % len(COMMANDS)]
    base = tmp_path / "base"
    data, command = base / "data", form.format(base=base)
    steps, seconds = length_of(whole, base, form)
    by_time = chance.random() < 0.5
    for _ in range(20):  # one that ended by itself before its time is no kill
        newer = begin(whole, base, form)
        moment = f"t{chance.uniform(0.001, seconds):.4f}"
        if not by_time:
            moment = f"s{chance.randint(1, steps)}"
        ended = run_until(base, moment, command)
        assert ended.returncode in (0, *_ENDED), ended.stderr
        if ended.returncode:
            break
    what = (
        f"seed {SEED}, number {number}: {command} ended at {moment} of {steps}, {seconds:.3f}"
    )
    print(what)  # for whoever reads a failure
    assert ended.returncode in _ENDED, what
    expect_old_or_new(base, command, newer, what)
    # 1: nothing was left to forget.
    again = run(data, command)
    assert again.exit_code in ((0, 1) if command.startswith("forget") else (0,)), what
    expect_new(base, command, newer, what)


def older(events: list[str]) -> list[str]:
    """Without the film that came behind the backups."""
    return [line for line in events if '"Metropolis"' not in line or "1927" not in line]


def of_v(line: str) -> bool:
    user: str = json.loads(line)["user_id"]
    return user == "v"


def loaded_films(data: Path) -> int:
    """How many films the catalogue has beside those that are shipped."""
    checks = json.loads(run(data, "doctor --json").stdout)["checks"]
    (films,) = (each["detail"] for each in checks if each["name"] == "catalogue")
    return int(films.split()[0]) - len(sample_films())


def expect_old_or_new(base: Path, command: str, newer: list[str], what: str) -> None:
    data, verb = base / "data", command.split()[0]
    deep = run(data, "doctor --deep")
    assert deep.exit_code == 0, (what, deep.output)
    exported = done(data, "events export").splitlines()
    match verb:
        case "restore":
            assert exported in (newer, older(newer)), what
        case "enrich":  # film by film
            assert [line for line in exported if '"CORRECT"' not in line] == newer, what
        case "forget":  # entries are deleted first, and then all events are erased at once
            left = [line for line in exported if '"cause":"forget"' not in line]
            assert left in (newer, [line for line in newer if not of_v(line)]), what
        case _:
            assert exported == newer, what
    loaded = {"catalog": (0, 300), "enrich": (300,)}.get(verb, (0,))
    assert loaded_films(data) in loaded, what
    if (base / "new").exists():
        assert run(data, f"restore --check {base / 'new'}").exit_code == 0, what
        (base / "new").unlink()


def expect_new(base: Path, command: str, newer: list[str], what: str) -> None:
    data, verb = base / "data", command.split()[0]
    assert run(data, "doctor --deep").exit_code == 0, what
    exported = done(data, "events export").splitlines()
    match verb:
        case "restore":
            assert exported == older(newer), what
        case "forget":
            assert not any(map(of_v, exported)), what
        case "enrich":
            assert len(exported) == len(newer) + 5, what
        case "catalog":
            assert loaded_films(data) == 300, what
        case _:
            assert exported == newer, what
    assert not list(data.glob("restore.*")), what
