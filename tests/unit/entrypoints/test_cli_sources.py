"""Sources of films on the command line: their answers, their exit codes, and no connection."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cinestats.entrypoints.cli.app import app
from tests.contracts.catalogue import film
from tests.unit.adapters.sources import imdb_files
from tests.unit.adapters.sources.stand_in import SERVER_ERROR, served
from tests.unit.adapters.sources.test_nfo import HEAT
from tests.unit.adapters.sources.tmdb_stand_in import TOKEN, TmdbStandIn
from tests.unit.adapters.sources.wikidata_stand_in import WikidataStandIn

pytestmark = pytest.mark.slow

Run = Callable[..., Result]
SIX = ["films", "completed", "ambiguous", "not_found", "failed", "requests"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str, code: int = 0, **environment: str) -> Result:
        runner = CliRunner(
            env={"CINESTATS_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "120", **environment}
        )
        result = runner.invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    run("add", "u", "Heat", "--year", "1995")
    run("add", "u", "Nowhere To Be Found", "--year", "1995")
    return run


def figures(result: Result) -> dict[str, Any]:
    answer = json.loads(result.stdout)
    assert list(answer) == SIX
    return dict(answer)


class TestExitCodes:
    """Of enrich: 0 when nothing failed for good."""

    def test_it_is_0_when_all_were_answered(self, run: Run) -> None:
        with served(TmdbStandIn([film("Heat", 1995, tmdb=949, duration=170)])) as server:
            ask = {"CINESTATS_TMDB_URL": f"{server.url}/3", "CINESTATS_TMDB_TOKEN": TOKEN}
            answer = figures(run("enrich", "u", "--source", "tmdb", "--json", **ask))
        assert answer == dict(zip(SIX, [2, 1, 0, 1, 0, answer["requests"]], strict=True))
        assert answer["requests"] == len(server.asked)

    def test_it_is_1_when_a_film_failed_and_2_when_the_source_stopped(self, run: Run) -> None:
        """The answer is there all the same, and the next run asks for what is left."""
        with served(TmdbStandIn([film("Heat", 1995, tmdb=949, duration=170)])) as server:
            ask = {
                "CINESTATS_TMDB_URL": f"{server.url}/3",
                "CINESTATS_SOURCE_RATE": "100",
                "CINESTATS_TMDB_TOKEN": "wrong",
            }
            enrich = ("enrich", "u", "--source", "tmdb", "--json")
            answer = figures(run(*enrich, code=2, **ask))
            assert (answer["completed"], answer["failed"], answer["not_found"]) == (0, 2, 0)
            ask["CINESTATS_TMDB_TOKEN"] = TOKEN
            server.faults = [SERVER_ERROR] * 4
            answer = figures(run(*enrich, code=1, **ask))
            assert answer["failed"] == 1
            answer = figures(run(*enrich, **ask))
            assert answer["failed"] == 0
        run("verify")


def test_what_may_be_several_films_is_asked_about_when_the_source_is_done(run: Run) -> None:
    """--choose lists the candidates, by script too, and match takes the decision."""
    run("add", "u", "Enemy", "--year", "2013")
    films = [film("Enemy", 2013, tmdb=n, directors=[f"D{n}"], duration=90 + n) for n in (1, 2)]
    with served(TmdbStandIn([film("Heat", 1995, tmdb=949, duration=170), *films])) as server:
        ask = {"CINESTATS_TMDB_URL": f"{server.url}/3", "CINESTATS_TMDB_TOKEN": TOKEN}
        enrich = ("enrich", "u", "--source", "tmdb", "--choose")
        answer = json.loads(run(*enrich, "--json", **ask).stdout)
        assert [answer[name] for name in SIX[:-1]] == [3, 1, 1, 1, 0]
        (doubt,) = answer["choose"]
        assert [each["directors"] for each in doubt["candidates"]] == [["D1"], ["D2"]]
        assert doubt == json.loads(run("review", "u", "--json").stdout)[0]
        assert (
            "Enemy (2013) may be Enemy (2013), D1, 91 min [1] or" in run(*enrich, **ask).stdout
        )
        (entry,) = doubt["entries"]
        run("match", "u", entry["entry_id"], "--catalogue", doubt["candidates"][1]["ref"])
        assert json.loads(run(*enrich, "--json", **ask).stdout)["choose"] == []
    run("verify")
    for wrong in (["--all", "--choose"], ["u", "--choose", "--dry-run"]):
        assert "--choose is for one USER" in run("enrich", *wrong, code=2).stderr


def test_imdb_files_are_loaded_and_complete_diaries(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "imdb"
    imdb_files.write(folder)
    loaded = json.loads(
        run("catalog", "load", "--from", "imdb", str(folder), "--enrich", "--json").stdout
    )
    assert loaded["added"] == 2
    assert (loaded["rejected"], loaded["notes"]) == ([], [])
    assert loaded["enrich"]["completed"] == 1
    (imdb,) = [
        row
        for row in json.loads(run("catalog", "sources", "--json").stdout)
        if row["source"] == "imdb"
    ]
    assert imdb["films"] == 2
    again = run("catalog", "load", "--from", "imdb", str(folder)).stdout
    assert "Added 0, updated 2" in again
    run("verify")
    run("catalog", "forget", "imdb")
    assert (
        "--replace is for a CSV file"
        in run("catalog", "load", "--from", "imdb", str(folder), "--replace", code=2).stderr
    )


def test_imdb_and_nfo_are_sources_without_a_request(run: Run, tmp_path: Path) -> None:
    imdb_files.write(tmp_path / "imdb")
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "heat.nfo").write_text(HEAT)
    (tmp_path / "films" / "broken.nfo").write_text("<movie>")
    folders = {
        "CINESTATS_IMDB_DIR": str(tmp_path / "imdb"),
        "CINESTATS_NFO_DIR": str(tmp_path / "films"),
    }
    result = run("enrich", "u", "--source", "nfo", "--json", **folders)
    assert figures(result) == dict(zip(SIX, [2, 1, 0, 1, 0, 0], strict=True))
    assert result.stderr == "broken.nfo: it is no XML that can be read.\n"
    answer = figures(run("enrich", "u", "--source", "imdb", "--json", **folders))
    assert answer["requests"] == 0
    run("verify")


class TestPackage:
    """It is made of Wikidata's films, and taken in elsewhere with where they are from."""

    def test_it_is_made_of_a_folder_and_loaded(self, run: Run, tmp_path: Path) -> None:
        heat = film("Heat", 1995, wikidata="Q42198", imdb="tt0113277", duration=170)
        entities = WikidataStandIn([heat]).entities
        odd = {"id": "Q1", "claims": {"P577": [], "P57": 3}}
        (tmp_path / "dump").mkdir()
        (tmp_path / "dump" / "a.json").write_text(
            "\n".join(map(json.dumps, [*entities.values(), odd]))
        )
        package = str(tmp_path / "films.zip")
        build = ("catalog", "build", "--from", "wikidata", str(tmp_path / "dump"))
        made = json.loads(run(*build, "--out", package, "--json").stdout)
        assert (made["rows"], made["licence"], made["source"]) == (1, "CC0-1.0", "wikidata")
        assert made["left_out"] == [f"a.json, line {len(entities) + 1}: P57: must be a list"]
        loaded = json.loads(run("catalog", "load", package, "--enrich", "--json").stdout)
        assert (loaded["added"], loaded["enrich"]["completed"]) == (1, 1)
        (told,) = [
            row
            for row in json.loads(run("catalog", "sources", "--json").stdout)
            if row["source"] == "wikidata"
        ]
        assert (told["films"], told["oldest"]) == (1, made["date"])
        assert "Added 0, updated 1" in run("catalog", "load", package).stdout
        run("verify")
        assert "only adds" in run("catalog", "load", package, "--replace", code=2).stderr
        assert "1 film" in run("catalog", "forget", "wikidata").stdout

    def test_it_is_made_by_the_query_service(self, run: Run, tmp_path: Path) -> None:
        package = tmp_path / "films.zip"
        heat = film("Heat", 1995, wikidata="Q42198", duration=170)
        with served(WikidataStandIn([heat])) as server:
            ask = {
                "CINESTATS_WIKIDATA_SPARQL_URL": f"{server.url}/sparql",
                "CINESTATS_WIKIDATA_API_URL": f"{server.url}/w/api.php",
                "CINESTATS_SOURCE_RATE": "100",
            }
            build = ("catalog", "build", "--query", "--out", str(package))
            assert "Packed 1 film of wikidata in" in run(*build, **ask).stdout
        assert [path.name for path in tmp_path.glob("films*")] == ["films.zip"]
        run("catalog", "load", str(package))

    def test_a_folder_or_a_query_is_needed_and_films(self, run: Run, tmp_path: Path) -> None:
        both = run("catalog", "build", str(tmp_path), "--query", code=2).stderr
        assert both == run("catalog", "build", code=2).stderr
        assert "Give a folder DIR or --query" in both
        (tmp_path / "a.json").write_text("[\n]\n")
        out = tmp_path / "films.zip"
        said = run("catalog", "build", str(tmp_path), "--out", str(out), code=2).stderr
        assert "no film to pack" in said
        assert not list(tmp_path.glob("films*"))
        out.write_bytes(b"PK\3\4")
        assert "is no package of films" in run("catalog", "load", str(out), code=2).stderr
        assert "Cannot use" in run("catalog", "load", str(tmp_path / "no"), code=2).stderr


_AUDITED = """
import socket, sys
def audit(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        print("OPENED", event, arguments, flush=True)
sys.addaudithook(audit)
if sys.argv[1] == "--prove":
    try:
        socket.create_connection(("127.0.0.1", 9), 1)
    except OSError:
        pass
elif sys.argv[1] == "--pages":
    from fastapi.testclient import TestClient
    from cinestats.entrypoints.api.app import create_app
    from cinestats.entrypoints.container import make_container
    container = make_container()
    headers = {"Authorization": f"Bearer {container.home_token()}"}
    app = create_app(container)
    with TestClient(app, headers=headers, base_url="http://localhost") as client:
        for page in ("/", "/users/u/overview", "/users/u/stats", "/docs"):
            assert client.get(page).status_code == 200, page
    container.close()
else:
    from cinestats.entrypoints.cli import main
    main()
"""


def audited(tmp_path: Path, *arguments: str) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("CINESTATS_")
    }
    environment |= {"CINESTATS_DATA_DIR": str(tmp_path / "data"), "CINESTATS_SOURCES": ""}
    done = subprocess.run(
        [sys.executable, "-c", _AUDITED, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_connection_is_opened_while_no_source_is_on(tmp_path: Path) -> None:
    """At the socket: through an import, the pages, and a completion from the catalogue."""
    file = tmp_path / "diary.csv"
    file.write_text("Date,Name,Year,Watched Date\n2025-01-21,Heat,1995,2025-01-20\n")
    assert "OPENED socket.connect" in audited(tmp_path, "--prove")
    for arguments in (
        ["import", "u", str(file)],
        ["stats", "u"],
        ["enrich", "u", "--json"],
        ["catalog", "sources"],
        ["--pages"],
    ):
        assert "OPENED" not in audited(tmp_path, *arguments)


def test_an_import_asks_once_where_it_matters(run: Run, tmp_path: Path) -> None:
    """How many plays lack details, who can be asked, and what they would get."""
    file = tmp_path / "diary.csv"
    file.write_text("Date,Name,Year,Watched Date\n2025-01-21,Zzz,1995,2025-01-20\n")
    assert run("import", "v", str(file)).stderr.splitlines()[-1] == (
        "1 of 1 play lack director, genres or length: cinestats enrich v --source wikidata"
        " looks the films up there, by titles and years; cinestats catalog sources lists"
        " others."
    )
    assert "lack" not in run("import", "w", str(file), "--dry-run").stderr
