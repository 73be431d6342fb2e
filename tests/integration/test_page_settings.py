"""The settings in a real browser."""

import csv
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx2
import pytest

from .browser import Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

PASSWORD = "four random words"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("page_settings")) as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with accounts, where everybody may register."""
    folder = tmp_path_factory.mktemp("page_account")
    settings = {"CINESTATS_ACCESS": "server", "CINESTATS_REGISTRATION": "open"}
    with ServerProcess(folder, **settings) as server:
        yield server


@pytest.fixture
def visit(browser: "Browser", home: ServerProcess, user: str) -> Iterator[Visit]:
    """The settings of a household's diary, with one film in it."""
    body = {"name": "Heat", "year": 1995, "rating": 4.5, "watched_date": "2025-01-20"}
    httpx2.post(f"{home.url}/users/{user}/movies", json=body).raise_for_status()
    with visiting(browser, home, viewport={"width": 1280, "height": 900}) as visit:
        visit.open(f"/u/{user}/settings")
        visit.page.get_by_text("Live", exact=True).wait_for()
        yield visit


@contextmanager
def signed_in(browser: "Browser", server: ServerProcess, user: str) -> Generator[Visit]:
    """The settings of an account."""
    body = {"user_id": user, "password": PASSWORD}
    httpx2.post(f"{server.url}/accounts", json=body).raise_for_status()
    with visiting(browser, server) as visit:
        visit.page.context.request.post(f"{server.url}/session", data=body)
        visit.open(f"/u/{user}/settings")
        visit.page.get_by_text("Live", exact=True).wait_for()
        yield visit


def region(visit: Visit, name: str) -> "Locator":
    return visit.page.get_by_role("region", name=name)


def dialog(visit: Visit) -> "Locator":
    return visit.page.get_by_role("dialog")


def may_see(visit: Visit, user: str, query: str = "") -> bool:
    """Whether a stranger gets the statistics."""
    headers = {"User-Agent": "Mozilla/5.0"}  # no program of the same OS user
    answer = httpx2.get(f"{visit.origin}/users/{user}/stats{query}", headers=headers)
    return answer.status_code == 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_part_is_there(
    browser: "Browser", home: ServerProcess, width: int, scheme: Literal["light", "dark"]
) -> None:
    """At both widths, light and dark, with a name for every control."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with visiting(browser, home, **options) as visit:
        visit.open("/u/anna/settings")
        visit.page.get_by_text("No program has a token.").wait_for()
        assert visit.page.locator(".settings h2").count() == 7
        assert visit.fits()
        nameless = visit.page.evaluate(
            """() => [...document.querySelectorAll("main :is(input, select, button, a)")]
                .filter(element => !element.labels?.length && !element.textContent.trim()
                    && !element.getAttribute("aria-label"))
                .map(element => element.outerHTML)"""
        )
        assert nameless == []
        visit.no_trouble()


def test_walking_over_the_choices_publishes_nothing(visit: Visit, user: str) -> None:
    """Arrow keys choose, and only the button that names the choice makes it hold."""
    privacy = region(visit, "Who may see it")
    privacy.get_by_role("radio", name="Private").focus()
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("ArrowDown")
    privacy.get_by_role("button", name="Make it public").wait_for()
    assert not may_see(visit, user)
    privacy.get_by_role("button", name="Make it public").click()
    visit.page.get_by_text("The diary is public now.").wait_for()
    assert may_see(visit, user)
    visit.no_trouble()


def test_a_link_that_is_renewed_and_ended(visit: Visit, user: str) -> None:
    """The link opens the diary until another is made, or the diary is private again."""
    privacy = region(visit, "Who may see it")
    privacy.get_by_role("radio", name="By link").check()
    privacy.get_by_role("button", name="Open it by link").click()
    link = privacy.get_by_label("The link to share")
    first = link.input_value()
    assert first.startswith(f"{visit.origin}/u/{user}?link=")
    assert may_see(visit, user, "?link=" + first.partition("=")[2])
    privacy.get_by_role("button", name="Make a new link").click()
    dialog(visit).get_by_role("button", name="Make a new link").click()
    dialog(visit).wait_for(state="detached")
    visit.page.wait_for_function(
        "old => document.querySelector('.copyable input').value !== old", arg=first
    )
    second = link.input_value()
    assert not may_see(visit, user, "?link=" + first.partition("=")[2])
    assert may_see(visit, user, "?link=" + second.partition("=")[2])
    privacy.get_by_role("radio", name="Private").check()
    privacy.get_by_text("The present link stops working at once.").wait_for()
    privacy.get_by_role("button", name="Make it private").click()
    link.wait_for(state="detached")
    assert not may_see(visit, user, "?link=" + second.partition("=")[2])
    visit.no_trouble()


def test_a_token_is_shown_once_and_revoked(visit: Visit, user: str) -> None:
    """What it may do and how long is chosen; the copied token works until it is revoked."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tokens = region(visit, "API tokens")
    tokens.get_by_role("button", name="New token").click()
    visit.page.locator("input[name=name]:focus").wait_for()
    visit.page.keyboard.type("backup")
    dialog(visit).get_by_label("How long is it valid?").select_option("30 days")
    dialog(visit).get_by_role("button", name="Make the token").click()
    made = tokens.get_by_role("group", name="The token “backup”")
    made.get_by_role("button", name="Copy").click()
    visit.page.get_by_text("Copied.").wait_for()
    token = visit.page.evaluate("navigator.clipboard.readText()")
    headers = {"Authorization": f"Bearer {token}", "User-Agent": "Mozilla/5.0"}
    url = f"{visit.origin}/users/{user}/stats"
    assert httpx2.get(url, headers=headers).status_code == 200
    film = {"name": "Ronin"}
    writing = httpx2.post(f"{visit.origin}/users/{user}/movies", headers=headers, json=film)
    assert writing.status_code == 403
    made.get_by_role("button", name="I have copied it").click()
    made.wait_for(state="detached")
    visit.page.reload()
    tokens.get_by_text("Read · made").wait_for()
    assert token not in visit.page.content()
    tokens.get_by_role("button", name="Revoke “backup”").click()
    dialog(visit).get_by_role("button", name="Revoke").click()
    tokens.get_by_text("No program has a token.").wait_for()
    assert httpx2.get(url, headers=headers).status_code == 401
    visit.no_trouble()


@pytest.mark.parametrize("service", ["Plex", "Jellyfin", "Emby"])
def test_a_media_server_is_connected(visit: Visit, service: str) -> None:
    """Its address is shown once with the steps to take there, and ends by a press."""
    hooks = region(visit, "Media servers")
    hooks.get_by_role("button", name="Connect a media server").click()
    dialog(visit).get_by_role("radio", name=service).check()
    dialog(visit).get_by_label("Your name on the media server").fill("anna")
    dialog(visit).get_by_role("button", name="Make the address").click()
    made = hooks.get_by_role("group", name=f"Connect {service}")
    address = made.get_by_label("Address for the media server").input_value()
    assert address.startswith(f"{visit.origin}/hooks/")
    assert made.locator("li").count() == 3
    assert httpx2.post(address, json={}).status_code == 422  # it is there, and wants more
    hooks.get_by_text("what anna watches").wait_for()
    hooks.get_by_role("button", name=f"Disconnect {service}").click()
    dialog(visit).get_by_role("button", name="Disconnect").click()
    hooks.get_by_text("No media server is connected.").wait_for()
    assert made.count() == 0
    assert httpx2.post(address, json={}).status_code == 404
    visit.no_trouble()


def test_a_webhook_is_made_and_removed(visit: Visit) -> None:
    """Its secret is shown once, and its events and state are told."""
    webhooks = region(visit, "Webhooks")
    webhooks.get_by_role("button", name="New webhook").click()
    dialog(visit).get_by_label("Address of your program").fill("http://127.0.0.1:9/films")
    dialog(visit).get_by_label("a film is deleted").uncheck()
    dialog(visit).get_by_role("button", name="Make the webhook").click()
    made = webhooks.get_by_role("group", name="The webhook’s secret")
    assert made.get_by_label("Secret").input_value().startswith("whsec_")
    webhooks.get_by_text("a film is added · a rating changes").wait_for()
    webhooks.get_by_text("nothing sent yet").wait_for()
    webhooks.get_by_role("button", name="Remove http://127.0.0.1:9/films").click()
    dialog(visit).get_by_role("button", name="Remove").click()
    webhooks.get_by_text("No program is told.").wait_for()
    visit.no_trouble()


def test_a_refused_webhook_is_explained(visit: Visit) -> None:
    """What the server does not take is said in the dialog, which stays."""
    region(visit, "Webhooks").get_by_role("button", name="New webhook").click()
    dialog(visit).get_by_label("Address of your program").fill("ftp://example.org/films")
    dialog(visit).get_by_role("button", name="Make the webhook").click()
    assert "url" in dialog(visit).get_by_role("alert").inner_text()


def test_everything_can_be_taken_along(visit: Visit, tmp_path: Path) -> None:
    """The three exports are plain downloads with the film in them."""
    texts: dict[str, str] = {}
    for name in ("Letterboxd CSV", "Event log, JSONL", "Diary, JSON"):
        with visit.page.expect_download() as started:
            visit.page.get_by_role("link", name=f"Download {name}").click()
        started.value.save_as(tmp_path / "export")
        texts[name] = (tmp_path / "export").read_text("utf-8")
    (row,) = csv.DictReader(texts["Letterboxd CSV"].splitlines())
    assert "Heat" in row.values()
    assert '"Heat"' in texts["Event log, JSONL"].splitlines()[0]
    assert "Heat" in json.dumps(json.loads(texts["Diary, JSON"]))
    visit.no_trouble()


def test_language_and_theme(visit: Visit) -> None:
    """Both hold at once, in the whole page, and after it is loaded anew."""
    appearance = region(visit, "Appearance")
    appearance.get_by_role("radio", name="Dark").check()
    appearance.get_by_role("radio", name="Italiano").check()
    visit.page.get_by_role("heading", name="Impostazioni", level=1).wait_for()
    visit.page.reload()
    visit.page.get_by_role("heading", name="Impostazioni", level=1).wait_for()
    chosen = visit.page.evaluate("({...document.documentElement.dataset}).theme")
    assert chosen == "dark"
    assert region(visit, "Aspetto").get_by_role("radio", name="Scuro").is_checked()
    assert visit.page.locator(".tools select").first.input_value() == "dark"
    visit.no_trouble()


def test_a_diary_is_deleted_by_typing_its_name(visit: Visit, user: str) -> None:
    """Escape changes nothing; the button waits for the name; then the diary is gone."""
    delete = region(visit, "Leave").get_by_role("button", name="Delete …")
    delete.click()
    dialog(visit).get_by_text("Backups and exports that were made earlier").wait_for()
    visit.page.keyboard.press("Escape")
    dialog(visit).wait_for(state="detached")
    assert delete.evaluate("button => button === document.activeElement")
    visit.page.keyboard.press("Enter")
    for_good = dialog(visit).get_by_role("button", name="Delete for good")
    assert for_good.is_disabled()
    dialog(visit).get_by_label("To go on, type").fill(user)
    for_good.click()
    visit.page.wait_for_url(f"{visit.origin}/")
    assert httpx2.get(f"{visit.origin}/users/{user}/diary").json()["items"] == []


def test_an_account_is_deleted_with_its_password(
    browser: "Browser", server: ServerProcess, user: str
) -> None:
    """On a server the password is asked for too; a wrong one is said, and nothing happens."""
    with signed_in(browser, server, user) as visit:
        region(visit, "Leave").get_by_role("button", name="Delete …").click()
        dialog(visit).get_by_label("To go on, type").fill(user)
        password = dialog(visit).get_by_label("Present password")
        password.fill("wrong")
        dialog(visit).get_by_role("button", name="Delete for good").click()
        dialog(visit).get_by_role("alert").get_by_text("password is wrong").wait_for()
        password.fill(PASSWORD)
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url(f"{visit.origin}/")
        visit.page.get_by_role("button", name="Sign in").wait_for()
    body = {"user_id": user, "password": PASSWORD}
    assert httpx2.post(f"{server.url}/session", json=body).status_code == 401


def test_the_password_is_changed(browser: "Browser", server: ServerProcess, user: str) -> None:
    """With the present one; then the new one counts, and the session goes on."""
    new = "five quite random words"
    with signed_in(browser, server, user) as visit:
        form = region(visit, "Password")
        form.get_by_label("Present password").fill("wrong")
        form.get_by_label("New password").fill(new)
        visit.page.keyboard.press("Enter")
        form.get_by_role("alert").get_by_text("password is wrong").wait_for()
        form.get_by_label("Present password").fill(PASSWORD)
        form.get_by_role("button", name="Change the password").click()
        visit.page.get_by_text("The password is changed.").wait_for()
        assert form.get_by_label("New password").input_value() == ""
        visit.open(f"/u/{user}/settings")
        region(visit, "Leave").get_by_role("button", name="Sign out").click()
        visit.page.get_by_role("button", name="Sign in").wait_for()
    body = {"user_id": user, "password": new}
    assert httpx2.post(f"{server.url}/session", json=body).status_code == 200


def test_settings_of_somebody_else(
    browser: "Browser", server: ServerProcess, user: str
) -> None:
    """They are not shown, and not said to exist."""
    with signed_in(browser, server, user) as visit:
        visit.page.goto(f"{visit.origin}/u/bert/settings")
        visit.page.get_by_text("These settings are not yours").wait_for()
