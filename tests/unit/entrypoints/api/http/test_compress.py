"""What goes out compressed, and what must not."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.api.http.compress import LEAST, accepts
from cinestats.entrypoints.api.pages import STATIC, VERSION

pytestmark = pytest.mark.slow

ECHARTS = f"/static/{VERSION}/vendor/echarts.js"


def head_of(client: TestClient, method: str, path: str, encodings: str, **kw: Any) -> Any:
    """The headers of an answer as they are sent."""
    with client.stream(method, path, headers={"Accept-Encoding": encodings}, **kw) as answer:
        return answer.headers, b"".join(answer.iter_raw())


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("br, GZip;q=0.5", True),
        ("gzip;q=1.0", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("x-gzip, br", False),
        ("", False),
    ],
)
def test_an_encoding_is_taken_where_the_caller_names_it(header: str, taken: bool) -> None:
    """One with the weight 0 is refused."""
    assert accepts(header, "gzip") is taken


@pytest.mark.parametrize(
    ("encodings", "encoding", "suffix"),
    [("gzip, deflate, br, zstd", "br", ".br"), ("gzip", "gzip", ".gz"), ("deflate", None, "")],
)
def test_a_library_goes_out_as_it_was_compressed(
    client: TestClient, encodings: str, encoding: str | None, suffix: str
) -> None:
    """With the type of the module, to be kept for ever; a proxy is told what it hangs on."""
    headers, body = head_of(client, "GET", ECHARTS, encodings)
    assert headers.get("Content-Encoding") == encoding
    assert body == (STATIC / f"vendor/echarts.js{suffix}").read_bytes()
    assert headers["Content-Type"].startswith("text/javascript")
    assert headers["Vary"] == "Accept-Encoding"
    assert "immutable" in headers["Cache-Control"]
    told, nothing = head_of(client, "HEAD", ECHARTS, encodings)
    assert (told["Content-Length"], nothing) == (str(len(body)), b"")


@pytest.mark.parametrize("name", ["app.js", "style.css", "texts/import.js", "icon.svg"])
def test_a_file_of_the_pages_goes_out_compressed(client: TestClient, name: str) -> None:
    """Each form has an ETag of its own, by which it is not sent again."""
    plain, whole = head_of(client, "GET", f"/static/{name}", "identity")
    packed, body = head_of(client, "GET", f"/static/{name}", "gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Content-Type"] == plain["Content-Type"]
    assert gzip.decompress(body) == whole == (STATIC / name).read_bytes()
    assert packed["ETag"] != plain["ETag"]
    again = client.get(
        f"/static/{name}",
        headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Vary"] == "Accept-Encoding"


@pytest.fixture
def diary(add: Callable[..., dict[str, Any]]) -> None:
    for n in range(20):
        add("Inception", watched_date=f"2024-01-{n + 1:02}", rating=4)


@pytest.mark.usefixtures("diary")
@pytest.mark.parametrize(
    "path",
    ["/users/u1/overview", "/users/u1/years/2024", "/users/u1/diary", "/openapi.json", "/"],
)
def test_a_read_goes_out_compressed(client: TestClient, path: str) -> None:
    """It is the same; HEAD tells of the same; what is known already is not sent again."""
    plain, whole = head_of(client, "GET", path, "identity")
    packed, body = head_of(client, "GET", path, "gzip")
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == whole
    assert packed["Vary"] == plain["Vary"] == "Accept-Encoding"
    assert int(packed["Content-Length"]) == len(body) < len(whole)
    assert head_of(client, "HEAD", path, "gzip")[0]["Content-Length"] == str(len(body))
    if "ETag" in packed:
        assert packed["ETag"] == plain["ETag"]
        again = client.get(path, headers={"If-None-Match": packed["ETag"]})
        assert (again.status_code, again.headers["Vary"]) == (304, "Accept-Encoding")


def test_what_holds_a_secret_is_never_compressed(client: TestClient) -> None:
    """A token, the link of a diary, and the answers beside them, however long (BREACH)."""
    long = "n" * LEAST
    answers = [
        head_of(client, "GET", f"/users/u1/movies/{long}", "gzip"),
        head_of(client, "GET", "/session", "gzip"),
        head_of(client, "GET", "/users/u1/settings", "gzip"),
        head_of(client, "POST", "/users/u1/movies", "gzip", json={"name": long}),
        *(
            head_of(client, "POST", "/users/u1/webhooks", "gzip", json={"url": url})
            for url in ("https://films.example.org/hook", f"https://films.example.org/{long}")
        ),
    ]
    for headers, body in answers:
        assert "Content-Encoding" not in headers
        assert body[:1] == b"{"


def test_a_short_answer_stays_as_it_is(client: TestClient) -> None:
    """Compressed it would be longer."""
    headers, body = head_of(client, "GET", "/users/nobody/stats", "gzip")
    assert "Content-Encoding" not in headers
    assert len(body) < LEAST
    assert headers["Vary"] == "Accept-Encoding"
