"""The trends in a real browser."""

import base64
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import httpx2
import pytest

from .browser import SERVER_ZONE, Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SOON = {"CINESTATS_TRENDS_TRIGGER_SECONDS": "0.3"}
NOBODY = "http://127.0.0.1:9"
POSTERS = {
    "CINESTATS_SOURCES": "tmdb",
    "CINESTATS_TMDB_TOKEN": "the-owners-token",
    "CINESTATS_TMDB_URL": f"{NOBODY}/3",
    "CINESTATS_TMDB_IMAGE_URL": f"{NOBODY}/t/p",
}
HEADER = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path, **SOON, **POSTERS) as server:
        yield server


def today() -> date:
    """The day of the server, in the zone of its settings."""
    return datetime.now(ZoneInfo(SERVER_ZONE)).date()


def fill(server: ServerProcess) -> None:
    """Plays by days ago: Heat was first and is second, Ronin came up, one film is new."""
    plays = [("Heat", 20), ("Heat", 15), ("Heat", 33), ("<b>Ronin</b>", 14)]
    plays += [("<b>Ronin</b>", days) for days in (1, 2, 3)] + [("Alien", 0), ("Old", 31)]
    day = {ago: today() - timedelta(days=ago) for _, ago in plays}
    rows = [f"{day[ago]},{name},1995,,,,,{day[ago]}" for name, ago in plays]
    files = {"file": ("diary.csv", "\n".join([HEADER, *rows]).encode())}
    httpx2.post(f"{server.url}/users/anna/imports", files=files).raise_for_status()


def look_again(visit: Visit) -> None:
    """What coming back to the page does."""
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_films_and_how_they_moved(
    browser: "Browser", server: ServerProcess, width: int, scheme: Literal["light", "dark"]
) -> None:
    """Ranks, plays and movements are read and heard; titles are text; the window is said."""
    fill(server)
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with visiting(browser, server, **options) as visit:
        visit.open("/u/anna/trends")
        films = visit.page.locator(".top-film")
        while films.count() != 3:  # the trends may be from before the import
            look_again(visit)
            visit.page.wait_for_timeout(200)
        texts = [text.split("\n") for text in films.all_inner_texts()]
        assert "<b>Ronin</b>" in texts[0]
        assert "Up 1 place since last week, from place 2" in texts[0]
        assert "1995 · 2 plays" in texts[1]
        assert "Down 1 place since last week, from place 1" in texts[1]
        assert "New since last week" in texts[2]
        first = today() - timedelta(days=29)
        assert f"from {first.day} " in visit.page.locator(".trends-window").inner_text()
        assert visit.fits()
        visit.no_trouble()


def test_films_level_with_others_have_no_arrow(
    browser: "Browser", server: ServerProcess
) -> None:
    """Six films of one play share the first place, the one added latest at their head."""
    day = {name: today() - timedelta(days=n) for n, name in enumerate("FEDCBA")}
    day["C"] = today() - timedelta(days=10)  # alone in the first place a week ago
    rows = [f"{at},{name},1995,,,,,{at}" for name, at in day.items()]
    files = {"file": ("diary.csv", "\n".join([HEADER, *rows]).encode())}
    httpx2.post(f"{server.url}/users/anna/imports", files=files).raise_for_status()
    with visiting(browser, server) as visit:
        visit.open("/u/anna/trends")
        films = visit.page.locator(".top-film")
        while films.count() != len(day):  # the trends may be from before the import
            look_again(visit)
            visit.page.wait_for_timeout(200)
        assert films.locator("h3").all_inner_texts() == ["F", "E", "D", "B", "A", "C"]
        assert set(films.locator(".top-rank").all_inner_texts()) == {"1"}
        assert films.last.locator(".movement").inner_text() == "level with 5 others"
        assert visit.page.locator(".movement.down, .movement.up").count() == 0
        visit.no_trouble()


def test_no_trend_yet(browser: "Browser", server: ServerProcess) -> None:
    """Before anybody added a film the page says so; the first film shows by itself."""
    with visiting(browser, server) as visit:
        visit.open("/u/anna/trends")
        visit.page.get_by_text("No trend yet").wait_for()
        httpx2.post(f"{server.url}/users/bert/movies", json={"name": "Heat"})
        visit.page.wait_for_timeout(1_000)
        look_again(visit)
        visit.page.get_by_role("heading", name="Heat").wait_for()
        visit.no_trouble()


def stubbed() -> dict[str, Any]:
    films = [
        ("Seen", f"{NOBODY}/t/p/w342/seen.png"),
        ("Gone", "https://image.tmdb.org/t/p/w342/x.png"),
        ("Elsewhere", "https://posters.example/elsewhere.png"),
    ]
    return {
        "top_movies": [
            {"name": name, "year": 1999, "count": 2, "poster_url": url} for name, url in films
        ],
        "movements": [
            {"name": name, "year": 1999, "rank": rank, "previous_rank": rank, "count": 2}
            for rank, (name, _) in enumerate(films, 1)
        ],
        "genre_movements": [
            {"genre": "Drama", "count": 4, "previous_count": 1},
            {"genre": "Crime", "count": 2, "previous_count": 3},
        ],
        "window_days": 30,
        "updated_at": "2025-03-01T12:00:00+01:00",
    }


def test_posters_genres_and_the_wait_for_the_first_trends(
    browser: "Browser", server: ServerProcess
) -> None:
    """Posters come lazily, and from here alone; one that fails leaves the drawn card."""
    with visiting(browser, server) as visit:
        answers: list[dict[str, Any]] = [{"status": 503, "json": {"detail": "Not yet."}}]
        visit.page.route(
            "**/trends",
            lambda route: (
                route.fallback() if "/u/" in route.request.url else route.fulfill(**answers[-1])
            ),
        )
        asked: list[str] = []
        visit.page.on("request", lambda request: asked.append(request.url))
        visit.page.route("**/seen.png", lambda route: route.fulfill(body=PIXEL))
        visit.page.route("**/x.png", lambda route: route.abort())
        visit.open("/u/anna/trends")
        visit.page.get_by_text("The trends are being worked out.").wait_for()
        answers.append({"json": stubbed()})
        look_again(visit)
        visit.page.get_by_text("from 31 Jan 2025 to 1 Mar 2025").wait_for()
        poster = visit.page.locator(".poster img")
        poster.nth(1).wait_for(state="detached")  # the one that fails
        assert poster.get_attribute("loading") == "lazy"
        assert poster.get_attribute("src") == "/posters/tmdb/w342/seen.png"
        assert f"{visit.origin}/posters/tmdb/w342/x.png" in asked
        assert not [url for url in asked if not url.startswith(visit.origin)]
        drama, crime = visit.page.locator(".genre-table tbody tr").all()
        assert "3 more" in drama.inner_text()
        assert "1 fewer" in crime.inner_text()
