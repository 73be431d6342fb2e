"""The shell and the main pages in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx2
import pytest

from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .browser import Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

DIARY = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2024-03-02,Heat,1995,https://boxd.it/0,4,,,2024-03-02
2025-01-21,Gladiator,2000,https://boxd.it/1,4.5,,,2025-01-20
2025-01-22,The Dark Knight,2008,https://boxd.it/2,5,,,2025-01-21
2025-02-02,The Dark Knight,2008,https://boxd.it/2,4,Yes,,2025-02-01
2025-02-03,<b>Bold</b> & Co,1999,https://boxd.it/3,,,,2025-02-03
"""


@pytest.fixture
def visit(browser: "Browser", server: ServerProcess) -> Iterator[Visit]:
    with visiting(browser, server, viewport={"width": 1440, "height": 900}) as visit:
        yield visit


def fill(visit: Visit, user: str, text: str = DIARY) -> None:
    """Import a file as a program does, and wait for the figures."""
    url = f"{visit.origin}/users/{user}"
    file = {"file": ("diary.csv", text.encode(), "text/csv")}
    report = httpx2.post(f"{url}/imports", files=file).raise_for_status().json()
    httpx2.get(f"{url}/stats", params={"at_least": report["position"]}).raise_for_status()


def figure(page: "Page", label: str) -> "Locator":
    """A big figure, by its label."""
    return page.locator(".figures > div", has_text=label).locator("dd")


def wait_for_figure(page: "Page", label: str, value: str) -> None:
    figure(page, label).get_by_text(value).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_from_the_empty_state_to_the_figures(
    browser: "Browser",
    server: ServerProcess,
    user: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    """At both widths, light and dark: how to begin, then every figure, without a reload."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with visiting(browser, server, **options) as visit:
        page = visit.page
        visit.open(f"/u/{user}")
        page.get_by_text("An empty diary").wait_for()
        assert page.get_by_text("cinestats demo").is_visible()
        page.get_by_text("Live", exact=True).wait_for()
        fill(visit, user)
        wait_for_figure(page, "plays", "5")
        assert figure(page, "films").inner_text() == "4"
        assert figure(page, "average rating").inner_text().startswith("4.38")
        assert page.get_by_text("1 rewatch", exact=True).is_visible()
        assert page.get_by_text("Longest run: 2 days in a row").is_visible()
        for chart in ("Plays by rating", "Over time", "Weekdays", "Decades of release"):
            page.get_by_role("img", name=chart).locator("canvas").wait_for()
        assert visit.fits()
        visit.no_trouble()


def test_titles_are_text(visit: Visit, user: str) -> None:
    """What looks like markup in a title is shown as it is written."""
    fill(visit, user)
    visit.open(f"/u/{user}")
    title = visit.page.locator(".film-title", has_text="<b>Bold</b> & Co").first
    title.wait_for()
    assert title.locator("b").count() == 0
    visit.no_trouble()


def test_a_chart_is_a_table_too(visit: Visit, user: str) -> None:
    """Who cannot see a chart reads the same figures."""
    fill(visit, user)
    visit.open(f"/u/{user}")
    ratings = visit.page.get_by_role("region", name="Ratings")
    ratings.get_by_text("Show as table").click()
    rows = [row.split() for row in ratings.locator("tbody tr").all_inner_texts()]
    assert rows[-3:] == [["4", "2"], ["4½", "1"], ["5", "1"]]


def test_the_period_is_in_the_address(visit: Visit, user: str) -> None:
    """A year and a month of it are chosen; what is calendar and what is rolling is said."""
    fill(visit, user)
    page = visit.page
    visit.open(f"/u/{user}")
    page.get_by_label("Period").select_option("2025")
    wait_for_figure(page, "plays", "4")
    page.get_by_text("Calendar: plays watched from 1 Jan 2025 to 31 Dec 2025.").wait_for()
    page.get_by_label("Month").select_option("January")
    wait_for_figure(page, "plays", "2")
    assert page.url.endswith(f"/u/{user}?period=2025-01")
    page.reload()
    wait_for_figure(page, "plays", "2")
    page.get_by_label("Period").select_option("last-30-days")
    page.get_by_text("Rolling: plays watched in the 30 days").wait_for()
    page.get_by_text("Nothing watched in this time").wait_for()
    page.go_back()
    wait_for_figure(page, "plays", "2")
    visit.no_trouble()


def test_a_period_from_day_to_day(visit: Visit, user: str) -> None:
    """Two days are asked for, and only what lies between them counts."""
    fill(visit, user)
    page = visit.page
    visit.open(f"/u/{user}")
    page.get_by_label("Period").select_option("range")
    page.get_by_label("From").fill("2024-03-01")
    page.get_by_label("To", exact=True).fill("2025-01-20")
    page.get_by_role("button", name="Show").click()
    wait_for_figure(page, "plays", "2")
    assert page.url.endswith("?period=2024-03-01..2025-01-20")
    visit.no_trouble()


def test_days_that_are_typed_stay_when_the_figures_change(visit: Visit, user: str) -> None:
    """A film that comes in meanwhile draws the page anew, and takes nothing that was typed."""
    fill(visit, user)
    page = visit.page
    visit.open(f"/u/{user}")
    page.get_by_text("Live", exact=True).wait_for()
    page.get_by_label("Period").select_option("range")
    page.get_by_label("From").fill("2024-03-01")
    before = int(figure(page, "plays").inner_text())
    url = f"{visit.origin}/users/{user}/movies"
    httpx2.post(url, json={"name": "Another film"}).raise_for_status()
    wait_for_figure(page, "plays", str(before + 1))
    assert page.get_by_label("From").input_value() == "2024-03-01"
    page.get_by_label("To", exact=True).fill("2025-01-20")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**?period=2024-03-01..2025-01-20")
    page.reload()
    page.get_by_label("From").wait_for()
    assert page.get_by_label("From").input_value() == "2024-03-01"
    visit.no_trouble()


def test_a_figure_leads_to_what_it_counts(visit: Visit, user: str) -> None:
    """The rankings order by plays, films and rating; a name leads to its own page."""
    fill(visit, user)
    page = visit.page
    visit.open(f"/u/{user}")
    directors = page.locator(".ranking").first.locator("li")
    directors.first.wait_for()
    assert directors.first.inner_text().split("\n")[:2] == ["Christopher Nolan", "2 plays"]
    page.get_by_role("tab", name="By plays").focus()
    page.keyboard.press("End")
    page.get_by_text("at least 3 films").wait_for()
    page.get_by_text("Nobody has 3 films with ratings yet.").first.wait_for()
    page.keyboard.press("Home")
    page.get_by_role("link", name="Christopher Nolan").first.click()
    page.get_by_role("heading", level=1, name="Christopher Nolan").wait_for()
    assert page.url.endswith(f"/u/{user}/director/Christopher%20Nolan")
    visit.no_trouble()


def test_a_write_of_another_process_shows_by_itself(
    visit: Visit, user: str, data_dir: Path
) -> None:
    """A change by another process is on the page by itself, with no reload."""
    page = visit.page
    visit.open(f"/u/{user}")
    page.get_by_text("Live", exact=True).wait_for()
    container = make_container(Settings(backend="embedded", data_dir=data_dir))
    now = container.clock()()
    day = now.date()
    container.recorder().record(
        AddMovie(
            event_id=user,
            user_id=user,
            entry=Entry(user, Movie.create("Heat"), 8, day, day),
            today=day,
            now=now,
        )
    )
    page.locator(".film-title", has_text="Heat").first.wait_for()
    assert figure(page, "average rating").inner_text().startswith("4.00")
    visit.no_trouble()


def test_a_lost_line_is_found_again(visit: Visit, user: str) -> None:
    """The stream is opened anew by itself, and what changed meanwhile shows."""
    page = visit.page
    page.route("**/stream", lambda route: route.abort())
    visit.open(f"/u/{user}")
    page.get_by_text("Reconnecting …").wait_for()
    page.get_by_text("An empty diary").wait_for()
    fill(visit, user)
    page.unroute("**/stream")
    page.get_by_text("Live", exact=True).wait_for()
    wait_for_figure(page, "plays", "5")


def test_a_page_that_cannot_be_loaded(visit: Visit, user: str) -> None:
    """It is said in a sentence, and trying again loads it."""
    page = visit.page
    page.route("**/pages/year.js", lambda route: route.abort())
    page.goto(f"{visit.origin}/u/{user}/year/2025")
    page.get_by_text("This page could not be loaded.").wait_for()
    page.unroute("**/pages/year.js")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", level=1, name="2025 in films").wait_for()


def test_the_figures_stay_when_the_server_fails(visit: Visit, user: str) -> None:
    """An error is a sentence and a way to try again, beside what was there."""
    fill(visit, user)
    page = visit.page
    visit.open(f"/u/{user}")
    wait_for_figure(page, "plays", "5")

    def fail(route: "Route") -> None:
        route.fulfill(status=503, json={"detail": "The store is busy; try again."})

    page.route("**/overview?*", fail)
    page.get_by_label("Period").select_option("2025")
    page.get_by_text("The store is busy; try again.").wait_for()
    assert figure(page, "plays").inner_text() == "5"
    page.unroute("**/overview?*")
    page.get_by_role("button", name="Try again").click()
    wait_for_figure(page, "plays", "4")
    assert page.locator(".trouble").count() == 0


def test_who_is_not_signed_in_is_led_to_the_start(visit: Visit, user: str) -> None:
    """The address of the home page says where to go back to."""

    def refuse(route: "Route") -> None:
        route.fulfill(status=401, json={"detail": "Sign in first."})

    session: dict[str, object] = {"mode": "server", "signed_in": False, "user_id": None}
    session |= {"scopes": [], "registration": "closed", "diaries": []}
    visit.page.route("**/session", lambda route: route.fulfill(json=session))
    visit.page.route("**/overview?*", refuse)
    visit.page.goto(f"{visit.origin}/u/{user}?period=2025")
    visit.page.wait_for_url(f"**/?back=%2Fu%2F{user}%3Fperiod%3D2025")


def test_an_impossible_user_is_told(visit: Visit) -> None:
    """Instead of figures there is the server's sentence."""
    visit.open(f"/u/{'x' * 201}")
    visit.page.get_by_text("at most 200 characters").wait_for()


@pytest.mark.parametrize("path", ["/u/anna/nothing", "/u/anna/year/2025/more"])
def test_an_address_without_a_page(visit: Visit, path: str) -> None:
    """It is said, with a way to the start."""
    visit.open(path)
    visit.page.get_by_role("heading", level=1, name="There is no such page").wait_for()
    assert visit.page.get_by_role("link", name="To the start").get_attribute("href") == "/"


def test_the_address_of_earlier_versions(visit: Visit) -> None:
    """/?user=x leads to the diary of x."""
    visit.page.goto(f"{visit.origin}/?user=anna%20b")
    visit.page.wait_for_url("**/u/anna%20b")


def test_pages_are_reached_by_keyboard(visit: Visit, user: str) -> None:
    """The focus goes to the new page's title, the document is named after it, back works."""
    page = visit.page
    fill(visit, user)
    visit.open(f"/u/{user}")
    wait_for_figure(page, "plays", "5")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("navigation").get_by_role("link", name="Year in review").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/year/2025")
    page.locator("h1:focus").wait_for()
    assert page.title() == "2025 in films · cinestats"
    current = page.locator("nav [aria-current=page]")
    assert current.inner_text() == "Year in review"
    page.go_back()
    page.locator("h1:focus", has_text="Overview").wait_for()
    visit.no_trouble()


def test_the_navigation_of_a_narrow_screen(
    browser: "Browser", server: ServerProcess, user: str
) -> None:
    """A bar at the bottom; what has no room there opens above it, and closes again."""
    with visiting(browser, server, viewport={"width": 360, "height": 740}) as visit:
        visit.open(f"/u/{user}")
        page = visit.page
        more = page.get_by_role("button", name="More")
        settings = page.get_by_role("link", name="Settings")
        assert more.get_attribute("aria-expanded") == "false"
        assert not settings.is_visible()
        more.click()
        assert more.get_attribute("aria-expanded") == "true"
        settings.wait_for()
        page.keyboard.press("Escape")
        settings.wait_for(state="hidden")
        more.click()
        page.get_by_role("link", name="Time travel").click()
        page.wait_for_url(f"**/u/{user}/then")
        settings.wait_for(state="hidden")
        visit.no_trouble()


def test_theme_and_language_are_kept(visit: Visit, user: str) -> None:
    """Both change at once and hold after a reload."""
    page = visit.page
    fill(visit, user)
    visit.open(f"/u/{user}")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_label("Theme").select_option("dark")
    assert page.evaluate(ground) != light
    page.get_by_label("Language").select_option("Italiano")
    page.get_by_role("heading", level=1, name="Panoramica").wait_for()
    page.reload()
    page.get_by_role("heading", level=1, name="Panoramica").wait_for()
    wait_for_figure(page, "voto medio", "4,38")
    assert page.evaluate("document.documentElement.lang") == "it"
    assert page.evaluate(ground) != light
    visit.no_trouble()


def test_the_language_of_the_browser(browser: "Browser", server: ServerProcess) -> None:
    """Who reads Italian is met in Italian."""
    with visiting(browser, server, locale="it-IT") as visit:
        visit.open("/u/nobody")
        visit.page.get_by_text("Un diario vuoto").wait_for()


def test_a_year_in_review(visit: Visit, user: str) -> None:
    """The latest year that has something; its first and last film, its fullest month."""
    fill(visit, user)
    page = visit.page
    visit.open(f"/u/{user}/year")
    page.wait_for_url("**/year/2025")
    wait_for_figure(page, "plays", "4")
    moments = page.locator(".moments")
    assert "Gladiator" in moments.locator("div", has_text="First film").inner_text()
    assert "<b>Bold</b> & Co" in moments.locator("div", has_text="Last film").inner_text()
    page.get_by_role("link", name="2024, the year before").click()
    page.get_by_role("heading", level=1, name="2024 in films").wait_for()
    wait_for_figure(page, "plays", "1")
    visit.no_trouble()


def test_a_year_is_one_sheet_of_paper(visit: Visit, user: str) -> None:
    """Printed, it fits A4, without the navigation."""
    fill(visit, user)
    visit.open(f"/u/{user}/year/2025")
    wait_for_figure(visit.page, "plays", "4")
    visit.page.locator(".year-days canvas").first.wait_for()
    sheets = re.findall(rb"/Type\s*/Page\b", visit.page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 1
    visit.page.emulate_media(media="print")
    assert not visit.page.get_by_role("navigation").is_visible()


def test_the_address_of_a_year_is_shared(
    browser: "Browser", server: ServerProcess, user: str
) -> None:
    """Where the browser has no way to share, the button copies the address."""
    grants = ["clipboard-read", "clipboard-write"]
    with visiting(browser, server, permissions=grants) as visit:
        fill(visit, user)
        visit.page.add_init_script("delete Navigator.prototype.share")
        visit.open(f"/u/{user}/year/2025")
        visit.page.get_by_role("button", name="Share").click()
        visit.page.get_by_text("The address is copied.").wait_for()
        assert visit.page.evaluate("navigator.clipboard.readText()") == visit.page.url
        visit.no_trouble()


def test_every_control_has_a_name(visit: Visit, user: str) -> None:
    """A screen reader meets no control, table, section or chart without a name."""
    fill(visit, user)
    for path in (f"/u/{user}", f"/u/{user}/year/2025", "/docs"):
        visit.open(path)
        visit.page.wait_for_timeout(500)
        nameless = visit.page.evaluate(
            """() => [...document.querySelectorAll(
                "input, select, button, a, table, section, [role=img], [role=region]")]
                .filter(element => !element.labels?.length
                    && !element.textContent.trim()
                    && !element.getAttribute("aria-label")
                    && !document.getElementById(element.getAttribute("aria-labelledby")))
                .map(element => element.outerHTML)"""
        )
        assert nameless == [], path
        assert visit.page.locator("h1").count() == 1


def test_the_reference_of_the_api(visit: Visit) -> None:
    """/docs lists every route without help from another host, and finds one by its words."""
    visit.open("/docs")
    page = visit.page
    page.locator("summary", has_text="/users/{user}/movies").first.click()
    page.get_by_text("Stars in half steps").first.wait_for()
    routes = httpx2.get(f"{visit.origin}/openapi.json").json()["paths"].values()
    operations = page.locator("details.operation")
    assert operations.count() == sum(map(len, routes))
    page.get_by_label("Find a route").fill("undo import")
    page.get_by_text("1 route", exact=True).wait_for()
    assert operations.count() == 1
    visit.no_trouble()


def test_the_frame_is_painted_before_the_figures(visit: Visit, user: str) -> None:
    """While the server still works there is something to see, and what comes moves little."""
    fill(visit, user)
    page = visit.page
    page.add_init_script(
        """globalThis.shift = 0;
        new PerformanceObserver(list => list.getEntries().forEach(entry => {
            if (!entry.hadRecentInput) globalThis.shift += entry.value;
        })).observe({ type: "layout-shift", buffered: true });"""
    )
    held: list[Route] = []

    def hold(route: "Route") -> None:
        held.append(route)

    page.route("**/overview?*", hold)
    visit.open(f"/u/{user}")
    page.locator(".overview-skeleton").wait_for()
    page.wait_for_function(
        "() => performance.getEntriesByName('first-contentful-paint').length === 1"
    )
    for route in held:
        route.continue_()
    page.unroute("**/overview?*", hold)
    wait_for_figure(page, "plays", "5")
    page.locator(".days canvas").first.wait_for()
    assert page.evaluate("shift") < 0.1
    visit.no_trouble()
