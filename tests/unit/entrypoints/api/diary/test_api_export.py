"""A diary taken away as a file, and brought back."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.adapters import letterboxd_csv
from cinestats.adapters.event_json import encode
from cinestats.entrypoints.container import Container

Add = Callable[..., dict[str, Any]]
FIGURES = (
    "total_watched",
    "rated_count",
    "sum_ratings",
    "watch_time_minutes",
    "monthly_counts",
)


@pytest.fixture
def diary(client: TestClient, add: Add) -> TestClient:
    """Two plays of one film, one of an unknown day, and a film that no catalogue knows."""
    add(rating=4.5, watched_date="2025-01-20")
    add(rating=5, watched_date="2025-02-20")
    add(watched_date=None)
    add('=cmd(), "quoted"', director=["Robert Downey, Jr.", "A, B"], rating=1)
    return client


def export(client: TestClient, format: str, user: str = "u1") -> Any:
    answer = client.get(f"/users/{user}/export", params={"format": format})
    assert answer.status_code == 200, answer.text
    return answer


def figures(client: TestClient, user: str, position: int = 0) -> list[object]:
    stats = client.get(f"/users/{user}/stats", params={"at_least": position}).json()
    affinities = [
        (each["type"], each["name"], each["count"], each["rating_sum"])
        for type_ in ("director", "actor", "genre")
        for each in client.get(f"/users/{user}/affinities?type={type_}").json()["items"]
    ]
    return [{name: stats[name] for name in FIGURES}, affinities]


def test_the_letterboxd_table_imports_again_to_equal_statistics(diary: TestClient) -> None:
    """Another user who imports it has the same figures, as a file that is recognised."""
    table = export(diary, "letterboxd").content
    imported = diary.post("/users/u2/imports", content=table).json()
    assert (imported["format"], imported["added"]) == ("cinestats diary", 4)
    position = imported["position"]
    assert figures(diary, "u2", position) == figures(diary, "u1", position)


@pytest.mark.parametrize(
    ("format", "suffix", "media_type"),
    [
        ("letterboxd", "csv", "text/csv; charset=utf-8"),
        ("jsonl", "jsonl", "application/jsonl"),
        ("json", "json", "application/json"),
    ],
)
def test_an_export_is_a_file_that_nobody_keeps(
    diary: TestClient, container: Container, format: str, suffix: str, media_type: str
) -> None:
    """It is downloaded under a safe name and stored in no cache."""
    headers = export(diary, format).headers
    day = container.clock()().astimezone(container.zone()).date()
    name = f"cinestats-u-1-{day}.{suffix}"
    assert headers["content-disposition"] == f'attachment; filename="{name}"'
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == media_type


def test_a_large_table_is_a_zip_that_imports_as_one(
    diary: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file in it is one that Letterboxd takes."""
    whole = export(diary, "letterboxd").content
    monkeypatch.setattr(letterboxd_csv, "MAX_PART_BYTES", len(whole) - 1)
    answer = export(diary, "letterboxd")
    assert answer.headers["content-type"] == "application/zip"
    assert '.zip"' in answer.headers["content-disposition"]
    imported = diary.post("/users/u2/imports?rows=true", content=answer.content).json()
    assert imported["added"] == 4
    assert {row["file"] for row in imported["rows"]} == {"diary-1.csv", "diary-2.csv"}


def test_the_events_are_those_of_the_log(diary: TestClient, container: Container) -> None:
    """Line by line, and of nobody else."""
    diary.post("/users/u2/movies", json={"name": "Inception"})
    lines = export(diary, "jsonl").content.splitlines()
    log = container.log()
    assert lines == [encode(r.event, r.position) for r in log.of_user("u1") if r.event]
    assert len(lines) == 4


def test_the_document_holds_the_entries_and_their_statistics(diary: TestClient) -> None:
    """In the forms that other answers have, with the key of each film besides."""
    document = json.loads(export(diary, "json").content)
    assert document["user_id"] == "u1"
    assert len(document["entries"]) == document["stats"]["total_watched"] == 4
    keys = [entry.pop("film_key") for entry in document["entries"]]
    assert sorted(keys)[1:] == ["inception|2010"] * 3
    listed = diary.get("/users/u1/diary").json()["items"]
    assert sorted(document["entries"], key=str) == sorted(listed, key=str)
    assert set(document) == {"user_id", "exported_at", "entries", "lists", "stats"}


def test_an_empty_diary_is_an_empty_file(client: TestClient) -> None:
    """It has its header all the same."""
    (header,) = csv.reader(io.StringIO(export(client, "letterboxd").text, newline=""))
    assert header == list(letterboxd_csv.COLUMNS)
    assert export(client, "jsonl").content == b""


def test_an_unknown_format_is_refused(client: TestClient) -> None:
    """And a format must be given."""
    for query in ("", "?format=xml"):
        assert client.get(f"/users/u1/export{query}").status_code == 422
