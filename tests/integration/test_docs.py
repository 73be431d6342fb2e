"""The shell sessions that the documentation shows, played in order."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinestats.adapters import strict_json
from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.adapters.importers import MAX_BYTES
from cinestats.adapters.importers.archive import MAX_MEMBERS, MAX_TOTAL_BYTES
from cinestats.adapters.importers.table import MAX_ROWS
from cinestats.application.access import passwords
from cinestats.application.access import tokens as token_limits
from cinestats.application.corrections import batch
from cinestats.application.media_servers import hooks as hook_limits
from cinestats.application.webhooks import subscriptions as webhook_limits
from cinestats.application.webhooks.address import MAX_URL_LENGTH
from cinestats.domain import entry, movie
from cinestats.entrypoints.api.diary import catalogue
from cinestats.entrypoints.api.figures import credits, stream
from cinestats.entrypoints.api.http import (
    bodies,
    connections,
    cursors,
    services,
    throttle,
    turns,
)
from cinestats.entrypoints.api.imports import imports
from cinestats.entrypoints.api.webhooks import incoming as hooks
from cinestats.entrypoints.settings import Settings

from .docs_sessions import ROOT, Session, section, steps, write_shown_files
from .server_process import ServerProcess

API = ROOT / "docs" / "api.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"
ADDRESS = "http://127.0.0.1:8000"
PAGES = [
    page
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    if "```console" in page.read_text()
]
OFFLINE = [page for page in PAGES if page not in (API, TUTORIAL)]
DIARY = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Gladiator,2000,https://boxd.it/a,4.5,,,2025-01-20
2025-02-02,The Dark Knight,2008,https://boxd.it/b,5,,,2025-02-01
2025-02-03,,1995,https://boxd.it/c,4,,,2025-02-02
"""


LIMITS = {
    "a JSON body": bodies.MAX_JSON_BYTES,
    "a JSON body without a credential": bodies.MAX_UNKNOWN_JSON_BYTES,
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
    "entries that one request changes": batch.MAX_ENTRIES,
    "tags of an entry": entry.MAX_TAGS,
    "a review": entry.MAX_REVIEW_LENGTH,
    "films of a search in the catalogue": catalogue.MAX_FOUND,
    "entries of a person or genre": credits.MAX_ENTRIES,
    "a wait for `at_least`": services.AT_LEAST_SECONDS,
    "streams of a credential at once": stream.MAX_STREAMS,
    "requests of an account that go on at once": turns.READS_AT_ONCE,
    "imports of an account that wait": turns.WORK_WAITING,
    "imports of all that go on at once": turns.ALL_WORK_AT_ONCE,
    "connections of an address without a credential": connections.MAX_UNKNOWN_CONNECTIONS,
    "connections of all": connections.MAX_CONNECTIONS,
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


def test_the_readme_is_among_them() -> None:
    """A page that lost its sessions would pass by saying nothing."""
    assert ROOT / "README.md" in PAGES


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A new folder with the diary that the README uses."""
    (tmp_path / "diary.csv").write_text(DIARY)
    return Session(tmp_path, {"CINESTATS_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where a server at home is."""
    with ServerProcess(tmp_path / "data") as server:
        yield server.url


@pytest.mark.parametrize("page", OFFLINE, ids=lambda p: p.name)
def test_sessions_come_out_as_shown(page: Path, session: Session) -> None:
    """Every command is run."""
    played = steps(page.read_text())
    assert played
    for command, shown in played:
        session.play(command, shown)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere programs need the token")
def test_requests_come_out_as_shown(session: Session, address: str) -> None:
    """Every request of the page about the API is made, to a server of its own."""
    played = steps(API.read_text())
    assert played
    for command, shown in played:
        session.play(command.replace(ADDRESS, address), shown)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere programs need the token")
@pytest.mark.parametrize("title", ["Your diary, up to the year page", "A team's first figure"])
def test_the_tutorial_comes_out_as_shown(
    title: str, session: Session, address: str, tmp_path: Path
) -> None:
    """Every command on the files that the page shows, while a server runs."""
    part = section(TUTORIAL.read_text(), title)
    write_shown_files(part, tmp_path)
    played = steps(part)
    assert played
    for command, shown in played:
        session.play(command.replace(ADDRESS, address), shown)


def test_the_limits_are_those_of_the_code() -> None:
    """Each with its number, and none of them left out."""
    rows = re.findall(r"^\| (.+?) \| ([\d,]+)(?: \w+)? \|$", API.read_text(), re.MULTILINE)
    assert dict(rows) == {what: f"{limit:,.0f}" for what, limit in LIMITS.items()}
