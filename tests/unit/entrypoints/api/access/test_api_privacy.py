from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.container import Container

SignIn = Callable[..., dict[str, Any]]


def test_a_diary_is_private_until_its_owner_opens_it(
    browser: TestClient, sign_in: SignIn, server_container: Container
) -> None:
    """To everybody and back again; the audit trail tells of both."""
    sign_in()
    cookie = dict(browser.cookies)
    private = {"user_id": "anna", "privacy": "private", "link": None}
    assert browser.get("/users/anna/settings").json() == private
    opened = browser.patch("/users/anna/settings", json={"privacy": "public"})
    assert opened.json() == {"user_id": "anna", "privacy": "public", "link": None}
    browser.cookies.clear()
    assert browser.get("/users/anna/stats").status_code == 200
    browser.cookies.update(cookie)
    assert browser.patch("/users/anna/settings", json={"privacy": "private"}).json() == private
    browser.cookies.clear()
    assert browser.get("/users/anna/stats").status_code == 401
    records = server_container.audit_trail().latest(2)
    assert [(r.action, r.detail) for r in records] == [
        ("privacy-changed", "private"),
        ("privacy-changed", "public"),
    ]


def test_each_link_is_a_new_one(browser: TestClient, sign_in: SignIn) -> None:
    """Who had the old one is shut out."""
    sign_in()
    links = [
        browser.patch("/users/anna/settings", json={"privacy": "link"}).json()["link"]
        for _ in range(2)
    ]
    assert browser.get("/users/anna/settings").json()["link"] == links[1]
    browser.cookies.clear()
    queries = [link.removeprefix("/u/anna") for link in links]
    assert [browser.get(f"/users/anna/stats{query}").status_code for query in queries] == [
        401,
        200,
    ]


@pytest.mark.parametrize("body", [{"privacy": "open"}, {}, {"privacy": "link", "link": "x"}])
def test_a_bad_choice_is_refused(
    browser: TestClient, sign_in: SignIn, body: dict[str, str]
) -> None:
    """Nobody chooses the secret of a link."""
    sign_in()
    assert browser.patch("/users/anna/settings", json=body).status_code == 422


def test_at_home_a_diary_is_opened_to_who_shares_the_machine(
    client: TestClient, add: Any
) -> None:
    """Its user needs no account for it, and any user id makes a path."""
    add()
    assert client.get("/users/a b/settings").json()["privacy"] == "private"
    link = client.patch("/users/a b/settings", json={"privacy": "link"}).json()["link"]
    assert link.startswith("/u/a%20b?link=")
    client.headers.pop("Authorization")
    assert client.get(link.replace("/u/", "/users/").replace("?", "/stats?")).status_code == 200
    assert client.get("/users/u1/stats").status_code == 401
