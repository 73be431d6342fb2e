"""The shell sessions that the documentation shows, played in order."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cinestats.adapters import strict_json
from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.adapters.importers import MAX_BYTES
from cinestats.adapters.importers.archive import MAX_MEMBERS, MAX_TOTAL_BYTES
from cinestats.adapters.importers.table import MAX_ROWS
from cinestats.application.access import passwords
from cinestats.application.access import tokens as token_limits
from cinestats.application.media_servers import hooks as hook_limits
from cinestats.application.webhooks import subscriptions as webhook_limits
from cinestats.application.webhooks.address import MAX_URL_LENGTH
from cinestats.domain import movie
from cinestats.entrypoints.api.diary import catalogue
from cinestats.entrypoints.api.figures import credits, stream
from cinestats.entrypoints.api.http import bodies, cursors, services, throttle
from cinestats.entrypoints.api.imports import imports
from cinestats.entrypoints.api.webhooks import incoming as hooks
from cinestats.entrypoints.settings import Settings

from .server_process import ServerProcess

ROOT = Path(__file__).parents[2]
API = ROOT / "docs" / "api.md"
ADDRESS = "http://127.0.0.1:8000"
PAGES = [
    page
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    if "```console" in page.read_text()
]
DIARY = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Gladiator,2000,https://boxd.it/a,4.5,,,2025-01-20
2025-02-02,The Dark Knight,2008,https://boxd.it/b,5,,,2025-02-01
2025-02-03,Heat,1995,https://boxd.it/c,seven,,,2025-02-02
"""


LIMITS = {
    "a JSON body": bodies.MAX_JSON_BYTES,
    "its depth": strict_json.MAX_DEPTH,
    "an upload: the request": imports.MAX_UPLOAD_BYTES,
    "an upload: the file": MAX_BYTES,
    "an upload: its rows": MAX_ROWS,
    "a zip: its files": MAX_MEMBERS,
    "a zip: unpacked": MAX_TOTAL_BYTES,
    "rows in the answer to an import": imports.MAX_ROWS_SHOWN,
    "a notification of a media server": hooks.MAX_NOTICE_BYTES,
    "a notification as a form, with its picture": hooks.MAX_FORM_BYTES,
    "an id, of a user or an entry": MAX_ID_LENGTH,
    "a film's title": movie.MAX_TITLE_LENGTH,
    "a name or a genre": movie.MAX_NAME_LENGTH,
    "a poster's address": movie.MAX_POSTER_URL_LENGTH,
    "a film's year, from": movie.FIRST_YEAR,
    "a film's year, to": movie.LAST_YEAR,
    "a film's duration": movie.MAX_DURATION,
    "directors of a film that count": movie.MAX_DIRECTORS,
    "actors of a film that count": movie.MAX_ACTORS,
    "genres of a film that count": movie.MAX_GENRES,
    "an `Idempotency-Key`": bodies.MAX_KEY_LENGTH,
    "items on a page": cursors.MAX_PAGE,
    "films of a search in the catalogue": catalogue.MAX_FOUND,
    "entries of a person or genre": credits.MAX_ENTRIES,
    "a wait for `at_least`": services.AT_LEAST_SECONDS,
    "streams of a credential at once": stream.MAX_STREAMS,
    "hooks of a user": hook_limits.MAX_HOOKS,
    "webhooks of a user": webhook_limits.MAX_WEBHOOKS,
    "a webhook's address": MAX_URL_LENGTH,
    "API tokens of a user": token_limits.MAX_TOKENS,
    "a token's name": token_limits.MAX_NAME_LENGTH,
    "a token's days": token_limits.MAX_DAYS,
    "a password, at least": passwords.MIN_LENGTH,
    "a password, at most": passwords.MAX_LENGTH,
    "wrong passwords of a user in 15 minutes": throttle.PER_USER,
    "wrong passwords of an address in 15 minutes": throttle.PER_ADDRESS,
    "requests of a credential in a minute, by default": (
        Settings.model_fields["rate_limit_per_minute"].default
    ),
}


def steps(page: Path) -> list[tuple[str, str]]:
    """Each command of the page's console blocks with the output shown below it."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL)
    sessions = "".join(blocks)
    return [
        (command, shown)
        for command, shown in re.findall(
            r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", sessions, re.MULTILINE
        )
    ]


def matches(shown: str, output: str) -> bool:
    """Whether the output is as shown: ``...`` are any lines, ``…`` any text of a line."""

    def tidy(text: str) -> str:
        return "".join(line.rstrip() + "\n" for line in text.splitlines())

    pattern = re.escape(tidy(shown)).replace(re.escape("...\n"), "(?:.*\n)*?")
    pattern = pattern.replace("…", ".*?")
    return re.fullmatch(pattern, tidy(output)) is not None


def test_the_readme_is_among_them() -> None:
    """A page that lost its sessions would pass by saying nothing."""
    assert ROOT / "README.md" in PAGES


@pytest.fixture
def play(tmp_path: Path) -> Callable[[str, str], None]:
    """Runs a command, in a new folder with the diary that the README uses."""
    (tmp_path / "diary.csv").write_text(DIARY)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "CINESTATS_DATA_DIR": str(tmp_path / "data"),
        "COLUMNS": "80",
    }

    def play(command: str, shown: str) -> None:
        result = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert matches(shown, result.stdout), f"$ {command}\n{result.stdout}"

    return play


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where a server at home is."""
    with ServerProcess(tmp_path / "data") as server:
        yield server.url


@pytest.mark.parametrize("page", [page for page in PAGES if page != API], ids=lambda p: p.name)
def test_sessions_come_out_as_shown(page: Path, play: Callable[[str, str], None]) -> None:
    """Every command is run."""
    played = steps(page)
    assert played
    for command, shown in played:
        play(command, shown)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere programs need the token")
def test_requests_come_out_as_shown(play: Callable[[str, str], None], address: str) -> None:
    """Every request of the page about the API is made, to a server of its own."""
    played = steps(API)
    assert played
    for command, shown in played:
        play(command.replace(ADDRESS, address), shown)


def test_the_limits_are_those_of_the_code() -> None:
    """Each with its number, and none of them left out."""
    rows = re.findall(r"^\| (.+?) \| ([\d,]+)(?: \w+)? \|$", API.read_text(), re.MULTILINE)
    assert dict(rows) == {what: f"{limit:,.0f}" for what, limit in LIMITS.items()}
