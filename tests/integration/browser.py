"""A real browser on a real server: Debian's Chromium, driven by Playwright."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 20_000
SERVER_ZONE = "Europe/Rome"
"""The server's. Whoever is in another zone has another day than the server for some hours."""


def missing(what: str) -> None:
    """Skip where a component is missing, except in CI, where it has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium, for the tests of a module."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        missing("Playwright")
    if not CHROMIUM.exists():
        missing(f"Chromium ({CHROMIUM})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """An open page, and what went wrong on it: console messages, requests to other hosts."""

    page: "Page"
    origin: str
    trouble: list[str] = field(default_factory=list[str])

    def open(self, path: str) -> None:
        """Load a page of the server anew, until its title is there."""
        self.page.goto(self.origin + path)
        self.page.locator("h1").wait_for(timeout=WAIT_MS)
        self.page.mouse.move(1, 1)  # somebody is there

    def no_trouble(self) -> None:
        """Nothing was written to the console, asked of another host, or told as an error."""
        assert self.trouble == []
        assert self.page.locator(".trouble").count() == 0

    def fits(self) -> bool:
        """Whether nothing is wider than the window."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        )


@contextmanager
def visiting(browser: "Browser", server: ServerProcess, **options: Any) -> Iterator[Visit]:
    """A browser of its own that came in by the server's link; ``options`` are its context's."""
    link = urlsplit(server.link)
    context = browser.new_context(**{"locale": "en-GB", "timezone_id": SERVER_ZONE, **options})
    context.set_default_timeout(WAIT_MS)
    if link.query:  # the token that lets a browser in
        context.request.get(link.geturl())
    page = context.new_page()
    visit = Visit(page, f"{link.scheme}://{link.netloc}")

    def check(url: str) -> None:
        if not url.startswith((visit.origin, "data:")):
            visit.trouble.append(f"leaves the host: {url}")

    page.on("request", lambda request: check(request.url))
    page.on("console", lambda message: visit.trouble.append(message.text))
    page.on("pageerror", lambda error: visit.trouble.append(str(error)))
    yield visit
    context.close()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a module's server."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data_dir: Path) -> Iterator[ServerProcess]:
    """A home server for the tests of a module."""
    with ServerProcess(data_dir) as server:
        yield server


@pytest.fixture
def visit(browser: "Browser", server: ServerProcess) -> Iterator[Visit]:
    """A wide window on the server."""
    with visiting(browser, server, viewport={"width": 1280, "height": 900}) as visit:
        yield visit


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A diary of its own for each test."""
    return re.sub(r"\W", "-", request.node.name)
