"""Lists on the command line."""

import json
from pathlib import Path

import pytest

from .test_cli import Run, answer, run

__all__ = ["run"]

pytestmark = pytest.mark.slow

WATCHLIST = (
    "Date,Name,Year,Letterboxd URI\n"
    "2024-02-01,Alien,1979,https://boxd.it/2awY\n"
    "2024-02-02,M [bold],1931,https://boxd.it/28Xc\n"
)


def test_a_watchlist_is_imported_shown_and_taken_back(run: Run, tmp_path: Path) -> None:
    """Its films count nowhere."""
    file = tmp_path / "watchlist.csv"
    file.write_text(WATCHLIST)
    dry = answer(run("import", "u", str(file), "--dry-run", "--json"))
    assert (dry["skipped"], dry["listed"]) == (2, 2)
    assert run("lists", "u").stdout == "u has no list.\n"
    done = run("import", "u", str(file))
    assert "New on lists" in done.stdout
    assert "cinestats undo u takes it back" in done.stderr
    page = run("lists", "u").stdout
    assert "letterboxd" in page
    assert "watchlist" in page
    films = run("lists", "u", "Watchlist").stdout
    assert films.index("Alien") < films.index("M [bold]")
    (kept,) = answer(run("lists", "u", "watchlist", "--json"))
    assert [film["title"] for film in kept["films"]] == ["Alien", "M [bold]"]
    assert run("lists", "u", "noir", code=1).stderr == "u has no list noir.\n"
    assert answer(run("stats", "u", "--json"))["total_watched"] == 0
    (past,) = answer(run("imports", "u", "--json"))
    assert past["changes"] == 2
    assert run("undo", "u").stdout.startswith("Took back 2 changes of import")
    assert answer(run("lists", "u", "--json")) == []


def test_lists_move_to_another_house(run: Run, tmp_path: Path) -> None:
    """In the JSON of a diary, and among the events."""
    file, diary, log = (tmp_path / name for name in ("watchlist.csv", "u.json", "log.jsonl"))
    file.write_text(WATCHLIST)
    run("import", "u", str(file))
    run("export", "u", "--format", "json", "--output", str(diary))
    run("import", "v", str(diary))
    lists = answer(run("lists", "u", "--json"))
    assert answer(run("lists", "v", "--json")) == lists
    run("events", "export", str(log))
    assert [json.loads(line)["event_type"] for line in log.read_text().splitlines()] == [
        "LIST"
    ] * 4
    run("forget", "u", "--yes")
    assert answer(run("lists", "u", "--json")) == []
    report = answer(run("events", "import", str(log), "--json"))
    assert (report["added"], report["skipped"], report["rejected"]) == (2, 2, [])
    assert answer(run("lists", "u", "--json")) == lists
    damaged = log.read_text().replace('"title":"Alien"', '"title":5', 1)
    log.write_text(damaged)
    (rejected,) = answer(run("events", "import", str(log), "--json"))["rejected"]
    assert (rejected["line"], rejected["reason"]) == (1, "title: must be text, not a number")
