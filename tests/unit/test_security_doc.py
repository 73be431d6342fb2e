"""Every test and every file that docs/security.md names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py::[\w:]+)`", TEXT)))
FILES = sorted(set(re.findall(r"`((?:src|tests)/[\w/.]+)`", TEXT)))


def names_in(path: Path) -> set[str]:
    """The tests of a module, those of a class behind its name."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}::{each.name}"
                for each in node.body
                if isinstance(each, ast.FunctionDef)
            }
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_exists(name: str) -> None:
    """A control without its test is only a promise."""
    path, _, test = name.partition("::")
    assert test in names_in(ROOT / path)


@pytest.mark.parametrize("name", FILES)
def test_every_file_that_is_named_exists(name: str) -> None:
    """Whoever looks for a control finds it."""
    assert (ROOT / name).is_file()


def test_every_test_of_such_a_fault_is_named() -> None:
    """The page lists all that is shown of damage, restores, folders and attacks."""
    told = re.compile(r"^def (test_fault_(?:2[5-9]|3[12])_\w+)", re.MULTILINE)
    found = {
        f"{path.relative_to(ROOT).as_posix()}::{name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in told.findall(path.read_text())
    }
    assert len(found) > 15
    assert found <= set(NAMED)


def test_every_control_has_a_test() -> None:
    """A paragraph that begins with a threat ends with what shows the control."""
    threats = re.split(r"\n(?=\*\*)", TEXT.partition("## On the internet")[0])[1:]
    assert len(threats) > 15
    assert all("::test_" in threat for threat in threats)
