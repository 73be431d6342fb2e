"""Every command, run in this process on a data folder of its own."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from cinestats.entrypoints.cli.app import app

pytestmark = pytest.mark.slow

Run = Callable[..., Result]

TODAY = datetime.now(ZoneInfo("Europe/Rome")).date()
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()

LETTERBOXD = """Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Interstellar,2014,https://boxd.it/a,5,,,2025-01-20
2025-02-03,Gladiator,2000,https://boxd.it/b,4.5,,,2025-02-01
2025-02-04,Nobody Knows This One,2003,https://boxd.it/c,,,,2025-02-02
2025-02-05,,2003,https://boxd.it/d,4,,,2025-02-02
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program; asserts the exit code, 0 unless another is given."""
    runner = CliRunner(env={"CINESTATS_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "100"})

    def run(*arguments: str, code: int = 0, input: str | None = None) -> Result:
        result = runner.invoke(app, arguments, input=input, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


def answer(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_film_that_was_added_is_in_the_statistics_at_once(run: Run) -> None:
    """The catalogue gives the credits; the figures are right when the command returns."""
    result = run("add", "u", "interstellar", "--rating", "4.5", "--watched", "2025-01-20")
    assert result.stdout == "Added interstellar (2014), watched on 2025-01-20, rated 4.5.\n"
    document = answer(run("stats", "u", "--json"))
    assert document["total_watched"] == 1
    assert document["rating_distribution"] == {"4_5": 1}
    assert document["monthly_counts"] == {"2025": {"01": 1}}
    assert document["watch_time_minutes"] == 169
    (director,) = answer(run("affinities", "u", "director", "--json"))
    assert (director["name"], director["count"], director["sum_voti"]) == (
        "Christopher Nolan",
        1,
        4.5,
    )


def test_a_film_is_watched_today_unless_a_day_is_given(run: Run) -> None:
    """Today is a day of the zone in the settings; unknown is no day at all."""
    run("add", "u", "Interstellar")
    run("add", "u", "Gladiator", "--watched", "unknown")
    days = {e["name"]: e["watched_date"] for e in answer(run("diary", "u", "--json"))}
    assert days == {"Interstellar": TODAY.isoformat(), "Gladiator": None}


def test_credits_can_be_given(run: Run) -> None:
    """What is given wins over the catalogue, and an unknown film has what is given."""
    run(
        *("add", "u", "Home Film", "--year", "2024", "--director", "Me", "--director", "You"),
        *("--actor", "Dog", "--genre", "Home", "--duration", "12"),
    )
    (entry,) = answer(run("diary", "u", "--json"))
    assert entry["director"] == ["Me", "You"]
    assert (entry["actors"], entry["genres"], entry["duration"]) == (["Dog"], ["Home"], 12)


def test_an_ambiguous_title_is_refused_with_the_candidates(run: Run, tmp_path: Path) -> None:
    """Only a year can tell; nothing is guessed and nothing stored."""
    catalogue = tmp_path / "films.csv"
    catalogue.write_text("title,year,directors\nSolaris,1972,A T\nSolaris,2002,S S\n")
    run("catalog", "load", str(catalogue))
    result = run("add", "u", "Solaris", code=2)
    assert result.stderr == "Solaris may be Solaris (1972), Solaris (2002); give the year.\n"
    assert answer(run("diary", "u", "--json")) == []
    run("add", "u", "Solaris", "--year", "2002")


def test_the_same_film_on_the_same_day_is_refused_and_another_day_is_a_rewatch(
    run: Run,
) -> None:
    """Fault table: ADD twice on one day."""
    run("add", "u", "Interstellar")
    result = run("add", "u", "Interstellar", code=2)
    assert result.stderr.count("\n") == 1
    assert "already in the diary" in result.stderr
    run("add", "u", "Interstellar", "--watched", YESTERDAY)
    assert answer(run("stats", "u", "--json"))["total_watched"] == 2


def test_a_film_is_rated_and_unrated(run: Run) -> None:
    """The latest play is meant, unless its day is given."""
    run("add", "u", "Interstellar", "--watched", YESTERDAY)
    run("add", "u", "Interstellar")
    assert "is now rated 3.5" in run("rate", "u", "Interstellar", "3.5").stdout
    assert "was already rated 3.5" in run("rate", "u", "Interstellar", "3.5").stdout
    run("rate", "u", "Interstellar", "5", "--watched", YESTERDAY)
    assert answer(run("stats", "u", "--json"))["rating_distribution"] == {"3_5": 1, "5": 1}
    assert "not rated" in run("rate", "u", "Interstellar", "none").stdout
    assert answer(run("stats", "u", "--json"))["rating_distribution"] == {"5": 1}


def test_a_play_is_deleted(run: Run) -> None:
    """Its day names it where the film was seen more than once."""
    run("add", "u", "Interstellar", "--watched", YESTERDAY)
    run("add", "u", "Interstellar")
    run("delete", "u", "interstellar", "--watched", YESTERDAY, "--year", "2014")
    (left,) = answer(run("diary", "u", "--json"))
    assert left["watched_date"] == TODAY.isoformat()


@pytest.mark.parametrize(
    "arguments",
    [
        ["rate", "u", "Gladiator", "3"],
        ["delete", "u", "Gladiator"],
        ["undo", "u"],
        ["undo", "u", "no-such-import"],
        ["explain", "u", "director", "Nobody At All"],
        ["catalog", "find", "No Film Has Such A Title"],
        ["forget", "u", "--yes"],
        ["rebuild", "--user", "u"],
    ],
)
def test_what_does_not_exist_is_exit_code_1(run: Run, arguments: list[str]) -> None:
    """Nothing is wrong with the question; the answer is no, in one sentence."""
    result = run(*arguments, code=1)
    assert result.output.count("\n") == 1


def test_an_import_accounts_for_every_row(run: Run, tmp_path: Path) -> None:
    """JSON on stdout is the fixed shape and nothing else; notes are on stderr."""
    file = tmp_path / "diary.csv"
    file.write_text(LETTERBOXD)
    result = run("import", "u", str(file), "--json")
    report = answer(result)
    assert list(report) == [
        *("read", "added", "updated", "corrected", "skipped", "unmatched", "suggested"),
        *("missing", "listed", "unlisted", "rejected", "skipped_rows"),
    ]
    (rejected,) = report.pop("rejected")
    assert {name: number for name, number in report.items() if number} == {
        "read": 4,
        "added": 3,
        "unmatched": 1,
    }
    assert list(rejected) == ["line", "reason"]
    assert rejected["line"] == 5
    assert "cinestats undo u" in result.stderr
    again = answer(run("import", "u", str(file), "--json"))
    assert (again["read"], again["added"], again["skipped"]) == (4, 0, 3)
    shown = run("import", "u", str(file)).stdout
    assert "Letterboxd diary" in shown
    assert "Name: must not be blank" in shown


TABLE = "Opera,Visto,Voto\nHeat,1/2/2024,4\nAlien,3/3/2024,5\n"


def test_a_table_that_has_two_readings_is_refused_until_they_are_told(
    run: Run, tmp_path: Path
) -> None:
    """Nothing is stored; the sentence names the options that help."""
    file = tmp_path / "films.csv"
    file.write_text(TABLE)
    asked = ["import", "u", str(file), "--json"]
    assert "--column title=NAME" in run(*asked, code=2).output
    asked += ["--column", "title=Opera"]
    refused = run(*asked, code=2).output
    assert "2 January 2024 or 1 February 2024" in refused
    assert run("diary", "u", "--json").stdout.strip() == "[]"
    asked += ["--dates", "dmy", "--scale", "10", "--delimiter", ",", "--encoding", "utf-8"]
    assert answer(run(*asked))["added"] == 2
    diary = json.loads(run("diary", "u", "--json").stdout)
    shown = sorted((each["name"], each["watched_date"], each["rating"]) for each in diary)
    assert shown == [("Alien", "2024-03-03", 2.5), ("Heat", "2024-02-01", 2)]


def test_a_file_of_bad_rows_does_not_flood_the_terminal(run: Run, tmp_path: Path) -> None:
    """The first of them show what is wrong; JSON has them all."""
    file = tmp_path / "diary.csv"
    header = LETTERBOXD.partition("\n")[0]
    file.write_text(header + "\n2025-01-21,,2010,https://boxd.it/a,4,,,2025-01-20" * 500)
    assert len(answer(run("import", "u", str(file), "--json"))["rejected"]) == 500
    shown = run("import", "u", str(file)).stdout
    assert shown.count("Name: must not be blank") == 20
    assert "and 480 more" in shown


def test_the_page_of_a_long_life_fits_a_small_terminal(run: Run, tmp_path: Path) -> None:
    """Years before the last few are added up, and no line is wider than the terminal."""
    file = tmp_path / "diary.csv"
    rows = [f"{y}-01-21,Film {y},2000,,4,,,{y}-01-20" for y in range(2010, 2026)]
    file.write_text("\n".join([LETTERBOXD.partition("\n")[0], *rows]))
    run("import", "u", str(file))
    lines = run("stats", "u").stdout.splitlines()
    assert max(map(len, lines)) <= 100
    (before,) = [line for line in lines if "before" in line]
    assert before.split()[-1] == "10"


def test_a_dry_run_stores_nothing(run: Run, tmp_path: Path) -> None:
    """It says what would happen, and leaves no import behind."""
    file = tmp_path / "diary.csv"
    file.write_text(LETTERBOXD)
    result = run("import", "u", str(file), "--dry-run", "--json")
    assert answer(result)["added"] == 3
    assert answer(run("stats", "u", "--json"))["total_watched"] == 0
    assert answer(run("imports", "u", "--json")) == []


def test_a_dry_run_shows_what_would_become_of_each_row(run: Run, tmp_path: Path) -> None:
    """As a table, and row by row in JSON."""
    file = tmp_path / "diary.csv"
    file.write_text(LETTERBOXD)
    shown = run("import", "u", str(file), "--dry-run").stdout
    assert re.search(r"4 +Nobody Knows This One +2003 +unmatched +the catalogue does", shown)
    assert re.search(r"5 +rejected +Name: must not be blank", shown)
    rows = json.loads(run("import", "u", str(file), "--dry-run", "--json").stdout)["rows"]
    assert [row["outcome"] for row in rows] == ["added", "added", "unmatched", "rejected"]


@pytest.mark.parametrize("format_", ["letterboxd", "jsonl"])
def test_an_exported_diary_is_the_same_in_another_house(
    run: Run, tmp_path: Path, format_: str
) -> None:
    """The table by import, the events by events import: every figure is equal."""
    diary, exported = tmp_path / "diary.csv", tmp_path / "exported"
    diary.write_text(LETTERBOXD)
    run("import", "u", str(diary))
    run("rate", "u", "Gladiator", "3.5")
    run("add", "somebody else", "Gladiator")
    run("export", "u", "--format", format_, "--output", str(exported))
    assert run("export", "u", "--format", format_).stdout_bytes == exported.read_bytes()
    figures = [
        ("stats", "u", "--json"),
        *(("affinities", "u", type_, "--json") for type_ in ("director", "actor", "genre")),
    ]
    before = [_told(run(*command).stdout) for command in figures]
    other = CliRunner(env={"CINESTATS_DATA_DIR": str(tmp_path / "other")})
    arrive = ("import", "u") if format_ == "letterboxd" else ("events", "import")
    assert other.invoke(app, [*arrive, str(exported)]).exit_code == 0
    assert [_told(other.invoke(app, command).stdout) for command in figures] == before
    assert json.loads(other.invoke(app, ["stats", "u", "--json"]).stdout)["total_watched"] == 3


def _told(text: str) -> object:
    """A document without its moment and position."""
    return re.sub(r'"(updated_at|position)": [^,\n]+', "", text)


def test_an_export_is_a_document_too(run: Run, tmp_path: Path) -> None:
    """A name that promises something else is told."""
    run("add", "u", "Gladiator")
    result = run("export", "u", "--format", "json", "--output", str(tmp_path / "u.csv"))
    assert result.stderr == "The diary is written as a .json file, whatever its name says.\n"
    document = json.loads((tmp_path / "u.csv").read_text())
    assert document["stats"]["total_watched"] == len(document["entries"]) == 1


def test_an_import_is_listed_and_undone(run: Run, tmp_path: Path) -> None:
    """Without an id, the latest import that is not undone is meant."""
    run("add", "u", "The Martian")
    file = tmp_path / "diary.csv"
    file.write_text(LETTERBOXD)
    run("import", "u", str(file))
    (listed,) = answer(run("imports", "u", "--json"))
    assert (listed["changes"], listed["undone"]) == (3, False)
    assert listed["import_id"] in run("imports", "u").stdout
    assert "Took back 3 changes" in run("undo", "u").stdout
    assert answer(run("imports", "u", "--json"))[0]["undone"] is True
    assert [e["name"] for e in answer(run("diary", "u", "--json"))] == ["The Martian"]
    run("undo", "u", code=1)
    run("verify")


def test_a_catalogue_is_loaded_with_its_bad_rows_listed(run: Run, tmp_path: Path) -> None:
    """What cannot be read is left out, and said; only a row without a title is rejected."""
    file = tmp_path / "films.csv"
    file.write_text("title,year,directors\nA Film,2001,Ann\nBad,xx,Bob\n,2001,Eve\n")
    before = answer(run("catalog", "load", str(file), "--json"))
    there = before["films"] - 2
    assert (before["added"], before["updated"]) == (2, 0)
    assert [row["line"] for row in before["rejected"]] == [4]
    note = "year: must be a whole number, not 'xx'; left out"
    assert before["notes"] == [{"line": 3, "note": note}]
    file.write_text("title,year,directors\nA Film,2001,Eve\nAnother,2002,\n")
    shown = run("catalog", "load", str(file)).stdout
    assert shown == f"Added 1, updated 1; now {there + 3} films.\n"
    found = answer(run("catalog", "find", "a film", "--json"))
    assert [film["director"] for film in found["films"]] == [["Eve"]]
    run("catalog", "find", "Interstellar")


def test_a_catalogue_can_be_replaced(run: Run, tmp_path: Path) -> None:
    """Nothing is left of it."""
    file = tmp_path / "films.csv"
    file.write_text("title,year,directors\nA Film,2001,Ann\n")
    loaded = answer(run("catalog", "load", str(file), "--replace", "--json"))
    assert set(loaded.pop("enrich").values()) == {0}
    assert loaded == {"added": 1, "updated": 0, "films": 1, "rejected": [], "notes": []}
    run("catalog", "find", "Interstellar", code=1)
    assert answer(run("catalog", "find", "Interstellar", "--json", code=1))["films"] == []


def test_a_film_that_is_not_sure_is_suggested(run: Run, tmp_path: Path) -> None:
    """Of the year beside, or nearly of the title: the answer says so."""
    file = tmp_path / "films.csv"
    file.write_text("title,year\nThe Void,2016\nVoid,2001\n")
    run("catalog", "load", str(file), "--replace")
    found = answer(run("catalog", "find", "Void", "--year", "2017", "--json"))
    assert found["near"] is True
    assert [film["name"] for film in found["films"]] == ["The Void"]
    shown = run("catalog", "find", "Void", "--year", "2017").stdout
    assert shown.startswith("Not exactly that title and year, but near:")
    assert answer(run("catalog", "find", "Void", "--year", "2001", "--json"))["near"] is False


def test_a_catalogue_without_films_does_not_empty_the_present_one(
    run: Run, tmp_path: Path
) -> None:
    """A header alone is refused."""
    file = tmp_path / "films.csv"
    file.write_text("title,year\n")
    run("catalog", "load", str(file), code=2)
    run("catalog", "find", "Interstellar")


def test_statistics_of_nobody_are_zero(run: Run) -> None:
    """A user without events has the document of one who watched nothing."""
    document = answer(run("stats", "nobody", "--json"))
    assert document["_id"] == document["user_id"] == "nobody"
    assert (document["total_watched"], document["sum_ratings"]) == (0, 0)
    assert document["rating_distribution"] == document["monthly_counts"] == {}
    assert document["position"] == 0
    assert "Nothing watched yet" in run("stats", "nobody").stdout


def test_statistics_as_of_a_day_are_what_was_known_then(run: Run) -> None:
    """A film that was watched long ago but added today was not known yesterday."""
    run("add", "u", "Interstellar", "--watched", "2025-01-20", "--rating", "4")
    assert answer(run("stats", "u", "--as-of", YESTERDAY, "--json"))["total_watched"] == 0
    now = answer(run("stats", "u", "--as-of", TODAY.isoformat(), "--json"))
    assert (now["total_watched"], now["as_of"]) == (1, TODAY.isoformat())
    assert "as known on" in run("stats", "u", "--as-of", TODAY.isoformat()).stdout


def test_full_statistics_agree_with_the_stored_ones(run: Run) -> None:
    """The recompute has the same totals, and more."""
    run("demo")
    stored, full = (
        answer(run("stats", "demo", "--json")),
        answer(run("stats", "demo", "--full", "--json")),
    )
    for field in ("total_watched", "sum_ratings", "rating_distribution", "monthly_counts"):
        assert full[field] == stored[field]
    assert full["distinct_films"] == 87
    assert "Longest streak" in run("stats", "demo", "--full").stdout


def test_affinities_are_ranked_by_plays_or_by_rating(run: Run) -> None:
    """Limited here, complete in JSON unless a limit is given."""
    run("add", "u", "Interstellar", "--rating", "2", "--watched", YESTERDAY)
    run("add", "u", "Interstellar", "--rating", "2")
    run("add", "u", "Gladiator", "--rating", "5")
    by_count = answer(run("affinities", "u", "director", "--json"))
    assert [a["name"] for a in by_count] == ["Christopher Nolan", "Ridley Scott"]
    by_rating = answer(
        run("affinities", "u", "director", "--by", "rating", "--limit", "1", "--json")
    )
    assert [a["name"] for a in by_rating] == ["Ridley Scott"]
    assert "Christopher Nolan" in run("affinities", "u", "director").stdout


@pytest.mark.parametrize(
    "name", ["Christopher Nolan", "christopher  NOLAN", "christopher_nolan"]
)
def test_a_figure_is_explained_by_its_plays(run: Run, name: str) -> None:
    """As many plays as the figure says, whatever the case of the name."""
    run("add", "u", "Interstellar", "--watched", YESTERDAY)
    run("add", "u", "Interstellar")
    run("add", "u", "Gladiator")
    plays = answer(run("explain", "u", "director", name, "--json"))
    assert [play["name"] for play in plays] == ["Interstellar", "Interstellar"]


def test_names_that_differ_by_a_dot_only_are_not_mixed_up(run: Run) -> None:
    """A spelling that fits two names is refused; each of them is found as it is written."""
    run("add", "u", "One", "--director", "A.B")
    run("add", "u", "Two", "--director", "A B")
    (play,) = answer(run("explain", "u", "director", "A.B", "--json"))
    assert play["name"] == "One"
    assert "A B or A.B" in run("explain", "u", "director", "a b", code=2).stderr


def test_trends_count_what_was_added_lately(run: Run) -> None:
    """Everybody's plays, most first."""
    for user in ("u", "v"):
        run("add", user, "Interstellar")
    run("add", "u", "Gladiator")
    document = answer(run("trends", "--json"))
    assert [(m["name"], m["count"]) for m in document["top_movies"]] == [
        ("Interstellar", 2),
        ("Gladiator", 1),
    ]
    assert "Interstellar" in run("trends").stdout


def test_events_go_out_and_into_an_empty_folder_with_the_same_statistics(
    run: Run, tmp_path: Path
) -> None:
    """Importing a log twice adds nothing; the figures equal a recompute."""
    run("demo", "--user", "u")
    file = tmp_path / "log.jsonl"
    run("events", "export", str(file))
    piped = run("events", "export").stdout
    assert piped == file.read_text()
    assert run("events", "export", "-").stdout == piped
    other = CliRunner(env={"CINESTATS_DATA_DIR": str(tmp_path / "other")})
    events = len(piped.splitlines())
    for expected in ((events, 0), (0, events)):
        result = other.invoke(app, ["events", "import", str(file), "--json"])
        report = answer(result)
        assert (report["added"], report["skipped"]) == expected
        assert report["rejected"] == []
    mine, theirs = (
        answer(result)
        for result in (
            run("stats", "u", "--json"),
            other.invoke(app, ["stats", "u", "--json"]),
        )
    )
    del mine["updated_at"], theirs["updated_at"]
    assert mine == theirs
    assert other.invoke(app, ["verify"]).exit_code == 0


def test_events_of_another_producer_are_read_line_by_line(run: Run) -> None:
    """A line that cannot be taken in is rejected with its number; the others go in."""
    good = {
        "event_type": "ADD",
        "user_id": "u1",
        "movie": {"name": "Interstellar", "rating": 5, "watched_date": "2025-01-20"},
        "timestamp": "2025-01-21T00:45:00+01:00",
    }
    lines = [
        json.dumps(good),
        "",
        "not json",
        json.dumps({**good, "event_type": "EXPLODE"}),
        json.dumps({**good, "movie": {"name": "Gladiator", "rating": True}}),
        '{"a":1,"a":2}',
        "[" * 100_000,
        json.dumps({**good, "event_type": "DELETE"}),
    ]
    report = answer(run("events", "import", "-", "--json", input="\n".join(lines)))
    assert (report["read"], report["added"]) == (7, 2)
    assert [row["line"] for row in report["rejected"]] == [3, 4, 5, 6, 7]
    assert "rejected" in run("events", "import", "-", input="nonsense").stdout


def test_a_line_that_is_no_event_for_its_length_ends_the_import(run: Run) -> None:
    """A file without line ends must not be read into memory."""
    result = run("events", "import", "-", input="x" * (2**20 + 1), code=2)
    assert result.stderr.startswith("Line 1 is longer than")


def test_the_tail_shows_the_last_events(run: Run) -> None:
    """Of everybody, or of one user; a number of them, or none."""
    for film in ("Interstellar", "Gladiator"):
        run("add", "u", film)
    run("add", "v", "The Martian")
    run("rate", "u", "Gladiator", "4")
    run("delete", "u", "Interstellar")
    everybody = run("events", "tail", "-n", "3").stdout.splitlines()
    assert [line.split()[4] for line in everybody] == ["added", "rated", "deleted"]
    mine = run("events", "tail", "u", "--json").stdout.splitlines()
    assert [json.loads(line)["position"] for line in mine] == [1, 2, 4, 5]
    assert run("events", "tail", "-n", "0").stdout == ""


def test_a_user_is_forgotten_after_being_asked(run: Run) -> None:
    """Nothing of the user is left; the others' figures stay right."""
    run("add", "u", "Interstellar")
    run("add", "v", "Interstellar")
    assert run("forget", "u", input="n\n", code=1).stderr.endswith("Nothing was done.\n")
    run("forget", "u", input="", code=1)
    assert answer(run("stats", "u", "--json"))["total_watched"] == 1
    assert "Erased 2 events of u." in run("forget", "u", input="y\n").stdout
    assert answer(run("stats", "u", "--json"))["total_watched"] == 0
    assert "u1" not in run("events", "export").stdout
    run("add", "u", "Interstellar")
    run("forget", "u", "--yes")
    assert answer(run("trends", "--json"))["top_movies"][0]["count"] == 1
    assert answer(run("verify", "--json"))["users"] == 1


def test_verify_names_the_differing_fields_and_rebuild_sets_them_right(
    run: Run, tmp_path: Path
) -> None:
    """Exit code 1 and the fields, until the figures are rebuilt."""
    import sqlite3
    from contextlib import closing

    run("add", "u", "Interstellar", "--rating", "4")
    assert answer(run("verify", "--json"))["equal"] is True
    with closing(sqlite3.connect(tmp_path / "data" / "views.db")) as views, views:
        views.execute("UPDATE user_stats SET total_watched = 5")
        views.execute("UPDATE user_months SET year = 2020, month = 1, count = 2")
    verdict = answer(run("verify", "--user", "u", "--json", code=1))
    assert [each["field"] for each in verdict["differences"]] == [
        "total_watched",
        "monthly_counts",
    ]
    months = verdict["differences"][1]
    assert months["stored"] == {"2020-01": 2}
    assert months["recomputed"] == {TODAY.isoformat()[:7]: 1}
    assert "total_watched" in run("verify", code=1).stdout
    run("rebuild", "--user", "u")
    assert run("verify").stdout.startswith("Equal: compared")
    assert "1 user." in run("rebuild").stdout
    run("verify")


def test_the_doctor_finds_a_healthy_folder_healthy(run: Run) -> None:
    """Every part is named, in the table and in JSON."""
    run("add", "u", "Interstellar")
    document = answer(run("doctor", "--json"))
    assert document["ok"] is True
    names = [check["name"] for check in document["checks"]]
    assert names == [
        "settings",
        "addresses",
        "data folder",
        "SQLite",
        "log",
        "diary",
        "figures",
        "catalogue",
        "lists",
    ]
    assert "1 event of 1 user" in run("doctor").stdout


def test_the_doctor_says_what_to_do_about_a_broken_file(run: Run, tmp_path: Path) -> None:
    """A file that is derived from the log may be deleted."""
    run("add", "u", "Interstellar")
    (tmp_path / "data" / "views.db").write_bytes(b"no database at all" * 100)
    document = answer(run("doctor", "--json", code=1))
    (wrong,) = [check for check in document["checks"] if not check["ok"]]
    assert wrong["name"] == "figures"
    assert "Delete views.db" in wrong["advice"]
    result = run("stats", "u", code=2)
    assert result.stderr.count("\n") == 1
    (tmp_path / "data" / "views.db").unlink()
    assert answer(run("stats", "u", "--json"))["total_watched"] == 1


def test_the_doctor_cuts_no_long_path(run: Run, tmp_path: Path) -> None:
    """Whatever the width of the terminal: its end is the file that is meant."""
    (tmp_path / ("a" * 150)).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CINESTATS_SECRETS_DIR", str(tmp_path / ("a" * 150) / "b.db"))
        said = run("doctor", code=1).stdout
    assert f"{'a' * 150}/b.db" in "".join(said.split())


def test_the_doctor_names_a_wrong_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable's name and what it must be."""
    monkeypatch.setenv("CINESTATS_TIMEZONE", "Mars/Olympus")
    (check,) = answer(run("doctor", "--json", code=1))["checks"]
    assert "CINESTATS_TIMEZONE" in check["detail"]
    assert "CINESTATS_TIMEZONE" in run("stats", "u", code=2).stderr


def test_brackets_in_titles_and_names_are_shown_as_they_are(run: Run) -> None:
    """Rich's markup means nothing in what users write."""
    title = "[red]The [/]Film[/bold] :smile:"
    run("add", "u", title, "--director", "[link=x]D[/link]", "--genre", "[bold]")
    for arguments in (["diary", "u"], ["explain", "u", "genre", "[bold]"], ["trends"]):
        assert title in run(*arguments).stdout
    assert title in run("events", "tail").stdout
    assert "[link=x]D[/link]" in run("affinities", "u", "director").stdout
    assert "[link=x]D[/link]" in run("stats", "u").stdout


def test_the_memory_backend_has_nothing_to_save(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It works, for as long as a command takes."""
    monkeypatch.setenv("CINESTATS_BACKEND", "memory")
    run("add", "u", "Interstellar")
    run("doctor")
    run("backup", str(tmp_path / "copy.db"), code=2)
    run("restore", str(tmp_path / "copy.db"), code=2)
    assert not (tmp_path / "data").exists()


def test_every_command_has_help(run: Run) -> None:
    """The program, its groups and each command explain themselves."""
    run()
    assert run("--version").stdout.strip()
    for command in app.registered_commands:
        name = command.name or (command.callback and command.callback.__name__) or ""
        assert "Usage: cinestats" in run(name, "--help").stdout.replace("root", "cinestats")
    for group in app.registered_groups:
        run(group.name or "", "--help")


def test_demo_fills_a_diary_that_is_full_of_life(run: Run) -> None:
    """Years of plays up to today, with all that a diary can hold; a second run adds nothing."""
    assert "Filled the diary of demo" in run("demo").stdout
    lines = run("events", "export").stdout.splitlines()
    events = [json.loads(line) for line in lines]
    kinds = [event["event_type"] for event in events]
    assert kinds.count("DELETE") >= 2
    assert kinds.count("UPDATE_RATING") >= 3
    moments = [datetime.fromisoformat(event["timestamp"]) for event in events]
    assert moments == sorted(moments)
    assert moments[-1] <= datetime.now(UTC)
    assert moments[-1] - moments[0] > timedelta(days=730)
    diary = answer(run("diary", "demo", "--json"))
    assert diary[0]["watched_date"] == TODAY.isoformat()
    assert sum(entry["watched_date"] is None for entry in diary) == 3
    watched = [date.fromisoformat(e["watched_date"]) for e in diary if e["watched_date"]]
    weekend = sum(day.weekday() >= 4 for day in watched)
    assert weekend > len(watched) / 2
    year_ago = (TODAY - timedelta(days=365)).isoformat()
    past = answer(run("stats", "demo", "--as-of", year_ago, "--json"))
    assert 0 < past["total_watched"] < len(diary)
    assert answer(run("trends", "--json"))["top_movies"]
    assert "already" in run("demo").stdout
    assert run("events", "export").stdout.splitlines() == lines
    run("verify")


def test_demo_leaves_a_diary_of_somebody_alone(run: Run) -> None:
    """It never mixes made-up plays with real ones; any number of films will do."""
    run("add", "anna", "Interstellar")
    assert "keeps a diary already" in run("demo", "--user", "anna", code=2).stderr
    for films in ("1", "2", "9"):
        user = f"few{films}"
        run("demo", "--user", user, "--films", films)
        titles = {entry["name"] for entry in answer(run("diary", user, "--json"))}
        assert len(titles) == int(films)
    run("verify")
