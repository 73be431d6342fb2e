"""Every route of a server tried as everybody: nobody gets at what is another user's."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal
from urllib.parse import quote

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from cinestats.adapters.passwords import Argon2Hasher
from cinestats.application.access.ports import Account
from cinestats.application.access.principal import ALL_SCOPES, Scope
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.lists import FilmList, Listing
from cinestats.domain.movie import Movie
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

Kind = Literal["open", "read", "own", "write", "signed-in", "admin"]
LINK = "the-secret-of-the-link"
ENTRY = "entry-1"

# Who may use it: everybody, whoever may read the diary, its owner, with the scope write,
# whoever is signed in, admins. A route that is not here makes the first test fail.
ROUTES: dict[str, Kind] = {
    "GET /": "open",
    "GET /docs": "open",
    "GET /reset": "open",
    "GET /notices": "open",
    "GET /u/{rest:path}": "open",
    "GET /openapi.json": "open",
    "GET /schemas/event.json": "open",
    "GET /schemas/asyncapi.json": "open",
    "GET /health/live": "open",
    "GET /health/ready": "open",
    "GET /metrics": "admin",
    "GET /session": "open",
    "POST /session": "open",
    "DELETE /session": "open",
    "GET /session/oidc": "open",
    "GET /session/oidc/callback": "open",
    "POST /accounts": "open",
    "POST /password-resets": "open",
    "POST /hooks/{secret}": "open",
    "GET /trends": "signed-in",
    "GET /catalogue": "signed-in",
    "GET /posters/{source}/{path:path}": "signed-in",
    "GET /imports/formats": "signed-in",
    "GET /users/{user}/stats": "read",
    "GET /users/{user}/affinities": "read",
    "GET /users/{user}/affinities/{type}/{name:path}/entries": "read",
    "GET /users/{user}/credits/{type}/{name:path}": "read",
    "GET /users/{user}/overview": "read",
    "GET /users/{user}/years/{year}": "read",
    "GET /users/{user}/diary": "read",
    "GET /users/{user}/lists": "read",
    "GET /users/{user}/lists/{service}/{kind}/{name:path}": "read",
    "GET /users/{user}/compare/{other}": "read",
    "GET /users/{user}/stream": "read",
    "GET /users/{user}/movies/{entry}": "read",
    "GET /users/{user}/movies/{entry}/history": "own",
    "GET /users/{user}/changes": "own",
    "GET /users/{user}/review": "own",
    "GET /users/{user}/enrich": "own",
    "DELETE /users/{user}/enrich": "write",
    "GET /users/{user}/duplicates": "own",
    "GET /users/{user}/export": "own",
    "GET /users/{user}/imports": "own",
    "GET /users/{user}/settings": "own",
    "GET /users/{user}/identity": "own",
    "GET /users/{user}/quota": "own",
    "GET /users/{user}/tokens": "own",
    "GET /users/{user}/hooks": "own",
    "GET /users/{user}/webhooks": "own",
    "POST /users/{user}/movies": "write",
    "PATCH /users/{user}/movies/{entry}": "write",
    "DELETE /users/{user}/movies/{entry}": "write",
    "PUT /users/{user}/movies/{entry}/film": "write",
    "POST /users/{user}/movies/bulk": "write",
    "POST /users/{user}/review": "write",
    "POST /users/{user}/duplicates/merge": "write",
    "POST /users/{user}/duplicates/keep": "write",
    "POST /users/{user}/enrich": "write",
    "POST /users/{user}/imports": "write",
    "POST /users/{user}/imports/{import_id}/undo": "write",
    "PATCH /users/{user}/settings": "write",
    "PUT /users/{user}/password": "write",
    "POST /users/{user}/identity": "write",
    "PUT /users/{user}/identity": "write",
    "DELETE /users/{user}/identity": "write",
    "POST /users/{user}/tokens": "write",
    "DELETE /users/{user}/tokens/{token_id}": "write",
    "POST /users/{user}/hooks": "write",
    "DELETE /users/{user}/hooks/{hook_id}": "write",
    "POST /users/{user}/webhooks": "write",
    "DELETE /users/{user}/webhooks/{webhook_id}": "write",
    "DELETE /users/{user}": "write",
    "GET /admin/audit": "admin",
    "POST /admin/rebuild": "admin",
    "GET /admin/dead-letters": "admin",
    "POST /admin/dead-letters/{letter_id}/retry": "admin",
    "POST /admin/dead-letters/{letter_id}/discard": "admin",
    "GET /admin/accounts": "admin",
    "DELETE /admin/accounts/{user}": "admin",
    "PUT /admin/accounts/{user}/password": "admin",
    "PUT /admin/accounts/{user}/quota": "admin",
    "POST /admin/accounts/{user}/password-reset": "admin",
    "POST /admin/users/{user}/forget": "admin",
}
BODIES: dict[str, object] = {
    "POST /users/{user}/movies": {"name": "Heat", "year": 1995},
    "PATCH /users/{user}/movies/{entry}": {"rating": 4},
    "PUT /users/{user}/movies/{entry}/film": {"ids": {"imdb": "tt1375666"}},
    "POST /users/{user}/movies/bulk": {"entries": [ENTRY], "change": {"liked": True}},
    "POST /users/{user}/review": {"decisions": [{"entries": [ENTRY], "none": True}]},
    "POST /users/{user}/duplicates/merge": {"keep": ENTRY, "drop": "entry-2"},
    "POST /users/{user}/duplicates/keep": {"entries": [ENTRY]},
    "POST /users/{user}/enrich": {},
    "PATCH /users/{user}/settings": {"privacy": "public"},
    "PUT /users/{user}/password": {"old": "four random words", "new": "five random words"},
    "PUT /users/{user}/identity": {"state": "made up", "code": "made up"},
    "POST /users/{user}/tokens": {"name": "backup", "scopes": ["read"]},
    "POST /users/{user}/hooks": {"service": "plex"},
    "POST /users/{user}/webhooks": {"url": "http://127.0.0.1:9/told"},
    "DELETE /users/{user}": {"confirm": "anna"},
    "PUT /admin/accounts/{user}/password": {"new": "five random words"},
    "PUT /admin/accounts/{user}/quota": {"entries": 100},
    "POST /admin/rebuild": {},
}
QUERIES = {
    "GET /users/{user}/affinities": {"type": "genre"},
    "GET /users/{user}/changes": {"since": "2025-01-01"},
    "GET /users/{user}/export": {"format": "json"},
    "GET /catalogue": {"q": "heat"},
    "POST /users/{user}/imports": {"filename": "diary.csv"},
}
EXPECTED = {
    "POST /users/{user}/imports": 422,  # without a file
    "POST /users/{user}/imports/{import_id}/undo": 404,
    "POST /users/{user}/duplicates/merge": 404,  # there is no second play
    "DELETE /users/{user}": 422,  # without the password
    "POST /users/{user}/identity": 503,  # nobody listens where the identity provider is
    "PUT /users/{user}/identity": 403,  # this browser has begun nothing
}
OF_USER = sorted(route for route in ROUTES if " /users/{user}" in route)
READABLE = sorted(route for route, kind in ROUTES.items() if kind == "read")
OWN = sorted(set(OF_USER) - set(READABLE))
WRITES = sorted(route for route, kind in ROUTES.items() if kind == "write")
NEEDS_SOMEBODY = sorted(route for route, kind in ROUTES.items() if kind != "open")
ADMIN = sorted(route for route, kind in ROUTES.items() if kind == "admin")
STREAM = "GET /users/{user}/stream"
POSTER = "GET /posters/{source}/{path:path}"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return Argon2Hasher().hash("four random words")


def make_server(password_hash: str, name: str = "anna") -> Container:
    """A film in Anna's private diary and on a list, and accounts of Bruno and an admin.

    ``name`` is what Anna is called.
    """
    settings = Settings(
        backend="memory",
        access="server",
        webhook_private_addresses=True,
        public_url="http://localhost",
        oidc_issuer="http://127.0.0.1:9",
        oidc_client_id="cinestats",
        rate_limit_per_minute=1_000_000,
    )
    container = make_container(settings)
    now = container.clock()()
    for user_id, is_admin in ((name, False), ("bruno", False), ("root", True)):
        hashed = password_hash if user_id == name else None
        container.accounts().add(Account(user_id, hashed, is_admin, "private", None, None, now))
    films = FilmList("letterboxd", "list", "Christopher Nolan")
    container.lists().take_in(name, [Listing(films, "Heat", 1995)], (), "import 1")
    film = Movie.create(
        "Inception", year=2010, genres=["Sci-Fi"], directors=["Christopher Nolan"]
    )
    container.recorder().record(
        AddMovie(
            event_id=ENTRY,
            user_id=name,
            entry=Entry(ENTRY, film, 9, now.date(), now.date()),
            today=now.date(),
            now=now,
        )
    )
    return container


@pytest.fixture
def container(password_hash: str) -> Container:
    return make_server(password_hash)


@pytest.fixture
def client(container: Container) -> Iterator[TestClient]:
    with TestClient(create_app(container), base_url="http://localhost") as client:
        yield client


@pytest.fixture(scope="module")
def house(password_hash: str) -> Container:
    """The server of the tests in which nobody gets in, so that nothing changes."""
    return make_server(password_hash)


@pytest.fixture(scope="module")
def door(house: Container) -> Iterator[TestClient]:
    with TestClient(create_app(house), base_url="http://localhost") as door:
        yield door


def token(container: Container, user_id: str, *scopes: Scope) -> dict[str, str]:
    """The headers of a program with a token of the user; of every scope unless named."""
    account = container.accounts().get(user_id)
    assert account is not None
    wanted = frozenset(scopes) or ALL_SCOPES
    issued = container.issuer().issue("token", account, "test", wanted)
    return {"Authorization": f"Bearer {issued.secret}"}


def session(container: Container, user_id: str) -> dict[str, str]:
    """The headers of a page that the user is signed in to."""
    account = container.accounts().get(user_id)
    assert account is not None
    issued = container.issuer().issue("session", account, "", ALL_SCOPES)
    return {"Cookie": f"cinestats_session={issued.secret}", "Sec-Fetch-Site": "same-origin"}


def send(
    client: TestClient,
    route: str,
    headers: dict[str, str],
    link: str | None = None,
    user: str = "anna",
    **made: str,
) -> httpx2.Response:
    """Use a route on Anna's diary, with what it needs to go well.

    ``user`` is her name as an address has it, ``made`` are ids by the name of their parameter.
    """
    method, _, path = route.partition(" ")
    values = {
        **{f"{{{name}}}": value for name, value in made.items()},
        "{user}": user,
        "{other}": user,
        "{entry}": ENTRY,
        "{type}": "director",
        "{name:path}": "Christopher Nolan",
        "{service}": "letterboxd",
        "{kind}": "list",
        "{year}": "2025",
        "{rest:path}": "anna",
    }
    for name, value in values.items():
        path = path.replace(name, value)
    query = {
        **QUERIES.get(route.replace("HEAD", "GET"), {}),
        **({"link": link} if link else {}),
    }
    body = BODIES.get(route)
    return client.request(method, path, params=query, headers=headers, json=body)


def test_every_route_is_in_the_matrix(house: Container) -> None:
    """A route that nobody thought of cannot slip in, nor stay here when it is gone."""
    found = {
        f"{method} {context.path}"
        for context in iter_route_contexts(create_app(house).routes)
        for method in context.methods or ()
        if method != "HEAD"
    }
    assert found == set(ROUTES)


@pytest.mark.parametrize("route", NEEDS_SOMEBODY)
def test_nobody_known_is_asked_for_a_credential(door: TestClient, route: str) -> None:
    """401 tells nothing of whether there is such a user."""
    answer = send(door, route, {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    unknown = door.request(
        route.partition(" ")[0], answer.request.url.path.replace("anna", "nobody")
    )
    assert unknown.json() == answer.json()


@pytest.mark.parametrize("who", ["a session", "a token", "an admin"])
@pytest.mark.parametrize("route", OF_USER)
def test_another_users_diary_is_no_address(
    door: TestClient, house: Container, route: str, who: str
) -> None:
    """404 with the body of an address that is none, and nothing is changed, for admins too."""
    tail = [house.log().tail(p) for p in range(house.log().partitions)]
    headers = {
        "a session": lambda: session(house, "bruno"),
        "a token": lambda: token(house, "bruno"),
        "an admin": lambda: token(house, "root"),
    }[who]()
    answer = send(door, route, headers)
    assert answer.status_code == 404
    assert answer.json() == door.get("/no/such/address").json()
    assert tail == [house.log().tail(p) for p in range(house.log().partitions)]
    assert send(door, route, headers, link="guess").status_code == 404


@pytest.mark.parametrize("route", sorted(set(OF_USER) - {STREAM}))
def test_the_owner_gets_in(client: TestClient, container: Container, route: str) -> None:
    """Every route answers the owner, also when what it is told to end has to be made first."""
    headers = session(container, "anna")
    made = {}
    for name in ("token_id", "hook_id", "webhook_id"):
        if f"{{{name}}}" in route:
            maker = route.replace("DELETE", "POST").partition("/{" + name)[0]
            made[name] = send(client, maker, headers).json()[name]
    answer = send(client, route, headers, **made)
    assert answer.status_code == EXPECTED.get(route, answer.status_code), answer.text
    assert answer.is_success or route in EXPECTED, answer.text


# No new user may be called so, but of before the rule, or from a topic or a log, there may be.
ODD_NAMES = [
    "a/b",
    "/",
    "victim/../x",
    "..",
    "a..",
    "%",
    "a%2Fb",
    "?",
    "a#b",
    "a;b=c",
    "a\\b",
    "two words",
    "+&=",
    "😀",
    "\u202eanna",
    "אנה",
    "an\u200bna",
    "x" * 200,
    "/" * 200,
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_is_reached_by_every_route(password_hash: str, name: str) -> None:
    """Percent-encoded, and by its user alone; erasing oneself is the last of it."""
    container = make_server(password_hash, name)
    user = "%2E%2E" if name == ".." else quote(name, safe="")
    mine, others = session(container, name), session(container, "bruno")
    last = "DELETE /users/{user}"
    with TestClient(create_app(container), base_url="http://localhost") as client:
        for route in sorted(set(OF_USER) - {STREAM, last}):
            assert send(client, route, others, user=user).status_code == 404, route
            made = {}
            for kind in ("token_id", "hook_id", "webhook_id"):
                if f"{{{kind}}}" in route:
                    maker = route.replace("DELETE", "POST").partition("/{" + kind)[0]
                    made[kind] = send(client, maker, mine, user=user).json()[kind]
            answer = send(client, route, mine, user=user, **made)
            assert answer.is_success or answer.status_code in (404, EXPECTED.get(route)), route
            assert answer.status_code != 404 or "address" not in answer.json()["detail"], route
        reset = send(
            client,
            "POST /admin/accounts/{user}/password-reset",
            token(container, "root"),
            user=user,
        )
        assert reset.status_code == 201
        erased = client.request(
            "DELETE",
            f"/users/{user}",
            headers=mine,
            json={"confirm": name, "password": "five random words"},
        )
        assert erased.status_code == 200, erased.text
    assert container.accounts().get(name) is None
    assert list(container.log().of_user(name)) == []


@pytest.mark.parametrize("route", sorted(r for r in ROUTES if r.startswith("GET ")))
def test_head_is_where_get_is(client: TestClient, container: Container, route: str) -> None:
    """With the same status and type, and without a body; a stream ends with its head."""
    headers = session(container, "root" if ROUTES[route] == "admin" else "anna")
    head = send(client, route.replace("GET", "HEAD"), headers)
    assert head.content == b""
    if route != STREAM:
        got = send(client, route, headers)
        if route == POSTER:  # no source is on
            assert head.status_code == got.status_code == 404
        else:
            assert head.status_code == got.status_code == 200 or route == "GET /health/ready"
        assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("route", WRITES)
def test_a_token_that_reads_does_not_write(
    door: TestClient, house: Container, route: str
) -> None:
    """403 says which scope is missing, on one's own diary only."""
    answer = send(door, route, token(house, "anna", "read"))
    assert answer.status_code == 403
    assert "write" in answer.json()["detail"]


@pytest.mark.parametrize("route", sorted(set(OF_USER) - set(WRITES)))
def test_a_token_that_writes_does_not_read(
    door: TestClient, house: Container, route: str
) -> None:
    """A program that only adds films learns nothing of the diary."""
    assert send(door, route, token(house, "anna", "write")).status_code == 403


@pytest.mark.parametrize("route", sorted(set(READABLE) - {STREAM}))
def test_an_open_diary_is_read_without_a_credential(
    client: TestClient, container: Container, route: str
) -> None:
    """By everybody when it is public, and by whoever brings the secret when it is by link."""
    compare = "/compare/" in route  # a link opens one diary, and never the one beside it
    _open(container, "public", None)
    assert send(client, route, {}).status_code == 200
    assert send(client, route, token(container, "bruno")).status_code == 200
    _open(container, "link", LINK)
    assert send(client, route, {}, LINK).status_code == (404 if compare else 200)
    assert send(client, route, token(container, "bruno"), "guess").status_code == 404
    assert send(client, route, {}, "guess").status_code == 401
    assert send(client, route, {}).status_code == 401


@pytest.mark.parametrize("route", OWN)
def test_what_is_the_owners_stays_so_in_an_open_diary(
    client: TestClient, container: Container, route: str
) -> None:
    """Whoever may read the figures sees no imports, tokens or settings, and writes nothing."""
    for link in (None, LINK):
        _open(container, "link" if link else "public", link)
        assert send(client, route, {}, link).status_code == 401
        assert send(client, route, token(container, "bruno"), link).status_code == 404


@pytest.mark.parametrize("route", ADMIN)
def test_what_is_for_admins_is_no_address_for_others(
    door: TestClient, house: Container, route: str
) -> None:
    """Neither for users nor for a token of an admin that lacks the scope."""
    for headers in (token(house, "anna"), token(house, "root", "read", "write")):
        answer = send(door, route, headers)
        assert answer.status_code == 404
        assert answer.json() == door.get("/no/such/address").json()


@pytest.mark.parametrize("route", ADMIN)
def test_an_admin_gets_in(client: TestClient, container: Container, route: str) -> None:
    """With the scope; a record that is not parked is said to be none."""
    answer = send(client, route, token(container, "root"))
    if "{letter_id}" in route:
        assert answer.status_code == 404
    else:
        assert answer.is_success
    assert answer.content != client.get("/no/such/address").content


def _open(container: Container, privacy: Literal["link", "public"], link: str | None) -> None:
    account = container.accounts().get("anna")
    assert account is not None
    assert container.accounts().replace(account, replace(account, privacy=privacy, link=link))
