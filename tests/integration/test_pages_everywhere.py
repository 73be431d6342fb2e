"""Every page in a real browser: both widths, both colour schemes, both languages.

What holds for all of them: nothing is written to the console, nothing is asked of another
host, nothing is wider than the window, and axe-core finds nothing to say.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx2
import pytest

from cinestats.adapters.catalogue_sample import sample_films
from cinestats.entrypoints.api.pages import STATIC
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .browser import Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

WIDTHS = (360, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
HEADER = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date"
PREVIEWED = "not-a-day,Alien,1979,,4,,,not-a-day\n2025-01-20,A film of nobody,,,,,,2025-01-20"
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
VIOLATIONS = """async () => (await axe.run({ resultTypes: ["violations"] })).violations
    .flatMap(({ id, impact, help, nodes }) =>
        nodes.map(node => `${id} (${impact}): ${help}: ${node.html}`))"""
TODAY = datetime.now(UTC).date()


def plays() -> dict[str, list[str]]:
    """The rows of each user's Letterboxd diary: rewatches, half stars, no rating, no year."""
    films = sample_films()[:24]
    rows: dict[str, list[str]] = {}
    for user, step, stars in (("anna", 1, 3), ("marco", 2, 5)):
        seen = [film.movie for film in films[::step]] + [film.movie for film in films[:9:2]]
        days = [TODAY - timedelta(days=9 * ago) for ago in range(len(seen))]
        ratings = [(n * stars % 9 + 2) / 2 if n % 7 else "" for n in range(len(seen))]
        rows[user] = [
            f'{day},"{film.title}",{film.year},,{rating},,,{day}'
            for film, day, rating in zip(seen, days, ratings, strict=True)
        ]
    rows["anna"].append(f"{TODAY},<i>A title</i> {'that goes on ' * 6},,,,,,{TODAY}")
    near = [film.movie for film in films[:4]]
    rows["doris"] = [
        f'{day},"{film.title}",{(film.year or 0) + 1},,4,Yes,"cinema, {tags}",{day}'
        for film, day, tags in zip(near, days, ("a", "b, c", "d, e, f", "g"), strict=False)
    ]
    return rows


def fill(server: ServerProcess, user: str, rows: list[str]) -> None:
    url = f"{server.url}/users/{user}"
    file = {"file": ("diary.csv", "\n".join([HEADER, *rows]).encode())}
    report = httpx2.post(f"{url}/imports", files=file).raise_for_status().json()
    assert report["rejected"] == []
    httpx2.get(f"{url}/stats", params={"at_least": report["position"]}).raise_for_status()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A household with two diaries and a catalogue."""
    folder = tmp_path_factory.mktemp("everywhere")
    make_container(Settings(backend="embedded", data_dir=folder)).catalogue().load(
        sample_films()
    )
    with ServerProcess(folder, CINESTATS_TRENDS_TRIGGER_SECONDS="1") as server:
        for user, rows in plays().items():
            fill(server, user, rows)
        again = {"name": "Heat", "watched_date": str(TODAY), "review": "Loud.", "again": True}
        for place in ("Odeon", "At home"):
            body = {**again, "place": place}
            httpx2.post(f"{server.url}/users/doris/movies", json=body).raise_for_status()
        yield server


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with accounts, where everybody may register."""
    settings = {"CINESTATS_ACCESS": "server", "CINESTATS_REGISTRATION": "open"}
    with ServerProcess(tmp_path_factory.mktemp("accounts"), **settings) as server:
        yield server


@pytest.fixture(scope="module", params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    chosen: int = request.param
    return chosen


@pytest.fixture(scope="module")
def shared_visit(browser: "Browser", home: ServerProcess, width: int) -> Iterator[Visit]:
    options = {"viewport": {"width": width, "height": 800}, "reduced_motion": "reduce"}
    with visiting(browser, home, **options) as visit:
        yield visit


@pytest.fixture
def visit(shared_visit: Visit) -> Visit:
    """The browser of a width, with nothing told against it yet."""
    shared_visit.trouble.clear()
    return shared_visit


# ── The pages ───────────────────────────────────────────────────────────────


def nothing_more(_: "Page") -> None:
    """The page as it opens."""


def add_form(page: "Page") -> None:
    """A film of the catalogue is chosen, and the form asks when and how it was."""
    page.locator("input[role=combobox]").fill("the god")
    page.locator("[role=option]").first.wait_for()
    page.locator("input[role=combobox]").press("Enter")
    page.locator(".add-form [role=slider]").wait_for()


def suggestions(page: "Page") -> None:
    """The films that fit what is typed."""
    page.locator("input[role=combobox]").fill("the")
    page.locator("[role=option]").nth(1).wait_for()


def details(page: "Page") -> None:
    """A film's dialog."""
    page.locator(".play-title").nth(1).click()
    page.locator("dialog .details-list").nth(1).wait_for()


def edited(page: "Page") -> None:
    """The form of a play."""
    page.locator(".play-title").first.click()
    page.locator(".details-actions button").first.click()
    page.locator("dialog .edit-form").wait_for()


def wrong_film(page: "Page") -> None:
    """Which film a play is of: what is suggested, and what is found."""
    page.locator("button.doubt").first.click()
    page.locator(".match input").fill("the")
    page.locator(".match [role=option]").first.wait_for()


def selected(page: "Page") -> None:
    """Some plays are selected."""
    page.locator(".diary-select").click()
    page.locator(".play-select input").first.click()
    page.locator(".selection").wait_for()


def change_of_several(page: "Page") -> None:
    """What shall be changed of those that are selected."""
    selected(page)
    page.locator(".selection button.primary").click()
    page.locator("dialog .edit-form").wait_for()


def decided(page: "Page") -> None:
    """One film is decided by a key, and the next one is asked for."""
    page.keyboard.press("1")
    page.locator(".doubt-card.decided button").wait_for()
    page.keyboard.press("u")
    page.locator(".doubt-card.decided").wait_for(state="detached")


def read_otherwise(page: "Page") -> None:
    """How a table is read, with all of its columns."""
    file = {"name": "films.csv", "mimeType": "text/csv", "buffer": b"title,year\nHeat,1995\n"}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    for summary in (".how-read > summary", ".how-more > summary"):
        page.locator(summary).click()
    page.locator(".how-more label").last.wait_for()


def preview(page: "Page") -> None:
    """A file is read, with a row that is no play; nothing is imported."""
    rows = [HEADER, PREVIEWED, *plays()["anna"][:9]]
    file = {"name": "diary.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator(".import-rows").wait_for()


def deletion(page: "Page") -> None:
    """The question before a diary is deleted."""
    page.locator("button.danger").last.click()
    page.locator("dialog").wait_for()


@dataclass(frozen=True)
class Shown:
    """A page in a state: where it is, what tells that it is drawn, what is done there."""

    path: str
    drawn: str
    act: Callable[["Page"], None] = nothing_more


PAGES = {
    "home": Shown("/", ".diary-text small"),
    "overview": Shown("/u/anna", ".days canvas"),
    "overview of a month without a play": Shown("/u/anna?period=1990-01", ".empty"),
    "empty diary": Shown("/u/nobody", ".empty"),
    "year": Shown(f"/u/anna/year/{TODAY.year}", ".year-days canvas"),
    "diary": Shown("/u/anna/diary", ".play"),
    "diary with suggestions": Shown("/u/anna/diary", ".play", suggestions),
    "diary with the form": Shown("/u/anna/diary", ".play", add_form),
    "diary with a film's details": Shown("/u/anna/diary", ".play", details),
    "diary with suggested films": Shown("/u/doris/diary", ".doubt"),
    "diary with an edited play": Shown("/u/doris/diary", ".play", edited),
    "diary with a wrong film": Shown("/u/doris/diary", ".doubt", wrong_film),
    "diary with selected plays": Shown("/u/doris/diary", ".play", selected),
    "diary with a change of several": Shown("/u/doris/diary", ".play", change_of_several),
    "review": Shown("/u/doris/review", ".doubt-card"),
    "review with a decision": Shown("/u/doris/review", ".doubt-card", decided),
    "duplicates": Shown("/u/doris/duplicates", ".twins"),
    "director": Shown("/u/anna/director/Christopher%20Nolan", ".film"),
    "genre": Shown("/u/anna/genre/Drama", ".film"),
    "trends": Shown("/u/anna/trends", ".top-film"),
    "compare": Shown("/u/anna/compare", "main li"),
    "comparison": Shown("/u/anna/compare/marco", ".compare-headline"),
    "import": Shown("/u/anna/import", ".services"),
    "import with a preview": Shown("/u/anna/import", ".services", preview),
    "import of a table": Shown("/u/anna/import", ".services", read_otherwise),
    "time travel": Shown(f"/u/anna/then?day={TODAY.year - 1}-01-01", ".change"),
    "settings": Shown("/u/anna/settings", ".settings h2"),
    "settings with a question": Shown("/u/anna/settings", ".settings h2", deletion),
    "reference": Shown("/docs", "details.operation"),
    "notices": Shown("/notices", ".card"),
    "no page": Shown("/u/anna/nothing", "main a"),
}


def show(visit: Visit, shown: Shown) -> None:
    visit.open(shown.path)
    visit.page.locator(shown.drawn).first.wait_for()
    shown.act(visit.page)
    visit.page.wait_for_function("() => !document.querySelector('.skeleton')")


def stands(visit: Visit) -> None:
    """In both schemes everything that holds for all pages holds for this one."""
    visit.page.evaluate(AXE)  # as a debugger does: the page's policy lets no script in
    for scheme in SCHEMES:
        visit.page.emulate_media(color_scheme=scheme)
        assert visit.fits(), scheme
        assert visit.page.evaluate(VIOLATIONS) == [], scheme
    visit.no_trouble()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_stands(visit: Visit, name: str) -> None:
    """At 360 and 1440 px, light and dark: in order, on this host, in the window, accessible."""
    show(visit, PAGES[name])
    stands(visit)


@pytest.mark.parametrize("mode", ["home", "accounts"])
def test_the_way_in_stands(
    browser: "Browser", request: pytest.FixtureRequest, width: int, mode: str
) -> None:
    """So do the locked start of a home and the sign-in of a server."""
    server: ServerProcess = request.getfixturevalue(mode)
    options = {"viewport": {"width": width, "height": 800}, "reduced_motion": "reduce"}
    with visiting(browser, server, **options) as visit:
        visit.page.context.clear_cookies()
        show(visit, Shown("/", "main form"))
        stands(visit)
        if mode == "accounts":
            visit.page.get_by_role("tab").last.click()
            stands(visit)


# ── Languages ───────────────────────────────────────────────────────────────

UNTRANSLATED = """async files => {
    const shown = new Set();
    const names = ["aria-label", "title", "placeholder", "alt"];
    for (const element of document.querySelectorAll("body, body *")) {
        if (element.closest("body [lang=en]")) continue; // it says itself that it is English
        for (const name of names) shown.add(element.getAttribute(name)?.trim());
        for (const node of element.childNodes) {
            if (node.nodeType === Node.TEXT_NODE) shown.add(node.data.trim());
        }
    }
    const found = [];
    for (const file of files) {
        const { en, it } = (await import(`/static/texts/${file}`)).default;
        const italian = new Set(Object.values(it));
        for (const [key, text] of Object.entries(en)) {
            if (key.includes("_") && shown.has(key)) found.push(key);
            if (!italian.has(text) && shown.has(text)) found.push(text);
        }
    }
    return found;
}"""
UNPAIRED = """async files => {
    const found = [];
    for (const file of files) {
        const { en, it } = (await import(`/static/texts/${file}`)).default;
        for (const key of Object.keys({ ...en, ...it })) {
            if (!(key in en && key in it)) found.push(`${file}: ${key}`);
        }
    }
    return found;
}"""
TEXTS = sorted(path.name for path in Path(STATIC, "texts").glob("*.js"))


@pytest.fixture(scope="module")
def italian(browser: "Browser", home: ServerProcess) -> Iterator[Visit]:
    options = {"viewport": {"width": 360, "height": 800}, "locale": "it-IT"}
    with visiting(browser, home, **options) as visit:
        yield visit


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_in_italian(italian: Visit, name: str) -> None:
    """No English sentence and no key of a text is left, and a phone is wide enough for it."""
    italian.trouble.clear()
    show(italian, PAGES[name])
    assert italian.page.evaluate("document.documentElement.lang") == "it"
    assert italian.page.evaluate(UNTRANSLATED, TEXTS) == []
    assert italian.fits()
    italian.no_trouble()


def test_every_text_is_in_both_languages(italian: Visit) -> None:
    """A sentence that one language has is there in the other."""
    italian.open("/docs")
    assert italian.page.evaluate(UNPAIRED, TEXTS) == []


# ── By keyboard alone ───────────────────────────────────────────────────────


def tab_to(page: "Page", target: "Locator", key: str = "Tab") -> None:
    """Press the key until the focus is on the target."""
    target.wait_for()
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {target}")


def test_a_film_comes_and_goes_by_keyboard(visit: Visit) -> None:
    """To the diary, a film added, rated by arrows, deleted and brought back: no mouse."""
    page = visit.page
    visit.open("/u/carla")
    tab_to(page, page.get_by_role("navigation").get_by_role("link", name="Diary"))
    page.keyboard.press("Enter")
    page.locator("h1:focus", has_text="Diary").wait_for()
    tab_to(page, page.locator("input[role=combobox]"))
    page.keyboard.type("heat")
    page.get_by_role("option", name="as it is written").wait_for()
    page.keyboard.press("ArrowUp")  # from the first to the last: the title as it is typed
    page.keyboard.press("Enter")
    page.locator(".add-form :focus").wait_for()
    tab_to(page, page.get_by_role("button", name="Add to the diary"))
    page.keyboard.press("Enter")
    row = page.locator(".play", has_text="heat")
    tab_to(page, row.get_by_role("slider"))
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        for key in ("5", "ArrowLeft", "ArrowDown", "Enter"):
            page.keyboard.press(key)
    assert row.get_by_role("slider").get_attribute("aria-valuenow") == "4"
    tab_to(page, row.get_by_role("button", name="Delete"))
    page.keyboard.press("Enter")
    row.wait_for(state="detached")
    tab_to(page, page.get_by_role("button", name="Undo", exact=True).last)
    page.keyboard.press("Enter")
    row.wait_for()
    assert row.get_by_role("slider").get_attribute("aria-valuenow") == "4"
    tab_to(page, row.get_by_role("button", name="Delete"))
    page.keyboard.press("Enter")
    row.wait_for(state="detached")
    visit.no_trouble()
