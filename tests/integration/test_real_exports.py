"""Real exports, from the file to the statistics, against figures worked out apart."""

import csv
import json
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.documents.read_models import TotalsAnswer
from cinestats.adapters.importers import read_export
from cinestats.domain.errors import CinestatsError
from cinestats.domain.user_stats import UserStats
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

DATA = Path(__file__).parents[3] / "shared" / "data"
EXPORTS = sorted(p for p in (DATA / "exports").rglob("*.*") if p.is_file())

pytestmark = pytest.mark.skipif(not EXPORTS, reason="the folder of real exports is absent")


@pytest.fixture
def app(tmp_path: Path) -> Container:
    return make_container(Settings(data_dir=tmp_path))


def load(app: Container, path: Path) -> dict[str, int]:
    export = read_export(str(path), path.read_bytes(), zone=app.zone())
    report = app.importer().run("a", export.rows)
    app.projector().catch_up()
    rejected = len(report.rejected)
    changed = report.added + report.updated + report.corrected
    assert report.read == changed + report.skipped + rejected
    return {"read": report.read, "added": report.added, "rejected": rejected}


def stats(app: Container) -> dict[str, object]:
    stored = app.models().user_stats("a")
    return TotalsAnswer.of(stored.stats if stored else UserStats()).document()


def expected_of_diary(path: Path) -> dict[str, object]:
    """The ten lines: what a Letterboxd diary says, straight from its rows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    ratings = Counter(row["Rating"].removesuffix(".0") for row in rows if row["Rating"])
    months: dict[str, dict[str, int]] = {}
    for row in rows:
        year, month, _ = row["Watched Date"].split("-")
        months.setdefault(year, {}).setdefault(month, 0)
        months[year][month] += 1
    return {
        "total_watched": len(rows),
        "rating_distribution": {k.replace(".", "_"): n for k, n in ratings.items()},
        "monthly_counts": months,
    }


@pytest.mark.parametrize("path", EXPORTS, ids=lambda p: str(p.relative_to(DATA / "exports")))
def test_every_row_of_every_export_is_accounted_for(app: Container, path: Path) -> None:
    """Every row is counted once; the same file again adds nothing; verify is equal."""
    first = load(app, path)
    assert stats(app)["total_watched"] == first["added"]
    assert load(app, path)["added"] == 0
    assert stats(app)["total_watched"] == first["added"]
    assert app.verifier().verify().equal
    app.close()


@pytest.mark.parametrize(
    "name",
    [
        "AgosVenezia/diary.csv",
        "extratone/diary.csv",
        "joaopalmeiro_diary.csv",
        "melvincarvalho/diary.csv",
        "fixture_brianlovin/diary.csv",
    ],
)
def test_a_diary_gives_the_figures_of_its_rows(app: Container, name: str) -> None:
    """Totals, ratings and months equal a count over the rows, with the big catalogue loaded."""
    app.catalogue().load(read_catalogue((DATA / "catalog.csv").read_bytes()).films)
    path = DATA / "exports" / "letterboxd" / name
    load(app, path)
    found = stats(app)
    assert {field: found[field] for field in expected_of_diary(path)} == expected_of_diary(path)
    app.close()


def test_all_files_of_an_account_in_any_order_give_the_same(tmp_path: Path) -> None:
    """Diary, ratings and watched of one account, forwards and backwards."""
    names = ["diary.csv", "ratings.csv", "watched.csv"]
    results: list[str] = []
    for order in (names, names[::-1]):
        app = make_container(Settings(data_dir=tmp_path / order[0]))
        for name in order:
            load(app, DATA / "exports" / "letterboxd" / "extratone" / name)
        found = stats(app)
        results.append(json.dumps([found["total_watched"], found["monthly_counts"]]))
        assert app.verifier().verify().equal
        app.close()
    assert results[0] == results[1]


@pytest.mark.parametrize("name", ["catalog.csv", "ratings.csv", "italian_titles.csv"])
def test_a_table_that_is_no_diary_harms_nothing(app: Container, name: str) -> None:
    """It is refused in a sentence, or read as what it says, and verify stays equal."""
    with suppress(CinestatsError):
        load(app, DATA / name)
    assert app.verifier().verify().equal
    app.close()
