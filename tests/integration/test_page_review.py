"""The pages of films to decide and of plays that may be one, in a real browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .browser import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

CATALOGUE = b"""\
title,year,directors,genres,duration,imdbID
The Circle,2017,James Ponsoldt,Drama,110,tt4287320
Circle,2015,Aaron Hann,Thriller,87,tt3118452
Nomadland,2021,Chloe Zhao,Drama,107,tt9770150
300,2007,Zack Snyder,Action,117,tt0416449
The Gift,2015,Joel Edgerton,Thriller,108,tt4178092
Heat,1995,Michael Mann,Crime,170,tt0113277
"""
HEADER = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date"
ROWS = (
    "2025-02-03,Circle,2016,https://boxd.it/2,3,,,2025-02-03",
    "2025-02-04,Gift,2015,https://boxd.it/3,3.5,,,2025-02-04",
    "2025-02-05,Nomadland,2020,https://boxd.it/4,5,,,2025-02-05",
    "2025-02-06,300,2006,https://boxd.it/5,2,,,2025-02-06",
)
HEAT = "2025-02-08,Heat,1995,https://boxd.it/7,5,,tv,2025-02-08"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose catalogue has films that are nearly those of the diaries."""
    data_dir = tmp_path_factory.mktemp("page_review")
    catalogue = make_container(Settings(backend="embedded", data_dir=data_dir)).catalogue()
    catalogue.load(read_catalogue(CATALOGUE).films, replace=True)
    return data_dir


def fill(visit: Visit, user: str, *rows: str) -> None:
    file = {"file": ("diary.csv", "\n".join([HEADER, *rows]).encode())}
    url = f"{visit.origin}/users/{user}/imports"
    httpx2.post(url, files=file).raise_for_status()


def directors(visit: Visit, user: str) -> dict[str, list[str]]:
    """Who directed the films of a diary, by the titles that the diary has."""
    answer = httpx2.get(f"{visit.origin}/users/{user}/diary").raise_for_status()
    return {entry["name"]: entry["director"] for entry in answer.json()["items"]}


def opened(visit: Visit, user: str, films: int) -> "Page":
    visit.open(f"/u/{user}/review")
    visit.page.get_by_text(f"{films} film").first.wait_for()
    return visit.page


def card(page: "Page", name: str) -> "Locator":
    return page.locator(".doubt-card", has_text=name)


def written(page: "Page", act: str) -> None:
    """Press a key, and wait for the server's answer to what it does."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press(act)


def test_each_film_is_decided_by_one_key(visit: Visit, user: str) -> None:
    """A digit takes that film, N none, S leaves it for later; the next one has the focus."""
    fill(visit, user, *ROWS)
    page = opened(visit, user, 4)
    assert page.get_by_role("heading", name="Which film is Circle (2016)?").is_visible()
    written(page, "2")
    page.get_by_text("Circle (2016) is The Circle (2017).").wait_for()
    page.locator(".doubt-card.current:focus", has_text="Gift").wait_for()
    page.keyboard.press("s")
    page.locator(".doubt-card.current:focus", has_text="Nomadland").wait_for()
    written(page, "n")
    page.get_by_text("Nomadland (2020) stands as it is written.").wait_for()
    page.get_by_text("2 films to decide · 2 decided").wait_for()
    assert directors(visit, user) == {
        "Circle": ["James Ponsoldt"],
        "Gift": [],
        "Nomadland": [],
        "300": [],
    }
    visit.open(f"/u/{user}/review")
    page.get_by_text("2 films to decide").wait_for()  # none was an answer
    visit.no_trouble()


def test_a_single_candidate_is_asked_for_in_full(visit: Visit, user: str) -> None:
    """The question has the film's year, director and length."""
    fill(visit, user, ROWS[2])
    page = opened(visit, user, 1)
    question = "Nomadland (2020): is this Nomadland (2021), Chloe Zhao, 1 h 47 min?"
    assert page.get_by_role("heading", name=question).is_visible()
    visit.no_trouble()


def test_a_decision_is_undone_by_key_and_by_press(visit: Visit, user: str) -> None:
    """U takes back the latest decision, a button each one; both ask again."""
    fill(visit, user, *ROWS)
    page = opened(visit, user, 4)
    written(page, "1")
    card(page, "Circle (2016) is Circle (2015)").get_by_role("button", name="Undo").wait_for()
    written(page, "u")
    page.locator(".doubt-card.current:focus", has_text="Which film is Circle").wait_for()
    assert directors(visit, user)["Circle"] == []
    card(page, "300").get_by_role("button", name="300 (2007)").click()
    undo = page.get_by_role("button", name="Undo the decision on 300")
    undo.wait_for()
    assert directors(visit, user)["300"] == ["Zack Snyder"]
    undo.click()
    page.get_by_role("heading", name="300 (2006): is this 300 (2007)").wait_for()
    assert directors(visit, user)["300"] == []
    visit.no_trouble()


def test_all_sure_ones_are_accepted_at_once(visit: Visit, user: str) -> None:
    """Those with one film of exactly their title: all by one press, all back by another."""
    fill(visit, user, *ROWS)
    page = opened(visit, user, 4)
    page.get_by_role("button", name="Accept all 3 that have only one film").click()
    page.get_by_text("3 films are accepted.").wait_for()
    found = directors(visit, user)
    assert found["Circle"] == ["Aaron Hann"]
    assert (found["Gift"], found["300"]) == ([], ["Zack Snyder"])
    decided = card(page, "300 (2006) is 300 (2007)")
    decided.get_by_role("button", name="Decide anew").click()
    card(page, "300 (2006): is this").get_by_role("button", name="None of these").click()
    page.get_by_text("300 (2006) stands as it is written.").wait_for()
    page.get_by_role("button", name="Undo the decision on 300").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("4 films to decide").wait_for()
    assert set(map(tuple, directors(visit, user).values())) == {()}
    visit.no_trouble()


def test_another_film_is_searched_for(visit: Visit, user: str) -> None:
    """What the catalogue did not suggest is found by its title."""
    fill(visit, user, ROWS[1])
    page = opened(visit, user, 1)
    page.get_by_role("button", name="Another film …").click()
    page.get_by_role("combobox", name="Title, or a number of IMDb").fill("nomad")
    page.get_by_role("option", name="Nomadland").click()
    page.get_by_text("Gift (2015) is Nomadland (2021).").wait_for()
    assert directors(visit, user) == {"Gift": ["Chloe Zhao"]}
    visit.no_trouble()


def test_keys_can_be_turned_off(visit: Visit, user: str) -> None:
    """Whoever dictates or brushes a key by chance decides nothing, also after a reload."""
    fill(visit, user, ROWS[2])
    page = opened(visit, user, 1)
    page.get_by_label("Keys decide").uncheck()
    page.keyboard.press("1")
    page.reload()
    page.get_by_text("1 film to decide").wait_for()
    page.keyboard.press("1")
    page.get_by_label("Keys decide").check()
    assert directors(visit, user) == {"Nomadland": []}
    visit.no_trouble()


def test_a_decision_that_fails_is_asked_again(visit: Visit, user: str) -> None:
    """The error's sentence is said, and the film waits for a decision as before."""
    fill(visit, user, ROWS[2])
    page = opened(visit, user, 1)
    page.route(
        "**/review",
        lambda route: route.fulfill(status=503, json={"detail": "The store is busy."}),
    )
    page.keyboard.press("1")
    page.get_by_text("The store is busy.").wait_for()
    page.get_by_text("1 film to decide").wait_for()
    assert page.get_by_role("heading", name="Nomadland (2020)").is_visible()


def test_nothing_to_decide_is_said(visit: Visit, user: str) -> None:
    """A diary without doubts says so on both pages."""
    visit.open(f"/u/{user}/review")
    visit.page.get_by_text("Nothing to decide").wait_for()
    visit.open(f"/u/{user}/duplicates")
    visit.page.get_by_text("No play stands twice").wait_for()
    visit.no_trouble()


# ── One play or two ─────────────────────────────────────────────────────────


def plays(visit: Visit, user: str) -> list[dict[str, Any]]:
    answer = httpx2.get(f"{visit.origin}/users/{user}/diary").raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.fixture
def twins(visit: Visit, user: str) -> "Page":
    """A film that an import and a hand have on one day."""
    fill(visit, user, HEAT)
    body = {"name": "Heat", "year": 1995, "watched_date": "2025-02-08", "place": "Odeon"}
    url = f"{visit.origin}/users/{user}/movies"
    httpx2.post(url, json={**body, "again": True}).raise_for_status()
    visit.open(f"/u/{user}/diary")
    visit.page.get_by_role("link", name="1 play twice?").click()
    visit.page.locator(".twins-plays > li").nth(1).wait_for()
    return visit.page


def test_two_plays_are_made_one(visit: Visit, user: str, twins: "Page") -> None:
    """The one that is kept takes over what the other has; undo brings both back."""
    assert twins.locator(".twins-facts", has_text="By hand").count() == 1
    twins.get_by_role("button", name="Keep play 1 of Heat").click()
    twins.get_by_text("Heat (1995) is one play now.").wait_for()
    (play,) = plays(visit, user)
    assert (play["tags"], play["place"], play["rating"]) == (["tv"], "Odeon", 5)
    twins.get_by_role("button", name="Undo", exact=True).click()
    twins.locator(".twins-plays > li").nth(1).wait_for()
    assert sorted(play["place"] or "" for play in plays(visit, user)) == ["", "Odeon"]
    visit.no_trouble()


def test_two_plays_are_kept(visit: Visit, user: str, twins: "Page") -> None:
    """Both stay, they are not asked about again, and undo asks again."""
    twins.get_by_role("button", name="Keep both").click()
    twins.get_by_text("No play stands twice").wait_for()
    twins.get_by_role("button", name="Undo", exact=True).click()
    twins.get_by_role("button", name="Keep both").click()
    twins.get_by_role("link", name="To the diary").click()
    twins.locator(".play").nth(1).wait_for()
    assert twins.get_by_role("link", name="twice?").count() == 0
    assert len(plays(visit, user)) == 2
    visit.no_trouble()
