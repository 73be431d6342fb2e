"""What the documentation shows is what happens."""

import doctest
import re
from pathlib import Path

import pytest

from docs.reference.generate import FOLDER, pages

ROOT = Path(__file__).parents[2]
MARKDOWN = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PAGES = [path for path in MARKDOWN if ">>> " in path.read_text()]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(
    r"`((?:src|tests|docs|benchmarks|stack|(?:domain|application|adapters|entrypoints)/\w+)"
    r"/[\w./-]*|(?:domain|adapters|entrypoints)/\w+\.py)[`:]"
)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """Where links into the page may lead, as GitHub makes them of its headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_python_examples_are_true(page: Path) -> None:
    """Every example of every page is executed."""
    result = doctest.testfile(str(page), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_counting_contract_is_among_them() -> None:
    """A page that lost its examples would pass by saying nothing."""
    assert ROOT / "docs" / "counting.md" in PAGES


@pytest.mark.parametrize("page", MARKDOWN, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file or a heading of ours finds it."""
    for link in _LINK.findall(page.read_text()):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("page", MARKDOWN, ids=name)
def test_files_that_are_named_exist(page: Path) -> None:
    """A path in the text is one of the project, or of its ``src``; the past may name others."""
    if page.name == "CHANGELOG.md":
        return
    for path in _PATH.findall(page.read_text()):
        assert (ROOT / path).exists() or (ROOT / "src" / path).exists(), path


@pytest.mark.parametrize("page", ["cli.md", "settings.md"])
def test_the_reference_is_what_the_code_says(page: str) -> None:
    """``make reference`` was run after the last change of a command or a setting."""
    assert (FOLDER / page).read_text() == pages()[page], "run make reference"


def test_every_setting_has_a_meaning() -> None:
    """A setting without a description would have an empty cell."""
    rows = re.findall(r"^\| `.*$", pages()["settings.md"], re.MULTILINE)
    assert len(rows) > 40
    assert [row for row in rows if row.endswith("|  |")] == []
