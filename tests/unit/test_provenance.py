"""Every shipped file that is no module says where it comes from, and its licence."""

import csv
import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
NAME = "PROVENANCE.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# SPDX's names of the licences that may be shipped.
LICENCES = {"0BSD", "Apache-2.0", "BSD-3-Clause", "CC0-1.0", "MIT", "Unicode-3.0"}
_ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def shipped() -> list[Path]:
    """The files that the patterns of pyproject.toml put beside the modules."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["cinestats"]
    found = {path for pattern in patterns for path in SOURCE.glob(pattern) if path.is_file()}
    return sorted(path for path in found if path.name not in (NAME, "py.typed"))


def rows(page: Path) -> list[tuple[str, ...]]:
    """Of each row the pattern, what it is, where it is from, the licence."""
    return _ROW.findall(page.read_text())


def page_of(path: Path) -> Path:
    """The page in the folder of the file, or in the next one above it that has one."""
    return next(folder / NAME for folder in path.parents if (folder / NAME).exists())


def is_told(path: Path) -> bool:
    page = page_of(path)
    name = path.relative_to(page.parent).as_posix()
    return any(
        fnmatchcase(name, pattern) and name.count("/") == pattern.count("/")
        for pattern, *_ in rows(page)
    )


PAGES = sorted({page_of(path) for path in shipped()})


@pytest.mark.parametrize(
    "path", shipped(), ids=lambda path: path.relative_to(SOURCE).as_posix()
)
def test_a_shipped_file_has_its_provenance(path: Path) -> None:
    """A data file, a font, a picture or a library that nobody wrote down fails here."""
    assert is_told(path), f"say in {page_of(path).relative_to(ROOT)} where it comes from"


@pytest.mark.parametrize("name", ["adapters/data/new.csv", "entrypoints/web/static/font.woff2"])
def test_a_file_that_nobody_wrote_down_is_found(name: str) -> None:
    """So that the test above means something."""
    assert not is_told(SOURCE / name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_row_names_files_and_known_licences(page: Path) -> None:
    """A row without a file is of the past; a licence is one that may go with the package."""
    text = page.read_text()
    assert len(rows(page)) == text.count("\n|") - 2, "each row has its file in backquotes"
    for pattern, _what, _source, licence in rows(page):
        assert list(page.parent.glob(pattern)), pattern
        if licence != "as the modules":
            assert set(licence.split(" AND ")) <= LICENCES, licence


def test_each_film_of_the_sample_names_its_item() -> None:
    """The catalogue's sample is from Wikidata, film by film, and as long as is said."""
    with (SOURCE / "adapters/data/catalog_sample.csv").open(
        newline="", encoding="utf-8"
    ) as file:
        films = list(csv.DictReader(file))
    assert all(re.fullmatch(r"Q[1-9]\d*", film["wikidata"]) for film in films)
    said = {row[0]: row[1] for row in rows(SOURCE / "adapters/data" / NAME)}
    assert said["catalog_sample.csv"].startswith(f"{len(films)} films")


def test_the_notice_names_what_others_made() -> None:
    """Each library with its licence, and the source of the data."""
    notice = (ROOT / "NOTICE").read_text()
    vendor = SOURCE / "entrypoints/web/static/vendor"
    licences = (vendor / "LICENSES.txt").read_text()
    libraries = re.findall(r"^=+\n(\S+) \S+ \((\S+)\)\n=+$", licences, re.MULTILINE)
    names = [name for name, _ in libraries]
    assert len(names) >= 5
    assert [name for name in names if not re.search(rf"\b{name}\b", notice)] == []
    assert "Wikidata" in notice
    modules = [row for row in rows(vendor / NAME) if row[0].endswith(".js")]
    told = {licence for row in modules for licence in row[3].split(" AND ")}
    assert told == {licence for _, licence in libraries}
    packages = [
        package
        for row in modules
        for package in row[2].removeprefix("the npm packages ").split(", ")
    ]
    assert sorted(packages) == sorted(names)
