from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.container import Container

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
