"""The catalogue's search as you type."""

from fastapi.testclient import TestClient

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.details import FilmDetails
from cinestats.domain.movie import Movie
from cinestats.entrypoints.container import Container


def test_films_are_found_while_a_title_is_typed(
    client: TestClient, container: Container
) -> None:
    """By any title, with what a list of suggestions shows."""
    movie = Movie.create(
        "Life Is Beautiful",
        year=1997,
        directors=["Roberto Benigni"],
        poster_url="https://img.example/p.jpg",
        details=FilmDetails("La vita è bella"),
    )
    container.catalogue().load([CatalogueFilm(movie, "La vita è bella")])
    for text in ("life", "vita e", "la vita è bella", "LIFE IS BEAUTIFUL", "beatiful"):
        assert client.get("/catalogue", params={"q": text}).json() == {
            "items": [
                {
                    "name": "Life Is Beautiful",
                    "year": 1997,
                    "original_title": "La vita è bella",
                    "italian_title": "La vita è bella",
                    "director": ["Roberto Benigni"],
                    "poster_url": "https://img.example/p.jpg",
                    "film_key": "life is beautiful|1997",
                }
            ]
        }


def test_as_many_films_come_as_are_asked_for(client: TestClient) -> None:
    """The newest of namesakes first."""
    both = client.get("/catalogue?q=hallo").json()["items"]
    assert [film["year"] for film in both] == [2018, 1978]
    assert client.get("/catalogue?q=hallo&limit=1").json()["items"] == both[:1]


def test_the_search_has_limits(client: TestClient) -> None:
    """On the text and on the number of films; nothing typed finds nothing."""
    for query in ("", "?q=x&limit=51", "?q=x&limit=0", "?q=" + "x" * 501):
        assert client.get(f"/catalogue{query}").status_code == 422
    assert client.get("/catalogue?q=").json() == {"items": []}


def test_nobody_unknown_searches(client: TestClient) -> None:
    """Whoever asks must be signed in."""
    headers = {"Authorization": "", "User-Agent": "Mozilla/5.0"}
    assert client.get("/catalogue?q=x", headers=headers).status_code == 401
