"""On a topic that another application fills, its plays are its own."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.container import Container

Add = Callable[..., dict[str, Any]]


def test_the_application_alone_adds_rates_and_deletes(
    container: Container, client: TestClient, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody else gets 409 with the reason, and nothing is recorded."""
    entry = add("Heat")["entry_id"]
    monkeypatch.setattr(container, "topic_is_foreign", lambda: True)
    place = f"/users/u1/movies/{entry}"
    csv = "Name,Year,Watched Date,Rating\nAli,2001,2025-01-20,4\n"
    answers = [
        client.post("/users/u1/movies", json={"name": "Ali"}),
        client.patch(place, json={"rating": 3}),
        client.patch(place, json={"rating": 3, "tags": ["cinema"]}),
        client.delete(place),
        client.post("/users/u1/imports", content=csv),
    ]
    assert [answer.status_code for answer in answers] == [409] * 5
    for answer in answers:
        assert answer.json()["type"] == "urn:cinestats:plays-elsewhere"
        assert answer.json()["detail"].startswith("Another application owns these plays")
    assert container.log().tail(0) == 1


def test_what_a_play_was_in_truth_is_said_here(
    container: Container, client: TestClient, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edits go into our log, and to forget stays everybody's right."""
    entry = add("Heat")["entry_id"]
    monkeypatch.setattr(container, "topic_is_foreign", lambda: True)
    answer = client.patch(f"/users/u1/movies/{entry}", json={"tags": ["cinema"]})
    assert answer.status_code == 200, answer.text
    assert container.forgetter().forget("u1") > 0
