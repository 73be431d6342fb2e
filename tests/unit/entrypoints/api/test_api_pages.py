import html
import posixpath
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.api import pages
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container

pytestmark = pytest.mark.slow


@pytest.fixture
def page(container: Container) -> Iterator[TestClient]:
    """A browser at home that has not opened the link."""
    headers = {"User-Agent": "Mozilla/5.0", "Sec-Fetch-Site": "same-origin"}
    app = create_app(container)
    with TestClient(
        app, base_url="http://localhost", headers=headers, follow_redirects=False
    ) as page:
        yield page


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("/?token={}", "/"),
        ("/u/anna/year/2024?token={}", "/u/anna/year/2024"),
        ("/u/anna/then?day=2024-01-01&token={}&x=a%26b", "/u/anna/then?day=2024-01-01&x=a%26b"),
        ("/u/a%2Fb%20%C3%A8?token={}", "/u/a%2Fb%20%C3%A8"),
        ("/u//evil.example?token={}", "/u//evil.example"),
    ],
)
def test_the_link_opens_the_pages(
    page: TestClient, container: Container, path: str, left: str
) -> None:
    """The token becomes a cookie and leaves the address; its cookie is not the token."""
    token = container.home_token()
    answer = page.get(path.format(token))
    assert answer.status_code == 303
    assert answer.headers["Location"] == left
    cookie = answer.headers["Set-Cookie"]
    assert token not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    assert page.get("/session").json()["signed_in"] is True
    assert page.post("/users/u1/movies", json={"name": "Heat"}).status_code == 201


@pytest.mark.parametrize("token", ["", "wrong", "%00", "a" * 1000, "%ED%A0%80"])
def test_a_wrong_token_shows_the_page_and_opens_nothing(page: TestClient, token: str) -> None:
    """The page says how to get in."""
    answer = page.get(f"/?token={token}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "Set-Cookie" not in answer.headers
    assert page.get("/session").json()["signed_in"] is False
    assert page.get("/users/u1/stats").status_code == 401


def test_a_wrong_cookie_opens_nothing(page: TestClient, container: Container) -> None:
    """Neither one of another server on this machine, nor the token itself."""
    for value in ("css_other", container.home_token(), "è"):
        headers = {"Cookie": f"cinestats_session={value}".encode()}
        assert page.get("/users/u1/stats", headers=headers).status_code == 401


def test_a_new_token_ends_every_session(page: TestClient, container: Container) -> None:
    """The cookie follows from the token."""
    page.get(f"/?token={container.home_token()}")
    container.home_token.reset()
    other = TestClient(create_app(container), base_url="http://localhost")
    headers = {"Cookie": f"cinestats_session={page.cookies['cinestats_session']}"}
    assert other.get("/users/u1/stats", headers=headers).status_code == 401


LINK = re.compile("<link rel=.(?:modulepreload|preload).*?>\n")


@pytest.mark.parametrize(
    "path",
    ["/u/anna", "/u/anna/year/2024", "/u/anna/director/A%2FB", "/u/a/nothing", "/u/", "/u/%00"],
)
def test_every_address_of_the_pages_has_the_same_shell(page: TestClient, path: str) -> None:
    """The browser's own code finds out what to show; only what it fetches first differs."""
    assert LINK.sub("", page.get(path).text) == LINK.sub("", page.get("/").text)


def test_a_shell_names_all_that_its_page_is_made_of(page: TestClient) -> None:
    """Each module that is imported from another, down to the last."""
    files = re.findall(
        r'modulepreload" href="[^"]+/(\w+/[\w-]+\.js|app\.js)"', page.get("/u/a").text
    )
    assert {"app.js", "pages/overview.js", "pages/overview-time.js", "lib/chart.js"} <= set(
        files
    )
    assert "vendor/echarts.js" not in files
    assert "pages/diary.js" not in files
    for file in files:
        for name in re.findall(r'from "(\.[^"]+)"', page.get(f"/static/{file}").text):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(file), name)) in files


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/u/anna", ["/users/anna/overview?period=all", "/users/anna/enrich"]),
        (
            "/u/a%2Fb%27%20%C3%A8?period=2024",
            ["/users/a%2Fb'%20%C3%A8/overview?period=2024", "/users/a%2Fb'%20%C3%A8/enrich"],
        ),
        ("/u/anna?as_of=2024-01-01", []),
        ("/u/anna/diary", ["/users/anna/diary?limit=50"]),
        ("/u/anna/diary?q=heat", []),
        ("/u/anna/year/2024", ["/users/anna/overview?period=2024"]),
        ("/u/anna/year", []),
        ('/u/"><script>/diary', ["/users/%22%3E%3Cscript%3E/diary?limit=50"]),
        ("/", []),
    ],
)
def test_the_owners_shell_names_what_its_page_asks_for_first(
    page: TestClient, container: Container, path: str, asked: list[str]
) -> None:
    """Letter by letter as the page does; nobody known is told of no diary."""
    found = re.compile('as="fetch" crossorigin href="([^"]+)"')
    assert found.findall(page.get(path).text) == ["/session"]
    page.get(f"/?token={container.home_token()}")
    assert [html.unescape(each) for each in found.findall(page.get(path).text)] == [
        "/session",
        *asked,
    ]


def test_the_styles_of_the_pages_are_one_file(page: TestClient) -> None:
    """Compressed or not, and asked for once."""
    for encoding in ("gzip", "identity"):
        headers = {"Accept-Encoding": encoding}
        answer = page.get(f"/static/{pages.VERSION}/pages.css", headers=headers)
        assert ".year-days" in answer.text
        assert ".play" in answer.text
        assert answer.headers.get("Content-Encoding", "identity") == encoding
        again = {**headers, "If-None-Match": answer.headers["ETag"]}
        assert page.get("/static/pages.css", headers=again).status_code == 304


def test_the_token_of_the_url_is_only_for_pages(page: TestClient, container: Container) -> None:
    """In the address of data it would end up in logs and histories."""
    answer = page.get("/users/u1/stats", params={"token": container.home_token()})
    assert answer.status_code == 401


def test_the_files_of_a_page_are_asked_for_once(page: TestClient) -> None:
    """Their addresses change with them, so a browser may keep what it has under one."""
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.get("/").text)
    assert len(files) > 10
    for file in files:
        answer = page.get(file)
        assert answer.status_code == 200, file
        assert "immutable" in answer.headers["Cache-Control"], file


@pytest.mark.parametrize("folder", ["", "v-0123456789abcdef/"])
def test_without_the_present_version_a_file_is_asked_for_each_time(
    page: TestClient, folder: str
) -> None:
    """So it is for a page that was opened before an upgrade: it still finds its files."""
    answer = page.get(f"/static/{folder}app.js")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_version_is_no_way_out_of_the_folder(page: TestClient) -> None:
    """What lies beside it is not served."""
    for path in ("..%2fapp.py", "../../api/app.py", "nothing.js"):
        assert page.get(f"/static/{pages.VERSION}/{path}").status_code == 404
