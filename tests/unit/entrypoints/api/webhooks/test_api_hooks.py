"""Media servers that tell what was seen."""

import json
import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.application.access.credentials import hash_secret
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.movie import FilmIds, Movie
from cinestats.entrypoints.container import Container
from tests.unit.adapters.media_servers.payloads import emby, jellyfin, plex

pytestmark = pytest.mark.slow


def make(client: TestClient, service: str = "jellyfin", **fields: Any) -> dict[str, Any]:
    response = client.post("/users/u1/hooks", json={"service": service, **fields})
    assert response.status_code == 201, response.text
    return response.json()


def diary(client: TestClient) -> list[dict[str, Any]]:
    return client.get("/users/u1/diary").json()["items"]


def test_a_hook_is_shown_with_its_address_once(
    client: TestClient, container: Container
) -> None:
    """Later lists do not hold the secret, and the store has only its hash."""
    made = make(client, "plex", user_name="Anna")
    secret = made.pop("url").removeprefix("/hooks/")
    assert len(secret) > 40
    assert client.get("/users/u1/hooks").json() == {"items": [made]}
    assert (made["service"], made["user_name"]) == ("plex", "Anna")
    (stored,) = container.credentials().of_user("u1")
    assert stored.secret_hash == hash_secret(secret)
    assert secret not in repr(stored)
    assert client.get("/users/u2/hooks").json() == {"items": []}


@pytest.mark.parametrize(
    ("service", "send"),
    [
        ("plex", {"files": {"payload": (None, json.dumps(plex()), "application/json")}}),
        (
            "plex",
            {
                "files": {
                    "payload": (None, json.dumps(plex())),
                    "thumb": ("thumb.jpg", b"\xff\xd8" * 1_000_000, "image/jpeg"),
                }
            },
        ),
        ("jellyfin", {"json": jellyfin()}),
        (
            "jellyfin",
            {
                "content": json.dumps(jellyfin()),
                "headers": {"Content-Type": "text/plain; charset=utf-8"},
            },
        ),
        ("emby", {"json": emby()}),
        ("emby", {"files": {"data": (None, json.dumps(emby()))}}),
    ],
)
def test_a_finished_film_comes_into_the_diary_once(
    client: TestClient, service: str, send: dict[str, Any]
) -> None:
    """In every form that the servers send; the catalogue adds what it knows."""
    url = make(client, service)["url"]
    added = client.post(url, **send)
    assert (added.status_code, added.json()) == (200, {"outcome": "added", "reason": None})
    again = client.post(url, **send).json()
    assert again == {"outcome": "already-there", "reason": "Inception was added before."}
    (entry,) = diary(client)
    assert (entry["name"], entry["director"]) == ("Inception", ["Christopher Nolan"])
    assert entry["genres"] == ["Sci-Fi", "Action"]  # the catalogue's, not the server's
    if service != "plex":  # whose notifications have no time
        assert entry["watched_date"] == "2025-01-20"


def test_what_was_entered_by_hand_is_not_added_again(client: TestClient, add: Any) -> None:
    """The diary has the film on that day already."""
    add("Inception", watched_date="2025-01-20")
    answer = client.post(make(client)["url"], json=jellyfin()).json()
    assert answer["outcome"] == "already-there"
    assert len(diary(client)) == 1


def test_two_hooks_tell_of_one_view(client: TestClient) -> None:
    """The second server's film is in the diary on that day already."""
    client.post(make(client)["url"], json=jellyfin())
    answer = client.post(make(client, "emby")["url"], json=emby()).json()
    assert answer["outcome"] == "already-there"


def test_a_play_that_was_deleted_does_not_come_back(client: TestClient) -> None:
    """The same notification stays the same play."""
    url = make(client)["url"]
    client.post(url, json=jellyfin())
    (entry,) = diary(client)
    client.delete(f"/users/u1/movies/{entry['entry_id']}")
    assert client.post(url, json=jellyfin()).json()["outcome"] == "already-there"
    assert diary(client) == []


def test_a_rewatch_on_another_day_is_added(client: TestClient) -> None:
    """The day is that of the notification, in the zone of the settings."""
    url = make(client)["url"]
    client.post(url, json=jellyfin())
    late = jellyfin(UtcTimestamp="2025-01-21T23:30:00Z")  # in Rome it is the 22nd
    assert client.post(url, json=late).json()["outcome"] == "added"
    days = sorted(entry["watched_date"] for entry in diary(client))
    assert days == ["2025-01-20", "2025-01-22"]


def test_a_film_that_the_catalogue_does_not_know_keeps_the_servers_credits(
    client: TestClient,
) -> None:
    """Plex's director and genres are better than none."""
    payload = json.dumps(plex(title="Home Movie", year=2024, Guid=[], duration=600_000))
    client.post(make(client, "plex")["url"], files={"payload": (None, payload)})
    (entry,) = diary(client)
    assert (entry["director"], entry["duration"]) == (["Christopher Nolan"], 10)


def test_ids_decide_which_film_it_is(client: TestClient, container: Container) -> None:
    """A title in another language is recognised by the film's id."""
    ids = FilmIds(imdb="tt0245429")
    known = Movie.create("Spirited Away", year=2001, directors="Hayao Miyazaki", ids=ids)
    container.catalogue().load([CatalogueFilm(known)])
    notice = jellyfin(Name="La città incantata", Year=2001, Provider_imdb="tt0245429")
    client.post(make(client)["url"], json=notice)
    (entry,) = diary(client)
    assert (entry["name"], entry["director"]) == ("La città incantata", ["Hayao Miyazaki"])


def test_only_the_plays_of_the_named_user_count(client: TestClient) -> None:
    """The case of the name makes no difference; nobody's play is not theirs."""
    url = make(client, user_name="anna")["url"]
    other = client.post(url, json=jellyfin(NotificationUsername="Bruno")).json()
    assert other == {"outcome": "ignored", "reason": "It was not seen by anna."}
    nobody = client.post(url, json=jellyfin(NotificationUsername=None)).json()
    assert nobody["outcome"] == "ignored"
    assert client.post(url, json=jellyfin()).json()["outcome"] == "added"


def test_what_is_no_finished_film_is_ignored(client: TestClient) -> None:
    """With 200 and the reason, for media servers log anything else as a failure."""
    answer = client.post(make(client)["url"], json=jellyfin(ItemType="Episode"))
    assert answer.status_code == 200
    assert answer.json() == {"outcome": "ignored", "reason": "It is not a film, but Episode."}


@pytest.mark.parametrize("secret", ["csh_guess", "%00", "a" * 5000, "cst_x", "é"])
def test_a_wrong_secret_is_no_address(client: TestClient, secret: str) -> None:
    """The answer is that of any address that is not there."""
    answer = client.post(f"/hooks/{secret}", json=jellyfin())
    assert answer.status_code == 404
    assert answer.json() == client.get("/nowhere").json()


def test_a_deleted_hook_is_no_address(client: TestClient) -> None:
    """Only its owner ends it; then nothing answers there."""
    made = make(client)
    assert client.delete(f"/users/u2/hooks/{made['hook_id']}").status_code == 404
    assert client.delete(f"/users/u1/hooks/{made['hook_id']}").status_code == 204
    assert client.delete(f"/users/u1/hooks/{made['hook_id']}").status_code == 404
    assert client.post(made["url"], json=jellyfin()).status_code == 404


def test_another_credential_is_no_hook(client: TestClient, container: Container) -> None:
    """An API token in the address opens nothing, and a hook's secret is no token."""
    account = container.account_manager().of_household("u1")
    token = container.issuer().issue("token", account, "t", frozenset({"write"}))
    assert client.post(f"/hooks/{token.secret}", json=jellyfin()).status_code == 404
    secret = make(client)["url"].removeprefix("/hooks/")
    assert container.authenticator().by_secret(secret) is None


GARBLED: list[tuple[dict[str, Any], int]] = [
    ({"content": b""}, 400),
    ({"content": b"\xff\xfe"}, 400),
    ({"content": b"{"}, 400),
    ({"content": b"[" * 100_000}, 400),
    ({"content": b'{"Year": ' + b"9" * 5000 + b"}"}, 400),
    ({"content": b'{"Name": 1, "Name": 2}'}, 400),
    ({"content": b'{"Name": NaN}'}, 400),
    ({"content": b'{"Name": "\\ud800"}'}, 400),
    ({"content": b"[]"}, 422),
    ({"json": {}}, 422),
    ({"json": jellyfin(Name="")}, 422),
    ({"json": jellyfin(Name="x" * 1000)}, 422),
    ({"json": jellyfin(Name="a\u0000b")}, 422),
    ({"json": jellyfin(Name={"$ne": 1})}, 422),
    ({"json": jellyfin(ItemId=None)}, 422),
    ({"json": jellyfin(Genres="x" * 500)}, 422),
    ({"files": {"other": (None, "{}")}}, 422),
    ({"files": {"payload": ("p.json", b"{}", "application/json")}}, 422),
    ({"files": {"payload": (None, "{")}}, 400),
    ({"files": {f"f{n}": (None, "{}") for n in range(9)}}, 400),
    ({"files": {"payload": (None, " " * (2**20 + 1))}}, 400),
    ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
    ({"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 400),
    ({"content": b" " * (2**20 + 1)}, 413),
    ({"files": {"thumb": ("t.jpg", b"x" * (10 * 2**20))}}, 413),
]


@pytest.mark.parametrize(("send", "status"), GARBLED, ids=range(len(GARBLED)))
def test_a_garbled_body_is_refused(
    client: TestClient, send: dict[str, Any], status: int
) -> None:
    """With a problem document that is one sentence; never a 500, and nothing is stored."""
    answer = client.post(make(client)["url"], **send)
    assert (answer.status_code, answer.json()["status"]) == (status, status), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert diary(client) == []


def test_a_user_has_at_most_ten_hooks(client: TestClient) -> None:
    """The eleventh is refused, until one is deleted."""
    hooks = [make(client) for _ in range(10)]
    refused = client.post("/users/u1/hooks", json={"service": "plex"})
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:cinestats:too-many-hooks",
    )
    client.delete(f"/users/u1/hooks/{hooks[0]['hook_id']}")
    make(client)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"service": "kodi"},
        {"service": "plex", "user_name": ""},
        {"service": "plex", "user_name": " "},
        {"service": "plex", "user_name": "x" * 101},
        {"service": "plex", "secret": "mine"},
    ],
)
def test_a_hook_needs_a_known_service(client: TestClient, body: dict[str, Any]) -> None:
    """Unknown services and fields, and blank names are refused."""
    assert client.post("/users/u1/hooks", json=body).status_code == 422


def test_the_secret_is_in_no_log_and_no_metric(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Metrics name the route's template; nothing logs the address."""
    caplog.set_level(logging.DEBUG)
    secret = make(client)["url"].removeprefix("/hooks/")
    client.post(f"/hooks/{secret}", json=jellyfin())
    client.post(f"/hooks/{secret}", content=b"{")
    metrics = client.get("/metrics").text
    assert 'route="/hooks/{secret}"' in metrics
    assert secret not in metrics
    ours = [r for r in caplog.records if not r.name.startswith("httpx")]  # the client's own
    assert secret not in "".join(record.getMessage() for record in ours)


def test_making_and_ending_a_hook_is_in_the_audit_trail(
    client: TestClient, container: Container
) -> None:
    """Both are noted, without the secret."""
    made = make(client, "emby", user_name="anna")
    client.delete(f"/users/u1/hooks/{made['hook_id']}")
    noted = [(r.action, r.subject, r.detail) for r in container.audit_trail().latest(2)]
    assert noted == [("hook-revoked", "u1", "emby anna"), ("hook-made", "u1", "emby anna")]
