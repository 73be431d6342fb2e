"""Erased means erased: nothing of a user is in any byte of the data folder."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cinestats.application.catalogue.ports import FilmQuery, Found
from cinestats.application.log.ports import Stored
from cinestats.application.upkeep.integrity import compare_heads, heads_of
from cinestats.domain import projections
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.settings import Settings

from . import erasure
from .erasure import NEEDLE, NEW_PASSWORD, NO_TRACE, SHARED, USER, Life, lived, started, told

pytestmark = pytest.mark.slow

NEVER_NAMED = {
    "access.db secrets": "a key",
    "diary.db positions": "positions",
    "log.db meta": "numbers",
    "log.db seals": "salts and digests",
    "views.db checkpoints": "positions",
    "views.db next_checkpoints": "positions",
    "views.db next_global_days": "the rebuild broke off before",
    "catalog.db origins": "numbers of films",
    "catalog.db digests": "checksums of films, which go with their film",
    "catalog.db generation": "a number",
    **{
        f"catalog.db {table}_{part}": "tokens, which known_words tells whole"
        for table in ("words", "beginnings")
        for part in ("data", "idx", "config")
    },
    "relay.db published": "positions",
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Container]:
    app = started(server(tmp_path))
    yield app
    app.close()


def server(folder: Path) -> Settings:
    return Settings(
        data_dir=folder, access="server", registration="open", public_url=erasure.PUBLIC_URL
    )


def tables(folder: Path) -> dict[str, bool]:
    """Every table of every file, and whether it names the user."""
    found: dict[str, bool] = {}
    for path in folder.glob("*.db"):
        with closing(sqlite3.connect(path)) as file:
            names = file.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
                " AND sql NOT LIKE 'CREATE VIRTUAL %'"
            )
            for (name,) in names.fetchall():
                rows = file.execute(f'SELECT * FROM "{name}"').fetchall()
                found[f"{path.name} {name}"] = any(told(v) for row in rows for v in row)
            if path.name == "catalog.db":
                terms = file.execute("SELECT term FROM known_words").fetchall()
                words = [bytes.fromhex(term).decode() for (term,) in terms]
                found[f"{path.name} known_words"] = any(map(told, words))
    return found


def files_that_tell(folder: Path) -> list[str]:
    """The files of which any byte is the user's."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if told(path.read_bytes())]


def salted_without_body(app: Container) -> list[Stored]:
    """Events of which a salt is left, by which a guessed body could be tried."""
    stored = app.log().stored(0, 0, sys.maxsize)
    return [each for each in stored if each.body is None and each.seal and each.seal.salt]


def erase_by_themselves(life: Life) -> None:
    life.sign_in(USER, NEW_PASSWORD)
    body = {"confirm": USER, "password": NEW_PASSWORD}
    life.ask("DELETE", "/users/{user}", json=body)


def erase_by_command(life: Life) -> None:
    life.app.eraser().erase(USER, "command line")


@pytest.mark.parametrize("erase", [erase_by_themselves, erase_by_command])
def test_nothing_of_an_erased_user_is_in_any_file(
    app: Container, tmp_path: Path, erase: Any
) -> None:
    """Every table that can name a user did so before, so that the search can fail."""
    with lived(app) as life:
        assert life.done | NO_TRACE.keys() >= erasure.writing_routes(app)
        named = tables(tmp_path)
        assert {name for name, names in named.items() if not names} <= NEVER_NAMED.keys()
        assert not {name for name, names in named.items() if names} & NEVER_NAMED.keys()
        before = erasure.figures_of_others(app)
        heads = heads_of(app.log())
        erase(life)
        assert files_that_tell(tmp_path) == []
        assert not tables(tmp_path)["catalog.db known_words"]
        assert compare_heads(app.log(), heads) == 1
        assert salted_without_body(app) == []
        assert erasure.figures_of_others(app) == before
        assert app.verifier().verify().equal
    assert files_that_tell(tmp_path) == []
    assert isinstance(app.catalogue().find(FilmQuery(SHARED, 1999)), Found)
    days = {d.movie.title: d for _, d in app.models().film_days(app.clock()().date())}
    assert days[SHARED].plays == 1
    assert days[SHARED].movie.poster_url is None
    assert {p.name for p in projections.PROJECTIONS} == {n.split()[1] for n in named} & {
        p.name for p in projections.PROJECTIONS
    }


def test_the_trail_tells_of_an_erasure_without_a_name(app: Container) -> None:
    """Who has the key and asks for a name finds what was done; nobody else learns a name."""
    with lived(app) as life:
        erase_by_command(life)
        records = app.audit_trail().latest(100)
        hidden = app.audit_trail().erase(USER)
        assert (records[0].actor, records[0].action) == ("command line", "diary-erased")
        assert records[0].subject == hidden
        assert "token-made" in {r.action for r in records if r.subject == hidden}
        assert NEEDLE not in repr(records).lower()


class Killed(BaseException):
    """The process is gone."""


WRITES = (
    ("log", "append"),
    ("models", "apply"),
    ("models", "forget_user"),
    ("catalogue", "forget_asked"),
    ("poster_folder", "clear"),
    ("log", "erase"),
    ("accounts", "remove"),
    ("credentials", "revoke"),
    ("webhooks", "remove_all"),
    ("followed", "remove_all"),
    ("audit_trail", "erase"),
    ("folder", "sweep"),
)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("store", "write"), WRITES)
def test_an_erasure_killed_at_any_step_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str, write: str, when: str
) -> None:
    """Fault 27: run again it leaves nothing, and others' figures never changed."""
    app = started(server(tmp_path))
    with lived(app):
        before = erasure.figures_of_others(app)
    target = app.stores().folder if store == "folder" else getattr(app, store)()  # type: ignore[attr-defined]
    real = getattr(type(target), write)

    def killed(self: Any, *arguments: Any, **options: Any) -> None:
        if when == "after":
            real(self, *arguments, **options)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(type(target), write, killed)
        with pytest.raises(Killed):
            app.eraser().erase(USER, "command line")
    app.close()
    again = started_again(tmp_path)
    again.projector().catch_up()
    assert again.verifier().verify().equal
    again.eraser().erase(USER, "command line")
    again.stores().sweep()
    assert files_that_tell(tmp_path) == []
    assert erasure.figures_of_others(again) == before
    assert again.verifier().verify().equal
    again.close()


def started_again(folder: Path) -> Container:
    from cinestats.entrypoints.container import make_container

    return make_container(server(folder))
