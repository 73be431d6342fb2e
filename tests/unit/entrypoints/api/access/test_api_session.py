import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from dependency_injector import providers
from fastapi.testclient import TestClient

from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings
from tests.unit.application.access_application import FakeHasher

pytestmark = pytest.mark.slow

SignIn = Callable[..., dict[str, Any]]
WRONG = {"user_id": "anna", "password": "a wrong password"}


def test_nobody_is_told_so(browser: TestClient) -> None:
    """The pages ask who is signed in before anybody is."""
    assert browser.get("/session").json() == {
        "mode": "server",
        "signed_in": False,
        "user_id": None,
        "scopes": [],
        "registration": "closed",
        "provider": None,
        "diaries": [],
        "timezone": "Europe/Rome",
    }


def test_signing_in_sets_a_cookie_that_no_script_and_no_other_site_sees(
    browser: TestClient,
) -> None:
    """It lasts 30 days, and travels over HTTPS alone where the server is reached by HTTPS."""
    answer = browser.post("/session", json={"user_id": "anna", "password": "four random words"})
    assert answer.status_code == 200
    assert answer.json() == {
        "mode": "server",
        "signed_in": True,
        "user_id": "anna",
        "scopes": ["read", "write"],
        "registration": "closed",
        "provider": None,
        "diaries": ["anna"],
        "timezone": "Europe/Rome",
    }
    cookie = answer.headers["Set-Cookie"].lower()
    for flag in ("httponly", "samesite=strict", "secure", "path=/", "max-age=2592000"):
        assert flag in cookie
    assert browser.get("/session").json() == answer.json()
    assert browser.get("/users/anna/stats").status_code == 200


def test_the_browser_keeps_the_cookie_while_it_is_used(
    browser: TestClient, sign_in: SignIn
) -> None:
    """Each visit begins the 30 days again; nobody gets a cookie who had none."""
    assert "Set-Cookie" not in browser.get("/session").headers
    sign_in()
    again = browser.get("/session").headers["Set-Cookie"]
    assert "Max-Age=2592000" in again
    assert browser.cookies["cinestats_session"] in again


def test_signing_out_ends_the_session(browser: TestClient, sign_in: SignIn) -> None:
    """Also for somebody who kept a copy of the cookie."""
    sign_in()
    copy = browser.cookies["cinestats_session"]
    answer = browser.delete("/session")
    assert answer.status_code == 204
    assert "Content-Type" not in answer.headers
    assert "cinestats_session" not in browser.cookies
    headers = {"Cookie": f"cinestats_session={copy}"}
    assert browser.get("/users/anna/stats", headers=headers).status_code == 401
    assert browser.delete("/session").status_code == 204


@pytest.mark.parametrize("user", ["anna", "nobody", "ANNA", "x" * 200])
def test_a_wrong_password_is_refused_alike_for_everybody(
    browser: TestClient, user: str
) -> None:
    """The answer does not tell who has an account."""
    answer = browser.post("/session", json={**WRONG, "user_id": user})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["detail"] == "The name or the password is wrong."
    assert "Set-Cookie" not in answer.headers


def test_five_wrong_passwords_have_to_wait(browser: TestClient, sign_in: SignIn) -> None:
    """Then not even the right one is looked at, while others go on."""
    for _ in range(5):
        assert browser.post("/session", json=WRONG).status_code == 401
    right = {"user_id": "anna", "password": "four random words"}
    answer = browser.post("/session", json=right)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    sign_in("root")


def test_another_spelling_of_a_name_is_no_other_user(browser: TestClient) -> None:
    """Spaces and ways to compose a letter give nobody five more guesses."""
    for padding in range(5):
        guess = {**WRONG, "user_id": " " * padding + "anna"}
        assert browser.post("/session", json=guess).status_code == 401
    assert browser.post("/session", json={**WRONG, "user_id": "anna "}).status_code == 429


class SlowHasher(FakeHasher):
    """Counts how many passwords it looks at, at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0

    def verify(self, password_hash: str | None, password: str) -> bool:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.05)
        with self._lock:
            self._now -= 1
        return super().verify(password_hash, password)


def test_few_passwords_are_hashed_at_once() -> None:
    """Each hash takes much memory; the others wait, and other requests do not."""
    container = make_container(Settings(backend="memory", access="server"))
    hasher = SlowHasher()
    container.hasher.override(providers.Object(hasher))
    app = create_app(container)
    with (
        TestClient(app, base_url="http://localhost") as client,
        ThreadPoolExecutor(12) as pool,
    ):
        guesses = [
            pool.submit(client.post, "/session", json={**WRONG, "user_id": f"u{n}"})
            for n in range(12)
        ]
        assert client.get("/session").status_code == 200
        assert {guess.result().status_code for guess in guesses} == {401}
    assert hasher.most == 2


def test_failures_are_in_the_audit_trail(
    browser: TestClient, server_container: Container
) -> None:
    """Whoever runs the server can see that somebody guesses."""
    browser.post("/session", json=WRONG)
    record = server_container.audit_trail().latest(1)[0]
    assert (record.actor, record.action, record.subject) == (
        "anonymous",
        "sign-in-failed",
        "anna",
    )
    assert record.detail  # the address, as far as a test has one


def test_a_cookie_over_plain_http_has_no_secure_flag() -> None:
    """A browser would not send it back."""
    container = make_container(Settings(backend="memory", access="server"))
    container.account_manager().register("anna", "four random words", actor="test")
    client = TestClient(create_app(container), base_url="http://localhost")
    answer = client.post("/session", json={"user_id": "anna", "password": "four random words"})
    assert "secure" not in answer.headers["Set-Cookie"].lower()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "", "Origin": ""},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://other.example.org"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "none", "Origin": ""},
        {"Sec-Fetch-Site": "", "Origin": "null"},
    ],
    ids=str,
)
def test_a_write_with_the_cookie_must_come_from_the_pages(
    browser: TestClient, sign_in: SignIn, server_container: Container, headers: dict[str, str]
) -> None:
    """No other site can use that the browser shows the cookie by itself; reads go on."""
    sign_in()
    for name, value in headers.items():
        browser.headers.pop(name)
        if value:
            browser.headers[name] = value
    assert browser.post("/users/anna/movies", json={"name": "Heat"}).status_code == 403
    assert browser.delete("/session").status_code == 403
    assert browser.get("/users/anna/stats").status_code == 200
    assert server_container.log().tail(0) == 0


def test_a_header_that_is_no_bearer_token_does_not_stand_in_for_the_pages(
    browser: TestClient, sign_in: SignIn
) -> None:
    """The cookie is then what the request shows, so it must come from here."""
    sign_in()
    for name in ("Origin", "Sec-Fetch-Site"):
        browser.headers.pop(name)
    headers = {"Authorization": "Basic YTpi"}
    answer = browser.post("/users/anna/movies", json={"name": "Heat"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("missing", ["Origin", "Sec-Fetch-Site"])
def test_either_sign_of_the_pages_will_do(
    browser: TestClient, sign_in: SignIn, missing: str
) -> None:
    """Older browsers send only one of them."""
    sign_in()
    browser.headers.pop(missing)
    assert browser.post("/users/anna/movies", json={"name": "Heat"}).status_code == 201


def test_a_proxy_may_change_the_host(browser: TestClient, sign_in: SignIn) -> None:
    """The pages' origin is the public address, whatever name the proxy calls the server by."""
    sign_in()
    headers = {"Host": "127.0.0.1:8000"}
    browser.headers.pop("Sec-Fetch-Site")
    answer = browser.post("/users/anna/movies", json={"name": "Heat"}, headers=headers)
    assert answer.status_code == 201


def test_at_home_there_is_nobody_to_sign_in(client: TestClient) -> None:
    """The answer says how to open the pages."""
    answer = client.post("/session", json={"user_id": "anna", "password": "four random words"})
    assert answer.status_code == 409
    assert "cinestats token" in answer.json()["detail"]


def test_at_home_the_owner_sees_every_diary(client: TestClient, add: Any) -> None:
    """Of the household, by user id."""
    add()
    assert client.get("/session").json() == {
        "mode": "home",
        "signed_in": True,
        "user_id": None,
        "scopes": ["admin", "read", "write"],
        "registration": "closed",
        "provider": None,
        "diaries": ["u1"],
        "timezone": "Europe/Rome",
    }
