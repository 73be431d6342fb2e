"""What an installation consists of is pinned, hashed and listed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
_PIN = re.compile(r"^([a-z0-9_.-]+)(?:\[[a-z0-9,_-]+\])?==(\S+)", re.MULTILINE)


def _requirements(path: Path) -> list[str]:
    text = path.read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_there_are_locks() -> None:
    """One for each way to install, and one for the benchmarks' peers."""
    assert [path.stem for path in LOCKS] == ["base", "bench", "dev", "distributed"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_package_is_pinned_with_hashes(lock: Path) -> None:
    """A package has one version, and SHA-256 sums of what may be installed as it."""
    for line in _requirements(lock):
        assert _PIN.match(line), line
        assert "--hash=sha256:" in line, line


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_no_lock_names_a_registry(lock: Path) -> None:
    """Where packages come from is the installer's business."""
    assert "://" not in lock.read_text()


def test_every_jar_has_a_checksum() -> None:
    """The jars of the stack are checked against sums that are kept here."""
    sums = [
        line
        for path in (ROOT / "stack").glob("*sha256*")
        for line in path.read_text().splitlines()
    ]
    assert sums
    assert all(re.match(r"[0-9a-f]{64}\s+\S+\.jar$", line) for line in sums)


def test_the_bill_of_materials_lists_the_lock(tmp_path: Path) -> None:
    """``make sbom`` names every package of the lock with its version."""
    program = Path(sys.executable).with_name("cyclonedx-py")
    target = tmp_path / "sbom.json"
    lock = ROOT / "requirements" / "distributed.txt"
    subprocess.run(
        [program, "requirements", lock, "--of", "JSON", "--output-file", target],
        check=True,
        capture_output=True,
    )
    listed = {(c["name"], c["version"]) for c in json.loads(target.read_text())["components"]}
    assert listed == set(_PIN.findall(lock.read_text()))
