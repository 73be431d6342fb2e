"""Lists over HTTP: read by whoever may read the diary, brought by imports."""

from typing import Any
from urllib.parse import quote

from fastapi.testclient import TestClient

WATCHLIST = "Date,Name,Year,Letterboxd URI\n" + "".join(
    f"2024-02-{day:02},Film {day},1979,https://boxd.it/{day}\n" for day in range(1, 6)
)
NAME = "Noir / 50 %? «ü»"
LIST = (
    f"Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2024-04-01,{NAME},,,\n\n"
    "Position,Name,Year,URL,Description\n1,Heat,1995,https://boxd.it/2bg8,Nearly noir.\n"
)


def brought(client: TestClient, name: str, text: str, **query: Any) -> Any:
    answer = client.post(
        "/users/u1/imports", params={"filename": name, **query}, content=text.encode()
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_import_tells_how_many_films_are_new_on_lists(client: TestClient) -> None:
    """A dry run says the same, and stores nothing."""
    dry = brought(client, "watchlist.csv", WATCHLIST, dry_run=True)
    assert (dry["read"], dry["skipped"], dry["listed"]) == (5, 5, 5)
    assert client.get("/users/u1/lists").json() == {"items": []}
    assert brought(client, "watchlist.csv", WATCHLIST)["listed"] == 5
    assert brought(client, "watchlist.csv", WATCHLIST)["listed"] == 0
    assert client.get("/users/u1/stats").json()["total_watched"] == 0


def test_a_list_is_read_page_by_page(client: TestClient) -> None:
    """Each film once, in its order, until there is no next cursor."""
    brought(client, "watchlist.csv", WATCHLIST)
    (about,) = client.get("/users/u1/lists").json()["items"]
    assert (about["service"], about["kind"], about["total"]) == ("letterboxd", "watchlist", 5)
    found: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        path = "/users/u1/lists/letterboxd/watchlist/watchlist"
        page = client.get(path, params=query).json()
        assert page["total"] == 5
        found += [film["title"] for film in page["items"]]
        if page["next_cursor"] is None:
            break
        query = {"limit": 2, "cursor": page["next_cursor"]}
    assert found == [f"Film {day}" for day in range(1, 6)]


def test_a_list_may_have_any_name(client: TestClient) -> None:
    """Slashes and all."""
    brought(client, "x.csv", LIST)
    path = f"/users/u1/lists/letterboxd/list/{quote(NAME, safe='')}"
    page = client.get(path).json()
    assert page["name"] == NAME
    assert page["items"] == [
        {
            "title": "Heat",
            "year": 1995,
            "ids": {
                "imdb": None,
                "tmdb": None,
                "wikidata": None,
                "letterboxd": "https://boxd.it/2bg8",
            },
            "position": 1,
            "note": "Nearly noir.",
            "listed_on": None,
        }
    ]
    missing = client.get("/users/u1/lists/letterboxd/list/none")
    assert (missing.status_code, missing.json()["type"]) == (
        404,
        "urn:cinestats:list-not-found",
    )
    assert client.get(path, params={"cursor": "x"}).status_code == 422


def test_an_import_of_lists_is_listed_and_undone(client: TestClient) -> None:
    """Who has the list of imports already is told of the new one."""
    tag = client.get("/users/u1/imports").headers["ETag"]
    import_id = brought(client, "watchlist.csv", WATCHLIST)["import_id"]
    (past,) = client.get("/users/u1/imports", headers={"If-None-Match": tag}).json()["items"]
    assert (past["import_id"], past["changes"]) == (import_id, 5)
    undone = client.post(f"/users/u1/imports/{import_id}/undo").json()
    assert undone["undone"] == 5
    assert client.get("/users/u1/lists").json() == {"items": []}


def test_the_export_has_the_lists(client: TestClient) -> None:
    """As JSON with their films, as events each."""
    brought(client, "watchlist.csv", WATCHLIST)
    export = client.get("/users/u1/export", params={"format": "json"})
    (kept,) = export.json()["lists"]
    assert (kept["name"], len(kept["films"])) == ("watchlist", 5)
    events = client.get("/users/u1/export", params={"format": "jsonl"}).text
    assert events.count('"event_type":"LIST"') == 5
    back = client.post(
        "/users/u2/imports", params={"filename": "x.json"}, content=export.content
    )
    assert back.json()["listed"] == 5
    assert client.get("/users/u2/lists").json() == client.get("/users/u1/lists").json()
