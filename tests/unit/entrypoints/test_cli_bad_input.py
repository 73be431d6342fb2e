"""Bad input to the command line: exit code 2, one sentence, nothing stored."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from cinestats.entrypoints.cli.app import app

pytestmark = pytest.mark.slow

Run = Callable[..., Result]
_TODAY = datetime.now(ZoneInfo("Europe/Rome")).date()
_TOMORROW = (_TODAY + timedelta(days=1)).isoformat()

ADD = ("add", "u", "Gladiator")
FILES = {
    "empty.csv": b"",
    "blank.csv": b" \n \n",
    "binary.csv": bytes(range(256)) * 10,
    "letter.txt": b"Dear diary, today I saw a film.\n",
    "series.json": b'{"a": ',
    "deep.json": b"[" * 100_000,
    "bad.zip": b"PK\x03\x04" + b"\0" * 100,
    "untitled.csv": b"name,year\nA Film,2001\n",
    "header.csv": b"title,year\n",
    "wide.csv": b"title" + b"x" * 200_000 + b"\nA Film\n",
}
CASES = {
    # Ratings: bad inputs 1 to 5.
    "rating true": (*ADD, "--rating", "true"),
    "rating with a letter": (*ADD, "--rating", "5x"),
    "rating NaN": (*ADD, "--rating", "NaN"),
    "rating Infinity": (*ADD, "--rating", "Infinity"),
    "rating between half steps": (*ADD, "--rating", "4.25"),
    "rating 5.25": (*ADD, "--rating", "5.25"),
    "rating 0": (*ADD, "--rating", "0"),
    "rating 11": (*ADD, "--rating", "11"),
    "rating below 0": (*ADD, "--rating", "-1"),
    "rating 1e400": (*ADD, "--rating", "1e400"),
    "rating of 5,000 digits": (*ADD, "--rating", "5" * 5000),
    "rating with an underscore": (*ADD, "--rating", "0_5"),
    "rating blank": (*ADD, "--rating", ""),
    "new rating true": ("rate", "u", "Gladiator", "true"),
    "new rating 1e400": ("rate", "u", "Gladiator", "1e400"),
    # Titles and names: bad inputs 8, 9, 12 and 14.
    "blank title": ("add", "u", "  "),
    "title of 1 MB": ("add", "u", "x" * 2**20),
    "title with an escape sequence": ("add", "u", "\x1b[2J"),
    "title with a line end": ("add", "u", "A\nB"),
    "title with NUL": ("add", "u", "A\0B"),
    "title with a lone surrogate": ("add", "u", "A\udc80B"),
    "blank genre": (*ADD, "--genre", " "),
    "blank director": (*ADD, "--director", ""),
    "actor of 1,000 letters": (*ADD, "--actor", "x" * 1000),
    "title of 1 MB to rate": ("rate", "u", "x" * 2**20, "5"),
    "blank title to delete": ("delete", "u", ""),
    "blank title to find": ("catalog", "find", " "),
    # users
    "blank user": ("add", " ", "Gladiator"),
    "user of 1,000 letters": ("add", "u" * 1000, "Gladiator"),
    "user with an escape sequence": ("stats", "\x1b]0;x\x07"),
    "user with a lone surrogate": ("stats", "\udc80"),
    # Days and years: bad input 18.
    "watched tomorrow": (*ADD, "--watched", _TOMORROW),
    "watched in 0001": (*ADD, "--watched", "0001-01-01"),
    "watched in 9999": (*ADD, "--watched", "9999-12-31"),
    "watched before there were films": (*ADD, "--watched", "1887-12-31"),
    "watched on no day": (*ADD, "--watched", "2025-02-30"),
    "watched in words": (*ADD, "--watched", "yesterday"),
    "watched in another order": (*ADD, "--watched", "20-01-2025"),
    "watched blank": (*ADD, "--watched", ""),
    "deleted on no day": ("delete", "u", "Gladiator", "--watched", "2025-13-01"),
    "as of tomorrow": ("stats", "u", "--as-of", _TOMORROW),
    "as of 0001": ("stats", "u", "--as-of", "0001-01-01"),
    "as of 9999": ("stats", "u", "--as-of", "9999-12-31"),
    "as of no day": ("stats", "u", "--as-of", "now"),
    "year 0": (*ADD, "--year", "0"),
    "year 9999": (*ADD, "--year", "9999"),
    "year in words": (*ADD, "--year", "MMX"),
    "year of 5,000 digits": (*ADD, "--year", "9" * 5000),
    "duration 0": (*ADD, "--duration", "0"),
    "duration beyond 64 bits": (*ADD, "--duration", str(2**64)),
    # choices and usage
    "unknown format": ("import", "u", "letter.txt", "--format", "netflix"),
    "unknown type": ("affinities", "u", "producer"),
    "unknown type to explain": ("explain", "u", "producer", "X"),
    "unknown order": ("affinities", "u", "actor", "--by", "name"),
    "limit 0": ("diary", "u", "--limit", "0"),
    "port 65536": ("serve", "--port", "65536"),
    "port in words": ("serve", "--port", "http"),
    "unknown command": ("explode",),
    "unknown option": (*ADD, "--explode"),
    "missing title": ("add", "u"),
    "too many words": ("stats", "u", "v"),
    "group without a command": ("events",),
    # files
    "missing file": ("import", "u", "nowhere.csv"),
    "folder as a file": ("import", "u", "."),
    "NUL in a file's name": ("import", "u", "a\0b"),
    **{
        f"import of {name}": ("import", "u", name)
        for name in FILES
        if name not in ("untitled.csv", "header.csv", "wide.csv")
    },
    "table as Letterboxd": ("import", "u", "untitled.csv", "--format", "letterboxd"),
    "table as a zip": ("import", "u", "bad.zip", "--format", "imdb"),
    "missing catalogue": ("catalog", "load", "nowhere.csv"),
    "folder as a catalogue": ("catalog", "load", "."),
    "catalogue that is binary": ("catalog", "load", "binary.csv"),
    "catalogue without titles": ("catalog", "load", "untitled.csv"),
    "catalogue without films": ("catalog", "load", "header.csv"),
    "catalogue with a column of 200,000 letters": ("catalog", "load", "wide.csv"),
    "missing events": ("events", "import", "nowhere.jsonl"),
    "folder of events": ("events", "import", "."),
    "export into a missing folder": ("events", "export", "nowhere/log.jsonl"),
    "export over a folder": ("events", "export", "folder"),
    "backup over a file": ("backup", "letter.txt"),
    "backup into a missing folder": ("backup", "nowhere/log.db"),
    "restore of a missing file": ("restore", "nowhere.db"),
    "restore of a folder": ("restore", "."),
    "restore of no database": ("restore", "letter.txt"),
    "restore of an empty file": ("restore", "empty.csv"),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program in a folder that holds the files."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    runner = CliRunner(env={"CINESTATS_DATA_DIR": str(tmp_path / "data")})
    return lambda *arguments: runner.invoke(app, arguments, catch_exceptions=False)


@pytest.mark.parametrize("arguments", CASES.values(), ids=CASES.keys())
def test_bad_input_is_refused_with_one_sentence(run: Run, arguments: tuple[str, ...]) -> None:
    """Exit code 2, one printable line on stderr, no stack trace, and nothing stored."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    sentence = result.stderr.removesuffix("\n")
    assert sentence.isprintable()
    assert 10 < len(sentence) < 400
    assert "Traceback" not in sentence
    assert run("events", "export").stdout == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("TIMEZONE", "Mars/Olympus"), ("PORT", "99999"), ("BACKEND", "paper"), ("PORT", "x")],
)
def test_a_wrong_setting_is_refused_by_its_name(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The variable is named, so that it can be set right."""
    monkeypatch.setenv(f"CINESTATS_{name}", value)
    result = run("stats", "u")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"CINESTATS_{name}")
    assert result.stderr.count("\n") == 1


def test_a_data_folder_that_is_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence names the folder."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CINESTATS_DATA_DIR", str(tmp_path / "file" / "data"))
    for command in ("stats", "diary"):
        result = CliRunner().invoke(app, [command, "u"], catch_exceptions=False)
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
        assert str(tmp_path / "file") in result.stderr
