from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.container import Container

pytestmark = pytest.mark.slow

Add = Callable[..., dict[str, Any]]

FILM = {"name": "Inception", "rating": 4.5, "watched_date": "2025-01-20"}
KEY = {"Idempotency-Key": "k1"}


def stats(client: TestClient, position: int) -> dict[str, Any]:
    return client.get("/users/u1/stats", params={"at_least": position}).json()


def test_an_added_film_is_answered_with_its_entry_and_position(client: TestClient) -> None:
    """201 tells where the entry is, at which position, and what the catalogue added."""
    response = client.post("/users/u1/movies", json=FILM)
    answer = response.json()
    assert response.status_code == 201
    assert answer["position"] == 1
    assert answer["event_id"] == answer["entry_id"]
    assert answer["entry"]["director"] == ["Christopher Nolan"]
    assert answer["entry"]["duration"] == 148
    assert client.get(response.headers["Location"]).json() == answer["entry"]


def test_the_bodys_own_credits_are_kept(add: Add) -> None:
    """What the body says itself is not replaced by what the catalogue knows."""
    entry = add(director="A, B", genres=["Heist"], duration=150, actors=["X"])["entry"]
    assert entry["director"] == ["A", "B"]
    assert (entry["genres"], entry["duration"], entry["actors"]) == (["Heist"], 150, ["X"])


def test_a_film_without_a_day_was_watched_today(add: Add) -> None:
    """An absent watched_date is today, in the zone of the settings."""
    before = datetime.now(ZoneInfo("Europe/Rome")).date()
    watched = add()["entry"]["watched_date"]
    assert watched in {str(before), str(datetime.now(ZoneInfo("Europe/Rome")).date())}


def test_null_says_that_the_day_is_unknown(add: Add) -> None:
    """With watched_date null the film counts in the totals and in no month."""
    assert add(watched_date=None)["entry"]["watched_date"] is None


def test_fault_row_17_a_moment_belongs_to_its_day_in_rome(client: TestClient, add: Add) -> None:
    """Half past midnight on 1 February in Rome is February, though it is January in UTC."""
    answer = add(timestamp="2025-01-31T23:30:00Z")
    assert answer["entry"]["watched_date"] == "2025-02-01"
    assert stats(client, 1)["monthly_counts"] == {"2025": {"02": 1}}


def test_a_rating_is_changed_and_cleared(client: TestClient, add: Add) -> None:
    """PATCH gives the entry another rating or none; each answer shows the entry after it."""
    entry = add(rating=3)["entry_id"]
    changed = client.patch(f"/users/u1/movies/{entry}", json={"rating": 4.5})
    assert changed.status_code == 200
    assert changed.json() == {
        "entry_id": entry,
        "position": 2,
        "entry": client.get(f"/users/u1/movies/{entry}").json(),
    }
    assert changed.json()["entry"]["rating"] == 4.5
    cleared = client.patch(f"/users/u1/movies/{entry}", json={"rating": None}).json()
    assert cleared["entry"]["rating"] is None
    assert stats(client, 3)["rated_count"] == 0


def test_the_same_rating_again_changes_nothing(client: TestClient, add: Add) -> None:
    """Giving an entry the rating it has is answered like any other, without an event."""
    entry = add(rating=3)["entry_id"]
    answer = client.patch(f"/users/u1/movies/{entry}", json={"rating": 3}).json()
    assert answer["position"] == 1
    assert answer["entry"]["rating"] == 3


def test_a_deleted_entry_is_gone(client: TestClient, add: Add) -> None:
    """DELETE answers with the position; the entry is in no answer any more."""
    entry = add()["entry_id"]
    deleted = client.delete(f"/users/u1/movies/{entry}")
    assert deleted.json() == {"entry_id": entry, "position": 2}
    assert stats(client, 2)["total_watched"] == 0
    assert client.get(f"/users/u1/movies/{entry}").status_code == 404


def test_a_title_of_two_films_needs_a_year(client: TestClient, add: Add) -> None:
    """An ambiguous title is refused with the candidates, and accepted with the year."""
    refused = client.post("/users/u1/movies", json={"name": "Halloween"})
    assert refused.status_code == 409
    assert "Halloween (1978)" in refused.json()["detail"]
    assert "give the year" in refused.json()["detail"]
    assert add("Halloween", year=2018)["entry"]["director"] == ["David Gordon Green"]


def test_fault_row_21_twice_on_one_day_is_refused_and_another_day_a_rewatch(
    client: TestClient, add: Add
) -> None:
    """The same film on the same day is a conflict, on another day a second play."""
    add(watched_date="2025-01-20")
    again = client.post("/users/u1/movies", json={"name": "INCEPTION!", **FILM, "year": 2010})
    assert again.status_code == 409
    assert "already in the diary" in again.json()["detail"]
    assert add(watched_date="2025-01-21")["position"] == 2


def test_fault_row_13_nfc_and_nfd_are_one_film(client: TestClient, add: Add) -> None:
    """A title in composed and in decomposed letters is the same film."""
    add("Amélie", watched_date="2025-01-20")
    decomposed = {"name": "Amélie", "watched_date": "2025-01-20"}
    assert client.post("/users/u1/movies", json=decomposed).status_code == 409


@pytest.mark.parametrize(
    ("name", "genres"),
    [("row 10", ["Sci.Fi"]), ("row 11: {'$ne': 1}", ["$gt", "a.$b"])],
)
def test_fault_rows_10_and_11_dots_and_dollars_are_plain_text(
    client: TestClient, add: Add, name: str, genres: list[str]
) -> None:
    """A genre with a dot or a dollar, and a title like an operator, are text like any other."""
    entry = add(name, genres=genres)["entry"]
    assert (entry["name"], entry["genres"]) == (name, genres)
    found = client.get("/users/u1/affinities?type=genre&at_least=1").json()["items"]
    assert sorted(item["name"] for item in found) == sorted(genres)


class TestIdempotencyKey:
    """A write that is sent again with its Idempotency-Key is one write."""

    def test_an_add_is_answered_again(self, client: TestClient, container: Container) -> None:
        """The second answer equals the first one, and the log has one event."""
        first = client.post("/users/u1/movies", json=FILM, headers=KEY)
        again = client.post("/users/u1/movies", json=FILM, headers=KEY)
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["Location"] == first.headers["Location"]
        assert container.log().tail(0) == 1

    def test_an_add_is_answered_again_after_a_delete(self, client: TestClient) -> None:
        """What happened to the entry meanwhile does not change the answer."""
        first = client.post("/users/u1/movies", json=FILM, headers=KEY)
        client.delete(f"/users/u1/movies/{first.json()['entry_id']}")
        again = client.post("/users/u1/movies", json=FILM, headers=KEY)
        assert (again.status_code, again.json()) == (201, first.json())

    def test_an_add_without_a_day_is_answered_again_on_the_next_day(
        self, client: TestClient
    ) -> None:
        """A retry past midnight is the same request, though today is another day."""
        body = {"name": "Inception"}
        first = client.post("/users/u1/movies", json=body, headers=KEY)
        services = client.app.state.services  # type: ignore[attr-defined]
        later = datetime(2100, 1, 1, tzinfo=UTC)
        services.diary = replace(services.diary, clock=lambda: later)
        again = client.post("/users/u1/movies", json=body, headers=KEY)
        assert (again.status_code, again.json()) == (201, first.json())

    @pytest.mark.parametrize(
        "other",
        [
            {"name": "Alien"},
            {"rating": 4},
            {"rating": None},
            {"watched_date": "2025-01-21"},
            {"watched_date": None},
            {"year": 2011},
            {"genres": ["Drama"]},
            {"duration": 149},
            {"timestamp": "2025-01-21T00:00:00Z"},
        ],
        ids=str,
    )
    def test_fault_row_20_a_key_with_another_body_is_refused(
        self, client: TestClient, container: Container, other: dict[str, Any]
    ) -> None:
        """The same key with another body is a conflict, and nothing is stored."""
        client.post("/users/u1/movies", json=FILM, headers=KEY)
        again = client.post("/users/u1/movies", json={**FILM, **other}, headers=KEY)
        assert again.status_code == 409
        assert container.log().tail(0) == 1

    def test_a_rating_is_answered_again(self, client: TestClient, add: Add) -> None:
        """A repeated PATCH does not undo what came between."""
        url = f"/users/u1/movies/{add(rating=3)['entry_id']}"
        first = client.patch(url, json={"rating": 4}, headers=KEY)
        client.patch(url, json={"rating": 1})
        again = client.patch(url, json={"rating": 4}, headers=KEY)
        assert again.json() == first.json()
        assert client.get(url).json()["rating"] == 1
        other = client.patch(url, json={"rating": 5}, headers=KEY)
        assert other.status_code == 409

    def test_a_delete_is_answered_again(self, client: TestClient, add: Add) -> None:
        """A repeated DELETE is 200 with the first position; without the key it is 404."""
        url = f"/users/u1/movies/{add()['entry_id']}"
        first = client.delete(url, headers=KEY)
        again = client.delete(url, headers=KEY)
        assert (again.status_code, again.json()) == (200, first.json())
        assert client.delete(url).status_code == 404

    def test_a_key_belongs_to_its_user(self, client: TestClient) -> None:
        """Two users may choose the same key."""
        first = client.post("/users/u1/movies", json=FILM, headers=KEY).json()
        other = client.post("/users/u2/movies", json=FILM, headers=KEY).json()
        assert first["entry_id"] != other["entry_id"]

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"], ids=["empty", "long", "tab"])
    def test_an_impossible_key_is_refused(self, client: TestClient, key: str) -> None:
        """A key has 1 to 200 printable characters."""
        headers = {"Idempotency-Key": key}
        response = client.post("/users/u1/movies", json=FILM, headers=headers)
        assert response.status_code == 422
        assert response.json()["field"] == "Idempotency-Key"


@pytest.mark.parametrize(
    "url",
    [
        "http://films.example/heat.jpg",
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "//films.example/heat.jpg",
        "/heat.jpg",
        "https://",
        "https://me@films.example/heat.jpg",
        "https:films.example/heat.jpg",
    ],
)
def test_a_poster_comes_by_https_alone(client: TestClient, url: str) -> None:
    """Whoever is on the way would see it, or choose it."""
    answer = client.post("/users/u1/movies", json={"name": "Heat", "poster_url": url})
    assert (answer.status_code, answer.json()["field"]) == (422, "poster_url")
    good = {"name": "Heat", "poster_url": "https://films.example/heat.jpg"}
    assert client.post("/users/u1/movies", json=good).status_code == 201
