"""The import page in a real browser."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from .browser import Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

DIARY = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Gladiator,2000,https://boxd.it/1,4.5,,,2025-01-20
2025-02-03,<b>Bold</b> & Co,1999,https://boxd.it/3,,,,2025-02-03
2025-02-04,,2001,https://boxd.it/4,3,,,2025-02-04
2025-02-05,=cmd(),2001,https://boxd.it/5,7,,,2025-02-05
"""
EXPORT = Path("../shared/data/exports/letterboxd/AgosVenezia/diary.csv")


def choose(visit: Visit, user: str, text: str = DIARY) -> "Page":
    """Choose a file on the page; nothing of it is written yet."""
    visit.open(f"/u/{user}/import")
    file: FilePayload = {"name": "diary.csv", "mimeType": "text/csv", "buffer": text.encode()}
    visit.page.set_input_files("input[type=file]", file)
    return visit.page


def plays(visit: Visit, user: str) -> int:
    answer = httpx2.get(f"{visit.origin}/users/{user}/diary").raise_for_status()
    return len(answer.json()["items"])


def counts(page: "Page") -> dict[str, str]:
    figures = page.locator(".import-counts .figures > div")
    return {
        figure.locator("dt").inner_text(): figure.locator("dd").inner_text()
        for figure in figures.all()
    }


def test_a_preview_writes_nothing(visit: Visit, user: str) -> None:
    """What would become of each row, by outcome, before anything is in the diary."""
    page = choose(visit, user)
    page.get_by_text("Read as Letterboxd diary: 4 rows. Nothing is written yet.").wait_for()
    assert counts(page) == {
        "New in the diary": "2",
        "Of those, not in the catalogue": "1",
        "Rated anew": "0",
        "Already there": "0",
        "Not understood": "2",
    }
    assert page.locator(".import-rows b").count() == 0
    assert page.locator(".import-rows tbody tr").count() == 4
    page.get_by_role("tab", name="Not understood 2").click()
    rows = page.locator(".import-rows tbody tr")
    assert rows.count() == 2
    assert "4" in rows.first.inner_text()
    assert plays(visit, user) == 0
    visit.no_trouble()


def test_a_file_is_imported_and_undone(visit: Visit, user: str) -> None:
    """The same rows go in, the report says so, and one press takes them back."""
    page = choose(visit, user)
    page.get_by_role("button", name="Import 2 films").click()
    page.get_by_text("diary.csv is imported").wait_for()
    assert counts(page)["New in the diary"] == "2"
    assert plays(visit, user) == 2
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_text("Undone: 2 changes are taken back.").wait_for()
    assert plays(visit, user) == 0
    page.get_by_text("Past imports").wait_for()
    assert page.locator(".past-imports li", has_text="Undone").count() == 1
    visit.no_trouble()


def test_a_file_is_dropped(visit: Visit, user: str) -> None:
    """A file that is dropped on the area is read like a chosen one."""
    visit.open(f"/u/{user}/import")
    transfer = visit.page.evaluate_handle(
        """text => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], "diary.csv", { type: "text/csv" }));
            return transfer;
        }""",
        DIARY,
    )
    visit.page.dispatch_event(".drop-zone", "drop", {"dataTransfer": transfer})
    visit.page.get_by_role("button", name="Import 2 films").wait_for()
    visit.no_trouble()


def test_a_file_with_nothing_new_says_so(visit: Visit, user: str) -> None:
    """Importing a file again offers no import."""
    page = choose(visit, user)
    page.get_by_role("button", name="Import 2 films").click()
    page.get_by_text("diary.csv is imported").wait_for()
    page = choose(visit, user)
    page.get_by_text("There is nothing new in this file").wait_for()
    assert counts(page)["Already there"] == "2"
    assert page.get_by_role("button", name="Import 2").count() == 0
    visit.no_trouble()


def test_rejected_rows_are_saved_as_csv(visit: Visit, user: str) -> None:
    """The rows that were not understood, with their lines and reasons, as a table."""
    page = choose(visit, user)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download what was not understood").click()
    assert download.value.suggested_filename == "not-imported.csv"
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "line,file,name,year,reason"
    assert [line.split(",")[0] for line in lines[1:]] == ["4", "5"]
    assert not any(re.search(r"(^|,)=", line) for line in lines)
    visit.no_trouble()


def test_a_file_that_is_no_diary_is_told(visit: Visit, user: str) -> None:
    """An unknown file is one sentence, and another one can be chosen."""
    page = choose(visit, user, "colour,shape\nred,round\n")
    page.locator(".trouble").wait_for()
    sentence = page.locator(".trouble").inner_text()
    assert sentence.count(".") == 1
    assert page.get_by_role("button", name="Choose a file").is_visible()


def test_a_past_import_is_undone_after_a_question(visit: Visit, user: str) -> None:
    """The list of past imports undoes one, once it is said twice."""
    file = {"file": ("diary.csv", DIARY.encode(), "text/csv")}
    httpx2.post(f"{visit.origin}/users/{user}/imports", files=file).raise_for_status()
    page = visit.page
    visit.open(f"/u/{user}/import")
    page.get_by_role("button", name="Undo the import of").click()
    dialog = page.get_by_role("dialog", name="Undo the import of")
    dialog.get_by_role("button", name="Keep it").click()
    assert plays(visit, user) == 2
    page.get_by_role("button", name="Undo the import of").click()
    dialog.get_by_role("button", name="Undo this import").click()
    page.locator(".past-imports li", has_text="Undone").wait_for()
    assert plays(visit, user) == 0
    visit.no_trouble()


def test_a_long_file_is_drawn_in_parts(visit: Visit, user: str) -> None:
    """Of a real export of 900 rows a part is drawn; the rest comes when it is asked for."""
    if not EXPORT.exists():
        pytest.skip(f"{EXPORT} is missing")
    page = choose(visit, user, EXPORT.read_text())
    rows = page.locator(".import-rows tbody tr")
    rows.first.wait_for()
    assert rows.count() == 100
    page.get_by_role("button", name="Show more rows").click()
    assert rows.count() == 600
    page.locator(".import-actions .primary").click()
    page.get_by_text("diary.csv is imported").wait_for()
    visit.no_trouble()


def test_it_fits_in_italian(browser: "Browser", server: ServerProcess, user: str) -> None:
    """On a phone, in Italian, in the dark: nothing is wider than the window."""
    options = {"viewport": {"width": 360, "height": 800}, "color_scheme": "dark"}
    with visiting(browser, server, locale="it-IT", **options) as visit:
        page = choose(visit, user)
        page.get_by_role("button", name="Importa 2 film").wait_for()
        assert visit.fits()
        page.get_by_role("button", name="Scegli un altro file").click()
        page.get_by_text("File riconosciuti").wait_for()
        assert visit.fits()
        visit.no_trouble()
