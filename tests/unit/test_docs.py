"""What the documentation shows is what happens."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    if ">>> " in path.read_text()
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_are_true(page: Path) -> None:
    """Every example of every page is executed."""
    result = doctest.testfile(str(page), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_counting_contract_is_among_them() -> None:
    """A page that lost its examples would pass by saying nothing."""
    assert ROOT / "docs" / "counting.md" in PAGES
