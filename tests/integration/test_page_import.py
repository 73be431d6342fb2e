"""The import page in a real browser."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings
from tests.contracts.catalogue import film
from tests.unit.adapters.posters.pictures import picture
from tests.unit.adapters.sources.stand_in import Asked, Reply, served
from tests.unit.adapters.sources.tmdb_stand_in import TOKEN, TmdbStandIn

from .browser import Visit, visiting
from .server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

DIARY = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Gladiator,2000,https://boxd.it/1,4.5,,,2025-01-20
2025-02-03,<b>Bold</b> & Co,1999,https://boxd.it/3,,,,2025-02-03
2025-02-04,,2001,https://boxd.it/4,3,,,2025-02-04
2025-02-05,=cmd(),2001,https://boxd.it/5,3,,,2025-02-05,=1+1
"""
EXPORT = Path("../shared/data/exports/letterboxd/AgosVenezia/diary.csv")


def choose(visit: Visit, user: str, text: str = DIARY, name: str = "diary.csv") -> "Page":
    """Choose a file on the page; nothing of it is written yet."""
    visit.open(f"/u/{user}/import")
    file: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    visit.page.set_input_files("input[type=file]", file)
    return visit.page


def diary(visit: Visit, user: str) -> list[dict[str, Any]]:
    answer = httpx2.get(f"{visit.origin}/users/{user}/diary").raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def plays(visit: Visit, user: str) -> int:
    return len(diary(visit, user))


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
        "Of these, with a suggestion": "0",
        "Rated anew": "0",
        "Corrected": "0",
        "Skipped": "0",
        "Not understood": "2",
        "Missing in the file": "0",
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
    assert counts(page)["Skipped"] == "2"
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
    page = choose(visit, user, '{"a": 1}', "colours.json")
    page.locator(".trouble").wait_for()
    sentence = page.locator(".trouble").inner_text()
    assert sentence.count(".") == 1
    page.get_by_role("button", name="Choose another file").click()
    page.get_by_role("button", name="Choose a file").wait_for()


def test_an_unknown_table_is_read_once_its_columns_are_told(visit: Visit, user: str) -> None:
    """Nobody knows these headings: the page asks which column is what, and reads it so."""
    table = "Film seen by me;When it was;How it was\nHeat;2024-01-02;4\nAlien;2024-01-03;5\n"
    page = choose(visit, user, table)
    page.get_by_text("No column of titles was recognised in this table.").wait_for()
    choose_column(page, "Title", "Film seen by me")
    choose_column(page, "Day watched", "When it was")
    choose_column(page, "Rating", "How it was")
    page.get_by_role("button", name="Read it so").click()
    page.get_by_role("button", name="Import 2 films").click()
    page.get_by_text("diary.csv is imported").wait_for()
    assert [
        (play["name"], play["watched_date"], play["rating"]) for play in diary(visit, user)
    ] == [
        ("Alien", "2024-01-03", 5),
        ("Heat", "2024-01-02", 4),
    ]


def choose_column(page: "Page", field: str, label: str) -> None:
    page.get_by_role("combobox", name=field, exact=True).select_option(label)


def test_a_table_is_read_anew_by_what_is_set(visit: Visit, user: str) -> None:
    """The preview says which column was taken for what; by hand it is another one."""
    page = choose(visit, user, "title,watched date,rating,mark\nHeat,2024-01-02,4,2\n")
    page.get_by_text("How the file is read").click()
    title = page.get_by_role("combobox", name="Title", exact=True)
    assert title.locator("option").first.inner_text() == "Automatic: title"
    choose_column(page, "Ratings", "10")
    choose_column(page, "Rating", "mark")
    page.get_by_role("button", name="Read it so").click()
    page.get_by_role("button", name="Import 1 film").click()
    page.get_by_text("diary.csv is imported").wait_for()
    (play,) = diary(visit, user)
    assert play["rating"] == 1
    visit.no_trouble()


@pytest.mark.parametrize(
    ("answer", "day"),
    [("1 Feb 2024 (day first)", "2024-02-01"), ("2 Jan 2024 (month first)", "2024-01-02")],
)
def test_days_of_two_readings_are_asked_for(
    visit: Visit, user: str, answer: str, day: str
) -> None:
    """Where no row tells the order of the days, the page offers both; nothing is written."""
    page = choose(visit, user, "title,watched date\nHeat,1/2/2024\nAlien,3/4/2024\n")
    page.get_by_text("The days in the column “watched date” can be read in two ways").wait_for()
    assert diary(visit, user) == []
    page.get_by_role("button", name=answer).click()
    page.get_by_role("button", name="Import 2 films").click()
    page.get_by_text("diary.csv is imported").wait_for()
    assert {play["name"]: play["watched_date"] for play in diary(visit, user)}["Heat"] == day


LATER = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Gladiator,2000,https://boxd.it/1,3,,,2025-01-19
"""


def test_a_row_says_what_becomes_of_it_and_why(visit: Visit, user: str) -> None:
    """A correction with its day, a skipped row with its reason, a suggestion with its films."""
    page = choose(visit, user)
    page.get_by_role("button", name="Import 2 films").click()
    page.get_by_text("diary.csv is imported").wait_for()
    near = "2025-02-06,Gladiator,1999,https://boxd.it/8,,,,2025-02-06\n"
    bold = "2025-02-03,<b>Bold</b> & Co,1999,https://boxd.it/3,,,,2025-02-03\n"
    page = choose(visit, user, LATER + bold + near)
    rows = page.locator(".import-rows tbody tr")
    rows.nth(2).wait_for()
    corrected, skipped, suggested = rows.all_inner_texts()
    assert "Corrected" in corrected
    assert "day: 2025-01-20 before, 2025-01-19 now" in corrected
    assert "rating: 4.5 before, 3 now" in corrected
    assert "it is in the diary already" in skipped
    assert "it may be Gladiator (2000)" in suggested
    page.get_by_role("button", name="Import 1 film").click()
    page.get_by_role("link", name="Say which films they are.").click()
    page.get_by_role("heading", name="Gladiator (1999): is this Gladiator (2000)").wait_for()
    visit.no_trouble()


def test_plays_that_a_later_file_lacks_are_deleted_after_a_question(
    visit: Visit, user: str
) -> None:
    """To mirror a file is an option; its question says how many, and undo brings them back."""
    page = choose(visit, user)
    page.get_by_role("button", name="Import 2 films").click()
    page.get_by_text("diary.csv is imported").wait_for()
    page = choose(visit, user, LATER)
    page.get_by_label("Delete the 1 play of an earlier import that this file lacks").check()
    page.get_by_role("button", name="Change 1 play").click()
    dialog = page.get_by_role("dialog", name="Delete 1 play as well?")
    dialog.get_by_role("button", name="Do not delete").click()
    assert plays(visit, user) == 2
    page.get_by_role("button", name="Change 1 play").click()
    dialog.get_by_role("button", name="Import, and delete 1 play").click()
    page.get_by_text("1 play that the file lacks is deleted.").wait_for()
    assert plays(visit, user) == 1
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_text("Undone:").wait_for()
    assert plays(visit, user) == 2
    visit.no_trouble()


def test_films_without_details_are_completed(visit: Visit, user: str, data_dir: Path) -> None:
    """What the catalogue learns later is offered, taken, told, and taken back."""
    page = choose(visit, user, DIARY.replace("<b>Bold</b> & Co", user))
    page.get_by_role("button", name="Import 2 films").click()
    page.get_by_text("diary.csv is imported").wait_for()
    catalogue = make_container(Settings(backend="embedded", data_dir=data_dir)).catalogue()
    rows = f"title,year,directors,genres,duration\n{user},1999,Agnes Varda,Drama,90\n"
    catalogue.load(read_catalogue(rows.encode()).films)
    visit.open(f"/u/{user}/diary")
    page.get_by_role("button", name="Complete 1 film from the catalogue").click()
    page.get_by_text("1 film is complete now.").wait_for()
    assert ["Agnes Varda"] in [play["director"] for play in diary(visit, user)]
    page.get_by_role("button", name="Undo the completion").click()
    page.get_by_role("button", name="Complete 1 film from the catalogue").wait_for()
    assert ["Agnes Varda"] not in [play["director"] for play in diary(visit, user)]
    visit.no_trouble()


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


# ── Details and posters from a source ───────────────────────────────────────


class Tmdb(TmdbStandIn):
    """It has pictures, too."""

    def _answer(self, asked: Asked) -> Reply:
        return picture() if asked.path.startswith("/t/p/") else super()._answer(asked)


def test_films_are_looked_up_on_a_yes_and_posters_come_from_here(
    browser: "Browser", tmp_path: Path
) -> None:
    """By keyboard: the question, the yes, a pause, going on; nothing leaves this host."""
    films = [film(f"Film {n}", 1990, tmdb=n, duration=90) for n in range(1, 61)]
    rows = [f"2024-01-02,Film {n},1990,,4,,,2024-01-02" for n in range(1, 61)]
    with served(Tmdb(films)) as tmdb:
        settings = {
            "CINESTATS_TMDB_TOKEN": TOKEN,
            "CINESTATS_TMDB_URL": f"{tmdb.url}/3",
            "CINESTATS_TMDB_IMAGE_URL": f"{tmdb.url}/t/p",
            "CINESTATS_SOURCE_RATE": "60",
        }
        with (
            ServerProcess(tmp_path, **settings) as server,
            visiting(browser, server) as visit,
        ):
            table = "\n".join([DIARY.partition("\n")[0], *rows]).encode()
            files = {"file": ("diary.csv", table)}
            answer = httpx2.post(f"{server.url}/users/anna/imports", files=files, timeout=60)
            answer.raise_for_status()
            visit.open("/u/anna")
            page = visit.page
            page.get_by_text("60 of 60 plays lack").wait_for()
            assert tmdb.asked == []
            page.get_by_role("button", name="TMDB").focus()
            page.keyboard.press("Enter")
            page.get_by_role("progressbar").wait_for()
            page.get_by_role("button", name="Pause").focus()
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Go on").focus()
            page.keyboard.press("Enter")
            page.get_by_text("All films were looked up.").wait_for()
            assert page.locator(".poster img").count() == 0  # no source is on
            visit.no_trouble()
        settings["CINESTATS_SOURCES"] = "tmdb"
        with (
            ServerProcess(tmp_path, **settings) as server,
            visiting(browser, server) as visit,
        ):
            for path in ("/u/anna", "/u/anna/diary", "/u/anna/year/2024"):
                visit.open(path)
                poster = visit.page.locator(".poster img").first
                poster.scroll_into_view_if_needed()
                visit.page.wait_for_function(
                    "() => document.querySelector('.poster img').naturalWidth"
                )
                visit.no_trouble()
        assert sum(asked.path.startswith("/t/p/") for asked in tmdb.asked) == 1
