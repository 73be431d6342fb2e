"""An importer is one module that registers itself."""

import copy
import io
import json
import subprocess
import sys
import zipfile

import pytest

from cinestats.adapters.importers import detect, format_names, importers
from cinestats.adapters.importers.registry import Confidence
from cinestats.adapters.importers.source import Source
from cinestats.domain.errors import CinestatsError, InvalidInput

DUMMY = """
from cinestats.adapters.importers import cells
from cinestats.adapters.importers.registry import Confidence, Importer
from cinestats.application.imports.rows import ImportedRow


def recognises(source):
    return Confidence.CERTAIN if "reelid" in source.table.columns else Confidence.NO


@Importer(
    "reels",
    label="Reels",
    hint={"en": "Its CSV.", "it": "Il CSV."},
    accepts=("csv",),
    recognises=recognises,
)
def read(source, options):
    return source.table.export(
        "Reels diary",
        lambda row: ImportedRow(
            line=row.line, kind="film", title=row.read(cells.title, "film")
        ),
    )
"""

ASK = """
import contextlib, io, json, sys
from datetime import UTC
from cinestats.entrypoints.cli import app as cli
loaded = [name for name in sys.modules if ".importers.formats." in name]
from cinestats.adapters.importers import formats, read_export
formats.__path__.append(sys.argv[1])
help = io.StringIO()
with contextlib.redirect_stdout(help), contextlib.suppress(SystemExit):
    cli.app(["import", "--help"])
from fastapi.testclient import TestClient
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings
container = make_container(Settings(backend="memory"))
token = {"Authorization": f"Bearer {container.home_token()}"}
client = TestClient(create_app(container), "http://localhost", headers=token)
parameters = client.get("/openapi.json").json()["paths"]["/users/{user}/imports"]["post"]
print(json.dumps({
    "loaded": loaded,
    "detected": read_export("x.csv", b"Film,Reel ID\\nGreed,1\\n", zone=UTC).format,
    "help": help.getvalue(),
    "schema": next(p for p in parameters["parameters"] if p["name"] == "format")["schema"],
    "listed": client.get("/imports/formats").json(),
}))
"""


@pytest.mark.slow
def test_a_module_in_the_package_is_known_everywhere(tmp_path):
    """Detection, the command's help, the API's schema and the page's list come from it alone.

    Before a file is imported, the program loads no importer: each command would wait for all.
    """
    (tmp_path / "reels.py").write_text(DUMMY)
    asked = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path)], capture_output=True, text=True, check=True
    )
    answer = json.loads(asked.stdout)
    assert answer["loaded"] == []
    assert answer["detected"] == "Reels diary"
    assert "reels" in answer["help"]
    assert "reels" in answer["schema"]["enum"]
    assert answer["schema"]["default"] == "auto"
    reels = {"format": "reels", "label": "Reels", "hint": {"en": "Its CSV.", "it": "Il CSV."}}
    assert reels in answer["listed"]["items"]


def test_the_formats_are_those_that_scripts_know():
    """A value of ``--format`` once given stays."""
    known = {"auto", "cinestats", "letterboxd", "imdb", "trakt", "movary", "csv"}
    known |= {"tmdb", "letterboxd-import"}
    assert known <= set(format_names())
    assert format_names()[0] == "auto"


def test_services_come_first_by_their_label():
    """What is no service has a label in lower case."""
    labels = [each.label for each in importers()]
    assert labels == sorted(labels)
    assert labels[-2:] == ["a plain table", "cinestats"]


@pytest.mark.parametrize("each", importers(), ids=lambda each: each.format)
def test_every_importer_says_where_its_files_are(each):
    """In each language of the page, in whole sentences."""
    assert each.hint.keys() == {"en", "it"}
    assert all(text.endswith(".") for text in each.hint.values())
    assert each.accepts


def test_an_unknown_format_is_refused_with_those_that_are_known(read):
    """The names come from the registry."""
    with pytest.raises(InvalidInput, match=r"format: found 'xls', expected one of auto, cine"):
        read("x.csv", "title\nGreed\n", format="xls")


def registered(format, **changes):
    """A copy of an importer, changed."""
    found = copy.copy(next(each for each in importers() if each.format == format))
    for name, value in changes.items():
        setattr(found, name, value)
    return found


@pytest.mark.parametrize("sure", [Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CERTAIN])
def test_of_two_that_are_as_sure_none_is_guessed(sure):
    """The sentence names both, and the formats to choose from."""
    asked = [
        registered("movary", recognises=lambda _: Confidence.NO),
        registered("imdb", recognises=lambda _: sure),
        registered("letterboxd", recognises=lambda _: sure),
    ]
    with pytest.raises(CinestatsError) as error:
        detect.surest(Source("x.csv", b"a,b\n1,2\n"), asked)
    assert str(error.value) == (
        "The file may be an export of IMDb or of Letterboxd; say which: its format is imdb or"
        " letterboxd."
    )


def test_the_surest_reads_the_file():
    """Whatever the order in which they are asked."""
    asked = [
        registered("movary", recognises=lambda _: Confidence.LIKELY),
        registered("imdb", recognises=lambda _: Confidence.CERTAIN),
        registered("letterboxd", recognises=lambda _: Confidence.POSSIBLE),
    ]
    source = Source("x.csv", b"a,b\n1,2\n")
    assert detect.surest(source, asked) is asked[1]
    assert detect.surest(source, asked[::-1]) is asked[1]
    assert detect.surest(source, [registered("trakt")]) is None


MOVARY = "title,year,tmdbId,imdbId"
FILES = {
    "notes.txt": "Made by Movary\non a Monday\n",
    "history.csv": f"{MOVARY},watchedAt\nGreed,1924,1405,tt0015881,2024-01-01\n",
    "ratings.csv": f"{MOVARY},userRating\nGreed,1924,1405,tt0015881,8\nM,1931,832,,9\n",
    "empty.csv": "",
    "__MACOSX/history.csv": "title\nGreed\n",
    "poster.png": "x",
}


def test_the_known_files_of_any_zip_are_read(read):
    """One by one; all their rows come through, and a note names the other files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    export = read("x.zip", packed.getvalue())
    assert export.format == "Movary export"
    assert [(row.file, row.kind, row.title, row.rating) for row in export.rows] == [
        ("history.csv", "play", "Greed", None),
        ("ratings.csv", "film", "Greed", 8),
        ("ratings.csv", "film", "M", 9),
    ]
    assert export.notes == ("empty.csv, notes.txt: not known, and left alone.",)


def test_a_zip_may_hold_the_files_of_several_services(read):
    """Each row names the service that it comes from."""
    imdb = (
        "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,"
        "Genres,Num Votes,Release Date,Directors\n"
        "tt0017136,9,2024-01-11,M,u,movie,8,90,1927,Drama,1,1927-02-06,X\n"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/ratings.csv", FILES["ratings.csv"])
        archive.writestr("b/ratings.csv", imdb)
        archive.writestr("c/history.csv", FILES["history.csv"])
    export = read("x.zip", packed.getvalue())
    assert [(row.file, row.service) for row in export.rows] == [
        ("a/ratings.csv", "movary"),
        ("a/ratings.csv", "movary"),
        ("b/ratings.csv", "imdb"),
        ("c/history.csv", "movary"),
    ]


def test_two_films_of_one_file_are_not_joined(monkeypatch, read):
    """Only files repeat each other: two rows of one file are its own matter."""
    header = "Date,Name,Year,Letterboxd URI,Rating"
    rows = "2024-01-01,Greed,1924,u,4\n2024-01-02,Greed,1924,u,5\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ratings.csv", f"{header}\n{rows}")
    export = read("x.zip", packed.getvalue())
    assert [row.rating for row in export.rows] == [8, 10]
    assert export.format == "Letterboxd ratings"
