"""What pages and terminal once said wrongly, looked at on two programs.

    python -m tests.sights --against FOLDER [--only share] [--keep FOLDER]

FOLDER is an older checkout with its own ``.venv``, such as a worktree of commit 08d633a. Each
sight is made with the same small diary on the program there and on this one, in Debian's
Chromium, and what was read off the page is printed beside what was read before; ``--keep``
keeps the pictures. Nothing here passes or fails: tests/integration/test_page_figures.py does.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, FilePayload, Locator, Page, sync_playwright

from benchmarks.pages import BYTES

from .integration.browser import CHROMIUM, FLAGS
from .integration.test_page_figures import COLOURS, GOOD, HEAD, POOR, WATCHLIST
from .integration.test_page_trends import HEADER
from .reproductions import Program, Served

_HERE = Path(__file__).parents[1]
_ZONE = "Pacific/Kiritimati"
"""The server's: its day is another than that of a browser in Pago Pago, at any hour."""
_OVERVIEW, _YEAR = "/u/anna", "/u/anna/year/2024"


class Sight(NamedTuple):
    """A program with a diary, a browser to look at it, and where pictures are kept."""

    program: Program
    browser: Browser
    picture: Path

    def load(self, user: str, text: str) -> None:
        """Import a table."""
        file = self.program.data.parent / "plays.csv"
        file.write_text(text, encoding="utf-8")
        ended = self.program.run(f"import {user}", str(file))
        if ended.code:
            raise RuntimeError(ended.said)

    @contextmanager
    def served(self, **settings: str) -> Generator["Opened"]:
        """The program's server, and a page that came in by its link."""
        settings = {"CINESTATS_TIMEZONE": _ZONE} | settings
        with self.program.serving(**settings) as server:
            context = self.browser.new_context(
                locale="en-GB",
                timezone_id="Pacific/Pago_Pago",
                viewport={"width": 1280, "height": 900},
                permissions=["clipboard-read", "clipboard-write"],
            )
            context.request.get(_link(self.program, server))
            context.add_init_script("delete Navigator.prototype.share")
            page = context.new_page()
            yield Opened(page, f"http://{server.host}:{server.port}", self.picture)
            context.close()


class Opened(NamedTuple):
    """A page of a server."""

    page: Page
    origin: str
    picture: Path

    def read(self, path: str, what: str) -> Locator:
        """Open an address and wait until ``what`` is drawn."""
        self.page.goto(self.origin + path)
        found = self.page.locator(what)
        found.first.wait_for()
        self.page.wait_for_timeout(500)  # charts are drawn in
        self.keep()
        return found

    def keep(self) -> None:
        """Take the picture, or take it again."""
        self.page.screenshot(path=self.picture, full_page=True)


def _link(program: Program, server: Served) -> str:
    """The link that lets a browser in; older versions print it."""
    file = program.data / "link"
    found = re.search(r"http://\S+", file.read_text() if file.exists() else server.line)
    assert found is not None
    return found[0]


def _today() -> date:
    """The day of the server."""
    return datetime.now(ZoneInfo(_ZONE)).date()


def _said(found: Iterable[str], most: int = 6) -> str:
    return "; ".join(" ".join(text.split()) for text in [*found][:most]) or "nothing"


def highest(sight: Sight) -> str:
    """Highest rated, of a diary whose one rated film has half a star."""
    sight.load("anna", POOR)
    with sight.served() as opened:
        section = opened.read(_OVERVIEW, "section:has(> * h2:has-text('Highest rated'))")
        top = _said(section.last.all_inner_texts())
        best = opened.read(_YEAR, "main").first.inner_text()
    said = re.search(r"The best of the year.*?(?=Month by month|$)", best, re.S)
    return f"{top} | {_said([said[0]]) if said else 'no word of the best of the year'}"[:300]


def ties(sight: Sight) -> str:
    """The order of films with equal stars: Zodiac was seen twice, Alien last."""
    sight.load("anna", GOOD)
    with sight.served() as opened:
        return _said(opened.read(_OVERVIEW, ".posters h3").all_inner_texts())


def people(sight: Sight) -> str:
    """Best rated directors in the terminal: what is told is what they are sorted by."""
    directors = {"Ann One": ("4.5",) * 4, "Bob Two": ("5", "5", "4.5"), "Cy Three": ("4",) * 3}
    for name, ratings in directors.items():
        for n, stars in enumerate(ratings):
            film = f"{name.split()[0]}{n}"
            sight.program.run(f"add anna {film} --rating {stars}", "--director", name)
    told = sight.program.run("stats anna --full", COLUMNS="120").said
    return _said([told[told.find("Best rated directors") :].partition("Best rated films")[0]])


def stars(sight: Sight) -> str:
    """The stars of a film without a rating: on the screen, and on paper."""
    sight.load("anna", f"{HEAD}Gigli,2003,,2024-03-02")
    with sight.served() as opened:
        slider = opened.read("/u/anna/diary", "[role=slider]").first
        drawn = (slider.text_content() or "").count("★")
        opened.page.emulate_media(media="print")
        opened.keep()
        ground = slider.locator(".ground, span").all()
        printed = any(each.is_visible() and "★" in each.inner_text() for each in ground)
    return f"{drawn} stars on the screen, {'stars' if printed else 'none'} on paper"


def paper(sight: Sight) -> str:
    """The days of the year on paper: the colours on the canvas that paper shows."""
    sight.load("anna", GOOD)
    with sight.served() as opened:
        opened.read(_YEAR, ".year-days canvas")
        opened.page.pdf(path=sight.picture.with_suffix(".pdf"))
        opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        canvas = opened.page.locator(".year-days canvas")
        return f"{canvas.count()} canvas, the last with {canvas.last.evaluate(COLOURS)} colours"


def share(sight: Sight) -> str:
    """Sharing the address of a server that only this computer reaches."""
    sight.load("anna", GOOD)
    with sight.served() as opened:
        opened.read(_YEAR, ".year-days")
        opened.page.get_by_role("button", name="Share").click()
        opened.page.wait_for_timeout(500)
        opened.keep()
        told = opened.page.locator(".toast, [role=status], dialog[open]").all_inner_texts()
    return _said(filter(None, told))


def clock(sight: Sight) -> str:
    """The last day that may be picked, where browser and server have another day."""
    sight.load("anna", GOOD)
    with sight.served() as opened:
        field = opened.read("/u/anna/then", "input[type=date]")
        most = field.get_attribute("max") or ""
        named = _ZONE in opened.page.locator("main").inner_text()
    whose = "the diary's" if most == _today().isoformat() else "the browser's"
    return f"{whose} day, the zone is {'named' if named else 'not named'}"


def trends(sight: Sight) -> str:
    """Six films of one play each, one of which was there a week ago."""
    today = _today()
    day = {name: today - timedelta(days=n) for n, name in enumerate("FEDCBA")}
    day["C"] = today - timedelta(days=10)
    rows = [f"{at},{name},1995,,,,,{at}" for name, at in day.items()]
    sight.load("anna", "\n".join([HEADER, *rows]))
    with sight.served(CINESTATS_TRENDS_TRIGGER_SECONDS="0.3") as opened:
        opened.page.wait_for_timeout(2_000)
        films = opened.read("/u/anna/trends", ".top-film")
        return _said(films.all_inner_texts())


def distance(sight: Sight) -> str:
    """How far two diaries are apart that share two rated films."""
    sight.load("anna", f"{HEAD}Heat,1995,4,2024-01-01\nRonin,1998,3,2024-01-02")
    sight.load("bert", f"{HEAD}Heat,1995,3.5,2024-01-01\nRonin,1998,4,2024-01-02")
    with sight.served() as opened:
        told = opened.read("/u/anna/compare/bert", ".compare-headline")
        return told.last.inner_text()


def years(sight: Sight) -> str:
    """The bars of a diary with plays of 1999 and of 2023."""
    sight.load("anna", GOOD)
    with sight.served() as opened:
        opened.read(_OVERVIEW, ".days canvas, canvas")
        opened.page.get_by_role("tab", name="Years").click()
        region = opened.page.get_by_label("Over time").first
        region.get_by_text("Show as table").click()
        rows = region.locator("tbody tr").all_inner_texts()
        opened.keep()
    return f"{len(rows)} bars: {_said(rows, 4)}"


def heat(sight: Sight) -> str:
    """The colours of days with one play, and of days with three."""
    busy = [f"Film {n},1999,3,2024-02-{1 + n // 3:02}" for n in range(15)]
    sight.load("anna", GOOD + "\n".join(busy))
    with sight.served() as opened:
        opened.read(_YEAR, ".year-days canvas")
        key = opened.page.locator(".heat-key span").all_inner_texts()
    return f"the key tells {_said(key)}" if key else "no key (see the picture)"


def known(sight: Sight) -> str:
    """The first sight of time travel, in a diary that was imported today."""
    sight.load("anna", GOOD)
    with sight.served() as opened:
        opened.read("/u/anna/then", ".then-value, .then-picker")
        opened.page.wait_for_timeout(1_000)
        opened.keep()
        text = opened.page.locator("main").inner_text()
    return "Nothing was known yet" if "Nothing was known yet" in text else "then and now"


def watchlist(sight: Sight) -> str:
    """A watchlist of three films is chosen for an empty diary."""
    file: FilePayload = {
        "name": "watchlist.csv",
        "mimeType": "text/csv",
        "buffer": WATCHLIST.encode(),
    }
    with sight.served() as opened:
        opened.read("/u/anna/import", "h1")
        opened.page.set_input_files("input[type=file]", files=file)
        opened.page.get_by_role("heading", name="Preview of watchlist.csv").wait_for()
        opened.keep()
        counts = opened.page.locator(".figures > div").all_inner_texts()
        nothing = opened.page.get_by_text("There is nothing new").count()
    shown = [text for text in counts if not re.search(r"^0$", text, re.M)]
    return _said(shown) + ("; nothing new in this file" if nothing else "")


def errors(sight: Sight) -> str:
    """Errors of the page while somebody goes from page to page forty times, fast."""
    sight.load("anna", GOOD)
    told: list[str] = []
    with sight.served() as opened:
        opened.page.on("pageerror", lambda error: told.append(str(error)))
        opened.read(_OVERVIEW, "canvas")
        names = ("Year in review", "Overview", "Diary")
        for n in range(40):
            opened.page.get_by_role("link", name=names[n % 3], exact=True).click()
            opened.page.wait_for_timeout(15 * (n % 5))
        opened.page.wait_for_timeout(500)
    return f"{len(told)} errors {_said(set(told)) if told else ''}".strip()


def size(sight: Sight) -> str:
    """Bytes that a browser with nothing in its cache is sent, by page."""
    films = [f"Film {n},{1950 + n % 70},{n % 9 / 2 + 0.5},{_day(n)}" for n in range(913)]
    sight.load("anna", HEAD + "\n".join(films))
    sent: dict[str, float] = {}
    pages = {"overview": _OVERVIEW, "diary": "/u/anna/diary", "year": _YEAR}
    for name, path in pages.items():
        with sight.served() as opened:
            opened.read(path, "h1")
            opened.page.wait_for_timeout(1_500)
            sent[name] = opened.page.evaluate(BYTES) / 1024
    return ", ".join(f"{name} {kib:.0f} KiB" for name, kib in sent.items())


def _day(n: int) -> date:
    return date(2024, 12, 31) - timedelta(days=n)


def hosts(sight: Sight) -> str:
    """The hosts of the images of a page whose film has a poster at a source."""
    poster = "https://image.tmdb.org/t/p/w500/a.jpg"
    with sight.served() as opened:
        opened.page.goto(opened.origin)  # from its own pages alone are writes taken
        sent = opened.page.evaluate(
            """body => fetch("/users/anna/movies", {
              method: "POST", headers: { "Content-Type": "application/json" }, body,
            }).then(answer => answer.status)""",
            json.dumps({"name": "Alien", "year": 1979, "rating": 5, "poster_url": poster}),
        )
        if sent != HTTPStatus.CREATED:
            raise RuntimeError(f"the film was not taken: {sent}")
        opened.page.context.route("https://**", lambda route: route.abort())
        policy = opened.page.context.request.get(opened.origin + _OVERVIEW).headers
        opened.read(_OVERVIEW, ".posters h3")
        shown = opened.page.evaluate("[...document.images].map(image => image.src)")
    asked = {urlsplit(url).hostname for url in shown}
    images = re.search(r"img-src [^;]*", policy.get("content-security-policy", ""))
    told = _said(map(str, sorted(asked, key=str)))
    return f"images of {told}; {images[0] if images else 'no policy'}"


SIGHTS: Mapping[str, Callable[[Sight], str]] = {
    each.__name__: each
    for each in (
        *(highest, ties, people, stars, paper, share, clock, trends, distance, years),
        *(heat, known, watchlist, errors, size, hosts),
    )
}


def seen(root: Path, make: Callable[[Sight], str], browser: Browser, picture: Path) -> str:
    """What is to be seen of the program of a checkout."""
    with tempfile.TemporaryDirectory() as name:
        return make(Sight(Program(root, Path(name) / "data"), browser, picture))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--against", type=Path, help="the older checkout; this one alone if none"
    )
    parser.add_argument("--only", choices=SIGHTS, help="one sight")
    parser.add_argument("--keep", type=Path, help="keep the pictures there")
    asked = parser.parse_args()
    sides = {"after": _HERE}
    if asked.against is not None:
        sides = {"before": asked.against.resolve()} | sides
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        keep = asked.keep or Path(folder)
        keep.mkdir(parents=True, exist_ok=True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, make in SIGHTS.items():
            if asked.only in (None, name):
                print(f"{name}: {(make.__doc__ or '').strip()}")
                for side, root in sides.items():
                    told = seen(root, make, browser, keep / f"{name}-{side}.png")
                    print(f"   {side + ':':<8}{told}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
