from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

SignIn = Callable[..., dict[str, Any]]
PASSWORD = "four random words"
CARLA = {"user_id": "carla", "password": PASSWORD}


@pytest.fixture
def open_server(server_container: Container) -> Iterator[TestClient]:
    """A server where everybody may make an account."""
    settings = Settings(backend="memory", access="server", registration="open")
    container = make_container(settings)
    container.hasher.override(server_container.hasher)
    headers = {"Origin": "http://localhost"}
    app = create_app(container)
    with TestClient(app, base_url="http://localhost", headers=headers) as client:
        yield client


def test_whoever_likes_makes_an_account_where_registration_is_open(
    open_server: TestClient,
) -> None:
    """And signs in with it; the name is taken then."""
    answer = open_server.post("/accounts", json=CARLA)
    assert (answer.status_code, answer.json()) == (201, {"user_id": "carla"})
    assert open_server.post("/session", json=CARLA).json()["user_id"] == "carla"
    again = open_server.post("/accounts", json=CARLA)
    assert again.status_code == 409
    assert again.json()["type"] == "urn:cinestats:account-exists"


def test_accounts_are_not_made_by_the_thousand(open_server: TestClient) -> None:
    """Each costs a hash of its password."""
    answers = [
        open_server.post("/accounts", json={**CARLA, "user_id": f"c{n}"}).status_code
        for n in range(21)
    ]
    assert answers == [201] * 20 + [429]


def test_signing_up_locks_nobody_out(open_server: TestClient) -> None:
    """Those who sign in from that address have a limit of their own."""
    open_server.post("/accounts", json=CARLA)
    for number in range(21):
        last = open_server.post("/accounts", json={**CARLA, "user_id": f"c{number}"})
    assert last.status_code == 429
    assert open_server.post("/session", json=CARLA).status_code == 200


@pytest.mark.parametrize(
    ("user_id", "status"),
    [
        ("Carla", 409),
        ("ｃａｒｌａ", 409),
        ("саrla", 422),
        ("car\u200bla", 422),
        ("\u202ecarla", 422),
        ("victim/../x", 422),
    ],
)
def test_no_new_name_is_a_lookalike(open_server: TestClient, user_id: str, status: int) -> None:
    """Bad input 30: the answer tells no more than that a name is taken, or is none."""
    open_server.post("/accounts", json=CARLA)
    answer = open_server.post("/accounts", json={**CARLA, "user_id": user_id})
    assert answer.status_code == status
    assert open_server.post("/session", json={**CARLA, "user_id": user_id}).status_code == (
        200 if status == 409 else 401
    )


def test_an_admin_makes_a_link_that_sets_a_password_once(
    browser: TestClient, sign_in: SignIn
) -> None:
    """Nobody else makes one, and who has it needs to be nobody known."""
    body = {"secret": "csr_guessed", "password": "five quite random words"}
    assert browser.post("/password-resets", json=body).status_code == 403
    sign_in()
    assert browser.post("/admin/accounts/root/password-reset").status_code == 404
    sign_in("root")
    assert browser.post("/admin/accounts/nobody/password-reset").status_code == 404
    made = browser.post("/admin/accounts/anna/password-reset")
    assert made.status_code == 201
    path, _, secret = made.json()["link"].partition("#")
    assert (path, secret[:4]) == ("/reset", "csr_")
    browser.cookies.clear()
    assert browser.get(path).status_code == 200
    body["secret"] = secret
    short = browser.post("/password-resets", json={**body, "password": "short"})
    assert (short.status_code, short.json()["field"]) == (422, "password")
    assert browser.post("/password-resets", json=body).json() == {"user_id": "anna"}
    again = browser.post("/password-resets", json=body)
    assert (again.status_code, again.json()["type"]) == (403, "urn:cinestats:reset-refused")
    sign_in(password=body["password"])


def test_an_admin_sets_a_password(browser: TestClient, sign_in: SignIn) -> None:
    """It is in the audit trail; at home there are none."""
    sign_in("root")
    body = {"new": "five quite random words"}
    assert browser.put("/admin/accounts/anna/password", json=body).status_code == 204
    noted = browser.get("/admin/audit?limit=1").json()["items"][0]
    assert (noted["actor"], noted["action"]) == ("root", "password-changed")
    sign_in(password=body["new"])


def test_at_home_there_is_no_password_to_set(client: TestClient) -> None:
    """The link is the way in there."""
    body = {"secret": "csr_x", "password": PASSWORD}
    assert client.post("/password-resets", json=body).status_code == 409


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_has_its_length(open_server: TestClient, password: str) -> None:
    """The field is named."""
    answer = open_server.post("/accounts", json={**CARLA, "password": password})
    assert (answer.status_code, answer.json()["field"]) == (422, "password")


def test_where_registration_is_closed_an_admin_makes_accounts(
    browser: TestClient, sign_in: SignIn
) -> None:
    """Others are told to ask."""
    assert browser.post("/accounts", json=CARLA).status_code == 403
    sign_in("anna")
    assert browser.post("/accounts", json=CARLA).status_code == 403
    sign_in("root")
    assert browser.post("/accounts", json=CARLA).status_code == 201


def test_a_new_password_ends_the_other_sessions(browser: TestClient, sign_in: SignIn) -> None:
    """The one that changed it stays."""
    sign_in()
    other = {"Cookie": f"cinestats_session={browser.cookies['cinestats_session']}"}
    browser.cookies.clear()
    sign_in()
    body = {"old": PASSWORD, "new": "five quite random words"}
    assert browser.put("/users/anna/password", json=body).status_code == 204
    assert browser.get("/users/anna/stats").status_code == 200
    mine = browser.cookies["cinestats_session"]
    browser.cookies.clear()
    assert browser.get("/users/anna/stats", headers=other).status_code == 401
    headers = {"Cookie": f"cinestats_session={mine}"}
    assert browser.get("/users/anna/stats", headers=headers).status_code == 200
    sign_in("anna", "five quite random words")


def test_a_password_is_not_guessed_by_changing_it(browser: TestClient, sign_in: SignIn) -> None:
    """Who finds an open browser has five tries, wherever the password is asked for."""
    sign_in()
    for n in range(5):
        wrong = {"old": f"a wrong password {n}", "new": "five quite random words"}
        answer = browser.put("/users/anna/password", json=wrong)
        assert (answer.status_code, answer.json()["detail"]) == (403, "The password is wrong.")
    right = {"confirm": "anna", "password": PASSWORD}
    assert browser.request("DELETE", "/users/anna", json=right).status_code == 429


def test_a_user_erases_all_that_is_theirs(
    browser: TestClient, sign_in: SignIn, server_container: Container
) -> None:
    """Diary, account, sessions and tokens; the audit trail tells that it was done."""
    sign_in()
    browser.post("/users/anna/movies", json={"name": "Heat"})
    token = browser.post(
        "/users/anna/tokens", json={"name": "backup", "scopes": ["read"]}
    ).json()["token"]
    body = {"confirm": "anna", "password": PASSWORD}
    answer = browser.request("DELETE", "/users/anna", json=body)
    assert answer.status_code == 200
    assert answer.json() == {"erased_events": 2}
    assert "cinestats_session" not in browser.cookies
    headers = {"Authorization": f"Bearer {token}"}
    assert browser.get("/users/anna/stats", headers=headers).status_code == 401
    assert server_container.accounts().get("anna") is None
    assert server_container.diaries().entries("anna") == []
    actions = {record.action for record in server_container.audit_trail().latest(10)}
    assert {"diary-erased", "account-removed"} <= actions


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"confirm": "bruno", "password": PASSWORD}, 422),
        ({"confirm": "anna"}, 422),
        ({"confirm": "anna", "password": "a wrong password"}, 403),
        ({}, 422),
    ],
)
def test_nothing_is_erased_by_mistake(
    browser: TestClient,
    sign_in: SignIn,
    server_container: Container,
    body: dict[str, str],
    status: int,
) -> None:
    """The id has to be typed again, and the password."""
    sign_in()
    browser.post("/users/anna/movies", json={"name": "Heat"})
    assert browser.request("DELETE", "/users/anna", json=body).status_code == status
    assert len(server_container.diaries().entries("anna")) == 1


def test_at_home_a_diary_is_erased_without_a_password(client: TestClient, add: Any) -> None:
    """Nobody has one; and nobody has an account."""
    add()
    answer = client.request("DELETE", "/users/u1", json={"confirm": "u1"})
    assert answer.json() == {"erased_events": 2}
    assert "set-cookie" not in answer.headers  # it opens the household's other diaries
    assert client.get("/session").json()["diaries"] == []
    assert client.post("/accounts", json=CARLA).status_code == 409
