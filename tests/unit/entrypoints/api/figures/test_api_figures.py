"""Overview, credits, comparison and trends over HTTP, and who is told "not modified"."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from dependency_injector import providers
from fastapi.testclient import TestClient

from cinestats.application.access.ports import Account, Privacy
from cinestats.application.figures.trends import refresh_trends
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

Add = Callable[..., dict[str, Any]]


def get(client: TestClient, path: str, **params: Any) -> dict[str, Any]:
    response = client.get(path, params=params)
    assert response.status_code == 200, response.text
    return response.json()


def test_the_overview_of_a_period(client: TestClient, add: Add) -> None:
    """Ratings in stars, minutes, ISO days; the period is told with its bounds."""
    add(rating=4.5, watched_date="2024-05-01")
    add(rating=3, watched_date="2024-05-02")
    add("Other", watched_date="2023-05-02", poster_url="https://example.org/a.jpg")
    position = add("Other", watched_date=None)["position"]
    year = get(client, "/users/u1/overview", period="2024")
    inception = year["recent"][0]
    assert inception["name"] == "Inception"
    nolan = {
        "name": "Christopher Nolan",
        "plays": 2,
        "films": 1,
        "rated": 2,
        "mean": 3.75,
        "shrunk_mean": 3.75,
    }
    assert year["directors"] == {"by_plays": [nolan], "by_films": [nolan], "by_rating": []}
    assert [genre["name"] for genre in year["genres"]["by_plays"]] == ["Action", "Sci-Fi"]
    assert [actor["plays"] for actor in year["actors"]["by_films"]] == [2]
    for listed in ("directors", "actors", "genres"):
        del year[listed]
    assert [len(year.pop(name)) for name in ("top_rated", "longest")] == [1, 1]
    assert year == {
        "period": {
            "name": "2024",
            "kind": "calendar",
            "from": "2024-01-01",
            "to": "2024-12-31",
        },
        "as_of": None,
        "position": position,
        "plays": 2,
        "films": 1,
        "rewatches": 1,
        "undated": 0,
        "top_rated_from": 4,
        "rated_plays": 2,
        "minutes": 296,
        "average_rating": 3.75,
        "rating_distribution": {"3": 1, "4_5": 1},
        "by_month": {"2024-05": 2},
        "by_year": {"2024": 2},
        "by_day": {"2024-05-01": 1, "2024-05-02": 1},
        "by_weekday": [0, 0, 1, 1, 0, 0, 0],
        "by_decade": {"2010": 2},
        "streaks": {
            "longest_days": 2,
            "longest_end": "2024-05-02",
            "latest_days": 2,
            "latest_end": "2024-05-02",
        },
        "years": [2024, 2023],
        "rating_minimum_films": 3,
        "recent": [inception, {**inception, **first_play(year)}],
        "rewatched": [
            {
                "name": "Inception",
                "year": 2010,
                "plays": 2,
                "poster_url": None,
                "last_watched": "2024-05-02",
            }
        ],
        "milestones": [{"number": 1, "entry": year["recent"][1]}],
    }
    everything = get(client, "/users/u1/overview")
    assert (everything["plays"], everything["undated"]) == (4, 1)
    assert everything["period"] == {"name": "all", "kind": "all", "from": None, "to": None}


def first_play(year: dict[str, Any]) -> dict[str, Any]:
    keys = ("entry_id", "rating", "watched_date")
    return {key: year["recent"][1][key] for key in keys}


def test_an_unknown_user_has_an_overview_of_zeros(client: TestClient) -> None:
    """A user without a diary is not an error."""
    nobody = get(client, "/users/nobody/overview", period="last-30-days")
    assert (nobody["plays"], nobody["average_rating"], nobody["years"]) == (0, None, [])


def test_the_overview_as_it_was_known_on_a_day(client: TestClient, add: Add) -> None:
    """What was added later is not known; the rolling days end on that day."""
    add("A", timestamp="2025-01-20T12:00:00Z", watched_date="2024-12-22")
    add("B", timestamp="2025-01-20T12:00:00Z", watched_date="2024-12-21")
    add("C", timestamp="2025-01-21T12:00:00Z", watched_date="2025-01-20")
    then = get(client, "/users/u1/overview", as_of="2025-01-20", period="last-30-days")
    assert (then["as_of"], then["plays"]) == ("2025-01-20", 1)
    assert then["period"]["from"] == "2024-12-22"
    assert get(client, "/users/u1/overview", as_of="2025-01-20")["plays"] == 2
    assert get(client, "/users/u1/overview", as_of="2025-01-21")["plays"] == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("overview?period=never", "period"),
        ("overview?period=2024-02-30..2024-03-01", "period"),
        ("overview?as_of=9999-01-01", "as_of"),
        ("overview?as_of=today", "as_of"),
        ("stats?as_of=9999-01-01", "as_of"),
        ("stats?as_of=today", "as_of"),
    ],
)
def test_what_is_no_period_or_day_is_refused(
    client: TestClient, query: str, field: str
) -> None:
    """The problem names the field; a day to come is not known yet."""
    response = client.get(f"/users/u1/{query}")
    assert (response.status_code, response.json()["field"]) == (422, field)


@pytest.mark.parametrize("name", ["Sci-Fi / Fantasy", "100 %", "á?b#c"])
def test_the_page_of_a_name(client: TestClient, add: Add, name: str) -> None:
    """Its figures, the entries behind them and its company, whatever the name holds."""
    add("A", genres=[name, "War"], rating=4, watched_date="2024-05-01", duration=90)
    add("B", genres=[name], director="X", watched_date=None)
    add("C", genres=["War"], rating=2)
    page = get(client, f"/users/u1/credits/genre/{quote(name, safe='')}")
    assert [entry["name"] for entry in page.pop("entries")] == ["A", "B"]
    assert page == {
        "type": "genre",
        "name": name,
        "plays": 2,
        "films": 2,
        "rated": 1,
        "mean": 4,
        "shrunk_mean": pytest.approx((4 + 5 * 3) / 6),
        "minutes": 90,
        "first_watched": "2024-05-01",
        "last_watched": "2024-05-01",
        "by_year": {"2024": 1},
        "rating_distribution": {"4": 1},
        "with": {
            "directors": [{"name": "X", "plays": 1}],
            "actors": [],
            "genres": [{"name": "War", "plays": 1}],
        },
    }
    assert len(get(client, "/users/u1/credits/genre/War", limit=1)["entries"]) == 1


def test_a_name_without_a_play_is_not_found(client: TestClient, add: Add) -> None:
    """A director is no actor, and another user's are not one's own."""
    add("A", director="X")
    assert client.get("/users/u1/credits/director/X").status_code == 200
    for path in ("u1/credits/actor/X", "u2/credits/director/X"):
        response = client.get(f"/users/{path}")
        assert response.status_code == 404
        assert response.json()["type"] == "urn:cinestats:entry-not-found"


def test_two_diaries_side_by_side(client: TestClient, add: Add) -> None:
    """At home every two diaries of the household may be compared."""
    add("A", rating=4)
    add("B", rating=1)
    for name, rating in (("A", 4.5), ("C", None)):
        client.post("/users/u2/movies", json={"name": name, "rating": rating})
    told = get(client, "/users/u1/compare/u2")
    (mine,), (theirs,) = told.pop("only_user"), told.pop("only_other")
    assert (mine["name"], mine["rating"], theirs["name"]) == ("B", 1, "C")
    assert told == {
        "user": "u1",
        "other": "u2",
        "films": 2,
        "other_films": 2,
        "common": 1,
        "overlap": pytest.approx(1 / 3),
        "rated_common": 1,
        "distance_minimum_films": 10,
        "mean_distance": 0.5,
        "distance_low": None,
        "distance_high": None,
        "correlation": None,
        "agree": [
            {"name": "A", "year": None, "rating": 4, "other_rating": 4.5, "poster_url": None}
        ],
        "disagree": [],
    }


@pytest.fixture
def server() -> Iterator[tuple[Container, TestClient]]:
    """A server for strangers, with nobody signed in."""
    container = make_container(Settings(backend="memory", access="server"))
    with TestClient(create_app(container), base_url="http://localhost") as client:
        yield container, client


def test_only_diaries_that_the_caller_may_read_are_compared(
    server: tuple[Container, TestClient],
) -> None:
    """Two that are public; a private one is an address that there is not."""
    container, client = server
    diaries: dict[str, Privacy] = {"open": "public", "wide": "public", "shut": "private"}
    for user, privacy in diaries.items():
        container.accounts().add(
            Account(user, None, False, privacy, None, None, datetime.now(UTC))
        )
    assert get(client, "/users/open/compare/wide")["common"] == 0
    refused = client.get("/users/open/compare/shut")
    assert refused.status_code == 404
    assert refused.json() == client.get("/users/open/compare/nobody").json()
    assert client.get("/users/shut/compare/open").status_code == 401


def test_trends_tell_what_moved(container: Container, client: TestClient, add: Add) -> None:
    """Against the window that ended 7 days ago, in the order of the top list."""
    now = datetime.now(UTC)
    added = [("Old", 10), ("Old", 11), ("New", 9), ("New", 1), ("New", 2)]
    for name, days in added:
        moment = (now - timedelta(days=days)).isoformat()
        position = add(name, genres=["War"], timestamp=moment)["position"]
    get(client, "/users/u1/stats", at_least=position)
    models = container.models()
    refresh_trends(models, container.clock(), container.zone())
    trends = get(client, "/trends")
    assert [tuple(film.values()) for film in trends["movements"]] == [
        ("New", None, 1, 2, 3, 1),
        ("Old", None, 2, 1, 2, 2),
    ]
    assert trends["genre_movements"] == [{"genre": "War", "count": 5, "previous_count": 3}]
    etag = client.get("/trends").headers["ETag"]
    assert client.get("/trends", headers={"If-None-Match": etag}).status_code == 304
    refresh_trends(models, container.clock(), container.zone())
    assert client.get("/trends", headers={"If-None-Match": etag}).status_code == 200


PATHS = [
    "overview",
    "overview?period=last-30-days",
    "overview?as_of=2025-01-20",
    "credits/director/Christopher%20Nolan",
    "compare/u2",
    "years/2025",
    "stats",
    "stats?as_of=2025-01-20",
    "affinities?type=genre",
    "affinities/genre/Action/entries",
]


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_that_has_not_changed_is_not_sent_again(
    client: TestClient, add: Add, path: str
) -> None:
    """304 without a body for the ETag of the last answer; a new answer after a change."""
    position = add(timestamp="2025-01-20T12:00:00Z", rating=3)["position"]
    get(client, "/users/u1/stats", at_least=position)
    url = f"/users/u1/{path}"
    first = client.get(url)
    etag = first.headers["ETag"]
    assert first.status_code == 200
    assert etag.startswith('W/"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    for sent in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        again = client.get(url, headers={"If-None-Match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Cache-Control"] == "private, no-cache"
    position = add("Inception", watched_date="2025-01-02", rating=5)["position"]
    get(client, "/users/u1/stats", at_least=position)
    changed = client.get(url, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


def test_the_etag_is_of_the_address_and_its_query(client: TestClient, add: Add) -> None:
    """Another period, user or name is another answer."""
    add(rating=3)
    urls = [
        *(f"/users/u1/overview?period={period}" for period in ("all", "2024", "2025")),
        *("/users/u2/overview?period=all", "/users/u1/years/2024", "/users/u1/years/2025"),
    ]
    etags = {client.get(url).headers["ETag"] for url in urls}
    assert len(etags) == len(urls)


def test_what_ends_today_changes_with_the_day(container: Container, client: TestClient) -> None:
    """Only the rolling period does; the same position gives another answer tomorrow."""
    now = [datetime(2025, 1, 20, 12, tzinfo=UTC)]
    container.clock.override(providers.Object(lambda: now[0]))
    headers = dict(client.headers)
    with TestClient(create_app(container), base_url="http://localhost", headers=headers) as app:
        urls = [f"/users/u1/overview?period={p}" for p in ("all", "2025", "last-30-days")]
        before = [app.get(url).headers["ETag"] for url in urls]
        now[0] += timedelta(hours=2)
        assert [app.get(url).headers["ETag"] for url in urls] == before
        now[0] += timedelta(days=1)
        after = [app.get(url).headers["ETag"] for url in urls]
    assert [one == other for one, other in zip(before, after, strict=True)] == [
        True,
        True,
        False,
    ]


def test_an_answer_is_not_worked_out_for_who_has_it(
    client: TestClient, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check comes before the diary is read, and after the caller may read it."""
    add(rating=3)
    etag = client.get("/users/u1/overview").headers["ETag"]
    services = client.app.state.services  # type: ignore[attr-defined]
    monkeypatch.setattr(services.diary_reader, "read", None)
    headers = {"If-None-Match": etag}
    assert client.get("/users/u1/overview", headers=headers).status_code == 304
    stranger = {**headers, "Authorization": "Bearer wrong"}
    assert client.get("/users/u1/overview", headers=stranger).status_code == 401


def test_a_problem_has_no_etag(client: TestClient) -> None:
    """Nothing is remembered of what was not found."""
    response = client.get("/users/u1/credits/director/Nobody")
    assert response.status_code == 404
    assert "ETag" not in response.headers
