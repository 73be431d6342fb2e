"""The time travel page in a real browser."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from cinestats.domain.diary import AddMovie, Command, DeleteMovie, UpdateRating
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .browser import Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def user(request: pytest.FixtureRequest, data_dir: Path) -> str:
    """A diary of two films in January 2024, one of which is changed and one deleted later."""
    name = re.sub(r"\W", "-", request.node.name)

    def add(title: str, at: datetime, rating: int, watched_on: date) -> Command:
        entry_id, day = f"{name} {title}", at.date()
        movie = Movie.create(title, directors=("Michael Mann",))
        return AddMovie(
            event_id=entry_id,
            user_id=name,
            entry=Entry(entry_id, movie, rating, watched_on, day),
            today=day,
            now=at,
        )

    january, june = datetime(2024, 1, 20, 20, tzinfo=UTC), datetime(2024, 6, 1, 20, tzinfo=UTC)
    commands: list[Command] = [
        add("Heat", january, 6, january.date()),
        add("Ali", january, 8, january.date()),
        UpdateRating(
            event_id=f"{name} rate",
            user_id=name,
            entry_id=f"{name} Heat",
            new_rating=9,
            now=june,
        ),
        DeleteMovie(event_id=f"{name} delete", user_id=name, entry_id=f"{name} Ali", now=june),
        # Watched before, added after: not known in January.
        add("Thief", june, 7, date(2023, 5, 1)),
        add("Ronin", june, 5, june.date()),
    ]
    for command in commands:
        make_container(Settings(backend="embedded", data_dir=data_dir)).recorder().record(
            command
        )
    return name


def row(page: "Page", label: str) -> list[str]:
    cells = page.locator(
        ".then-table tr", has=page.get_by_role("rowheader", name=label, exact=True)
    )
    return cells.locator("td").all_inner_texts()


def test_then_and_now_and_what_changed(visit: Visit, user: str) -> None:
    """The figures of a day beside today's, their difference, and each change since."""
    page = visit.page
    visit.open(f"/u/{user}/then?day=2024-02-01")
    page.get_by_text("On 1 Feb 2024").first.wait_for()
    assert row(page, "Plays") == ["2", "3", "+1"]
    assert row(page, "Average rating") == ["3.50", "3.50", "no change"]
    page.get_by_text("2 added · 1 deleted · 1 rated anew").wait_for()
    changes = page.locator(".change").all_inner_texts()
    assert len(changes) == 4
    assert any("Rated 4½ ★ instead of 3 ★" in change for change in changes)
    assert page.get_by_text("watched before 1 Feb 2024 but added later").is_visible()
    visit.no_trouble()


def test_a_day_before_the_diary_began(visit: Visit, user: str) -> None:
    """Nothing was known yet, which is said, and every change came since."""
    page = visit.page
    visit.open(f"/u/{user}/then?day=2020-01-01")
    page.get_by_text("Nothing was known yet").wait_for()
    page.get_by_text("4 added · 1 deleted · 1 rated anew").wait_for()
    visit.no_trouble()


def test_another_day_is_picked(visit: Visit, user: str) -> None:
    """A quick jump or a date; the address names the day."""
    page = visit.page
    visit.open(f"/u/{user}/then?day=2020-01-01")
    page.get_by_label("The end of which day?").fill("2024-02-01")
    page.get_by_text("On 1 Feb 2024").first.wait_for()
    assert page.url.endswith("/then?day=2024-02-01")
    page.get_by_role("button", name="A month ago").click()
    page.get_by_text("Nothing has changed since the end of").wait_for()
    page.get_by_role("button", name="The first day").click()
    page.wait_for_url("**/then?day=2024-*")
    visit.no_trouble()


def test_a_change_shows_by_itself(visit: Visit, user: str) -> None:
    """A film that is added elsewhere is in today's figures with no reload."""
    page = visit.page
    visit.open(f"/u/{user}/then?day=2024-02-01")
    page.get_by_text("On 1 Feb 2024").first.wait_for()
    page.get_by_text("Live", exact=True).wait_for()
    body = {"name": "Manhunter"}
    httpx2.post(f"{visit.origin}/users/{user}/movies", json=body).raise_for_status()
    page.locator(".change", has_text="Manhunter").wait_for()
    page.locator(".now-value", has_text="4").first.wait_for()
    visit.no_trouble()


def test_a_day_that_is_half_typed_stays_when_the_figures_change(
    visit: Visit, user: str
) -> None:
    """What comes in meanwhile draws the page anew, and leaves the field to its reader."""
    page = visit.page
    visit.open(f"/u/{user}/then?day=2024-02-01")
    page.get_by_text("On 1 Feb 2024").first.wait_for()
    page.get_by_text("Live", exact=True).wait_for()
    field = page.get_by_label("The end of which day?")
    field.focus()
    page.keyboard.press("Backspace")
    assert field.evaluate("input => input.validity.badInput")
    body = {"name": "Manhunter"}
    httpx2.post(f"{visit.origin}/users/{user}/movies", json=body).raise_for_status()
    page.locator(".change", has_text="Manhunter").wait_for()
    assert field.evaluate("input => input.validity.badInput")
    page.keyboard.type("6")
    page.wait_for_url("**/then?day=2024-06-01")
    page.get_by_role("button", name="A year ago", exact=True).click()
    page.get_by_role("button", name="A year ago", exact=True, pressed=True).wait_for()
    assert field.input_value() != "2024-06-01"
    assert page.url.endswith(f"?day={field.input_value()}")
    visit.no_trouble()


@pytest.mark.parametrize("width", [360, 1440])
def test_it_fits_in_italian(
    browser: "Browser", server: ServerProcess, user: str, width: int
) -> None:
    """Nothing is wider than the window, on a phone as on a desk."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": "dark"}
    with visiting(browser, server, locale="it-IT", **options) as visit:
        visit.open(f"/u/{user}/then?day=2024-02-01")
        visit.page.get_by_role("heading", name="Che cosa è cambiato").wait_for()
        visit.page.locator(".change").first.wait_for()
        assert visit.fits()
        visit.no_trouble()
