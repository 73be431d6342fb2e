"""Every bad input is a 4xx problem document of one sentence, and stores nothing.

``row N`` in an id is the row of that bad input in the list of faults and bad inputs.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

TOMORROW = str((datetime.now(UTC) + timedelta(days=2)).date())

BODIES: list[tuple[str, int, str | bytes]] = [
    ("row 1: rating NaN", 400, '{"name": "A", "rating": NaN}'),
    ("row 1: rating Infinity", 400, '{"name": "A", "rating": Infinity}'),
    ("row 1: rating -Infinity", 400, '{"name": "A", "rating": -Infinity}'),
    ("row 1: rating 1e400", 400, '{"name": "A", "rating": 1e400}'),
    ("row 2: rating 0", 422, '{"name": "A", "rating": 0}'),
    ("row 2: rating -1", 422, '{"name": "A", "rating": -1}'),
    ("row 2: rating 5.25", 422, '{"name": "A", "rating": 5.25}'),
    ("row 2: rating 4.25", 422, '{"name": "A", "rating": 4.25}'),
    ("row 2: rating 5.5", 422, '{"name": "A", "rating": 5.5}'),
    ("row 2: rating 11", 422, '{"name": "A", "rating": 11}'),
    ("row 2: rating 1e-300", 422, '{"name": "A", "rating": 1e-300}'),
    ("row 3: rating true", 422, '{"name": "A", "rating": true}'),
    ("row 3: rating text", 422, '{"name": "A", "rating": "5"}'),
    ("row 3: rating list", 422, '{"name": "A", "rating": [5]}'),
    ("row 4: rating 2^63", 400, '{"name": "A", "rating": 9223372036854775808}'),
    ("row 4: year 2^63", 400, '{"name": "A", "year": 9223372036854775808}'),
    ("row 4: duration 2^62", 422, '{"name": "A", "duration": 4611686018427387904}'),
    ("row 4: rating 10^400", 400, '{"name": "A", "rating": 1' + "0" * 400 + "}"),
    ("row 5: 5,000 digits", 400, '{"name": "A", "year": ' + "9" * 5000 + "}"),
    (
        "row 5: 5,000 digits after the point",
        422,
        '{"name": "A", "rating": 1.' + "1" * 5000 + "}",
    ),
    ("row 6: 100,000 lists deep", 400, "[" * 100_000 + "]" * 100_000),
    ("row 6: 100,000 objects deep", 400, '{"a":' * 100_000 + "1" + "}" * 100_000),
    ("row 6: 65 deep inside", 400, '{"name": ' + "[" * 70 + "]" * 70 + "}"),
    ("row 7: a key twice", 400, '{"name": "A", "name": "B"}'),
    ("row 8: lone surrogate in the title", 400, r'{"name": "A\ud800"}'),
    ("row 8: lone surrogate in a key", 400, r'{"name": "A", "\udfff": 1}'),
    ("row 9: NUL in the title", 422, r'{"name": "A\u0000B"}'),
    ("row 9: NUL in a genre", 422, r'{"name": "A", "genres": ["\u0000"]}'),
    ("row 9: NUL in the director", 422, r'{"name": "A", "director": "x\u0000"}'),
    ("row 9: line break in the title", 422, r'{"name": "A\nB"}'),
    ("row 11: title an object", 422, '{"name": {"$ne": 1}}'),
    ("row 11: genre an object", 422, '{"name": "A", "genres": [{"$gt": ""}]}'),
    ("row 12: empty genre", 422, '{"name": "A", "genres": [""]}'),
    ("row 12: blank actor", 422, '{"name": "A", "actors": ["  "]}'),
    ("row 12: blank title", 422, '{"name": " \u00a0 "}'),
    ("row 12: empty title", 422, '{"name": ""}'),
    ("row 12: no title", 422, '{"rating": 5}'),
    ("row 12: title null", 422, '{"name": null}'),
    ("row 14: title of 1 MB", 422, json.dumps({"name": "x" * 1_000_000})),
    ("row 14: title of 501 characters", 422, json.dumps({"name": "x" * 501})),
    ("row 14: genre of 1 MB", 422, json.dumps({"name": "A", "genres": ["x" * 1_000_000]})),
    ("row 15: unknown field", 422, '{"name": "A", "stars": 5}'),
    ("row 15: event fields", 422, '{"name": "A", "event_id": "x"}'),
    ("row 16: time without a zone", 422, '{"name": "A", "timestamp": "2025-01-20T10:00:00"}'),
    ("row 16: time null", 422, '{"name": "A", "timestamp": null}'),
    ("row 16: time a number", 422, '{"name": "A", "timestamp": 1700000000}'),
    ("row 18: time in year 1", 422, '{"name": "A", "timestamp": "0001-01-01T00:00:00+00:00"}'),
    ("row 18: time in year 9999", 422, '{"name": "A", "timestamp": "9999-12-31T23:59:59Z"}'),
    ("row 18: time tomorrow", 422, f'{{"name": "A", "timestamp": "{TOMORROW}T00:00:00Z"}}'),
    (
        "row 18: time at the edge",
        422,
        '{"name": "A", "timestamp": "0001-01-01T00:00:00+23:59"}',
    ),
    ("row 18: watched in year 1", 422, '{"name": "A", "watched_date": "0001-01-01"}'),
    ("row 18: watched in year 9999", 422, '{"name": "A", "watched_date": "9999-12-31"}'),
    ("row 18: watched tomorrow", 422, f'{{"name": "A", "watched_date": "{TOMORROW}"}}'),
    ("row 18: year 1", 422, '{"name": "A", "year": 1}'),
    ("row 18: year 9999", 422, '{"name": "A", "year": 9999}'),
    ("watched on 30 February", 422, '{"name": "A", "watched_date": "2025-02-30"}'),
    ("watched on a week", 422, '{"name": "A", "watched_date": "2025-W04-1"}'),
    ("watched at a time", 422, '{"name": "A", "watched_date": "2025-01-20T10:00:00Z"}'),
    ("watched_date a number", 422, '{"name": "A", "watched_date": 20250120}'),
    ("watched_date in other digits", 422, '{"name": "A", "watched_date": "٢٠٢٥-٠١-٢٠"}'),
    ("year as text", 422, '{"name": "A", "year": "2010"}'),
    ("year true", 422, '{"name": "A", "year": true}'),
    ("year 2010.5", 422, '{"name": "A", "year": 2010.5}'),
    ("duration 0", 422, '{"name": "A", "duration": 0}'),
    ("duration -5", 422, '{"name": "A", "duration": -5}'),
    ("genres one text", 422, '{"name": "A", "genres": "Drama"}'),
    ("genres null", 422, '{"name": "A", "genres": null}'),
    ("director a number", 422, '{"name": "A", "director": 7}'),
    ("row 22: not UTF-8", 400, b'{"name": "\xff"}'),
    ("row 22: null", 422, "null"),
    ("a list", 422, '[{"name": "A"}]'),
    ("a number", 422, "7"),
    ("nothing", 400, ""),
    ("not JSON", 400, "name=A"),
    ("cut off", 400, '{"name": "A"'),
    ("more behind the end", 400, '{"name": "A"} {}'),
    ("larger than 2 MiB", 413, '{"name": "A"' + " " * 2**21 + "}"),
]


@pytest.fixture(scope="module")
def container() -> Container:
    """One for all tests: what is refused leaves no trace."""
    return make_container(Settings(backend="memory"))


@pytest.fixture(scope="module")
def client(container: Container) -> Iterator[TestClient]:
    """A program that shows the household's token."""
    headers = {"Authorization": f"Bearer {container.home_token()}"}
    app = create_app(container)
    with TestClient(app, base_url="http://localhost", headers=headers) as client:
        yield client


@pytest.fixture
def refused(client: TestClient, container: Container) -> Callable[..., dict[str, Any]]:
    """Sends a request that must be refused and must leave the log as it is."""

    def refused(status: int, method: str, url: str, **request: Any) -> dict[str, Any]:
        tail = container.log().tail(0)
        response = client.request(method, url, **request)
        assert response.status_code == status, response.text
        assert container.log().tail(0) == tail
        assert response.headers["content-type"] == "application/problem+json"
        document = response.json()
        assert set(document) - {"field"} == {"type", "title", "status", "detail"}
        assert document["status"] == status
        detail = document["detail"]
        assert 5 < len(detail) < 300
        assert "\n" not in detail
        assert "Traceback" not in response.text
        return document

    return refused


@pytest.mark.parametrize(
    ("status", "body"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
def test_a_bad_body_is_refused(
    refused: Callable[..., dict[str, Any]], status: int, body: str | bytes
) -> None:
    """A film that breaks a rule is refused with a sentence, and nothing is stored."""
    content = body if isinstance(body, bytes) else body.encode()
    headers = {"Content-Type": "application/json"}
    refused(status, "POST", "/users/u1/movies", content=content, headers=headers)


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (422, "GET", "/users/%00/stats"),
        (422, "GET", "/users/%20/stats"),
        (422, "GET", f"/users/{'x' * 201}/stats"),
        (422, "GET", "/users/a%0Ab/stats"),
        (400, "GET", "/users/%FF/stats"),
        (400, "GET", "/users/%ED%A0%80/stats"),
        (422, "GET", "/users/u1/stats?at_least=-1"),
        (422, "GET", "/users/u1/stats?at_least=9223372036854775808"),
        (422, "GET", "/users/u1/stats?at_least=" + "9" * 5000),
        (422, "GET", "/users/u1/stats?as_of=today"),
        (422, "GET", "/users/u1/stats?as_of=0"),
        (422, "GET", "/users/u1/stats?as_of=2025-13-01"),
        (422, "GET", "/users/u1/affinities"),
        (422, "GET", "/users/u1/affinities?type=$gt"),
        (422, "GET", "/users/u1/affinities?type=genre&by=name"),
        (422, "GET", "/users/u1/affinities?type=genre&limit=0"),
        (422, "GET", "/users/u1/affinities?type=genre&limit=1001"),
        (422, "GET", "/users/u1/affinities/producer/X/entries"),
        (422, "GET", "/users/u1/diary?limit=ten"),
        (422, "GET", "/users/u1/diary?cursor=x"),
        (422, "GET", "/users/u1/diary?cursor=%F0%9F%8E%AC"),
        (422, "GET", "/users/u1/years/1"),
        (422, "GET", "/users/u1/years/10000"),
        (422, "GET", "/users/u1/years/MMXX"),
        (404, "GET", "/users/u1/movies/nobody"),
        (404, "DELETE", "/users/u1/movies/row%2019"),
        (404, "DELETE", "/users/u1/movies/%00"),
        (404, "POST", "/users/u1/imports/nothing/undo"),
        (405, "GET", "/users/u1"),
        (404, "GET", "/users//stats"),
        (404, "GET", "/static/../app.py"),
        (404, "GET", "/static/..%2f..%2fapi%2fapp.py"),
        (405, "PUT", "/users/u1/movies"),
        (405, "DELETE", "/trends"),
    ],
)
def test_a_bad_address_is_refused(
    refused: Callable[..., dict[str, Any]], status: int, method: str, path: str
) -> None:
    """A path or a parameter that breaks a rule is refused with a sentence."""
    refused(status, method, path)


def test_fault_row_19_rating_what_is_not_there_is_refused(
    refused: Callable[..., dict[str, Any]],
) -> None:
    """A film that is not in the diary cannot be re-rated."""
    document = refused(404, "PATCH", "/users/u1/movies/x", json={"rating": 4})
    assert document["type"] == "urn:cinestats:entry-not-found"


@pytest.mark.parametrize("rating", [True, "5", 0, 11, 4.75, [], {}], ids=str)
def test_a_bad_rating_is_refused(
    refused: Callable[..., dict[str, Any]], add: Callable[..., dict[str, Any]], rating: object
) -> None:
    """PATCH takes the same ratings as POST."""
    url = f"/users/u1/movies/{add(f'Rated {type(rating).__name__} {rating}')['entry_id']}"
    assert refused(422, "PATCH", url, json={"rating": rating})["field"] == "rating"


def test_a_rating_must_be_said(
    refused: Callable[..., dict[str, Any]], add: Callable[..., dict[str, Any]]
) -> None:
    """Only null clears a rating: a body without any field is a mistake."""
    url = f"/users/u1/movies/{add('Not rated')['entry_id']}"
    assert refused(422, "PATCH", url, json={})["field"] == "body"


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_a_form_could_send_is_refused(
    refused: Callable[..., dict[str, Any]], media_type: str
) -> None:
    """Only application/json is read: no other site's form can send that."""
    headers = {"Content-Type": media_type}
    refused(415, "POST", "/users/u1/movies", content=b'{"name": "A"}', headers=headers)


def test_the_field_is_named_as_the_caller_knows_it(
    refused: Callable[..., dict[str, Any]],
) -> None:
    """A bad title is called by its name in the body."""
    document = refused(422, "POST", "/users/u1/movies", json={"name": " "})
    assert document["field"] == "name"
    assert document["detail"] == "name: must not be blank"


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (422, {"files": {"film": ("a.csv", b"Title\nX\n")}}),
        (400, {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}),
        (
            400,
            {
                "content": b"junk",
                "headers": {"Content-Type": "multipart/form-data; boundary=b"},
            },
        ),
        (422, {"content": b""}),
        (422, {"content": b"PK\x03\x04 no zip"}),
        (422, {"content": b'{"a": ' * 50_000}),
        (413, {"content": b"a,b\n" * (2**23 + 1)}),
        (413, {"content": b"a,b\n" * (2**24 + 1)}),
    ],
    ids=["no file", "no boundary", "no form", "empty", "bad zip", "deep", "file", "body"],
)
def test_a_bad_upload_is_refused(
    refused: Callable[..., dict[str, Any]], status: int, request_: dict[str, Any]
) -> None:
    """A file that as a whole cannot be read is refused with a sentence."""
    refused(status, "POST", "/users/u1/imports", **request_)


def test_an_unknown_format_is_refused(refused: Callable[..., dict[str, Any]]) -> None:
    """The format is one of those that the importers know."""
    document = refused(422, "POST", "/users/u1/imports?format=xls", content=b"Title\nX\n")
    assert document["field"] == "format"
