"""Every row of docs/faults.md names tests that are there."""

import re
from pathlib import Path

import pytest

from .test_security_doc import names_in

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ")][1:]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")


@pytest.mark.parametrize("row", ROWS)
def test_every_fault_is_shown_by_tests_that_exist(row: str) -> None:
    named = _TEST.findall(row)
    assert named, "a fault without a test is only a promise"
    for path, test in named:
        assert test in names_in(ROOT / path)


def test_the_table_is_read() -> None:
    assert len(ROWS) > 15
