"""Real diaries, which are not ours to ship: read from beside the repository, or skipped."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.importers import read_export
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.corrections.enrich import enrich
from cinestats.application.imports.import_diary import DiaryImporter
from cinestats.application.imports.rows import ImportedRow, Row
from cinestats.domain.recompute import Recomputed, compute_user_stats
from tests.unit.application.application import Application

ROOT = next(p for p in Path(__file__).parents if (p / "pyproject.toml").exists())
DATA = ROOT.parent / "shared/data"
ROME = ZoneInfo("Europe/Rome")
VIEWS = ("diary.csv", "ratings.csv", "watched.csv")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not DATA.is_dir(), reason="the real exports in ../shared/data are not here"
    ),
]


def files_of(export: Path) -> Sequence[Path]:
    if export.is_file():
        return [export]
    return [export / name for name in VIEWS if (export / name).is_file()]


def exports() -> Mapping[str, Sequence[Path]]:
    """Each account of Letterboxd's with its files, and each file of the others."""
    folder = DATA / "exports"
    found = [*sorted(folder.glob("letterboxd/*"))]
    for service in ("imdb", "movary", "trakt", "other"):
        found += sorted((folder / service).glob("*"))
    return {path.name: files for path in found if (files := files_of(path))}


@cache
def rows_of(path: Path) -> Sequence[Row]:
    return read_export(str(path), path.read_bytes(), zone=ROME).rows


@cache
def catalogue_of(name: str) -> Catalogue:
    return MemoryCatalogue(read_catalogue((DATA / name).read_bytes()).films)


class Diary:
    def __init__(self, catalogue: str | None = None) -> None:
        self.app = Application()
        self.app.now = datetime(2026, 11, 28, 9, tzinfo=UTC)
        films = self.app.catalogue if catalogue is None else catalogue_of(catalogue)
        self.importer = DiaryImporter(replace(self.app.keeper, catalogue=films))

    def take_in(self, files: Sequence[Path]) -> Counter[str]:
        """What became of the rows of all files."""
        outcomes: Counter[str] = Counter()
        for path in files:
            report = self.importer.run("u1", rows_of(path))
            outcomes += Counter(row.outcome for row in report.rows)
        return outcomes

    def plays(self) -> Counter[tuple[str, date | None, int | None]]:
        entries = self.app.diaries.entries("u1")
        return Counter((e.movie.title, e.watched_on, e.rating) for e in entries)

    def figures(self) -> Recomputed:
        return compute_user_stats(self.app.diaries.entries("u1"))


@pytest.mark.parametrize("name", exports())
def test_each_row_with_a_reference_is_a_play_with_all_that_it_says(name: str) -> None:
    """Under the source's own title, with its rewatch flag and its tags."""
    files = exports()[name]
    diary = Diary("catalog.csv")
    diary.take_in(files)
    rows = {
        row.reference: row
        for path in files
        for row in rows_of(path)
        if isinstance(row, ImportedRow) and row.reference is not None
    }
    plays = {
        source.reference: entry
        for entry in diary.app.diaries.entries("u1")
        for source in entry.sources
        if source.reference is not None
    }
    assert plays.keys() == rows.keys()
    for reference, row in rows.items():
        play = plays[reference]
        assert (play.movie.title, play.watched_on) == (row.title, row.watched_on)
        assert (play.rewatch, play.tags) == (row.rewatch, row.tags)


@pytest.mark.parametrize("catalogue", ["catalog_sample.csv", "catalog.csv"])
@pytest.mark.parametrize("name", exports())
def test_neither_a_catalogue_nor_the_order_of_files_changes_the_plays(
    name: str, catalogue: Literal["catalog_sample.csv", "catalog.csv"]
) -> None:
    """A second import changes nothing; a catalogue that comes later gives equal figures."""
    files = exports()[name]
    plain = Diary()
    plain.take_in(files)
    for order in permutations(files):
        diary, later = Diary(catalogue), Diary()
        diary.take_in(order)
        assert diary.plays() == plain.plays()
        assert set(diary.take_in(order)) <= {"skipped", "rejected"}
        later.take_in(order)
        enrich(replace(later.app.keeper, catalogue=catalogue_of(catalogue)), user="u1")
        assert later.figures() == diary.figures()
