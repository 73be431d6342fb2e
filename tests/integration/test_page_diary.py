"""The diary page in a real browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.domain.diary import UpdateRating
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .browser import Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Request, Route


CATALOGUE = b"""\
title,original_title,italian_title,year,directors,genres,duration
The Godfather,The Godfather,Il padrino,1972,Francis Ford Coppola,Crime|Drama,175
The Godfather Part II,,Il padrino - Parte II,1974,Francis Ford Coppola,Crime,202
Stalker,Stalker,Stalker,1979,Andrei Tarkovsky,Drama,162
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose catalogue knows a few films."""
    data_dir = tmp_path_factory.mktemp("page_diary")
    catalogue = make_container(Settings(backend="embedded", data_dir=data_dir)).catalogue()
    catalogue.load(read_catalogue(CATALOGUE).films)
    return data_dir


def add(visit: Visit, user: str, name: str, day: str | None, **film: Any) -> str:
    """Add a film as a program does; returns its entry's id."""
    body = {"name": name, "watched_date": day, **film}
    url = f"{visit.origin}/users/{user}/movies"
    entry_id: str = httpx2.post(url, json=body).raise_for_status().json()["entry_id"]
    return entry_id


def entries(visit: Visit, user: str) -> list[dict[str, Any]]:
    answer = httpx2.get(f"{visit.origin}/users/{user}/diary").raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def opened(visit: Visit, user: str, rows: int) -> "Page":
    visit.open(f"/u/{user}/diary")
    visit.page.get_by_text("Live", exact=True).wait_for()
    wait_for_rows(visit.page, rows)
    return visit.page


def wait_for_rows(page: "Page", rows: int) -> None:
    page.wait_for_function(
        "rows => document.querySelectorAll('.play').length === rows", arg=rows
    )


def rating_of(row: "Locator") -> "Locator":
    return row.get_by_role("slider")


def said(page: "Page", sentence: str) -> None:
    page.get_by_text(sentence).first.wait_for()


def test_a_film_is_added_by_keyboard(visit: Visit, user: str) -> None:
    """A title as it is typed, a choice by arrow key, stars by a digit: one entry."""
    page = visit.page
    visit.open(f"/u/{user}/diary")
    said(page, "An empty diary")
    field = page.get_by_role("combobox", name="What did you watch?")
    field.focus()
    page.keyboard.type("il padri")
    option = page.get_by_role("option", name="The Godfather Il padrino · 1972")
    option.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    for _ in range(3):  # both films, and the title as it is written
        if option.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("input[type=date]:focus").wait_for()
    page.get_by_role("slider", name="Rating of The Godfather").focus()
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add to the diary").focus()
    page.keyboard.press("Enter")
    said(page, "The Godfather is in the diary.")
    page.locator("input[role=combobox]:focus").wait_for()
    wait_for_rows(page, 1)
    (entry,) = entries(visit, user)
    assert (entry["rating"], entry["year"]) == (4.5, 1972)
    assert entry["director"] == ["Francis Ford Coppola"]
    visit.no_trouble()


def test_a_double_press_adds_one_film(visit: Visit, user: str) -> None:
    """Whoever presses twice, also before the first answer, gets one entry."""
    page = visit.page
    visit.open(f"/u/{user}/diary")
    page.get_by_role("combobox", name="What did you watch?").fill("A film of my own")
    page.get_by_role("option", name="as it is written").click()
    page.get_by_label("Year, if known").fill("2020")
    page.get_by_label("I don’t know the day").check()
    page.evaluate(
        """() => {
            const form = document.querySelector(".add-form");
            form.requestSubmit();
            form.requestSubmit();
        }"""
    )
    said(page, "A film of my own is in the diary.")
    wait_for_rows(page, 1)
    (entry,) = entries(visit, user)
    assert (entry["year"], entry["watched_date"], entry["rating"]) == (2020, None, None)
    visit.no_trouble()


def test_a_film_that_is_there_is_said_kindly(visit: Visit, user: str) -> None:
    """The same film on the same day is told in a sentence that says what to do."""
    add(visit, user, "Heat", None)
    page = opened(visit, user, 1)
    page.get_by_role("combobox", name="What did you watch?").fill("Heat")
    page.get_by_role("option", name="as it is written").click()
    page.get_by_label("I don’t know the day").check()
    page.get_by_role("button", name="Add to the diary").click()
    said(page, "Heat is already in your diary without a day.")
    assert len(entries(visit, user)) == 1


def test_a_row_is_rated_by_mouse_and_keyboard(visit: Visit, user: str) -> None:
    """A press on a star's left half counts half; arrow keys go on from there."""
    add(visit, user, "Heat", "2025-01-20")
    page = opened(visit, user, 1)
    stars = rating_of(page.locator(".play"))
    width = stars.bounding_box() or {"width": 0}
    with page.expect_response(lambda answer: is_rating(answer.request)):
        stars.click(position={"x": width["width"] * 0.65, "y": 12})
    assert stars.get_attribute("aria-valuenow") == "3.5"
    stars.focus()
    page.keyboard.press("ArrowRight")
    with page.expect_response(lambda answer: is_rating(answer.request)):
        page.keyboard.press("Enter")
    assert entries(visit, user)[0]["rating"] == 4
    visit.no_trouble()


def is_rating(request: "Request") -> bool:
    return request.method == "PATCH"


@pytest.mark.parametrize("first_fails", [False, True])
def test_the_last_of_two_quick_ratings_stays(
    visit: Visit, user: str, first_fails: bool
) -> None:
    """The second is sent after the first's answer, also when that is slow or an error."""
    add(visit, user, "Heat", "2025-01-20")
    page = opened(visit, user, 1)
    writes = kept(page, "**/movies/*")
    stars = rating_of(page.locator(".play"))
    stars.focus()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    for digit in "35":
        page.keyboard.press(digit)
        page.keyboard.press("Enter")
    wait_for_one(page, writes)
    first, *others = filter(is_rating, sent)
    assert not others
    with page.expect_response(
        lambda answer: is_rating(answer.request) and answer.request != first
    ):
        if first_fails:
            writes[0].fulfill(status=503, json={"detail": "The store is busy."})
        else:
            writes[0].continue_()
    assert stars.get_attribute("aria-valuenow") == "5"
    assert entries(visit, user)[0]["rating"] == 5


def test_a_rating_that_fails_is_rolled_back(visit: Visit, user: str) -> None:
    """The row shows the old rating again, and the error's sentence is said."""
    add(visit, user, "Heat", "2025-01-20", rating=4)
    page = opened(visit, user, 1)
    page.route(
        "**/movies/*",
        lambda route: route.fulfill(status=503, json={"detail": "The store is busy."}),
    )
    stars = rating_of(page.locator(".play"))
    stars.focus()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    said(page, "The store is busy.")
    assert stars.get_attribute("aria-valuenow") == "4"
    assert entries(visit, user)[0]["rating"] == 4


def test_a_deletion_is_undone(visit: Visit, user: str) -> None:
    """The toast's button brings back the film with its day, rating and credits."""
    film = {"rating": 2.5, "director": "Agnès Varda", "genres": ["Drama"], "duration": 90}
    add(visit, user, "A film of nobody's catalogue", "2025-01-20", **film)
    add(visit, user, "Heat", "2025-01-21")
    before = entries(visit, user)[1]
    page = opened(visit, user, 2)
    page.get_by_role("button", name="Delete A film of nobody").click()
    wait_for_rows(page, 1)
    undo = page.get_by_role("button", name="Undo", exact=True)
    undo.wait_for()  # once the server has deleted it
    assert [entry["name"] for entry in entries(visit, user)] == ["Heat"]
    undo.click()
    said(page, "is back in the diary")
    wait_for_rows(page, 2)
    after = entries(visit, user)[1]
    changed = {"entry_id", "added_on"}
    assert {k: after[k] for k in after if k not in changed} == {
        k: before[k] for k in before if k not in changed
    }
    visit.no_trouble()


def test_watched_again_adds_a_play_today(visit: Visit, user: str) -> None:
    """One press logs the film again, unrated, and can be taken back."""
    add(visit, user, "Heat", "2025-01-20", rating=4)
    page = opened(visit, user, 1)
    page.get_by_role("button", name="Watched Heat again today").click()
    said(page, "Heat is in the diary for today.")
    wait_for_rows(page, 2)
    latest = entries(visit, user)[0]
    assert (latest["rating"], latest["watched_date"]) == (None, latest["added_on"])
    page.get_by_role("button", name="Undo", exact=True).click()
    wait_for_rows(page, 1)
    visit.no_trouble()


def test_details_show_plays_and_history(visit: Visit, user: str) -> None:
    """A title opens its plays and all that was noted about it; Escape goes back to it."""
    entry_id = add(visit, user, "Heat", "2025-01-20", rating=4, director="Michael Mann")
    url = f"{visit.origin}/users/{user}/movies/{entry_id}"
    httpx2.patch(url, json={"rating": 4.5}).raise_for_status()
    page = opened(visit, user, 1)
    page.get_by_role("button", name="Heat: plays and history").click()
    dialog = page.get_by_role("dialog", name="Heat")
    said(page, "Rated 4½ ★ instead of 4 ★")
    assert dialog.get_by_text("Added, watched on 20 Jan 2025").is_visible()
    assert dialog.get_by_role("link", name="Michael Mann").is_visible()
    page.keyboard.press("Escape")
    page.locator(".play-title:focus").wait_for()
    assert dialog.count() == 0
    visit.no_trouble()


def test_the_diary_is_searched_and_filtered(visit: Visit, user: str) -> None:
    """Words as they are typed, and choices beside them, all of them in the address."""
    add(visit, user, "Amélie", "2024-05-01", year=2001, rating=4, genres=["Comedy"])
    add(visit, user, "Heat", "2025-01-20", year=1995, rating=4.5, genres=["Crime"])
    add(visit, user, "Ronin", "2025-02-20", year=1998, genres=["Crime"])
    page = opened(visit, user, 3)
    page.get_by_role("searchbox", name="Find in the diary").fill("amelie")
    wait_for_rows(page, 1)
    assert page.url.endswith("/diary?q=amelie")
    page.get_by_role("button", name="Clear all filters").click()
    wait_for_rows(page, 3)
    page.get_by_role("combobox", name="Watched in").select_option("2025")
    wait_for_rows(page, 2)
    page.get_by_role("combobox", name="Rated").select_option("none")
    wait_for_rows(page, 1)
    page.reload()
    wait_for_rows(page, 1)
    assert page.locator(".play-title").inner_text() == "Ronin"
    page.get_by_role("combobox", name="Genre").select_option("Comedy")
    said(page, "Nothing fits")
    page.get_by_role("button", name="Clear all filters").click()
    page.get_by_label("Film of").fill("1995")
    wait_for_rows(page, 1)
    page.get_by_label("Film of").fill("")
    wait_for_rows(page, 3)
    page.get_by_role("combobox", name="Order").select_option("rating")
    page.locator(".play:first-child", has_text="Heat").wait_for()
    visit.no_trouble()


def test_a_choice_goes_on_from_the_one_just_made(visit: Visit, user: str) -> None:
    """Whoever clears the filters and types at once gets what was typed, and nothing else."""
    add(visit, user, "Heat", "2025-01-20", year=1995, genres=["Crime"])
    add(visit, user, "Amélie", "2024-05-01", year=2001, genres=["Comedy"])
    page = visit.page
    visit.open(f"/u/{user}/diary?genre=Comedy&watched=2024")
    wait_for_rows(page, 1)
    page.evaluate(
        """() => {
            const year = document.querySelector(".diary-filters input[inputmode=numeric]");
            document.querySelector(".diary-count button").click();
            year.value = "1995";
            year.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    page.wait_for_url("**/diary?year=1995")
    wait_for_rows(page, 1)
    assert page.locator(".play-title").inner_text() == "Heat"
    visit.no_trouble()


def test_filters_that_found_nothing_are_cleared(visit: Visit, user: str) -> None:
    """Until the list is there no empty diary is shown: the filters stay, and what is typed."""
    add(visit, user, "Heat", "2025-01-20", year=1995)
    add(visit, user, "Ronin", "2025-02-20", year=1998)
    page = visit.page
    visit.open(f"/u/{user}/diary?q=nobody")
    said(page, "Nothing fits")
    lists = kept(page, "**/diary?*")
    page.get_by_role("button", name="Clear all filters").click()
    wait_for_one(page, lists)
    page.get_by_label("Film of").fill("1995")
    assert page.get_by_text("An empty diary").count() == 0
    lists[0].continue_()
    page.wait_for_url("**/diary?year=1995")
    wait_for_rows(page, 1)
    assert page.locator(".play-title").inner_text() == "Heat"
    visit.no_trouble()


@pytest.mark.parametrize("deleted", [False, True])
def test_an_answer_from_before_brings_nothing_back(
    visit: Visit, user: str, deleted: bool
) -> None:
    """A list that was read before a rating or a deletion, and comes amid it, undoes neither."""
    add(visit, user, "Heat", "2025-01-20")
    page = opened(visit, user, 1)
    lists, writes = kept(page, "**/diary?*"), kept(page, "**/movies/*")
    add(visit, user, "Ronin", "2025-02-20")  # for which the page reads its list anew
    wait_for_one(page, lists)
    before = lists[0].fetch()
    row = page.locator(".play", has_text="Heat")
    if deleted:
        row.get_by_role("button", name="Delete").click()
    else:
        rating_of(row).focus()
        page.keyboard.press("4")
        page.keyboard.press("Enter")
    wait_for_one(page, writes)
    lists[0].fulfill(response=before)
    page.locator(".play", has_text="Ronin").wait_for()

    def is_as_chosen() -> bool:
        if deleted:
            return row.count() == 0
        return rating_of(row).get_attribute("aria-valuenow") == "4"

    assert is_as_chosen()
    with page.expect_response("**/diary?*"):  # the list after it
        writes[0].continue_()
    page.locator("[aria-busy=false]").first.wait_for()
    assert is_as_chosen()
    visit.no_trouble()


def kept(page: "Page", url: str) -> "list[Route]":
    """The next request to an address, which waits for its answer."""
    routes: list[Route] = []
    page.route(url, lambda route: route.continue_() if routes else routes.append(route))
    return routes


def wait_for_one(page: "Page", routes: "list[Route]") -> None:
    while not routes:
        page.wait_for_timeout(10)


def test_more_is_loaded_when_it_is_asked_for(visit: Visit, user: str) -> None:
    """50 entries at first, the others by a button, each once."""
    rows = "".join(f"Film {n},2025-01-{n % 28 + 1:02}\n" for n in range(60))
    file = {"file": ("diary.csv", f"title,watched date\n{rows}".encode(), "text/csv")}
    httpx2.post(f"{visit.origin}/users/{user}/imports", files=file).raise_for_status()
    page = opened(visit, user, 50)
    assert page.get_by_text("50 of 60").is_visible()
    page.get_by_role("button", name="Show more").click()
    wait_for_rows(page, 60)
    assert len(set(page.locator(".play-title").all_text_contents())) == 60
    assert page.get_by_role("button", name="Show more").count() == 0
    visit.no_trouble()


def test_a_rating_by_another_process_shows_by_itself(
    visit: Visit, user: str, data_dir: Path
) -> None:
    """A change by another process is on the page by itself, with no reload."""
    entry_id = add(visit, user, "Heat", "2025-01-20", rating=3)
    page = opened(visit, user, 1)
    container = make_container(Settings(backend="embedded", data_dir=data_dir))
    container.recorder().record(
        UpdateRating(
            event_id=user,
            user_id=user,
            entry_id=entry_id,
            new_rating=9,
            now=container.clock()(),
        )
    )
    page.locator("[role=slider][aria-valuenow='4.5']").wait_for()
    visit.no_trouble()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_it_fits_in_italian(
    browser: "Browser", server: ServerProcess, user: str, width: int, scheme: str
) -> None:
    """Nothing is wider than the window, on a phone as on a desk."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with visiting(browser, server, locale="it-IT", **options) as visit:
        add(visit, user, "Il " + "lunghissimo " * 8 + "titolo", "2025-01-20", rating=3.5)
        visit.open(f"/u/{user}/diary")
        wait_for_rows(visit.page, 1)
        assert visit.page.get_by_text("Che cosa hai visto?").is_visible()
        assert visit.fits()
        visit.no_trouble()


# ── Put right ───────────────────────────────────────────────────────────────


def test_a_play_is_edited_and_the_change_undone(visit: Visit, user: str) -> None:
    """Day, rewatch, like, tags, review, place and company, in one form; undo is one press."""
    add(visit, user, "Stalker", "2025-01-20", year=1979, rating=4)
    (before,) = entries(visit, user)
    page = opened(visit, user, 1)
    page.get_by_role("button", name="Edit Stalker").click()
    dialog = page.get_by_role("dialog", name="Stalker (1979)")
    dialog.get_by_label("Watched on").fill("2025-01-19")
    dialog.get_by_label("Seen before?").select_option("true")
    dialog.get_by_label("I liked it").check()
    dialog.get_by_label("Tags").fill("cinema, 35mm, cinema")
    dialog.get_by_label("Where").fill("Odeon")
    dialog.get_by_label("With whom").fill("Bert")
    dialog.get_by_label("Review").fill("The Zone.\nSlowly.")
    dialog.get_by_role("button", name="Save").click()
    said(page, "Stalker is changed.")
    (after,) = entries(visit, user)
    assert (after["watched_date"], after["rewatch"], after["rewatch_from"]) == (
        "2025-01-19",
        True,
        "source",
    )
    assert (after["liked"], after["tags"]) == (True, ["cinema", "35mm"])
    assert (after["place"], after["company"]) == ("Odeon", "Bert")
    assert (after["review"], after["rating"]) == ("The Zone.\nSlowly.", 4)
    marks = page.locator(".marks li")
    marks.nth(4).wait_for()
    assert marks.all_inner_texts() == ["Rewatch", "Liked", "Review", "cinema", "35mm"]
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "It is undone.")
    assert entries(visit, user) == [before]
    visit.no_trouble()


def test_a_rating_is_undone(visit: Visit, user: str) -> None:
    """Whoever slips on the stars has the old rating back by one press."""
    add(visit, user, "Heat", "2025-01-20", rating=4)
    page = opened(visit, user, 1)
    rating_of(page.locator(".play")).focus()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    said(page, "Heat: 1 ★")
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "It is undone.")
    assert entries(visit, user)[0]["rating"] == 4
    visit.no_trouble()


def test_a_deletion_undone_brings_back_all_that_was_said(visit: Visit, user: str) -> None:
    """The same entry, with its tags and its review."""
    add(visit, user, "Heat", "2025-01-20", tags=["tv"], review="Loud.", liked=True)
    before = entries(visit, user)
    page = opened(visit, user, 1)
    page.get_by_role("button", name="Delete Heat").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "is back in the diary")
    wait_for_rows(page, 1)
    assert entries(visit, user) == before
    visit.no_trouble()


def test_another_day_that_has_the_film_asks_whether_it_was_twice(
    visit: Visit, user: str
) -> None:
    """A play moved to the day of another one is told; the answer makes them two."""
    add(visit, user, "Heat", "2025-01-20")
    add(visit, user, "Heat", "2025-01-21")
    page = opened(visit, user, 2)
    page.get_by_role("button", name="Edit Heat").first.click()
    dialog = page.get_by_role("dialog", name="Heat")
    dialog.get_by_label("Watched on").fill("2025-01-20")
    dialog.get_by_role("button", name="Save").click()
    said(page, "Heat is already in your diary on 20 Jan 2025.")
    dialog.get_by_role("button", name="It was a second time that day").click()
    said(page, "Heat is changed.")
    assert {entry["watched_date"] for entry in entries(visit, user)} == {"2025-01-20"}


def test_a_film_is_seen_again_that_day(visit: Visit, user: str) -> None:
    """From the film's dialog, and from the form that adds it: two plays of one day."""
    add(visit, user, "Stalker", "2025-01-20", year=1979)
    page = opened(visit, user, 1)
    page.get_by_role("button", name="Stalker: plays and history").click()
    page.get_by_role("button", name="Seen again that day").click()
    said(page, "Stalker is in the diary a second time on 20 Jan 2025.")
    wait_for_rows(page, 2)
    page.get_by_role("button", name="Undo", exact=True).click()
    wait_for_rows(page, 1)
    page.get_by_role("combobox", name="What did you watch?").fill("stalker")
    page.get_by_role("option", name="Stalker 1979").click()
    page.get_by_label("Watched on").fill("2025-01-20")
    page.get_by_role("button", name="Add to the diary").click()
    page.get_by_role("button", name="It was a second time that day").click()
    wait_for_rows(page, 2)
    assert {entry["watched_date"] for entry in entries(visit, user)} == {"2025-01-20"}


def test_a_wrong_film_is_put_right(visit: Visit, user: str) -> None:
    """The title stays, the credits become those of the film; undo takes them away again."""
    add(visit, user, "The Godfather", "2025-01-20", year=1973)
    (before,) = entries(visit, user)
    assert before["suggestion"]
    page = opened(visit, user, 1)
    page.get_by_role("button", name="The Godfather: which film is it?").click()
    dialog = page.get_by_role("dialog", name="Wrong film?")
    dialog.get_by_role("button", name="The Godfather (1972)").click()
    said(page, "The Godfather is The Godfather (1972).")
    (entry,) = entries(visit, user)
    assert (entry["name"], entry["year"]) == ("The Godfather", 1973)
    assert entry["director"] == ["Francis Ford Coppola"]
    assert entry["film"] == {"title": "The Godfather", "year": 1972}
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "It is undone.")
    assert entries(visit, user) == [before]
    visit.no_trouble()


def test_a_film_is_named_by_its_number_or_is_none(visit: Visit, user: str) -> None:
    """An address of IMDb gives the number; “none of these” is an answer, too."""
    add(visit, user, "The Godfather", "2025-01-20", year=1973)
    page = opened(visit, user, 1)
    page.get_by_role("button", name="The Godfather: plays and history").click()
    page.get_by_role("button", name="Wrong film?").click()
    field = page.get_by_role("combobox", name="Title, or a number of IMDb")
    field.fill("https://www.imdb.com/title/tt0068646/")
    page.get_by_role("option", name="The film tt0068646 of IMDb").click()
    said(page, "The Godfather is tt0068646.")
    assert entries(visit, user)[0]["ids"]["imdb"] == "tt0068646"
    page.get_by_role("button", name="The Godfather: plays and history").click()
    page.get_by_role("button", name="Wrong film?").click()
    page.get_by_role("button", name="None of these").click()
    said(page, "The Godfather stands as it is written.")
    (entry,) = entries(visit, user)
    assert (entry["ids"]["imdb"], entry["suggestion"]) == (None, None)
    visit.no_trouble()


# ── Several at once ─────────────────────────────────────────────────────────


def selecting(visit: Visit, user: str, names: list[str]) -> "Page":
    """A diary with a film a day, the last one first, while plays are selected."""
    for n, name in enumerate(names):
        add(visit, user, name, f"2025-01-{20 - n}", tags=["old"])
    page = opened(visit, user, len(names))
    page.get_by_role("button", name="Select several").click()
    return page


def test_several_plays_are_changed_at_once(visit: Visit, user: str) -> None:
    """With the shift key all between two: tags, rewatch and day in one go, one undo."""
    page = selecting(visit, user, ["A", "B", "C", "D"])
    before = entries(visit, user)
    page.get_by_role("checkbox", name="Select B, 19 Jan 2025").click()
    page.get_by_role("checkbox", name="Select D, 17 Jan 2025").click(modifiers=["Shift"])
    said(page, "3 selected")
    page.get_by_role("button", name="Change …").click()
    dialog = page.get_by_role("dialog", name="Change 3 plays")
    assert dialog.get_by_role("button", name="Change 3 plays").is_disabled()
    dialog.get_by_label("Add tags").fill("cinema")
    dialog.get_by_label("Remove tags").fill("old")
    dialog.get_by_label("Seen before?").select_option("yes")
    dialog.get_by_label("Watched on").select_option("set")
    dialog.get_by_role("textbox", name="This day").fill("2024-12-31")
    dialog.get_by_role("button", name="Change 3 plays").click()
    said(page, "3 plays are changed.")
    after = {entry["name"]: entry for entry in entries(visit, user)}
    assert after["A"] == before[0]
    for name in "BCD":
        assert after[name]["tags"] == ["cinema"]
        assert (after[name]["rewatch"], after[name]["watched_date"]) == (True, "2024-12-31")
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "It is undone.")
    assert entries(visit, user) == before
    visit.no_trouble()


def test_all_that_are_found_are_deleted_and_brought_back(visit: Visit, user: str) -> None:
    """More than the server takes at once, also those that are not drawn; one undo for all."""
    rows = "".join(f"Film {n},2025-01-{n % 28 + 1:02}\n" for n in range(520))
    file = {"file": ("diary.csv", f"title,watched date\n{rows}Other,2025-01-01\n".encode())}
    httpx2.post(f"{visit.origin}/users/{user}/imports", files=file).raise_for_status()
    visit.open(f"/u/{user}/diary?q=film")
    page = visit.page
    wait_for_rows(page, 50)
    page.get_by_role("button", name="Select several").click()
    page.get_by_role("button", name="Select all 520 found").click()
    said(page, "520 selected")
    page.get_by_role("button", name="Delete", exact=True).click()
    said(page, "520 plays are deleted.")
    assert [entry["name"] for entry in entries(visit, user)] == ["Other"]
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "It is undone.")
    answer = httpx2.get(f"{visit.origin}/users/{user}/diary", params={"limit": 1})
    assert answer.json()["total"] == 521
    visit.no_trouble()


def test_what_cannot_be_changed_is_told(visit: Visit, user: str) -> None:
    """Of two plays of a film only one can be of a day: the other is left, with the reason."""
    page = selecting(visit, user, ["A", "A"])
    page.get_by_role("button", name="Select all 2 found").click()
    said(page, "2 selected")
    page.get_by_role("button", name="Change …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Watched on").select_option("none")
    dialog.get_by_role("button", name="Change 2 plays").click()
    said(page, "1 play is changed. 1 was left:")
    visit.no_trouble()
