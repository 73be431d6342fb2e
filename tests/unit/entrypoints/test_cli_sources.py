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
