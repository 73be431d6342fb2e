"""What a signed-in user tries in order to get at another user's diary."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.container import Container

pytestmark = pytest.mark.slow

PASSWORD = "four random words"
SignIn = Callable[..., dict[str, Any]]


@pytest.fixture
def bruno(browser: TestClient, server_container: Container, sign_in: SignIn) -> TestClient:
    """A browser in which Bruno has signed in, behind Anna, who has left a film."""
    server_container.account_manager().register("bruno", PASSWORD, actor="test")
    sign_in("anna")
    film = {"name": "Heat", "watched_date": "2025-01-20"}
    headers = {"Idempotency-Key": "k1"}
    assert browser.post("/users/anna/movies", json=film, headers=headers).status_code == 201
    sign_in("bruno")
    return browser


def test_ids_of_another_users_things_mean_nothing(
    bruno: TestClient, browser: TestClient, sign_in: SignIn
) -> None:
    """In his own diary Bruno gets for them what he gets for ids that nobody has."""
    sign_in("anna")
    csv = b"Title,Year,WatchedDate\nAlien,1979,2025-02-02\n"
    imported = browser.post("/users/anna/imports?filename=d.csv", content=csv).json()
    page = browser.get("/users/anna/diary?limit=1").json()
    entry, cursor = page["items"][0]["entry_id"], page["next_cursor"]
    token = browser.post("/users/anna/tokens", json={"name": "x", "scopes": ["read"]}).json()
    hook = browser.post("/users/anna/hooks", json={"service": "plex"}).json()
    sign_in("bruno")
    tries = [
        ("GET", "movies/{}", entry),
        ("GET", "movies/{}/history", entry),
        ("DELETE", "movies/{}", entry),
        ("POST", "imports/{}/undo", imported["import_id"]),
        ("DELETE", "tokens/{}", token["token_id"]),
        ("DELETE", "hooks/{}", hook["hook_id"]),
    ]
    for method, path, known in tries:
        answers = [
            bruno.request(method, f"/users/bruno/{path.format(each)}")
            for each in (known, "0" * len(known))
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].text.replace(known, "") == answers[1].text.replace(
            "0" * len(known), ""
        )
    assert bruno.get(f"/users/bruno/diary?cursor={cursor}").json()["items"] == []
    sign_in("anna")
    assert len(browser.get("/users/anna/diary").json()["items"]) == 2
    assert len(browser.get("/users/anna/hooks").json()["items"]) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/users/anna%20/stats",
        "/users/ANNA/stats",
        "/users/%61nna/stats",
        "/users/anna%C2%A0/stats",
        "/users/an%E2%80%8Bna/stats",
        "/users/anna;x=1/stats",
        "/users/bruno/../anna/stats",
        "/users/bruno/%2E%2E/anna/stats",
        "/users/bruno%2F..%2Fanna/stats",
        "/users//anna/stats",
        "//users/anna/stats",
        "/static/../users/anna/stats",
        "/users/bruno/compare/anna",
        "/users/bruno/compare/anna%20",
        "/users/anna/compare/bruno",
    ],
)
def test_no_spelling_leads_to_another_user(bruno: TestClient, path: str) -> None:
    """The answer is that of an address that is none, also to who claims to have it already."""
    bruno.headers["X-HTTP-Method-Override"] = "GET"
    for headers in ({}, {"If-None-Match": "*"}):
        answer = bruno.get(f"https://films.example.org{path}", headers=headers)
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is nothing at this address."


@pytest.mark.parametrize("others", [["Bearer x"], ["Basic eDp4"]])
def test_two_credentials_do_not_add_up(
    bruno: TestClient, sign_in: SignIn, others: list[str]
) -> None:
    """Whatever is shown beside it, a token opens its own user's diary and no other."""
    body = {"name": "x", "scopes": ["read"]}
    token = bruno.post("/users/bruno/tokens", json=body).json()["token"]
    sign_in("anna")  # her cookie goes with every request now
    headers = [("Authorization", f"Bearer {token}")]
    headers += [("Authorization", other) for other in others]
    assert bruno.get("/users/anna/stats", headers=headers).status_code == 404
    assert bruno.get("/users/bruno/stats", headers=headers).status_code == 200
