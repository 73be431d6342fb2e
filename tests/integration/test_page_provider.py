"""Signing in at an identity provider in a real browser, from the button to the diary and back.

The provider is another site than the server (localhost, not 127.0.0.1), as in real life: the
cookie of a session, which is SameSite=Strict, does not go with what that site sends here.
"""

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx2
import pytest

from .browser import Visit, visiting
from .server_process import ServerProcess
from .stand_in_issuer import CLIENT_ID, CLIENT_SECRET, Issuer, running_issuer
from .test_pages_everywhere import AXE, VIOLATIONS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PASSWORD = "four random words"


@pytest.fixture(scope="module")
def running() -> Iterator[Issuer]:
    with running_issuer("localhost") as issuer:
        yield issuer


@pytest.fixture
def issuer(running: Issuer) -> Issuer:
    """The issuer, well-behaved again."""
    running.claims, running.back = {}, {}
    return running


@pytest.fixture(scope="module")
def server(
    running: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server with accounts, and the button."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "CINESTATS_ACCESS": "server",
        "CINESTATS_REGISTRATION": "open",
        "CINESTATS_PORT": str(port),
        "CINESTATS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CINESTATS_OIDC_ISSUER": running.url,
        "CINESTATS_OIDC_CLIENT_ID": CLIENT_ID,
        "CINESTATS_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "CINESTATS_OIDC_LABEL": "Our House",
        "CINESTATS_OIDC_REGISTRATION": "open",
    }
    folder = tmp_path_factory.mktemp("page_provider")
    with ServerProcess(folder, **settings) as server:
        yield server


def agree(visit: Visit, issuer: Issuer) -> None:
    """The user's click on the provider's own page."""
    visit.page.wait_for_url(f"{issuer.url}/authorize?**")
    visit.page.get_by_role("link", name="Agree").click()


def no_trouble(visit: Visit, issuer: Issuer) -> None:
    """Nothing but the way to the provider left the host, and no page told an error."""
    to_provider = f"leaves the host: {issuer.url}/"
    assert [each for each in visit.trouble if not each.startswith(to_provider)] == []
    assert visit.page.locator(".trouble").count() == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_the_button_leads_to_the_diary(
    browser: "Browser", server: ServerProcess, issuer: Issuer, width: int
) -> None:
    """By keyboard too; the session holds for the next page, a reload and a second tab."""
    name = f"olga{width}"
    issuer.user = {"sub": name, "preferred_username": name}
    with visiting(browser, server, viewport={"width": width, "height": 900}) as visit:
        visit.open(f"/?back=/u/{name}/settings")
        button = visit.page.get_by_role("link", name="Sign in with Our House")
        button.focus()
        assert visit.fits()
        visit.page.evaluate(AXE)  # as a debugger does: the page's policy lets no script in
        assert visit.page.evaluate(VIOLATIONS) == []
        visit.page.keyboard.press("Enter")
        agree(visit, issuer)
        visit.page.wait_for_url(f"{visit.origin}/u/{name}/settings")
        visit.page.get_by_role("heading", name="Settings", level=1).wait_for()
        visit.page.get_by_text("Linked to Our House").wait_for()
        visit.page.get_by_text("the account has no password").wait_for()
        assert visit.page.get_by_label("Present password").count() == 0
        visit.open("/")
        visit.page.wait_for_url(f"{visit.origin}/u/{name}")
        (session,) = (
            each
            for each in visit.page.context.cookies()
            if each.get("name") == "cinestats_session"
        )
        assert (session.get("sameSite"), session.get("httpOnly")) == ("Strict", True)
        no_trouble(visit, issuer)


def test_the_account_is_deleted_without_a_password(
    browser: "Browser", server: ServerProcess, issuer: Issuer
) -> None:
    """Where there is none, none is asked for."""
    issuer.user = {"sub": "dora", "preferred_username": "dora"}
    with visiting(browser, server) as visit:
        visit.open("/")
        visit.page.get_by_role("link", name="Sign in with Our House").click()
        agree(visit, issuer)
        visit.page.wait_for_url(f"{visit.origin}/u/dora")
        visit.open("/u/dora/settings")
        visit.page.get_by_role("button", name="Delete …").click()
        visit.page.get_by_role("dialog").get_by_role("textbox").fill("dora")
        visit.page.get_by_role("button", name="Delete for good").click()
        visit.page.get_by_role("link", name="Sign in with Our House").wait_for()
        no_trouble(visit, issuer)


@pytest.mark.parametrize(
    ("locale", "button", "sentence"),
    [
        ("en-GB", "Sign in with Our House", "Our House did not let you in"),
        ("it-IT", "Accedi con Our House", "Our House non ti ha fatto entrare"),
    ],
)
def test_a_refusal_is_one_sentence(
    browser: "Browser",
    server: ServerProcess,
    issuer: Issuer,
    locale: str,
    button: str,
    sentence: str,
) -> None:
    """In the page's language, told to screen readers, gone with the next visit."""
    issuer.back = {"code": None, "error": "access_denied"}
    with visiting(browser, server, locale=locale) as visit:
        visit.open("/?back=/u/anna/diary")
        visit.page.get_by_role("link", name=button).click()
        agree(visit, issuer)
        visit.page.get_by_role("alert").get_by_text(sentence).wait_for()
        visit.page.wait_for_url(f"{visit.origin}/?back=%2Fu%2Fanna%2Fdiary")
        visit.page.reload()
        visit.page.get_by_role("link", name=button).wait_for()
        assert visit.page.get_by_role("alert").get_by_text(sentence).count() == 0
        no_trouble(visit, issuer)


@pytest.mark.parametrize("made_up", ["<b>x", "toString", "other"])
def test_a_made_up_reason_is_no_text_of_somebody_else(
    browser: "Browser", server: ServerProcess, issuer: Issuer, made_up: str
) -> None:
    """Whoever sends a link chooses which of our sentences shows, and no other."""
    with visiting(browser, server) as visit:
        visit.open(f"/?refused={made_up}")
        visit.page.get_by_text("does not hold, so nobody is signed in").wait_for()
        no_trouble(visit, issuer)


def test_an_account_is_linked_in_its_settings(
    browser: "Browser", server: ServerProcess, issuer: Issuer
) -> None:
    """And unlinked again; the code does not stay in the address."""
    issuer.user = {"sub": "anna at home", "preferred_username": "somebody"}
    body = {"user_id": "anna", "password": PASSWORD}
    httpx2.post(f"{server.url}/accounts", json=body).raise_for_status()
    with visiting(browser, server) as visit:
        visit.open("/?back=/u/anna/settings")
        visit.page.get_by_label("Name").fill("anna")
        visit.page.get_by_label("Password", exact=True).fill(PASSWORD)
        visit.page.get_by_role("button", name="Sign in").click()
        visit.page.get_by_role("button", name="Link", exact=True).click()
        agree(visit, issuer)
        visit.page.get_by_text("Linked to Our House", exact=True).wait_for()
        visit.page.wait_for_url(f"{visit.origin}/u/anna/settings")
        with visiting(browser, server) as other:
            other.open("/")
            other.page.get_by_role("link", name="Sign in with Our House").click()
            agree(other, issuer)
            other.page.wait_for_url(f"{other.origin}/u/anna")
        visit.page.get_by_role("button", name="Unlink").click()
        visit.page.get_by_role("dialog").get_by_role("button", name="Unlink").click()
        visit.page.get_by_text("Not linked to Our House").wait_for()
        no_trouble(visit, issuer)
