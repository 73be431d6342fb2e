"""Posters from this server's own address."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cinestats.adapters import guarded_http
from cinestats.adapters.sources.registry import open_source
from cinestats.application.sources.complete import complete
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings
from tests.contracts.catalogue import film
from tests.unit.adapters.posters.pictures import PNG, picture
from tests.unit.adapters.sources.stand_in import Asked, Reply, StoodTimer, served
from tests.unit.adapters.sources.tmdb_stand_in import TOKEN, TmdbStandIn

POSTER = "/posters/tmdb/w342/poster.jpg"


class Tmdb(TmdbStandIn):
    """It has pictures, too."""

    def _answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/t/p/"):
            assert "Authorization" not in asked.headers
            return picture()
        return super()._answer(asked)

    @property
    def pictures(self) -> list[str]:
        return [asked.path for asked in self.asked if asked.path.startswith("/t/p/")]


@pytest.fixture
def tmdb() -> Iterator[Tmdb]:
    with served(Tmdb([film("Heat", 1995, tmdb=949)])) as server:
        assert isinstance(server, Tmdb)
        yield server


@contextmanager
def at_home(tmdb: Tmdb, **more: Any) -> Generator[tuple[Container, TestClient]]:
    settings = Settings(
        backend="memory",
        tmdb_token=SecretStr(TOKEN),
        tmdb_url=f"{tmdb.url}/3",
        tmdb_image_url=f"{tmdb.url}/t/p",
        **more,
    )
    container = make_container(settings)
    headers = {"Authorization": f"Bearer {container.home_token()}"}
    app = create_app(container)
    with TestClient(app, base_url="http://localhost", headers=headers) as client:
        yield container, client
    container.close()


def test_a_poster_comes_from_here_where_its_source_is_on(tmdb: Tmdb) -> None:
    """What the source told leads to it by the address that the page makes; it is asked once."""
    with at_home(tmdb, sources=("tmdb",)) as (container, client):
        client.post("/users/anna/movies", json={"name": "Heat", "year": 1995})
        source = open_source("tmdb", container.settings(), print, StoodTimer())
        today = container.keeper().today()
        complete(container.keeper(), container.catalogue(), source, today, user="anna")
        (entry,) = client.get("/users/anna/diary").json()["items"]
        assert entry["poster_url"] == f"{tmdb.url}/t/p/w342/poster.jpg"
        shell = client.get("/u/anna").text
        begins = f'name="posters" content="[[&quot;{tmdb.url}/t/p/&quot;, &quot;tmdb&quot;]'
        assert begins in shell
        for answer in (client.get(POSTER), client.get(POSTER)):
            assert answer.content == PNG
            assert answer.headers["Content-Type"] == "image/png"
            assert "private" in answer.headers["Cache-Control"]
            assert "img-src 'self' data:;" in answer.headers["Content-Security-Policy"]
        assert tmdb.pictures == ["/t/p/w342/poster.jpg"]
        assert client.get("/posters/tmdb/%2e%2e/3/movie/949").status_code == 404
        assert client.get("/posters/wikidata/a.png").status_code == 404
        assert len(tmdb.pictures) == 1
        container.forgetter().forget("anna")
        assert container.poster_folder().size() == (0, 0)


def test_nobody_known_makes_the_server_ask(tmdb: Tmdb) -> None:
    with at_home(tmdb, sources=("tmdb",)) as (_, client):
        client.headers.pop("Authorization")
        assert client.get(POSTER).status_code == 401
        assert 'name="posters"' not in client.get("/u/anna").text
        assert tmdb.asked == []


def test_no_connection_is_opened_with_no_source_on(
    tmdb: Tmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token alone is no yes; the pages do not even ask."""

    def refuse(*arguments: object, **_: object) -> object:
        raise AssertionError(f"a connection was opened: {arguments}")

    monkeypatch.setattr(guarded_http.socket, "getaddrinfo", refuse)
    monkeypatch.setattr(guarded_http.socket.socket, "connect", refuse)
    with at_home(tmdb) as (_, client):
        assert 'name="posters"' not in client.get("/u/anna").text
        assert client.get(POSTER).status_code == 404
    assert tmdb.asked == []
