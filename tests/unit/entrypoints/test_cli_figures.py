"""Figures of a period, and two diaries side by side, on the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cinestats.entrypoints.cli.app import app

pytestmark = pytest.mark.slow

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program on a diary of three plays; asserts the exit code."""
    runner = CliRunner(env={"CINESTATS_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "100"})

    def run(*arguments: str, code: int = 0) -> Result:
        result = runner.invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    run("add", "u", "Interstellar", "--rating", "4.5", "--watched", "2024-05-01")
    run("add", "u", "Gladiator", "--rating", "3", "--watched", "2025-01-20")
    run("add", "u", "Home Film", "--watched", "unknown")
    return run


def answer(result: Result) -> Any:
    return json.loads(result.stdout)


def test_the_overview_of_a_period(run: Run) -> None:
    """--json answers with the same document as the API; all is a period too."""
    year = answer(run("stats", "u", "--period", "2024", "--json"))
    assert (year["plays"], year["average_rating"], year["minutes"]) == (1, 4.5, 169)
    assert year["period"]["to"] == "2024-12-31"
    assert year["position"] == 3
    everything = answer(run("stats", "u", "--period", "all", "--json"))
    assert (everything["plays"], everything["undated"]) == (3, 1)


def test_the_page_of_a_period(run: Run) -> None:
    """It says which period it is of, and when there was nothing."""
    page = run("stats", "u", "--period", "2024", "--full").stdout
    assert "2024" in page.splitlines()[1]
    assert "1 play " in page
    assert "Interstellar" in page
    assert "Gladiator" not in page
    assert "Nothing watched then." in run("stats", "u", "--period", "2023").stdout


def test_a_period_as_it_was_known(run: Run) -> None:
    """Before anything was added there was nothing in it."""
    then = answer(run("stats", "u", "--period", "2024", "--as-of", "2025-01-01", "--json"))
    assert (then["plays"], then["as_of"]) == (0, "2025-01-01")


def test_what_is_no_period_is_wrong_use(run: Run) -> None:
    """One sentence, exit code 2."""
    result = run("stats", "u", "--period", "yesterday", code=2)
    assert result.stderr.startswith("period: must be all, last-30-days, or written as 2024")
    assert result.stderr.count("\n") == 1


def test_two_diaries_side_by_side(run: Run) -> None:
    """What both have seen, how far apart they are, and what only one has seen."""
    run("add", "v", "Interstellar", "--rating", "4")
    run("add", "v", "Amelie", "--year", "2001", "--rating", "5")
    told = answer(run("compare", "u", "v", "--json"))
    assert (told["user"], told["other"], told["common"], told["overlap"]) == ("u", "v", 1, 0.25)
    assert (told["mean_distance"], told["distance_low"]) == (0.5, None)
    page = run("compare", "u", "v").stdout
    for text in ("1 (25% of all)", "0.50", "Agreed", "Only u has seen", "Only v has seen"):
        assert text in page
    assert "Disagreed" not in page


def test_a_diary_beside_an_empty_one(run: Run) -> None:
    """Nothing in common is an answer, not an error."""
    assert "0 (0% of all)" in run("compare", "u", "nobody").stdout
