"""The diary's list: searched, filtered, sorted, in pages."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.movie import Movie
from cinestats.entrypoints.container import Container

pytestmark = pytest.mark.slow

Add = Callable[..., dict[str, Any]]

PLAYS = (
    ("Vertigo", 1958, 5, "2025-01-03", ["Thriller"]),
    ("Amélie", 2001, 4.5, "2025-01-02", ["Comedy", "Romance"]),
    ("Vertigo", 1958, 4, "2025-01-01", ["Thriller"]),
    ("Alien", 1979, None, None, ["Horror"]),
    ("Zodiac", 2007, 4.5, "2025-01-04", ["thriller"]),
)


@pytest.fixture
def diary(client: TestClient, container: Container, add: Add) -> TestClient:
    """The plays above, added in their order."""
    vertigo = Movie.create("Vertigo", year=1958)
    container.catalogue().load(
        [CatalogueFilm(vertigo, italian_title="La donna che visse due volte")]
    )
    for day, (name, year, rating, watched, genres) in enumerate(PLAYS, 1):
        add(
            name,
            year=year,
            rating=rating,
            watched_date=watched,
            genres=genres,
            timestamp=f"2025-02-0{day}T12:00:00Z",
        )
    return client


def listed(client: TestClient, **params: Any) -> list[str]:
    """The names that the first page lists, each with the day of its play."""
    answer = client.get("/users/u1/diary", params=params).json()
    assert answer["total"] == len(answer["items"])
    return [
        f"{item['name']} {(item['watched_date'] or 'never')[-2:]}" for item in answer["items"]
    ]


SORTED = {
    "watched": ["Zodiac 04", "Vertigo 03", "Amélie 02", "Vertigo 01", "Alien er"],
    "added": ["Zodiac 04", "Alien er", "Vertigo 01", "Amélie 02", "Vertigo 03"],
    "rating": ["Vertigo 03", "Zodiac 04", "Amélie 02", "Vertigo 01", "Alien er"],
    "title": ["Alien er", "Amélie 02", "Vertigo 01", "Vertigo 03", "Zodiac 04"],
}


@pytest.mark.parametrize("sort", SORTED)
def test_the_diary_is_sorted(diary: TestClient, sort: str) -> None:
    """By day watched, day added, rating or title; what is unknown comes last."""
    assert listed(diary, sort=sort) == SORTED[sort]


@pytest.mark.parametrize("sort", SORTED)
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_follow_each_other_in_every_order(
    diary: TestClient, add: Add, sort: str, limit: int
) -> None:
    """Each entry comes once, also when the diary grows meanwhile."""
    whole = [e["entry_id"] for e in diary.get(f"/users/u1/diary?sort={sort}").json()["items"]]
    seen: list[str] = []
    page: dict[str, Any] = {"next_cursor": None}
    while not seen or page["next_cursor"]:
        cursor = {} if not seen else {"cursor": page["next_cursor"]}
        page = diary.get(
            "/users/u1/diary", params={"sort": sort, "limit": limit, **cursor}
        ).json()
        seen += [item["entry_id"] for item in page["items"]]
        if len(seen) == limit:
            add("Casino", watched_date="2025-02-05", timestamp="2025-02-09T12:00:00Z")
    assert [entry_id for entry_id in seen if entry_id in whole] == whole
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"q": "amelie"}, ["Amélie 02"]),
        ({"q": "VERT"}, ["Vertigo 03", "Vertigo 01"]),
        ({"q": "donna che vis"}, ["Vertigo 03", "Vertigo 01"]),
        ({"q": "ertigo"}, []),
        ({"q": "vretigo"}, []),
        ({"q": " "}, SORTED["watched"]),
        ({"rating": "4.5"}, ["Zodiac 04", "Amélie 02"]),
        ({"rating": "4"}, ["Vertigo 01"]),
        ({"rating": "none"}, ["Alien er"]),
        ({"year": 1958}, ["Vertigo 03", "Vertigo 01"]),
        ({"genre": "Thriller"}, ["Zodiac 04", "Vertigo 03", "Vertigo 01"]),
        ({"watched_from": "2025-01-03"}, ["Zodiac 04", "Vertigo 03"]),
        ({"watched_from": "2025-01-02", "watched_to": "2025-01-02"}, ["Amélie 02"]),
        ({"q": "v", "genre": "thriller", "watched_to": "2025-01-02"}, ["Vertigo 01"]),
        ({"genre": "Western"}, []),
    ],
    ids=str,
)
def test_the_diary_is_searched_and_filtered(
    diary: TestClient, params: dict[str, Any], names: list[str]
) -> None:
    """By the film's other titles, too; every condition must hold."""
    assert listed(diary, **params) == names


def test_the_total_counts_all_pages(diary: TestClient) -> None:
    """Of what is asked for, on the last page as on the first."""
    first = diary.get("/users/u1/diary?limit=2&genre=thriller").json()
    assert (len(first["items"]), first["total"]) == (2, 3)
    params = {"limit": 2, "genre": "thriller", "cursor": first["next_cursor"]}
    last = diary.get("/users/u1/diary", params=params).json()
    assert (len(last["items"]), last["total"], last["next_cursor"]) == (1, 3, None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("rating=4.7", "rating"),
        ("rating=0", "rating"),
        ("rating=5.5", "rating"),
        ("rating=nan", "rating"),
        ("year=99999", "year"),
        ("sort=runtime", "sort"),
        ("watched_from=2025-13-01", "watched_from"),
        ("watched_to=tomorrow", "watched_to"),
        ("limit=1001", "limit"),
        ("q=" + "x" * 201, "q"),
        ("cursor=W10=", "cursor"),
        ("cursor=WzFd", "cursor"),
        ("cursor=" + "WyJyYXRpbmciXQ==", "cursor"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(
    client: TestClient, query: str, field: str
) -> None:
    """By its name; a cursor also when it belongs to another order."""
    answer = client.get(f"/users/u1/diary?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_diary_that_has_not_changed_is_not_sent_again(diary: TestClient, add: Add) -> None:
    """Until something is written."""
    etag = diary.get("/users/u1/diary").headers["etag"]
    same = {"If-None-Match": etag}
    assert diary.get("/users/u1/diary", headers=same).status_code == 304
    assert diary.get("/users/u1/diary?limit=2", headers=same).status_code == 200
    add("Casino")
    assert diary.get("/users/u1/diary", headers=same).status_code == 200


def test_a_rewatch_is_told(diary: TestClient) -> None:
    """A play is one when an earlier day has a play of the film, whichever came in first."""
    items = diary.get("/users/u1/diary").json()["items"]
    again = [f"{item['name']} {item['watched_date']}" for item in items if item["rewatch"]]
    assert again == ["Vertigo 2025-01-03"]
