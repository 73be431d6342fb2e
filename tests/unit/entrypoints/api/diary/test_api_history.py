"""What happened to a film, and since a day."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.domain.diary import UpdateRating
from cinestats.entrypoints.container import Container

Add = Callable[..., dict[str, Any]]


def test_a_film_has_the_history_of_all_its_plays(client: TestClient, add: Add) -> None:
    """Added, rated again, watched again, deleted: named by any of its entries."""
    first = add(rating=4, watched_date="2025-01-20")["entry_id"]
    client.patch(f"/users/u1/movies/{first}", json={"rating": 4.5})
    second = add(rating=None, watched_date="2025-01-22")["entry_id"]
    add("Halloween", year=1978)
    client.delete(f"/users/u1/movies/{first}")
    histories = [
        client.get(f"/users/u1/movies/{entry}/history").json() for entry in (first, second)
    ]
    assert histories[0] == histories[1]
    history = histories[0]
    assert (history["name"], history["year"]) == ("Inception", 2010)
    assert [play["entry_id"] for play in history["plays"]] == [second]
    assert all(event.pop("at") for event in history["events"])
    assert history["events"] == [
        {
            "type": kind,
            "entry_id": entry_id,
            "watched_date": day,
            "old_rating": old,
            "new_rating": new,
            "changed": [],
        }
        for kind, entry_id, day, old, new in (
            ("ADD", first, "2025-01-20", None, 4),
            ("UPDATE_RATING", first, "2025-01-20", 4, 4.5),
            ("ADD", second, "2025-01-22", None, None),
            ("DELETE", first, "2025-01-20", 4.5, None),
        )
    ]


def test_an_entry_that_never_was_has_no_history(client: TestClient, add: Add) -> None:
    """Neither has one of another user."""
    entry = add()["entry_id"]
    assert client.get("/users/u1/movies/e9/history").status_code == 404
    assert client.get(f"/users/u2/movies/{entry}/history").status_code == 404


@pytest.fixture
def changed(client: TestClient, container: Container, add: Add) -> TestClient:
    """A play added on 19 January, and on the 21st one more; then the first is rated."""
    first = add(timestamp="2025-01-19T12:00:00Z", rating=3)["entry_id"]
    add("Halloween", year=1978, timestamp="2025-01-20T23:30:00Z")
    now = container.clock()()
    container.recorder().record(
        UpdateRating(event_id="r1", user_id="u1", entry_id=first, new_rating=10, now=now)
    )
    return client


def test_what_changed_since_a_day_is_listed(changed: TestClient) -> None:
    """Latest first, with the entry as it is after the change; the day ends in our zone."""
    answer = changed.get("/users/u1/changes?since=2025-01-20").json()
    assert [
        (item["type"], item["entry"]["name"], item["old_rating"], item["new_rating"])
        for item in answer["items"]
    ] == [("UPDATE_RATING", "Inception", 3, 5), ("ADD", "Halloween", None, None)]
    assert answer["items"][0]["entry"]["rating"] == 5
    assert answer["items"][1]["at"] == "2025-01-21T00:30:00+01:00"
    counts = {kind: answer[kind] for kind in ("added", "deleted", "rated")}
    assert counts == {"added": 1, "deleted": 0, "rated": 1}
    assert answer["next_cursor"] is None


def test_changes_come_in_pages(changed: TestClient) -> None:
    """Each once; the counts are those of all pages."""
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = changed.get(
            "/users/u1/changes", params={"since": "2025-01-01", "limit": 1, **cursor}
        ).json()
        assert (page["added"], page["rated"]) == (2, 1)
        seen += [item["at"] for item in page["items"]]
        cursor = {"cursor": page["next_cursor"]}
    assert page["next_cursor"] is None
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 3


def test_nothing_changed_since_a_day_to_come(changed: TestClient) -> None:
    """An empty list is an answer."""
    answer = changed.get("/users/u1/changes?since=9999-12-31").json()
    assert (answer["items"], answer["added"]) == ([], 0)


@pytest.mark.parametrize(
    "query", ["", "?since=soon", "?since=2025-02-30", "?since=2025-01-01&cursor=x"]
)
def test_a_day_that_is_none_is_refused(client: TestClient, query: str) -> None:
    """So is a cursor of nowhere, and a question without a day."""
    assert client.get(f"/users/u1/changes{query}").status_code == 422
