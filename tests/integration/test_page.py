"""The page in a real browser: Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import httpx2
import pytest

from cinestats.domain.diary import AddMovie
from cinestats.domain.movie import Movie
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DIARY = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Gladiator,2000,https://boxd.it/1,4.5,,,2025-01-20
2025-01-22,The Dark Knight,2008,https://boxd.it/2,5,,,2025-01-22
2025-02-02,The Dark Knight,2008,https://boxd.it/2,4,Yes,,2025-02-01
2025-02-03,<b>Bold</b> & Co,1999,https://boxd.it/3,,,,2025-02-03
2025-02-04,,2001,https://boxd.it/4,3,,,2025-02-04
"""
WAIT_MS = 20_000


def missing(what: str) -> None:
    """Skip where a component is missing, except in CI, where it has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        missing("Playwright")
    if not CHROMIUM.exists():
        missing(f"Chromium ({CHROMIUM})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def server(data_dir: Path) -> Iterator[ServerProcess]:
    with ServerProcess(data_dir) as server:
        yield server


@dataclass
class Visit:
    """An open page, and what went wrong on it."""

    page: "Page"
    trouble: list[str] = field(default_factory=list[str])

    def figure(self, label: str) -> str:
        """A big figure, by its label."""
        return self.page.locator("#headline div", has_text=label).locator("dd").inner_text()

    def wait_for_figure(self, label: str, value: str) -> None:
        wanted = self.page.locator("#headline div", has_text=label).locator(
            "dd", has_text=value
        )
        wanted.wait_for(timeout=WAIT_MS)

    def no_trouble(self) -> None:
        assert self.trouble == []
        assert not self.page.locator("#trouble").is_visible()


@contextmanager
def visiting(
    browser: "Browser", server: ServerProcess, user: str, **options: Any
) -> Iterator[Visit]:
    """Open the page of a user, and note all that goes wrong on it."""
    context = browser.new_context(**options)
    page = context.new_page()
    visit = Visit(page)

    def check(url: str) -> None:
        if not url.startswith(server.url):
            visit.trouble.append(f"leaves the host: {url}")

    page.on("request", lambda request: check(request.url))
    page.on("console", lambda message: visit.trouble.append(message.text))
    page.on("pageerror", lambda error: visit.trouble.append(str(error)))
    page.goto(f"{server.url}/?user={user}")
    yield visit
    context.close()


@pytest.fixture
def visit(
    browser: "Browser", server: ServerProcess, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    with visiting(browser, server, request.node.name) as visit:
        yield visit


def upload(visit: Visit, text: str = DIARY) -> None:
    file = {"name": "diary.csv", "mimeType": "text/csv", "buffer": text.encode()}
    visit.page.set_input_files("#file", [file])
    visit.page.get_by_text("Undo this import").wait_for(timeout=WAIT_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_from_the_empty_state_to_the_figures(
    browser: "Browser", server: ServerProcess, width: int, scheme: Literal["light", "dark"]
) -> None:
    """At both widths, light and dark: what to do next, an upload, its report, the figures."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with visiting(browser, server, f"{width}{scheme}", **options) as visit:
        page = visit.page
        page.get_by_text("An empty diary").wait_for(timeout=WAIT_MS)
        assert page.get_by_text("cinestats demo").is_visible()
        assert page.locator("#figures").is_hidden()
        upload(visit)
        assert "4 films added" in page.locator("#report").inner_text()
        assert "Line 6" in page.locator("#report").inner_text()
        visit.wait_for_figure("films watched", "4")
        assert page.locator("#empty").is_hidden()
        assert visit.figure("average rating").startswith("4.50")
        assert visit.figure("films rated") == "3"
        assert page.locator("#months tbody tr").inner_text().split() == ["2025", "2", "2"]
        assert page.locator("#director .name").first.inner_text() == "Christopher Nolan"
        assert page.locator("#diary tr").count() == 4
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        visit.no_trouble()


def test_titles_are_text(visit: Visit) -> None:
    """What looks like markup in a title is shown as it is written."""
    upload(visit)
    visit.page.locator("#diary").get_by_text("<b>Bold</b> & Co").wait_for(timeout=WAIT_MS)
    assert visit.page.locator("#diary b").count() == 0
    visit.no_trouble()


def test_an_import_is_undone(visit: Visit) -> None:
    """One press takes the import back, and the empty state returns."""
    upload(visit)
    visit.wait_for_figure("films watched", "4")
    visit.page.get_by_text("Undo this import").click()
    visit.page.get_by_text("An empty diary").wait_for(timeout=WAIT_MS)
    assert "4 changes taken back" in visit.page.locator("#report").inner_text()
    visit.no_trouble()


def test_a_file_is_dropped(visit: Visit) -> None:
    """A file that is dropped on the area is imported like a chosen one."""
    transfer = visit.page.evaluate_handle(
        """text => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], "diary.csv", { type: "text/csv" }));
            return transfer;
        }""",
        DIARY,
    )
    visit.page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
    visit.wait_for_figure("films watched", "4")
    visit.no_trouble()


def test_a_film_is_added_by_keyboard(visit: Visit) -> None:
    """The form works without a mouse, and shows the server's sentence when it refuses."""
    page = visit.page
    page.get_by_role("textbox", name="Title").focus()
    page.keyboard.type("Gladiator")
    page.keyboard.press("Tab")
    page.keyboard.type("2000")
    page.keyboard.press("Enter")
    visit.wait_for_figure("films watched", "1")
    assert "Gladiator is in the diary" in page.locator("#added").inner_text()
    visit.no_trouble()
    page.locator("input[name=name]:focus").wait_for(timeout=WAIT_MS)
    page.keyboard.type("Gladiator")
    page.keyboard.press("Enter")
    page.get_by_text("already in the diary").wait_for(timeout=WAIT_MS)
    assert visit.figure("films watched") == "1"


def test_a_figure_is_explained(visit: Visit) -> None:
    """Opening a name shows the films behind its figure."""
    upload(visit)
    visit.page.locator("#director summary", has_text="Christopher Nolan").click()
    films = visit.page.locator("#director details[open] li")
    films.first.wait_for(timeout=WAIT_MS)
    assert films.count() == 2
    assert "The Dark Knight" in films.first.inner_text()
    visit.no_trouble()


def test_an_opened_name_stays_open_when_the_figures_change(visit: Visit) -> None:
    """A live change draws the list anew and does not close what is being read."""
    upload(visit)
    visit.page.locator("#director summary", has_text="Christopher Nolan").click()
    films = visit.page.locator("#director details[open] li")
    films.first.wait_for(timeout=WAIT_MS)
    visit.page.get_by_label("Title").fill("Memento")
    visit.page.get_by_role("button", name="Add to the diary").click()
    visit.page.locator("#diary").get_by_text("Memento").wait_for(timeout=WAIT_MS)
    films.first.wait_for(timeout=WAIT_MS)
    visit.no_trouble()


def test_a_write_of_another_process_shows_by_itself(visit: Visit, data_dir: Path) -> None:
    """A change by another process is on the page within two seconds, with no reload."""
    visit.page.get_by_text("Live", exact=True).wait_for(timeout=WAIT_MS)
    user = visit.page.evaluate("new URLSearchParams(location.search).get('user')")
    container = make_container(Settings(backend="embedded", data_dir=data_dir))
    now = container.clock()()
    day = now.date()
    container.recorder().record(
        AddMovie("e1", user, "e1", Movie.create("Heat"), 8, day, day, day, now)
    )
    visit.page.locator("#diary").get_by_text("Heat").wait_for(timeout=2000)
    assert visit.figure("average rating").startswith("4.00")
    visit.no_trouble()


def test_an_impossible_user_is_told(browser: "Browser", server: ServerProcess) -> None:
    """Instead of figures there is the server's sentence."""
    with visiting(browser, server, "x" * 201) as visit:
        visit.page.get_by_text("user: is 201 characters long").wait_for(timeout=WAIT_MS)


def test_every_control_and_figure_has_a_name(visit: Visit) -> None:
    """A screen reader meets no control, list or table without a name."""
    upload(visit)
    visit.wait_for_figure("films watched", "4")
    nameless = visit.page.evaluate(
        """() => [...document.querySelectorAll("input, select, button, table, ol[id]")]
            .filter(element => !element.labels?.length
                && !element.textContent.trim()
                && !document.getElementById(element.getAttribute("aria-labelledby")))
            .map(element => element.outerHTML)"""
    )
    assert nameless == []
    rating = visit.page.locator("#ratings li").nth(8)
    assert "4½ stars: 1 film" in rating.inner_text()


def test_the_reference_of_the_api(browser: "Browser", server: ServerProcess) -> None:
    """/docs lists every route without help from another host."""
    with visiting(browser, server, "me") as visit:
        visit.page.goto(f"{server.url}/docs")
        visit.page.get_by_text("/users/{user}/movies", exact=True).first.click()
        assert visit.page.get_by_text("Stars in half steps").first.is_visible()
        routes = httpx2.get(f"{server.url}/openapi.json").json()["paths"].values()
        assert visit.page.locator("#reference details").count() == sum(map(len, routes))
        visit.no_trouble()
