from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.api.imports import job
from cinestats.entrypoints.container import Container

pytestmark = pytest.mark.slow

DIARY = b"""\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Inception,2010,https://boxd.it/1,4.5,,,2025-01-20
2025-01-22,Halloween,1978,https://boxd.it/2,,,,2025-01-22
2025-01-23,,1999,https://boxd.it/3,3,,,2025-01-23
"""


def post(client: TestClient, **request: Any) -> dict[str, Any]:
    response = client.post("/users/u1/imports", **request)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize(
    "request_",
    [
        {"files": {"file": ("diary.csv", DIARY, "text/csv")}},
        {"content": DIARY, "params": {"filename": "diary.csv"}},
        {"content": DIARY, "params": {"format": "letterboxd"}},
    ],
    ids=["form", "body", "format"],
)
def test_a_file_is_imported_row_by_row(client: TestClient, request_: dict[str, Any]) -> None:
    """Good rows go in, the bad one is listed with its line, as a form or as the whole body."""
    answer = post(client, **request_)
    assert (answer["read"], answer["added"], answer["unmatched"]) == (3, 2, 0)
    assert [row["line"] for row in answer["rejected"]] == [4]
    assert answer["format"].startswith("Letterboxd")
    stats = client.get("/users/u1/stats", params={"at_least": answer["position"]}).json()
    assert stats["total_watched"] == 2


def test_an_import_again_adds_nothing(client: TestClient) -> None:
    """The rows of the second import are skipped."""
    post(client, content=DIARY)
    again = post(client, content=DIARY)
    assert (again["added"], again["skipped"], again["position"]) == (0, 2, 2)


def test_a_dry_run_stores_nothing(client: TestClient, container: Container) -> None:
    """The report says what would happen, and the log stays as it is."""
    answer = post(client, content=DIARY, params={"dry_run": True})
    assert (answer["added"], answer["position"]) == (2, 0)
    assert container.log().tail(0) == 0


ROWS = b"""\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Inception,2010,https://boxd.it/1,5,,,2025-01-20
2025-01-22,Halloween,1978,https://boxd.it/2,,,,2025-01-22
2025-01-22,Halloween,,https://boxd.it/3,,,,2025-01-23
2025-01-22,Nobody Knows It,1978,https://boxd.it/4,,,,2025-01-22
2025-01-22,,2018,https://boxd.it/5,4,,,2025-01-22
2025-01-22,Halloween,2018,https://boxd.it/5,,,,2025-01-22
"""


def test_a_preview_tells_of_every_row(client: TestClient) -> None:
    """What would become of it and why, by its line, its film and its year."""
    post(client, content=DIARY)
    answer = post(client, content=ROWS, params={"dry_run": True, "rows": True})
    assert answer["rows_left_out"] == 0
    assert [
        (row["line"], row["name"], row["year"], row["outcome"], row["reason"])
        for row in answer["rows"]
    ] == [
        (2, "Inception", 2010, "updated", "rating: 4.5 before, 5 now"),
        (3, "Halloween", 1978, "skipped", "it is in the diary already"),
        (
            *(4, "Halloween", None, "suggested"),
            "it may be Halloween (2018), Halloween (1978)",
        ),
        (5, "Nobody Knows It", 1978, "unmatched", "the catalogue does not know the film"),
        (
            *(6, None, None, "rejected"),
            "Name: must not be blank",
        ),
        (7, "Halloween", 2018, "added", None),
    ]
    imported = post(client, content=ROWS, params={"rows": True})
    assert imported["rows"] == answer["rows"]
    assert imported["position"] == 6


def test_a_preview_is_bounded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how many rows it left out, and comes only when it is asked for."""
    monkeypatch.setattr(job, "MAX_ROWS_SHOWN", 2)
    answer = post(client, content=ROWS, params={"dry_run": True, "rows": True})
    assert (len(answer["rows"]), answer["rows_left_out"], answer["read"]) == (2, 4, 6)
    assert "rows" not in post(client, content=ROWS, params={"dry_run": True})


def test_an_import_is_listed_and_undone(client: TestClient) -> None:
    """An undone import leaves the diary as it was, and is listed as undone."""
    import_id = post(client, content=DIARY)["import_id"]
    (listed,) = client.get("/users/u1/imports").json()["items"]
    assert (listed["import_id"], listed["changes"], listed["undone"]) == (import_id, 2, False)
    undone = client.post(f"/users/u1/imports/{import_id}/undo").json()
    assert undone == {"import_id": import_id, "undone": 2, "position": 4}
    assert client.get("/users/u1/stats?at_least=4").json()["total_watched"] == 0
    assert client.get("/users/u1/imports").json()["items"][0]["undone"] is True


def test_an_import_of_another_user_cannot_be_undone(client: TestClient) -> None:
    """An import belongs to its user."""
    import_id = post(client, content=DIARY)["import_id"]
    assert client.post(f"/users/u2/imports/{import_id}/undo").status_code == 404


TABLE = b"Opera,Visto,Voto\nHeat,1/2/2024,4\nAlien,3/3/2024,5\n"


def test_what_a_table_does_not_say_the_request_may(client: TestClient) -> None:
    """Without it the file is refused with a sentence, and with what a page has to ask."""
    said: dict[str, Any] = {"column": ["title=Opera", "rating=Voto"]}
    columns = {"columns": ["Opera", "Visto", "Voto"]}
    days = {"field": "Visto", "readings": {"dmy": "2024-02-01", "mdy": "2024-01-02"}}
    for parameters, kind, sentence, asked in (
        ({}, "unknown-columns", "expected one for the title", columns),
        ({"column": "title=Film"}, "unknown-columns", "has no column 'Film'", columns),
        (said, "ambiguous-days", "1 February 2024", days),
    ):
        refused = client.post("/users/u1/imports", content=TABLE, params=parameters)
        assert refused.status_code == 422
        problem = refused.json()
        assert problem["type"] == f"urn:cinestats:{kind}"
        assert sentence in problem["detail"]
        assert asked.items() <= problem.items()
    said |= {"dates": "dmy", "scale": 10, "delimiter": ",", "encoding": "utf-8"}
    answer = post(client, content=TABLE, params={**said, "rows": True})
    assert (answer["format"], answer["added"], answer["notes"]) == ("plain table", 2, [])
    assert answer["labels"] == columns["columns"]
    assert answer["columns"] == {"title": "Opera", "rating": "Voto", "watched": "Visto"}


def test_a_row_says_what_it_changes_of_its_play(client: TestClient) -> None:
    """The day and the rating before and now, and the names of the rest."""
    head = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    post(client, content=f"{head}2025-01-21,Heat,1995,https://boxd.it/1,4,,,2025-01-20\n")
    later = f"{head}2025-01-21,Heat,1995,https://boxd.it/1,5,Yes,tv,2025-01-19\n"
    (row,) = post(client, content=later, params={"dry_run": True, "rows": True})["rows"]
    assert row["outcome"] == "corrected"
    assert set(row["reason"].split("; ")) == {
        "day: 2025-01-20 before, 2025-01-19 now",
        "changed: rewatch, tags",
        "rating: 4 before, 5 now",
    }


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("dates", "ydm"),
        ("scale", "7"),
        ("delimiter", "x"),
        ("encoding", "rot13"),
        ("column", "title"),
        ("column", "x=y"),
    ],
)
def test_a_parameter_that_is_not_known_is_refused(
    client: TestClient, parameter: str, value: str
) -> None:
    """It is named."""
    refused = client.post("/users/u1/imports", content=TABLE, params={parameter: value})
    assert refused.status_code == 422
    assert parameter in refused.text
