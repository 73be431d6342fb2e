"""Programs that are told of what happens in a diary."""

import base64
import json
from contextlib import nullcontext
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

URL = "https://films.example/told"


def make(client: TestClient, **fields: Any) -> dict[str, Any]:
    response = client.post("/users/u1/webhooks", json={"url": URL, **fields})
    assert response.status_code == 201, response.text
    return response.json()


def test_a_webhook_is_shown_with_its_secret_once(client: TestClient) -> None:
    """Its state is shown whenever it is asked for; it starts out active."""
    made = make(client, events=["DELETE", "ADD"])
    key = base64.b64decode(made.pop("secret").removeprefix("whsec_"), validate=True)
    assert len(key) == 32
    assert client.get("/users/u1/webhooks").json() == {"items": [made]}
    assert made.pop("webhook_id")
    assert made.pop("created_at")
    assert made == {
        "url": URL,
        "events": ["ADD", "DELETE"],
        "active": True,
        "last_status": None,
        "last_error": None,
    }


def test_every_event_is_told_unless_some_are_named(client: TestClient) -> None:
    """Leaving out ``events`` means all of them."""
    assert make(client)["events"] == ["ADD", "DELETE", "UPDATE_RATING", "CORRECT"]


def test_only_its_owner_ends_a_webhook(client: TestClient) -> None:
    """For others there is nothing at that address."""
    webhook_id = make(client)["webhook_id"]
    assert client.delete(f"/users/u2/webhooks/{webhook_id}").status_code == 404
    assert client.delete(f"/users/u1/webhooks/{webhook_id}").status_code == 204
    assert client.delete(f"/users/u1/webhooks/{webhook_id}").status_code == 404
    assert client.get("/users/u1/webhooks").json() == {"items": []}


def test_a_user_has_at_most_ten_webhooks(client: TestClient) -> None:
    """The eleventh is refused; another user still may have one."""
    for _ in range(10):
        make(client)
    refused = client.post("/users/u1/webhooks", json={"url": URL})
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:cinestats:too-many-webhooks",
    )
    assert client.post("/users/u2/webhooks", json={"url": URL}).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": 7}, "url"),
        ({"url": "ftp://films.example/"}, "url"),
        ({"url": "https://anna:pw@films.example/"}, "url"),
        ({"url": "https://films.example/" + "x" * 2000}, "url"),
        ({"url": "https://films.example/\ud800"}, None),
        ({"url": URL, "events": []}, "events"),
        ({"url": URL, "events": ["ADDED"]}, "events"),
        ({"url": URL, "events": "ADD"}, "events"),
        ({"url": URL, "events": ["ADD"] * 5}, "events"),
        ({"url": URL, "secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_is_no_webhook_is_refused(
    client: TestClient, body: dict[str, Any], field: str | None
) -> None:
    """With the name of the field that is wrong."""
    refused = client.post(
        "/users/u1/webhooks",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert refused.status_code == (400 if field is None else 422), refused.text
    assert refused.json().get("field") == field
    assert client.get("/users/u1/webhooks").json() == {"items": []}


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({"access": "home"}, True),
        ({"access": "server"}, False),
        ({"access": "home", "webhook_private_addresses": False}, False),
        ({"access": "server", "webhook_private_addresses": True}, True),
    ],
)
def test_private_addresses_are_for_home(settings: dict[str, Any], allowed: bool) -> None:
    """A server's users are not meant to reach what it can reach, unless a setting says so."""
    container = make_container(Settings(backend="memory", **settings))
    subscribe = container.subscriber().subscribe
    with nullcontext() if allowed else pytest.raises(InvalidInput, match="public"):
        subscribe("u1", "http://10.0.0.1/", ["added"], b"k")
    assert len(container.webhooks().of_user("u1")) == allowed


def test_the_key_is_in_no_representation(client: TestClient, container: Container) -> None:
    """So that no log or error shows it."""
    make(client)
    (webhook,) = container.webhooks().of_user("u1")
    assert repr(webhook.key) not in repr(webhook)
