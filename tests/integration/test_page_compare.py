"""The comparison of two diaries in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx2
import pytest

from .browser import visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ALIKE = {f"Alike {n}": 3.5 for n in range(7)}
ANNA = {"Heat": 4, "Ronin": 3.5, "<b>Alien</b>": 5, "Alone": 2, **ALIKE}
BERT = {"Heat": 4, "Ronin": 4, "<b>Alien</b>": 3, "Only his": 5, "Another": 1, **ALIKE}
PASSWORD = "four random words"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("page_compare")) as server:
        for user, ratings in (("Anna", ANNA), ("Bert", BERT)):
            for name, rating in ratings.items():
                add(server, user, name, rating)
        yield server


def add(server: ServerProcess, user: str, name: str, rating: float) -> str:
    body = {"name": name, "year": 1995, "rating": rating}
    url = f"{server.url}/users/{user}/movies"
    entry_id: str = httpx2.post(url, json=body).raise_for_status().json()["entry_id"]
    return entry_id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_two_diaries_side_by_side(
    browser: "Browser", home: ServerProcess, width: int, scheme: Literal["light", "dark"]
) -> None:
    """Chosen from the household: what both have seen, how far apart they are, which films."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with visiting(browser, home, **options) as visit:
        page = visit.page
        visit.open("/u/Anna/compare")
        page.get_by_role("link", name="Bert").click()
        page.get_by_role("heading", name="Anna and Bert", level=1).wait_for()
        page.get_by_text("You share 10 films.").wait_for()
        page.get_by_text("77% of all the films").wait_for()
        assert page.locator(".set-key dd").all_inner_texts() == ["1", "10", "2"]
        page.get_by_text("You differ by about a quarter of a star.").wait_for()
        page.get_by_text("0.25 stars on average").wait_for()
        page.get_by_text("from 10 films that both rated").wait_for()
        agreed, disagreed = page.locator(".pairs").all()
        same = ["Heat", *ALIKE, "Ronin"]
        assert agreed.locator("h3").all_inner_texts() == [f"{film} 1995" for film in same]
        assert disagreed.locator("h3").all_inner_texts() == ["<b>Alien</b> 1995"]
        only_anna, only_bert = page.locator(".films").all()
        assert only_anna.locator("h3").all_inner_texts() == ["Alone"]
        assert only_bert.locator("h3").all_inner_texts() == ["Only his", "Another"]
        assert visit.fits()
        visit.no_trouble()


def test_a_change_of_the_other_shows_by_itself(browser: "Browser", home: ServerProcess) -> None:
    """Both diaries are followed."""
    add(home, "Carla", "Heat", 4)
    with visiting(browser, home) as visit:
        visit.open("/u/Anna/compare/Carla")
        visit.page.get_by_text("You share 1 film.").wait_for()
        visit.page.get_by_text("Too early to say.").wait_for()
        visit.page.wait_for_timeout(500)  # until the other's stream is there
        add(home, "Carla", "Ronin", 3)
        visit.page.get_by_text("You share 2 films.").wait_for()
        visit.no_trouble()


def test_nothing_to_compare(browser: "Browser", home: ServerProcess) -> None:
    """An empty diary is named, by keyboard."""
    with visiting(browser, home) as visit:
        visit.open("/u/Anna/compare")
        visit.page.get_by_label("Somebody else’s diary").focus()
        visit.page.keyboard.type("nobody yet")
        visit.page.keyboard.press("Enter")
        visit.page.get_by_text("The diary of nobody yet has no film so far.").wait_for()
        visit.no_trouble()


def test_what_is_closed_is_not_told_apart(browser: "Browser", tmp_path: Path) -> None:
    """A private diary, and one that does not exist, get one sentence; a public one opens."""
    with ServerProcess(
        tmp_path, CINESTATS_ACCESS="server", CINESTATS_REGISTRATION="open"
    ) as server:
        for user in ("anna", "private", "public"):
            body = {"user_id": user, "password": PASSWORD}
            httpx2.post(f"{server.url}/accounts", json=body).raise_for_status()
            with httpx2.Client(base_url=server.url, headers={"Origin": server.url}) as client:
                client.post("/session", json=body).raise_for_status()
                film = {"name": "Heat", "year": 1995, "rating": 4}
                client.post(f"/users/{user}/movies", json=film).raise_for_status()
                if user == "public":
                    settings = f"/users/{user}/settings"
                    client.patch(settings, json={"privacy": "public"}).raise_for_status()
        with visiting(browser, server) as visit:
            body = {"user_id": "anna", "password": PASSWORD}
            visit.page.context.request.post(f"{server.url}/session", data=body)
            said: list[str] = []
            for other in ("private", "unknown"):
                visit.open(f"/u/anna/compare/{other}")
                visit.page.get_by_text("cannot be compared").wait_for()
                said.append(visit.page.locator("main").inner_text().replace(other, "…"))
            assert said[0] == said[1]
            visit.page.get_by_label("Somebody else’s diary").fill("public")
            visit.page.keyboard.press("Enter")
            visit.page.get_by_text("You share 1 film.").wait_for()
