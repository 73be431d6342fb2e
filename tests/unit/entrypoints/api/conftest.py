"""The application on the memory backend, with a catalogue of three films."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.application.ports import CatalogueFilm
from cinestats.domain.movie import Movie
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

FILMS = (
    Movie.create(
        "Inception",
        year=2010,
        genres=["Sci-Fi", "Action"],
        directors=["Christopher Nolan"],
        actors=["Leonardo DiCaprio"],
        duration=148,
    ),
    Movie.create("Halloween", year=1978, directors=["John Carpenter"]),
    Movie.create("Halloween", year=2018, directors=["David Gordon Green"]),
)


@pytest.fixture
def container() -> Container:
    container = make_container(Settings(backend="memory"))
    container.catalogue().load([CatalogueFilm(film) for film in FILMS])
    return container


@pytest.fixture
def client(container: Container) -> Iterator[TestClient]:
    with TestClient(create_app(container), base_url="http://localhost") as client:
        yield client


@pytest.fixture
def add(client: TestClient) -> Callable[..., dict[str, Any]]:
    """Adds a film for ``u1`` that must be accepted; returns the answer."""

    def add(name: str = "Inception", **fields: Any) -> dict[str, Any]:
        response = client.post("/users/u1/movies", json={"name": name, **fields})
        assert response.status_code == 201, response.text
        return response.json()

    return add
