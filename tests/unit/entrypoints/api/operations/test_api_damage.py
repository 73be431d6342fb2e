"""A damaged store answers with a problem document on every route that reads it."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cinestats.domain.days import local_day
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

LOG = "UPDATE events SET body = zeroblob(1) || substr(body, 2)"
DIARY = "UPDATE entries SET play = x'7b00'"
VIEWS = "UPDATE user_stats SET total_watched = 'x'"


@contextmanager
def served(folder: Path) -> Generator[tuple[Container, TestClient]]:
    with closing(make_container(Settings(data_dir=folder))) as container:
        headers = {"Authorization": f"Bearer {container.home_token()}"}
        with TestClient(
            create_app(container), base_url="http://localhost", headers=headers
        ) as client:
            yield container, client


@pytest.mark.parametrize(
    ("file", "sql", "routes"),
    [
        ("log.db", LOG, ("/users/u/stats?as_of={today}",)),
        ("diary.db", DIARY, ("/users/u/diary", "/users/u/years/2025")),
        ("views.db", VIEWS, ("/users/u/stats",)),
    ],
)
def test_fault_25_damage_is_503_with_a_sentence(
    tmp_path: Path, file: str, sql: str, routes: tuple[str, ...]
) -> None:
    """The kind is store-unavailable, as of a store that cannot be opened."""
    with served(tmp_path) as (_, client):
        movie = {"name": "Heat", "year": 1995, "watched_date": "2025-01-20"}
        assert client.post("/users/u/movies", json=movie).status_code == 201
        client.get("/users/u/stats?at_least=1")
    with closing(sqlite3.connect(tmp_path / file)) as store, store:
        store.execute(sql)
    with served(tmp_path) as (container, client):  # a new process, which remembers no entry
        today = local_day(container.clock()(), container.zone())
        answers = [client.get(route.format(today=today)) for route in routes]
    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert answer.json()["type"] == "urn:cinestats:store-unavailable"
        assert "damaged" in answer.json()["detail"]
