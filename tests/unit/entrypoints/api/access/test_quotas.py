"""Quotas of accounts: each one at one below, at, and one above what may be."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.adapters.event_json import encode
from cinestats.application.access.principal import ALL_SCOPES, OWNER
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

LIMIT = 3
ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def container() -> Iterator[Container]:
    settings = Settings(
        backend="memory",
        access="server",
        webhook_private_addresses=True,
        quota_entries=LIMIT,
        quota_tokens=LIMIT,
        quota_webhooks=LIMIT,
    )
    with closing(make_container(settings)) as made:
        for name in ("anna", "root"):
            made.account_manager().register(
                name, "four random words", actor="test", is_admin=name == "root"
            )
        yield made


@pytest.fixture
def app(container: Container) -> Iterator[Callable[[str], TestClient]]:
    """A client of the app that calls as a user."""
    served = create_app(container)
    with TestClient(served):

        def client(user: str) -> TestClient:
            signed = TestClient(served, base_url=ORIGIN, headers={"Origin": ORIGIN})
            session = {"user_id": user, "password": "four random words"}
            assert signed.post("/session", json=session).status_code == 200
            return signed

        yield client


def add_film(client: TestClient, n: int) -> Any:
    body = {"name": f"Film {n}", "year": 2000, "watched_date": "2025-01-02"}
    return client.post("/users/anna/movies", json=body)


def add_token(client: TestClient, n: int) -> Any:
    body = {"name": f"t{n}", "scopes": ["read"]}
    return client.post("/users/anna/tokens", json=body)


def add_webhook(client: TestClient, n: int) -> Any:
    return client.post("/users/anna/webhooks", json={"url": f"http://127.0.0.1:9/{n}"})


KINDS = [("entries", add_film), ("tokens", add_token), ("webhooks", add_webhook)]


@pytest.mark.parametrize(("kind", "add"), KINDS, ids=[kind for kind, _ in KINDS])
@pytest.mark.parametrize(
    ("there", "status"), [(LIMIT - 1, 201), (LIMIT, 409), (LIMIT + 1, 409)]
)
def test_a_quota_is_kept_to_the_one(
    app: Callable[[str], TestClient],
    kind: str,
    add: Callable[[TestClient, int], Any],
    there: int,
    status: int,
) -> None:
    """The last one that may be goes in, the next is refused by name, and nothing changes."""
    anna, root = app("anna"), app("root")
    if there > LIMIT:  # what is there when the admin lowers the bound stays
        assert root.put("/admin/accounts/anna/quota", json={kind: there}).status_code == 200
    for n in range(there):
        assert add(anna, n).status_code == 201
    assert root.put("/admin/accounts/anna/quota", json={kind: None}).status_code == 200
    answer = add(anna, there)
    assert answer.status_code == status, answer.text
    if status == 409:
        assert answer.json()["type"] == "urn:cinestats:quota-reached"
        assert answer.json()["detail"] == (
            f"This account may have no more than 3 {kind}; ask who runs this server for more."
        )
    usage = anna.get("/users/anna/quota").json()
    assert usage[kind] == {"used": there + (status == 201), "limit": LIMIT}


@pytest.mark.parametrize(("more", "status"), [(-1, 409), (0, 201), (1, 201)])
def test_storage_is_kept_to_the_byte(
    app: Callable[[str], TestClient], container: Container, more: int, status: int
) -> None:
    """An event that fits to the last byte goes in, one that is a byte longer does not."""
    anna, root = app("anna"), app("root")
    assert add_film(anna, 0).status_code == 201
    assert add_film(anna, 1).status_code == 201
    sizes = [len(encode(r.event)) for r in container.log().of_user("anna") if r.event]
    assert sizes[0] == sizes[1], "the next event is as long"
    quota = {"storage_bytes": 3 * sizes[0] + more}
    assert root.put("/admin/accounts/anna/quota", json=quota).status_code == 200
    answer = add_film(anna, 2)
    assert answer.status_code == status, answer.text
    usage = anna.get("/users/anna/quota").json()["storage_bytes"]
    assert usage["used"] == sizes[0] * (2 + (status == 201))
    if status == 409:
        assert "bytes of storage" in answer.json()["detail"]


def test_a_full_diary_can_be_emptied_and_filled_again(
    app: Callable[[str], TestClient],
) -> None:
    """Deletions always go in; each makes room for an entry."""
    anna = app("anna")
    entries = [add_film(anna, n).json()["entry_id"] for n in range(LIMIT)]
    assert add_film(anna, LIMIT).status_code == 409
    assert anna.delete(f"/users/anna/movies/{entries[0]}").status_code in (200, 204)
    assert add_film(anna, LIMIT).status_code == 201
    assert anna.patch(f"/users/anna/movies/{entries[1]}", json={"rating": 4}).status_code == 200


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("rows", [LIMIT - 1, LIMIT, LIMIT + 1, LIMIT + 5])
def test_an_import_rejects_the_rows_beyond(
    app: Callable[[str], TestClient], rows: int, dry_run: bool
) -> None:
    """Each with its line and the reason; the rows before them go in."""
    lines = [f"Film {n},2000,2025-01-{n + 1:02}" for n in range(rows)]
    content = "\n".join(["Title,Year,WatchedDate", *lines]).encode()
    query = {"filename": "a.csv", "dry_run": dry_run}
    anna = app("anna")
    answer = anna.post("/users/anna/imports", params=query, content=content).json()
    beyond = max(0, rows - LIMIT)
    assert (answer["read"], answer["added"]) == (rows, rows - beyond)
    assert [row["line"] for row in answer["rejected"]] == [LIMIT + 2 + n for n in range(beyond)]
    assert all("no more than 3 entries" in row["reason"] for row in answer["rejected"])
    used = anna.get("/users/anna/quota").json()["entries"]["used"]
    assert used == (0 if dry_run else rows - beyond)


def test_only_an_admin_sets_a_quota_and_the_audit_trail_says_so(
    app: Callable[[str], TestClient],
) -> None:
    """A number out of bounds, and an account that is not there, are refused."""
    anna, root = app("anna"), app("root")
    path = "/admin/accounts/anna/quota"
    assert anna.put(path, json={"entries": 10}).status_code == 404
    answer = root.put(path, json={"entries": 0, "webhooks": 10**15})
    assert answer.json()["entries"] == {"used": 0, "limit": 0}
    assert answer.json()["webhooks"]["limit"] == 10, "no more than anybody may have"
    assert root.put(path, json={"entries": -1}).status_code == 422
    assert root.put(path, json={"entries": 10**15 + 1}).status_code == 422
    assert root.put("/admin/accounts/nobody/quota", json={}).status_code == 404
    newest = root.get("/admin/audit").json()["items"][0]
    assert (newest["action"], newest["subject"]) == ("quota-set", "anna")
    assert "entries: 0" in newest["detail"]


def test_at_home_there_is_no_quota() -> None:
    """Whatever the settings say: the owner is alone."""
    settings = Settings(backend="memory", access="home", quota_entries=0, quota_tokens=0)
    with closing(make_container(settings)) as home:
        assert home.recorder().room_of("anna").entries is None
        home.account_manager().of_household("anna")
        home.tokens().make(OWNER, "anna", "test", ALL_SCOPES - {"admin"})
        assert home.quotas().usage("anna").entries.limit is None
