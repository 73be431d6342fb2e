"""A user who uses every feature, and the search for what is left of them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dependency_injector import providers
from fastapi.testclient import TestClient

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.figures.project import Projector
from cinestats.application.figures.trends import refresh_trends
from cinestats.application.following.accounts import follow
from cinestats.application.sources.complete import complete
from cinestats.application.upkeep.rebuild import recompute_user
from cinestats.domain.lists import FilmList, FilmListed, Listing
from cinestats.domain.movie import Movie
from cinestats.domain.partition import partition_of
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings
from tests.unit.adapters.media_servers.payloads import jellyfin
from tests.unit.application.access_application import FakeHasher
from tests.unit.application.sources.source import StandInSource

NEEDLE = "xqzneedle"
"""What every name of the user's begins with, and nothing else does."""
USER, OTHER, ADMIN = f"{NEEDLE}user@example.org", "bruno", "root"
PASSWORD, NEW_PASSWORD = "four random words", "five quite random words"
PUBLIC_URL = "https://films.example.org"
SHARED, LEARNED = "Shared Film", f"{NEEDLE} learned"

NO_TRACE = {
    "DELETE /admin/accounts/{user}": "ends an account, whose diary stays",
    "POST /admin/users/{user}/forget": "is the erasure of somebody else",
    "POST /admin/dead-letters/{letter_id}/retry": "needs a topic",
    "POST /admin/dead-letters/{letter_id}/discard": "drops what is parked",
    "DELETE /users/{user}": "is the erasure",
    "DELETE /users/{user}/enrich": "lets a job rest, which keeps nothing",
    "PUT /users/{user}/identity": "needs an identity provider; the subject is in the account",
    "POST /users/{user}/identity": "as above",
    "DELETE /users/{user}/identity": "as above",
}
"""Writing routes that the life leaves out, and why."""


def started(settings: Settings) -> Container:
    """The application with an admin and another user; it counts by itself on any backend."""
    app = make_container(settings)
    app.hasher.override(providers.Object(FakeHasher()))
    app.projector.override(providers.Singleton(Projector, app.log, app.models, app.clock))
    for user_id in (OTHER, ADMIN):
        app.account_manager().register(
            user_id, PASSWORD, actor="test", is_admin=user_id == ADMIN
        )
    return app


class Life:
    """Requests of users, noted by their routes."""

    def __init__(self, app: Container, browser: TestClient) -> None:
        self.app, self.browser = app, browser
        self.done: set[str] = set()

    def ask(self, method: str, route: str, status: int = 200, **how: Any) -> Any:
        """Ask for a route below /users/{user} of the user, or another."""
        path = route.format_map({"user": how.pop("user", USER), **how.pop("names", {})})
        answer = self.browser.request(method, path, **how)
        assert answer.status_code == status, (method, path, answer.text)
        self.done.add(f"{method} {route}")
        return answer.json() if answer.content else None

    def sign_in(self, user: str, password: str = PASSWORD) -> None:
        self.ask("POST", "/session", json={"user_id": user, "password": password})

    def add(self, name: str, **fields: Any) -> str:
        body = {"name": name, "year": 1999, **fields}
        return str(self.ask("POST", "/users/{user}/movies", 201, json=body)["entry_id"])

    def live(self) -> None:
        """Use everything that writes."""
        account = {"user_id": USER, "password": PASSWORD}
        self.ask("POST", "/accounts", 201, json=account)
        self.sign_in(USER)
        change = {"old": PASSWORD, "new": NEW_PASSWORD}
        self.ask("PUT", "/users/{user}/password", 204, json=change)
        self.ask("PATCH", "/users/{user}/settings", json={"privacy": "link"})
        self.ask("POST", "/session", 401, json={"user_id": USER, "password": "wrong words"})
        self.access()
        self.diary()
        self.sources()
        self.imports()
        self.others()
        account = self.app.accounts().get(USER)
        assert account is not None
        known_as = replace(account, oidc_subject=f"{NEEDLE} subject")
        assert self.app.accounts().replace(account, known_as)
        listed = FilmList("letterboxd", "list", f"{NEEDLE} list", tags=(f"{NEEDLE} tag",))
        listing = Listing(listed, f"{NEEDLE} listed", note=f"{NEEDLE} note")
        event = FilmListed("l1", USER, self.app.clock()(), listing)
        assert self.app.list_log().append(USER, 0, [event])
        follow(self.app.followed(), self.app.clock(), USER, "letterboxd", f"{NEEDLE}followed")
        self.resets()
        self.rebuilding()

    def others(self) -> None:
        """Another user has one film in common, added later, and one that is theirs alone."""
        self.sign_in(OTHER)
        for name in (SHARED, "Heat"):
            body = {"name": name, "year": 1999, "rating": 4}
            self.ask("POST", "/users/{user}/movies", 201, json=body, user=OTHER)
        self.ask("DELETE", "/session", 204)

    def access(self) -> None:
        new = {"name": f"{NEEDLE} token", "scopes": ["read"]}
        self.ask("POST", "/users/{user}/tokens", 201, json=new)
        made = self.ask("POST", "/users/{user}/tokens", 201, json=new)
        names = {"token_id": made["token_id"]}
        self.ask("DELETE", "/users/{user}/tokens/{token_id}", 204, names=names)
        hook = {"service": "jellyfin", "user_name": f"{NEEDLE} viewer"}
        dropped = self.ask("POST", "/users/{user}/hooks", 201, json=hook)
        names = {"hook_id": dropped["hook_id"]}
        self.ask("DELETE", "/users/{user}/hooks/{hook_id}", 204, names=names)
        hook = {"service": "jellyfin", "user_name": None}
        secret = self.ask("POST", "/users/{user}/hooks", 201, json=hook)["url"]
        play = jellyfin(Name=f"{NEEDLE} played", Overview=f"{NEEDLE} overview")
        play = {k: v for k, v in play.items() if not k.startswith("Provider")}
        names = {"secret": secret.removeprefix("/hooks/")}
        self.ask("POST", "/hooks/{secret}", names=names, json=play)
        told = {"url": f"https://{NEEDLE}.example/told", "events": ["ADD"]}
        self.ask("POST", "/users/{user}/webhooks", 201, json=told)
        made = self.ask("POST", "/users/{user}/webhooks", 201, json=told)
        names = {"webhook_id": made["webhook_id"]}
        self.ask("DELETE", "/users/{user}/webhooks/{webhook_id}", 204, names=names)

    def resets(self) -> None:
        """An admin sets limits, a password, and links to one; the second link stays unused."""
        self.sign_in(ADMIN)
        body = {"new": "three other words"}
        self.ask("PUT", "/admin/accounts/{user}/password", 204, json=body)
        made = self.ask("POST", "/admin/accounts/{user}/password-reset", 201)
        secret = {"secret": made["link"].partition("#")[2]}
        self.ask("POST", "/password-resets", json={**secret, "password": NEW_PASSWORD})
        self.ask("POST", "/admin/accounts/{user}/password-reset", 201)
        self.ask("PUT", "/admin/accounts/{user}/quota", json={"entries": 1000})

    def diary(self) -> None:
        said = {
            "director": f"{NEEDLE} director",
            "actors": [f"{NEEDLE} actor"],
            "genres": [f"{NEEDLE} genre"],
            "tags": [f"{NEEDLE} tag"],
            "review": f"{NEEDLE} review",
            "place": f"{NEEDLE} place",
            "poster_url": f"https://{NEEDLE}.example/poster.jpg",
        }
        entries = [self.add(f"{NEEDLE} film {n}", **said) for n in range(40)]
        self.add(SHARED, **said)
        key = {"Idempotency-Key": f"{NEEDLE}-key"}
        body = {"name": f"{NEEDLE} retried"}
        self.ask("POST", "/users/{user}/movies", 201, json=body, headers=key)
        first, second, third, *rest = entries
        names = {"entry": first}
        new = {"rating": 3, "tags": [f"{NEEDLE} tag 2"], "review": f"{NEEDLE} review 2"}
        self.ask("PATCH", "/users/{user}/movies/{entry}", json=new, names=names)
        self.ask("PUT", "/users/{user}/movies/{entry}/film", json={"none": True}, names=names)
        self.ask("DELETE", "/users/{user}/movies/{entry}", names={"entry": second})
        many = {"entries": rest[:5], "change": {"add_tags": [f"{NEEDLE} tag 3"]}}
        self.ask("POST", "/users/{user}/movies/bulk", json=many)
        self.ask("POST", "/users/{user}/enrich", json={"source": "catalogue"})
        decided = {"decisions": [{"entries": [third], "none": True}]}
        self.ask("POST", "/users/{user}/review", json=decided)
        self.ask("POST", "/users/{user}/duplicates/keep", json={"entries": [third]})
        twice = self.add(f"{NEEDLE} film 39", watched_date="2020-01-02")
        merged = {"keep": entries[-1], "drop": twice}
        self.browser.post(f"/users/{USER}/duplicates/merge", json=merged)
        self.done.add("POST /users/{user}/duplicates/merge")

    def sources(self) -> None:
        """A source elsewhere knows two of the films, one of them another user's, too."""
        known = (Movie.create(name, year=1999, duration=90) for name in (LEARNED, SHARED))
        source = StandInSource(*map(CatalogueFilm, known))
        self.add(LEARNED)
        catalogue, today = self.app.catalogue(), self.app.clock()().date()
        told = complete(self.app.keeper(), catalogue, source, today, user=USER)
        assert told.report.completed >= 2
        self.app.poster_folder().put("tmdb-1", f"{NEEDLE} poster".encode())

    def imports(self) -> None:
        rows = "".join(f"2024-05-0{n},{NEEDLE} imported {n},2001,,4\n" for n in range(1, 6))
        table = f"Date,Name,Year,Letterboxd URI,Rating\n{rows}".encode()
        upload = {"file": (f"{NEEDLE}.csv", table, "text/csv")}
        done = self.ask("POST", "/users/{user}/imports", files=upload)
        names = {"import_id": done["import_id"]}
        self.ask("POST", "/users/{user}/imports/{import_id}/undo", names=names)
        self.ask("POST", "/users/{user}/imports", files=upload)

    def rebuilding(self) -> None:
        """An admin rebuilds the user's figures, and a rebuild of all breaks off half done."""
        self.sign_in(ADMIN)
        self.app.projector().catch_up()
        self.ask("POST", "/admin/rebuild", json={"user_id": USER})
        log, models, now = self.app.log(), self.app.models(), datetime.now(UTC)
        partition = partition_of(USER, log.partitions)
        documents, _ = recompute_user(USER, log.of_user(USER), log.tail(partition), now)
        models.replacement().documents.put_user(partition, 0, documents)
        refresh_trends(models, self.app.clock(), self.app.zone())
        self.browser.cookies.clear()


@contextmanager
def lived(app: Container) -> Iterator[Life]:
    """The life of a user in a running server, up to the moment before the erasure."""
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL}
    with TestClient(create_app(app), base_url=PUBLIC_URL, headers=headers) as browser:
        life = Life(app, browser)
        life.live()
        yield life


def figures_of_others(app: Container) -> Mapping[str, Any]:
    """What the other user's documents count."""
    models = app.models()
    app.projector().catch_up()
    stats = models.user_stats(OTHER)
    assert stats is not None
    return {
        "stats": stats.stats,
        "affinities": [a.affinity for a in models.affinities(OTHER, "director")],
        "entries": app.diaries().entries(OTHER),
    }


def writing_routes(app: Container) -> set[str]:
    """Every route that writes."""
    document: dict[str, Any] = create_app(app).openapi()
    return {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method in operations
        if method in ("post", "put", "patch", "delete")
    }


def told(value: object) -> bool:
    """Whether the needle is anywhere in a value."""
    text = value if isinstance(value, bytes) else json.dumps(value, default=repr).encode()
    return NEEDLE.encode() in text.lower()
