"""The start in a real browser: getting in, the diaries of a household, the first steps."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx2
import pytest

from cinestats.application.diary import keep
from cinestats.domain.movie import Movie
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .browser import Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PASSWORD = "four random words"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A household with two diaries, one of which has a name of before the rule for names."""
    folder = tmp_path_factory.mktemp("page_home")
    with closing(make_container(Settings(data_dir=folder))) as container:
        keeper = replace(container.keeper(), check_name=lambda _: None)
        keep.add(keeper, user="<b>Bert", film=Movie.create("Heat", duration=170))
    with ServerProcess(folder) as server:
        add(server, "Anna", "Heat")
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with accounts, where everybody may register."""
    folder = tmp_path_factory.mktemp("page_sign_in")
    settings = {"CINESTATS_ACCESS": "server", "CINESTATS_REGISTRATION": "open"}
    with ServerProcess(folder, **settings) as server:
        for user in ("anna", "bert"):
            body = {"user_id": user, "password": PASSWORD}
            httpx2.post(f"{server.url}/accounts", json=body).raise_for_status()
        yield server


def add(server: ServerProcess, user: str, name: str) -> None:
    url = httpx2.URL(server.url).copy_with(path=f"/users/{user}/movies")
    httpx2.post(url, json={"name": name, "duration": 170}).raise_for_status()


def sign_in(visit: Visit, name: str, password: str, button: str = "Sign in") -> None:
    visit.page.get_by_label("Name").fill(name)
    visit.page.get_by_label("Password", exact=True).fill(password)
    visit.page.get_by_role("button", name=button).click()


def arrives(visit: Visit, path: str) -> None:
    visit.page.wait_for_url(visit.origin + path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_diaries_to_open(
    browser: "Browser", home: ServerProcess, width: int, scheme: Literal["light", "dark"]
) -> None:
    """Each diary is a card with its figures, its name is text, and a new one can be begun."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with visiting(browser, home, **options) as visit:
        visit.open("/")
        card = visit.page.get_by_role("link", name="<b>Bert")
        card.get_by_text("1 play · 2 h 50 min").wait_for()
        assert visit.fits()
        card.click()
        arrives(visit, "/u/%3Cb%3EBert")
        visit.page.go_back()
        visit.page.get_by_label("Name of the diary").fill("Carla")
        visit.page.keyboard.press("Enter")
        arrives(visit, "/u/Carla")
        visit.no_trouble()


def test_a_new_household_takes_its_first_steps(browser: "Browser", tmp_path: Path) -> None:
    """With no diary there is a name to give and ways to begin; the first one opens at once."""
    with ServerProcess(tmp_path) as server, visiting(browser, server) as visit:
        visit.open("/")
        visit.page.get_by_text("cinestats demo").wait_for()
        visit.page.get_by_label("Name of the diary").fill("Anna")
        visit.page.get_by_role("button", name="Import a file").click()
        arrives(visit, "/u/Anna/import")
        visit.open("/")
        visit.page.get_by_text("cinestats demo").wait_for()
        add(server, "demo", "Heat")
        arrives(visit, "/u/demo")
        visit.page.get_by_role("link", name="Switch").click()  # and back, without being sent on
        visit.page.get_by_role("link", name="demo").wait_for()
        visit.no_trouble()


def test_home_is_locked_without_its_token(browser: "Browser", home: ServerProcess) -> None:
    """A browser without the token is told how to get in; the link may be pasted."""
    with visiting(browser, home) as visit:
        visit.page.context.clear_cookies()
        visit.open("/u/Anna/trends")
        visit.page.get_by_text("This cinestats is locked").wait_for()
        field = visit.page.get_by_label("Link or token")
        field.fill("not-the-token")
        visit.page.keyboard.press("Enter")
        visit.page.get_by_text("That token does not open").wait_for()
        visit.page.wait_for_url(lambda url: "token" not in url)
        field.fill(home.link)
        visit.page.get_by_role("button", name="Open").click()
        arrives(visit, "/u/Anna/trends")
        visit.page.get_by_role("heading", name="Trends", level=1).wait_for()


def test_signing_in_leads_back(browser: "Browser", server: ServerProcess) -> None:
    """Who opens a page signs in by keyboard, after a wrong password too, and lands on it."""
    with visiting(browser, server) as visit:
        visit.open("/u/anna/settings")
        sign_in(visit, "anna", "not the password")
        visit.page.get_by_role("alert").get_by_text("do not match").wait_for()
        password = visit.page.locator("input[name=password]:focus")
        assert password.get_attribute("autocomplete") == "current-password"
        visit.page.keyboard.type(PASSWORD)
        visit.page.keyboard.press("Enter")
        arrives(visit, "/u/anna/settings")
        visit.page.get_by_role("heading", name="Settings", level=1).wait_for()
        visit.open("/")
        arrives(visit, "/u/anna")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example/u/anna",
        "https://evil.example",
        "/\\evil.example",
        "/.//evil.example",
        "/u/..//evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(
    browser: "Browser", server: ServerProcess, elsewhere: str
) -> None:
    """An address of another site is not gone to."""
    with visiting(browser, server) as visit:
        visit.open(f"/?back={elsewhere}")
        sign_in(visit, "anna", PASSWORD)
        arrives(visit, "/u/anna")
        visit.no_trouble()


def test_an_account_is_made(browser: "Browser", server: ServerProcess) -> None:
    """Where registration is open a name that is free becomes an account, signed in at once."""
    with visiting(browser, server) as visit:
        visit.open("/")
        visit.page.get_by_role("tab", name="Make an account").click()
        sign_in(visit, "anna", PASSWORD, "Make an account")
        visit.page.get_by_role("alert").get_by_text("The name anna is taken.").wait_for()
        sign_in(visit, "Carla", PASSWORD, "Make an account")
        arrives(visit, "/u/carla")  # as new names are written


def test_guessing_has_to_wait(browser: "Browser", server: ServerProcess) -> None:
    """After five wrong passwords the time to wait is said, in the page's language."""
    for _ in range(5):
        body = {"user_id": "bert", "password": "wrong"}
        assert httpx2.post(f"{server.url}/session", json=body).status_code == 401
    with visiting(browser, server, locale="it-IT") as visit:
        visit.open("/")
        visit.page.get_by_label("Nome").fill("bert")
        visit.page.get_by_label("Password", exact=True).fill(PASSWORD)
        visit.page.get_by_role("button", name="Accedi").click()
        visit.page.get_by_text("Troppi tentativi. Riprova fra 15 minuti.").wait_for()
