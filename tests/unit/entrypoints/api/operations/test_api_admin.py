from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from dependency_injector import providers
from fastapi.testclient import TestClient

from cinestats.adapters.event_json import encode
from cinestats.application.streaming.dead_letters import DeadLetter
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

SignIn = Callable[..., dict[str, Any]]


@pytest.fixture
def admin(browser: TestClient, sign_in: SignIn) -> TestClient:
    sign_in("root")
    return browser


def actions(container: Container, limit: int = 1) -> list[tuple[str, str, str]]:
    found = container.audit_trail().latest(limit)
    return [(record.actor, record.action, record.subject) for record in found]


def test_the_audit_trail_comes_in_pages_newest_first(
    admin: TestClient, server_container: Container
) -> None:
    """The cursor goes on where the page before ended."""
    for n in range(3):
        server_container.audit().note("anna", "tested", f"film {n}")
    first = admin.get("/admin/audit?limit=2").json()
    assert [item["subject"] for item in first["items"]] == ["film 2", "film 1"]
    second = admin.get("/admin/audit", params={"cursor": first["next_cursor"]}).json()
    assert second["items"][0]["subject"] == "film 0"
    assert second["next_cursor"] is None


def test_figures_are_rebuilt_and_it_is_noted(
    admin: TestClient, server_container: Container, sign_in: SignIn
) -> None:
    """Everybody's, or one user's; an unknown user is not found."""
    sign_in("anna")
    written = admin.post("/users/anna/movies", json={"name": "Heat"}).json()
    admin.get("/users/anna/stats", params={"at_least": written["position"]})
    sign_in("root")
    assert admin.post("/admin/rebuild", json={"user_id": None}).json() == {"users": 1}
    assert actions(server_container) == [("root", "rebuilt", "")]
    assert admin.post("/admin/rebuild", json={"user_id": "anna"}).json() == {"users": 1}
    assert actions(server_container) == [("root", "rebuilt", "anna")]
    assert admin.post("/admin/rebuild", json={"user_id": "nobody"}).status_code == 404
    assert server_container.verifier().verify().equal


def test_a_parked_record_is_listed_retried_and_discarded(
    admin: TestClient, server_container: Container, sign_in: SignIn
) -> None:
    """Bytes that are no text are shown as escapes; what is still wrong stays parked."""
    sign_in("anna")
    admin.post("/users/anna/movies", json={"name": "Heat"})
    recorded = next(iter(server_container.log().of_user("anna")))
    assert recorded.event is not None
    now = datetime(2025, 1, 20, tzinfo=UTC)
    good = DeadLetter("t", 0, 1, b"anna", encode(recorded.event), "Too new.", now)
    bad = DeadLetter("t", 0, 2, b"\xff", None, "There is no value.", now)
    server_container.dead_letters().park([good, bad])
    sent: list[tuple[bytes, bytes]] = []
    server_container.resend.override(
        providers.Object(lambda key, value: sent.append((key, value)))
    )
    sign_in("root")
    items = admin.get("/admin/dead-letters").json()["items"]
    assert [item["id"] for item in items] == [good.id, bad.id]
    assert items[1]["key"] == "\\xff"
    assert admin.post(f"/admin/dead-letters/{good.id}/retry").status_code == 204
    assert [key for key, _ in sent] == [b"anna"]
    assert actions(server_container) == [("root", "dead-letter-retried", good.id)]
    assert admin.post(f"/admin/dead-letters/{bad.id}/retry").status_code == 422
    assert admin.post(f"/admin/dead-letters/{bad.id}/discard").status_code == 204
    assert actions(server_container) == [("root", "dead-letter-discarded", bad.id)]
    assert admin.post(f"/admin/dead-letters/{bad.id}/discard").status_code == 404
    assert admin.get("/admin/dead-letters").json() == {"items": []}


def test_without_a_topic_there_are_no_dead_letters(tmp_path: Any) -> None:
    """The sentence says so, also where a record is named."""
    container = make_container(Settings(backend="embedded", data_dir=tmp_path / "data"))
    headers = {"Authorization": f"Bearer {container.home_token()}"}
    with TestClient(
        create_app(container), base_url="http://localhost", headers=headers
    ) as client:
        answers = [
            client.get("/admin/dead-letters"),
            client.post("/admin/dead-letters/x/retry"),
            client.post("/admin/dead-letters/x/discard"),
        ]
    container.close()
    assert {answer.status_code for answer in answers} == {409}
    assert "topic" in answers[0].json()["detail"]


def test_accounts_are_listed_and_ended(admin: TestClient, server_container: Container) -> None:
    """Without a secret in the list; the diary stays."""
    items = admin.get("/admin/accounts").json()["items"]
    assert [(item["user_id"], item["is_admin"]) for item in items] == [
        ("anna", False),
        ("root", True),
    ]
    assert set(items[0]) == {"user_id", "is_admin", "privacy", "has_password", "created_at"}
    assert admin.delete("/admin/accounts/anna").status_code == 204
    assert actions(server_container) == [("root", "account-removed", "anna")]
    assert admin.delete("/admin/accounts/anna").status_code == 404


def test_an_admin_erases_a_user(
    admin: TestClient, sign_in: SignIn, server_container: Container
) -> None:
    """Whoever asks to be forgotten and cannot sign in any more."""
    sign_in("anna")
    admin.post("/users/anna/movies", json={"name": "Heat"})
    sign_in("root")
    assert admin.post("/admin/users/anna/forget").json() == {"erased_events": 2}
    hidden = server_container.audit_trail().erase("anna")
    assert hidden.startswith("erased-")
    assert actions(server_container, 2) == [
        ("root", "diary-erased", hidden),
        ("root", "account-removed", hidden),
    ]
