"""What the pages say of a diary is so, in a real browser."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import httpx2
import pytest

from .browser import SERVER_ZONE, Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HEAD = "Title,Year,Rating,Watched\n"
POOR = HEAD + "Cats,2019,0.5,2024-03-01\nGigli,2003,,2024-03-02\n"
GOOD = HEAD + "".join(
    f"{title},1999,{rating},{day}\n"
    for title, rating, day in (
        ("12 Monkeys", 5, "2024-01-02"),
        ("Alien", 5, "2024-05-01"),
        ("Zodiac", 5, "2023-01-01"),
        ("Zodiac", 4, "2024-02-01"),
        ("Heat", 4, "2024-06-01"),
        ("Cats", 0.5, "2024-06-02"),
        ("Old", 3, "1999-06-02"),
    )
)
WATCHLIST = "Date,Name,Year,Letterboxd URI\n" + "".join(
    f"2024-02-0{n},Film {n},1979,https://boxd.it/{n}\n" for n in (1, 2, 3)
)
COLOURS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""
"""How many colours a canvas shows."""


@pytest.fixture
def visit(browser: "Browser", server: ServerProcess) -> Iterator[Visit]:
    with visiting(browser, server, viewport={"width": 1280, "height": 900}) as visit:
        yield visit


def fill(visit: Visit, user: str, text: str) -> None:
    """Import a table as a program does, and wait for the figures."""
    url = f"{visit.origin}/users/{user}"
    file = {"file": ("plays.csv", text.encode(), "text/csv")}
    report = httpx2.post(f"{url}/imports", files=file).raise_for_status().json()
    httpx2.get(f"{url}/stats", params={"at_least": report["position"]}).raise_for_status()


def test_a_poor_film_is_never_the_best(visit: Visit, user: str) -> None:
    """The page says from how many stars on a film is, and that there is none."""
    fill(visit, user, POOR)
    visit.open(f"/u/{user}")
    visit.page.get_by_text("No film with 4 stars or more in this time.").wait_for()
    visit.open(f"/u/{user}/year/2024")
    visit.page.get_by_text("No film of this year has 4 stars or more.").wait_for()
    visit.no_trouble()


def test_of_equals_the_best_are_those_seen_again_then_the_latest(
    visit: Visit, user: str
) -> None:
    """Not those whose names come first."""
    fill(visit, user, GOOD)
    visit.open(f"/u/{user}")
    best = visit.page.locator(".posters h3")
    best.first.wait_for()
    assert best.all_inner_texts() == ["Zodiac", "Alien", "12 Monkeys", "Heat"]
    visit.page.get_by_text("From 4 stars on. Of equals, first those seen").wait_for()


def test_a_film_without_a_rating_shows_no_star(visit: Visit, user: str) -> None:
    """Neither on the screen nor on paper; the stars come under the mouse."""
    fill(visit, user, POOR)
    visit.open(f"/u/{user}/diary")
    slider = visit.page.get_by_role("slider", name="Gigli")
    slider.wait_for()
    assert "★" not in (slider.text_content() or "")
    slider.hover()
    assert "★" in (slider.text_content() or "")
    visit.page.emulate_media(media="print")
    for ground in visit.page.locator(".star-slider .ground").all():
        assert not ground.is_visible()
    visit.no_trouble()


def test_paper_has_the_days_of_the_year(visit: Visit, user: str) -> None:
    """They are on one canvas: of several on each other paper shows but the last."""
    fill(visit, user, GOOD)
    visit.open(f"/u/{user}/year/2024")
    canvas = visit.page.locator(".year-days canvas")
    canvas.first.wait_for()
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert canvas.count() == 1
    assert canvas.evaluate(COLOURS) > 10
    assert visit.page.locator(".heat-key span").all_inner_texts() == ["1"]
    visit.no_trouble()


def test_no_chart_is_drawn_on_when_its_page_is_gone(visit: Visit, user: str) -> None:
    """However fast somebody goes from page to page."""
    fill(visit, user, GOOD)
    visit.open(f"/u/{user}")
    names = ("Year in review", "Overview", "Diary")
    for n in range(24):
        visit.page.get_by_role("link", name=names[n % 3], exact=True).click()
        visit.page.wait_for_timeout(15 * (n % 5))
    visit.page.wait_for_timeout(300)
    visit.no_trouble()


def test_a_page_without_charts_loads_none(visit: Visit, user: str) -> None:
    """And everything that a page loads of ours comes compressed."""
    fill(visit, user, GOOD)
    loaded: dict[str, str | None] = {}
    visit.page.on(
        "response",
        lambda answer: loaded.update({answer.url: answer.header_value("content-encoding")}),
    )
    visit.open(f"/u/{user}/diary")
    visit.page.get_by_role("slider", name="Alien").wait_for()
    assert not [url for url in loaded if url.endswith(("chart.js", "charts.js"))]
    visit.open(f"/u/{user}")
    visit.page.locator(".days canvas").first.wait_for()
    assert [url for url in loaded if url.endswith("/vendor/echarts.js")]
    scripts = {url: how for url, how in loaded.items() if url.endswith((".js", ".css"))}
    assert set(scripts.values()) <= {"br", "gzip"}
    visit.no_trouble()


def test_empty_years_are_one_bar(visit: Visit, user: str) -> None:
    """The table beside the chart tells which."""
    fill(visit, user, GOOD)
    visit.open(f"/u/{user}")
    visit.page.get_by_role("tab", name="Years").click()
    over_time = visit.page.get_by_role("region", name="Over time").first
    over_time.get_by_text("Show as table").click()
    rows = over_time.locator("tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [
        ["1999", "1"],
        ["2000 – 2022", "0"],
        ["2023", "1"],
        ["2024", "5"],
    ]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_that_of_the_diary(
    browser: "Browser", server: ServerProcess, user: str, zone: str
) -> None:
    """At any hour one of these zones has another day; the diary's zone is named there."""
    with visiting(browser, server, timezone_id=zone) as visit:
        fill(visit, user, GOOD)
        visit.open(f"/u/{user}/then")
        visit.page.get_by_text(f"Days end at midnight in {SERVER_ZONE}.").wait_for()
        today = datetime.now(ZoneInfo(SERVER_ZONE)).date().isoformat()
        assert visit.page.locator("input[type=date]").get_attribute("max") == today
        visit.open(f"/u/{user}/trends")
        visit.page.get_by_text(f"({SERVER_ZONE})").wait_for()
        visit.no_trouble()


def test_time_travel_starts_where_something_is_known(visit: Visit, user: str) -> None:
    """Of a diary that was imported today nothing was known a month ago."""
    fill(visit, user, GOOD)
    visit.open(f"/u/{user}/then")
    visit.page.get_by_role("heading", name="Then and now").wait_for()
    assert visit.page.get_by_text("Nothing was known yet").count() == 0
    assert visit.page.get_by_role("button", name="A month ago").count() == 0
    assert visit.page.locator(".then-value").first.inner_text() == "7"
    visit.open(f"/u/{user}/then?day=2024-01-01")
    visit.page.get_by_text("Nothing was known yet").wait_for()
    visit.page.get_by_text("The first that is known is of").wait_for()
    visit.no_trouble()


def test_a_watchlist_is_kept_as_a_list(visit: Visit, user: str) -> None:
    """The page says so, can do it, and then finds nothing new."""
    visit.open(f"/u/{user}/import")
    file = {"name": "watchlist.csv", "mimeType": "text/csv", "buffer": WATCHLIST.encode()}
    for again in (False, True):
        visit.page.set_input_files("input[type=file]", files=[file])
        visit.page.get_by_role("heading", name="Preview of watchlist.csv").wait_for()
        if again:
            visit.page.get_by_text("There is nothing new in this file").wait_for()
            break
        listed = visit.page.locator(".figures > div", has_text="New on your lists")
        assert listed.locator("dd").inner_text() == "3"
        assert visit.page.get_by_text("There is nothing new").count() == 0
        assert "Film 1" in visit.page.locator(".import-rows tbody tr").first.inner_text()
        visit.page.get_by_role("button", name="Change 3 films on your lists").click()
        visit.page.get_by_role("link", name="See your statistics").wait_for()
        visit.open(f"/u/{user}/import")
    visit.no_trouble()


def test_a_distance_needs_ten_films(visit: Visit, user: str) -> None:
    """From two it is told as it is, and called too early to say."""
    fill(visit, user, GOOD)
    fill(visit, f"{user}-other", GOOD.replace("Heat,1999,4", "Heat,1999,3"))
    visit.open(f"/u/{user}/compare/{user}-other")
    visit.page.get_by_text("Too early to say.").wait_for()
    visit.page.get_by_text("at least 10 are needed").wait_for()
    assert visit.page.get_by_text("You differ by").count() == 0


def test_who_shares_an_address_is_told_who_can_open_it(
    browser: "Browser", server: ServerProcess, user: str
) -> None:
    """At home nobody else can; the way out is named."""
    grants = ["clipboard-read", "clipboard-write"]
    with visiting(browser, server, permissions=grants) as visit:
        fill(visit, user, GOOD)
        visit.page.add_init_script("delete Navigator.prototype.share")
        visit.open(f"/u/{user}/year/2024")
        visit.page.get_by_role("button", name="Share").click()
        visit.page.get_by_text("This address opens on this computer only.").wait_for()
        visit.no_trouble()
