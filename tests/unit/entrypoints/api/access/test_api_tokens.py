from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.container import Container

pytestmark = pytest.mark.slow

SignIn = Callable[..., dict[str, Any]]
BACKUP = {"name": "backup", "scopes": ["read"], "expires_in_days": 30}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_shown_once(
    browser: TestClient, sign_in: SignIn, server_container: Container
) -> None:
    """It works from then on; the list and the audit trail know it by its name."""
    sign_in()
    answer = browser.post("/users/anna/tokens", json=BACKUP)
    assert answer.status_code == 201
    made = answer.json()
    secret = made.pop("token")
    assert secret.startswith("cst_")
    listed = browser.get("/users/anna/tokens")
    assert listed.json() == {"items": [made]}
    assert secret not in listed.text
    assert (made["name"], made["scopes"], made["last_used_at"]) == ("backup", ["read"], None)
    assert made["expires_at"] > made["created_at"]
    browser.cookies.clear()
    assert browser.get("/users/anna/stats", headers=bearer(secret)).status_code == 200
    used = browser.get("/users/anna/tokens", headers=bearer(secret)).json()["items"][0]
    assert used["last_used_at"] is not None
    record = server_container.audit_trail().latest(1)[0]
    assert (record.action, record.detail) == ("token-made", "backup: read")


def test_a_revoked_token_is_worth_nothing(browser: TestClient, sign_in: SignIn) -> None:
    """At once; and what is not there cannot be revoked."""
    sign_in()
    made = browser.post("/users/anna/tokens", json=BACKUP).json()
    path = f"/users/anna/tokens/{made['token_id']}"
    assert browser.delete(path).status_code == 204
    assert browser.delete(path).status_code == 404
    browser.cookies.clear()
    assert browser.get("/users/anna/stats", headers=bearer(made["token"])).status_code == 401


def test_a_token_gives_no_more_than_its_maker_has(browser: TestClient, sign_in: SignIn) -> None:
    """The scope is named."""
    sign_in()
    refused = browser.post("/users/anna/tokens", json={**BACKUP, "scopes": ["admin"]})
    assert (refused.status_code, refused.json()["field"]) == (422, "scopes")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/users/anna/tokens", BACKUP),
        ("POST", "/users/anna/hooks", {"service": "plex"}),
        ("POST", "/users/anna/webhooks", {"url": "https://films.example/told"}),
        ("PATCH", "/users/anna/settings", {"privacy": "public"}),
        ("DELETE", "/users/anna", {"confirm": "anna", "password": "four random words"}),
    ],
)
def test_a_token_opens_no_door_that_outlives_it(
    browser: TestClient, sign_in: SignIn, method: str, path: str, body: dict[str, Any]
) -> None:
    """Else revoking it would not be enough, and one that only writes could begin to read."""
    sign_in()
    scopes = ["read", "write"]
    made = browser.post("/users/anna/tokens", json={**BACKUP, "scopes": scopes}).json()
    browser.cookies.clear()
    headers = bearer(made["token"])
    answer = browser.request(method, path, json=body, headers=headers)
    assert answer.status_code == 403
    assert "sign in" in answer.json()["detail"]
    assert browser.get("/users/anna/settings", headers=headers).json()["privacy"] == "private"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("name", 7),
        ("scopes", []),
        ("scopes", ["all"]),
        ("scopes", "read"),
        ("expires_in_days", 0),
        ("expires_in_days", True),
        ("expires_in_days", 4000),
    ],
)
def test_a_bad_token_is_refused(
    browser: TestClient, sign_in: SignIn, field: str, value: object
) -> None:
    """The field is named."""
    sign_in()
    answer = browser.post("/users/anna/tokens", json={**BACKUP, field: value})
    assert answer.status_code == 422
    assert answer.json()["field"] == field


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer cst_", "Bearer x", "Basic YTpi", "cst_x", "Bearer é"],
)
def test_a_header_that_is_no_credential_is_none(browser: TestClient, header: str) -> None:
    """401, and never 500."""
    headers = {"Authorization": header.encode()}
    assert browser.get("/users/anna/stats", headers=headers).status_code == 401


def test_a_session_is_no_token_and_a_token_no_session(
    browser: TestClient, sign_in: SignIn
) -> None:
    """Each is taken only from where it belongs."""
    sign_in()
    token = browser.post("/users/anna/tokens", json=BACKUP).json()["token"]
    session = browser.cookies["cinestats_session"]
    browser.cookies.clear()
    assert browser.get("/users/anna/stats", headers=bearer(session)).status_code == 401
    headers = {"Cookie": f"cinestats_session={token}"}
    assert browser.get("/users/anna/stats", headers=headers).status_code == 401


def test_at_home_a_token_opens_one_diary(client: TestClient, add: Any) -> None:
    """A program need not have the key of the whole house."""
    add()
    made = client.post("/users/u1/tokens", json=BACKUP).json()
    client.headers.update(bearer(made["token"]))
    assert client.get("/users/u1/stats").status_code == 200
    assert client.post("/users/u1/movies", json={"name": "Heat"}).status_code == 403
    assert client.get("/users/u2/stats").status_code == 404
    assert client.get("/admin/audit").status_code == 404
    assert client.get("/session").json()["diaries"] == ["u1"]
