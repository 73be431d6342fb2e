"""The page of a director, an actor or a genre, in a real browser."""

from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from .browser import Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def add(visit: Visit, user: str, name: str, day: str | None, **film: Any) -> None:
    body = {"name": name, "watched_date": day, **film}
    httpx2.post(f"{visit.origin}/users/{user}/movies", json=body).raise_for_status()


def fill(visit: Visit, user: str) -> None:
    """Three plays of two films of one director, one of them without a day."""
    varda = {"director": "Agnès Varda", "actors": ["Corinne Marchand"], "genres": ["Drama"]}
    add(visit, user, "Cléo", "2023-05-01", year=1962, rating=4, duration=90, **varda)
    add(visit, user, "Cléo", "2025-06-02", year=1962, rating=5, duration=90, **varda)
    add(visit, user, "<i>Le bonheur</i>", None, year=1965, duration=90, **varda)
    add(visit, user, "Ronin", "2025-06-03", year=1998, rating=3, director="John Frankenheimer")


def figure(page: "Page", label: str) -> str:
    figures = page.locator(".figures > div")
    found = figures.filter(has=page.get_by_text(label, exact=True)).locator("dd")
    return found.inner_text()


def test_a_director_with_every_play(visit: Visit, user: str) -> None:
    """The figures, the charts, who they come with, and the plays behind it all."""
    fill(visit, user)
    page = visit.page
    visit.open(f"/u/{user}/director/Agn%C3%A8s%20Varda")
    page.get_by_text("From 1 May 2023 to 2 Jun 2025").wait_for()
    assert figure(page, "Plays") == "3"
    assert figure(page, "Films") == "2"
    assert figure(page, "Average rating").startswith("4.50")
    assert figure(page, "Weighted average") < figure(page, "Average rating")
    years = page.get_by_role("region", name="Plays by year")
    years.get_by_text("Show as table").click()
    rows = [row.split() for row in years.locator("tbody tr").all_inner_texts()]
    assert rows == [["2023", "1"], ["2024", "0"], ["2025", "1"]]
    assert page.get_by_role("link", name="Corinne Marchand").is_visible()
    titles = page.locator(".film-title").all_inner_texts()
    assert titles == ["Cléo", "Cléo", "<i>Le bonheur</i>"]
    assert page.get_by_text("no date").is_visible()
    visit.no_trouble()


def test_a_name_leads_to_the_next(visit: Visit, user: str) -> None:
    """Whoever a director comes with has a page as well, without a reload."""
    fill(visit, user)
    page = visit.page
    visit.open(f"/u/{user}/genre/Drama")
    page.get_by_role("link", name="Corinne Marchand").click()
    page.get_by_role("heading", level=1, name="Corinne Marchand").wait_for()
    page.locator(".credits-type", has_text="Actor").wait_for()
    assert page.url.endswith("/actor/Corinne%20Marchand")
    visit.no_trouble()


def test_a_new_play_shows_by_itself(visit: Visit, user: str) -> None:
    """A play that is added elsewhere is in the figures with no reload."""
    fill(visit, user)
    page = visit.page
    visit.open(f"/u/{user}/director/Agn%C3%A8s%20Varda")
    page.get_by_text("3 plays, latest first").wait_for()
    page.get_by_text("Live", exact=True).wait_for()
    add(visit, user, "Vagabond", "2025-07-01", director="Agnès Varda")
    page.get_by_text("4 plays, latest first").wait_for()
    visit.no_trouble()


def test_a_name_without_a_play(visit: Visit, user: str) -> None:
    """Who has no play in the diary is told, with a way on."""
    visit.open(f"/u/{user}/director/AC%2FDC")
    visit.page.get_by_text("Your diary has no play with AC/DC.").wait_for()
    assert visit.page.get_by_role("link", name="To the diary").is_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_it_fits_in_italian(
    browser: "Browser", server: ServerProcess, user: str, width: int
) -> None:
    """Nothing is wider than the window, on a phone as on a desk."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": "dark"}
    with visiting(browser, server, locale="it-IT", **options) as visit:
        fill(visit, user)
        visit.open(f"/u/{user}/genre/Drama")
        visit.page.get_by_text("Le visioni dietro a questi numeri").wait_for()
        visit.page.locator(".chart canvas").first.wait_for()
        assert visit.fits()
        visit.no_trouble()
