"""The application on the memory backend, with a catalogue of three films."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dependency_injector import providers
from fastapi.testclient import TestClient

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.movie import Movie
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings
from tests.unit.application.access_application import FakeHasher

PUBLIC_URL = "https://films.example.org"
PASSWORD = "four random words"
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
    """A program that shows the household's token."""
    headers = {"Authorization": f"Bearer {container.home_token()}"}
    app = create_app(container)
    with TestClient(app, base_url="http://localhost", headers=headers) as client:
        yield client


@pytest.fixture
def add(client: TestClient) -> Callable[..., dict[str, Any]]:
    """Adds a film for ``u1`` that must be accepted; returns the answer."""

    def add(name: str = "Inception", **fields: Any) -> dict[str, Any]:
        response = client.post("/users/u1/movies", json={"name": name, **fields})
        assert response.status_code == 201, response.text
        return response.json()

    return add


@pytest.fixture
def server_container() -> Container:
    """A server with the accounts of Anna and of an admin, whose passwords take no time."""
    settings = Settings(backend="memory", access="server", public_url=PUBLIC_URL)
    container = make_container(settings)
    container.hasher.override(providers.Object(FakeHasher()))
    for user_id in ("anna", "root"):
        container.account_manager().register(
            user_id, PASSWORD, actor="test", is_admin=user_id == "root"
        )
    return container


@pytest.fixture
def browser(server_container: Container) -> Iterator[TestClient]:
    """A browser that is at the pages of the server, and not signed in."""
    app = create_app(server_container)
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL}
    with TestClient(app, base_url=PUBLIC_URL, headers=headers) as browser:
        yield browser


@pytest.fixture
def sign_in(browser: TestClient) -> Callable[..., dict[str, Any]]:
    """Signs the browser in; returns the answer."""

    def sign_in(user_id: str = "anna", password: str = PASSWORD) -> dict[str, Any]:
        answer = browser.post("/session", json={"user_id": user_id, "password": password})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return sign_in
