from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.api.http import services as services_module
from cinestats.entrypoints.container import Container

pytestmark = pytest.mark.slow

Add = Callable[..., dict[str, Any]]


def get(client: TestClient, path: str, at_least: int = 0, **params: Any) -> dict[str, Any]:
    response = client.get(path, params={"at_least": at_least, **params})
    assert response.status_code == 200, response.text
    return response.json()


def test_the_statistics_are_the_document(client: TestClient, add: Add) -> None:
    """GET stats is the user_stats document, with the mean rating in stars."""
    add(rating=4.5, watched_date="2025-01-20")
    position = add(rating=3, watched_date=None)["position"]
    answer = get(client, "/users/u1/stats", position)
    assert answer.pop("updated_at")
    assert answer == {
        "_id": "u1",
        "user_id": "u1",
        "total_watched": 2,
        "rated_count": 2,
        "sum_ratings": 7.5,
        "watch_time_minutes": 296,
        "rating_distribution": {"3": 1, "4_5": 1},
        "monthly_counts": {"2025": {"01": 1}},
        "stats_version": "6.0_flat_affinities",
        "position": 2,
        "average_rating": 3.75,
        "coverage": {"plays": 2, "length": 2, "credits": 2, "genres": 2, "day": 1, "rating": 2},
    }


def test_an_unknown_user_has_the_same_document_with_zeros(client: TestClient, add: Add) -> None:
    """A user without a diary is not an error: every figure is 0."""
    known = get(client, "/users/u1/stats", add()["position"])
    unknown = get(client, "/users/nobody/stats")
    assert unknown.keys() == known.keys()
    assert unknown["total_watched"] == 0
    assert unknown["average_rating"] is None


def test_the_statistics_as_of_a_day(client: TestClient, add: Add) -> None:
    """as_of answers with what the log held at the end of that day."""
    add(timestamp="2025-01-20T12:00:00Z")
    position = add(timestamp="2025-01-21T12:00:00Z")["position"]
    known = [
        get(client, "/users/u1/stats", position, as_of=f"2025-01-{day}")["total_watched"]
        for day in (19, 20, 21)
    ]
    assert known == [0, 1, 2]
    assert get(client, "/users/u1/stats", as_of="2025-01-20").keys() == (
        get(client, "/users/u1/stats").keys()
    )


def test_a_read_waits_for_the_position_it_asks_for(client: TestClient, add: Add) -> None:
    """With at_least every read shows the write before it."""
    for n in range(1, 20):
        position = add(f"Film {n}")["position"]
        assert get(client, "/users/u1/stats", position)["total_watched"] == n
        assert len(get(client, "/users/u1/diary", position)["items"]) == n


def test_a_position_beyond_the_log_is_refused_at_once(client: TestClient, add: Add) -> None:
    """No event has it, so that waiting would be in vain."""
    end = add()["position"]
    response = client.get(f"/users/u1/stats?at_least={end + 1}")
    assert response.status_code == 422
    assert response.json()["detail"] == f"at_least: is beyond the end of the log, {end}"
    assert response.json()["field"] == "at_least"


def test_a_position_that_is_not_projected_in_time_is_503(
    container: Container, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read that waits in vain ends after a bounded time and says when to try again."""
    monkeypatch.setattr(services_module, "AT_LEAST_SECONDS", 0.3)
    monkeypatch.setattr(container.projector(), "step", lambda partition: 0)
    position = client.post("/users/u1/movies", json={"name": "Heat"}).json()["position"]
    response = client.get(f"/users/u1/stats?at_least={position}")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert f"position {position}" in response.json()["detail"]


def test_an_offset_of_a_topic_that_others_fill_is_waited_for(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There positions are offsets, and the log says nothing about where they end."""
    monkeypatch.setattr(services_module, "AT_LEAST_SECONDS", 0.3)
    monkeypatch.setattr(container, "topic_has_no_log", lambda: True)
    headers = {"Authorization": f"Bearer {container.home_token()}"}
    app = create_app(container)
    with TestClient(app, base_url="http://localhost", headers=headers) as client:
        assert client.get("/users/u1/stats?at_least=7").status_code == 503


def test_affinities_by_count_and_by_rating(client: TestClient, add: Add) -> None:
    """The items are user_affinities documents, most plays or best mean rating first."""
    add("A", genres=["Drama"], rating=2)
    add("B", genres=["Drama"], rating=2)
    position = add("C", genres=["Comedy"], rating=5)["position"]
    by_count = get(client, "/users/u1/affinities", position, type="genre")["items"]
    by_rating = get(client, "/users/u1/affinities", type="genre", by="rating", limit=1)["items"]
    assert [(item["name"], item["count"]) for item in by_count] == [("Drama", 2), ("Comedy", 1)]
    assert [item["_id"] for item in by_rating] == ["u1_genre_Comedy"]


@pytest.mark.parametrize("name", ["Drama", "Sci-Fi / Fantasy", "100 %", "á?b#c"])
def test_the_entries_behind_a_figure(client: TestClient, add: Add, name: str) -> None:
    """Whatever the name holds, its figure is explained by its entries."""
    add("A", genres=[name])
    position = add("B", genres=["Other"])["position"]
    url = f"/users/u1/affinities/genre/{quote(name, safe='')}/entries"
    assert [item["name"] for item in get(client, url, position)["items"]] == ["A"]


def test_the_diary_comes_in_pages_latest_first(client: TestClient, add: Add) -> None:
    """Pages join without a gap or a repetition, also when an entry goes between them."""
    for day in range(1, 8):
        add("A", watched_date=f"2025-01-0{day}")
    position = add("B", watched_date=None)["position"]
    first = get(client, "/users/u1/diary", position, limit=3)
    assert [item["watched_date"][-1] for item in first["items"]] == ["7", "6", "5"]
    client.delete(f"/users/u1/movies/{first['items'][-1]['entry_id']}")
    second = get(client, "/users/u1/diary", limit=3, cursor=first["next_cursor"])
    assert [item["watched_date"][-1] for item in second["items"]] == ["4", "3", "2"]
    third = get(client, "/users/u1/diary", limit=3, cursor=second["next_cursor"])
    assert [item["name"] for item in third["items"]] == ["A", "B"]
    assert third["next_cursor"] is None


def test_a_year_counts_what_was_watched_in_it(client: TestClient, add: Add) -> None:
    """Plays of other years, and those without a date, are not in it."""
    add("A", watched_date="2024-12-31")
    add("B", watched_date="2025-01-01", rating=4)
    position = add("C", watched_date=None)["position"]
    year = get(client, "/users/u1/years/2025", position)
    assert (year["total_watched"], year["mean_rating"]) == (1, 4)
    assert year["by_day"] == {"2025-01-01": 1}


def test_the_trends_are_there_from_the_start(container: Container, client: TestClient) -> None:
    """The bootstrap publishes the trends before the first interval has passed."""
    for _ in range(100):
        response = client.get("/trends")
        if response.status_code == 200:
            break
    assert response.json()["_id"] == "global"
    assert container.models().get() is not None
