"""Lists that imports bring: kept beside the diary, and nothing of them is counted."""

import io
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Literal

import pytest

from cinestats.adapters.importers import Export, read_export
from cinestats.adapters.memory.relay_positions import MemoryRelayPositions
from cinestats.application.imports.events import export_list_events, import_events
from cinestats.application.imports.report import ImportReport
from cinestats.application.imports.undo import ImportNotFound, past_imports, undo_import
from cinestats.application.streaming.relay import Relay
from cinestats.domain.events import MovieAdded
from cinestats.domain.lists import FilmListed, ListEvent, by_list
from cinestats.domain.recompute import compute_user_stats
from tests.unit.application.application import Application
from tests.unit.application.streaming.test_relay import FakePublisher

DIARY = (
    "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    "2024-01-02,Heat,1995,https://boxd.it/e1,4,,,2024-01-01\n"
)
WATCHLIST = (
    "Date,Name,Year,Letterboxd URI\n"
    "2024-02-01,Alien,1979,https://boxd.it/2awY\n"
    "2024-02-02,M,1931,https://boxd.it/28Xc\n"
)
LIKES = "Date,Name,Year,Letterboxd URI\n2024-01-02,Heat,1995,https://boxd.it/2bg8\n"
NOIR = (
    "Letterboxd list export v7\n"
    "Date,Name,Tags,URL,Description\n"
    '2024-04-01,Noir,"dark, wet",https://boxd.it/l1,"Two\n'
    'Position lines."\n\n'
    "Position,Name,Year,URL,Description\n"
    "1,Heat,1995,https://boxd.it/2bg8,Nearly noir.\n"
    "2,M,1931,https://boxd.it/28Xc,\n"
)
FILES = {
    "diary.csv": DIARY,
    "watchlist.csv": WATCHLIST,
    "likes/films.csv": LIKES,
    "lists/noir.csv": NOIR,
}


def packed(files: Mapping[str, str]) -> Export:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return read_export("letterboxd.zip", buffer.getvalue(), zone=UTC)


def run(app: Application, export: Export, *, dry_run: bool = False) -> ImportReport:
    return app.importer.run("u1", export.rows, lists=export.lists, dry_run=dry_run)


def read(name: str, text: str) -> Export:
    return read_export(name, text.encode(), zone=UTC)


def shown(app: Application) -> Mapping[str, Sequence[str]]:
    lists = by_list(app.keeper.lists.lists("u1"))
    return {about.name: [film.title for film in films] for about, films in lists.items()}


def test_a_zip_brings_plays_and_lists() -> None:
    """Every row is accounted for: those of lists are skipped, with the reason."""
    app = Application()
    report = run(app, packed(FILES))
    assert (report.read, report.added, report.skipped, report.listed) == (6, 1, 5, 5)
    assert report.rejected == []
    assert shown(app) == {
        "likes": ["Heat"],
        "Noir": ["Heat", "M"],
        "watchlist": ["Alien", "M"],
    }
    noir = next(
        about for about in by_list(app.keeper.lists.lists("u1")) if about.name == "Noir"
    )
    assert (noir.description, noir.url, noir.tags) == (
        "Two\nPosition lines.",
        "https://boxd.it/l1",
        ("dark", "wet"),
    )
    (entry,) = app.diaries.entries("u1")
    assert entry.liked is True
    again = run(app, packed(FILES))
    assert (again.skipped, again.listed, list(again.list_changes)) == (6, 0, [])


def test_a_dry_run_says_the_same_and_stores_nothing() -> None:
    """Of lists, too."""
    app = Application()
    dry = run(app, packed(FILES), dry_run=True)
    assert app.list_log.users() == []
    wet = run(app, packed(FILES))
    assert (dry.listed, dry.rows) == (wet.listed, wet.rows)


def test_a_file_is_the_whole_list() -> None:
    """What it lacks leaves the list, and other lists stay; an empty one is left empty."""
    app = Application()
    run(app, packed(FILES))
    report = run(app, read("watchlist.csv", WATCHLIST.replace("Alien,1979", "Aliens,1986")))
    assert (report.listed, report.unlisted) == (0, 0)  # its address tells that it is the same
    assert shown(app)["watchlist"] == ["Aliens", "M"]
    report = run(app, read("watchlist.csv", WATCHLIST.splitlines()[0] + "\n"))
    assert (report.read, report.listed, report.unlisted) == (0, 0, 2)
    assert sorted(shown(app)) == ["Noir", "likes"]


def test_a_list_is_the_same_however_its_letters_are_written() -> None:
    """A letter and its accent are one or two characters."""
    app = Application()
    forms: Sequence[tuple[Literal["NFC", "NFD"], str]] = (
        ("NFC", "1,Heat,1995"),
        ("NFD", "1,Jaws,1975"),
    )
    for form, film in forms:
        text = NOIR.replace("Noir,", "Città,").replace("1,Heat,1995", film)
        run(app, read("x.csv", unicodedata.normalize(form, text.replace("2bg8", form))))
    assert shown(app) == {"Città": ["Jaws", "M"]}


def test_of_a_file_with_a_row_that_cannot_be_read_nothing_is_missing() -> None:
    """The film of that row may be the one."""
    app = Application()
    run(app, read("watchlist.csv", WATCHLIST))
    damaged = WATCHLIST.replace("2024-02-02,M,", "2024-02-02,,")
    report = run(app, read("watchlist.csv", damaged))
    assert (len(report.rejected), report.unlisted) == (1, 0)
    assert shown(app)["watchlist"] == ["Alien", "M"]


@pytest.mark.parametrize("together", [True, False])
def test_undo_takes_back_lists_and_plays(together: bool) -> None:
    """And what an import changed of an earlier one; lists alone are an import, too."""
    app = Application()
    run(app, packed({"diary.csv": DIARY, "lists/noir.csv": NOIR}))
    before = app.keeper.lists.lists("u1"), app.diaries.entries("u1")
    changed = {"lists/noir.csv": NOIR.replace("1,Heat,1995", "1,Heat 2,1996")}
    files = {**FILES, **changed} if together else changed
    if together:
        files["diary.csv"] = DIARY.replace("Heat", "Jaws").replace("e1", "e2")
    app.now = app.now.replace(hour=10)
    report = run(app, packed(files))
    assert report.list_changes
    (past, _) = past_imports(app.log.of_user("u1"), app.list_log.of_user("u1"))
    assert (past.import_id, past.undone) == (report.import_id, False)
    assert past.changes == len(report.list_changes) + report.added
    undone = undo_import(app.keeper, user="u1", import_id=report.import_id)
    assert undone == past.changes
    assert (app.keeper.lists.lists("u1"), app.diaries.entries("u1")) == before
    (past, _) = past_imports(app.log.of_user("u1"), app.list_log.of_user("u1"))
    assert past.undone
    assert undo_import(app.keeper, user="u1", import_id=report.import_id) == 0
    with pytest.raises(ImportNotFound):
        undo_import(app.keeper, user="u1", import_id="another")


def test_lists_count_nowhere_and_the_topic_does_not_get_them() -> None:
    """The statistics are those of the diary, and so is what the relay sends."""
    plain, app = Application(), Application()
    # A like is said of the play that it is of, too.
    run(plain, packed({name: FILES[name] for name in ("diary.csv", "likes/films.csv")}))
    run(app, packed(FILES))
    figures = compute_user_stats(app.diaries.entries("u1"))
    assert figures == compute_user_stats(plain.diaries.entries("u1"))
    assert app.total() == plain.total() == 1
    publisher = FakePublisher()
    assert Relay(app.log, MemoryRelayPositions(), publisher).drain() == 1
    assert publisher.topic == [(0, 1)]
    (sent,) = app.log.read(0, 0, 10)
    assert isinstance(sent.event, MovieAdded)
    assert app.verifier.verify().equal


def test_a_forgotten_users_lists_are_erased() -> None:
    """Also those of a user without a diary."""
    app = Application()
    run(app, read("watchlist.csv", WATCHLIST))
    assert app.forgetter.forget("u1") == 2
    assert app.list_log.users() == []
    assert app.forgetter.forget("u1") == 0


def test_events_of_lists_move_to_another_store() -> None:
    """Each once; an id that was used for another event is rejected with its line."""
    app, other = Application(), Application()
    run(app, read("watchlist.csv", WATCHLIST))
    events = list(enumerate(export_list_events(app.list_log), 1))
    first = import_events(other.keeper, events)
    assert (first.read, first.added, first.rejected) == (2, 2, [])
    assert other.keeper.lists.lists("u1") == app.keeper.lists.lists("u1")
    _, (_, second) = events
    reused = FilmListed(second.event_id, "u1", second.occurred_at, second.listing, "else")
    late = FilmListed("new", "u1", second.occurred_at.replace(year=2100), second.listing)
    lines: list[tuple[int, ListEvent]] = [*events, (3, reused), (4, late)]
    again = import_events(other.keeper, lines)
    assert (again.added, again.skipped) == (0, 2)
    assert sorted(row.line for row in again.rejected) == [3, 4]


def test_a_list_of_films_that_are_rated_is_both() -> None:
    """IMDb's: the rated ones were seen, and all are on the list."""
    text = (
        "Position,Const,Created,Modified,Description,Title,URL,Title Type,IMDb Rating,"
        "Runtime (mins),Year,Genres,Num Votes,Release Date,Directors,Your Rating,Date Rated\n"
        "1,tt0113277,2024-05-01,2024-05-01,Again,Heat,u,movie,8.3,170,1995,Crime,1,1995,X,9,"
        "2024-06-01\n"
        "2,tt0078748,2024-05-02,2024-05-02,,Alien,u,movie,8.5,117,1979,Horror,1,1979,Y,,\n"
        "3,tt0903747,2024-05-02,2024-05-02,,Breaking Bad,u,tvSeries,9.5,,2008,Crime,1,,,,\n"
    )
    app = Application()
    report = run(app, read("Crime (1).csv", text))
    assert (report.read, report.added, report.skipped, report.listed) == (3, 1, 2, 2)
    assert shown(app) == {"Crime": ["Heat", "Alien"]}
    heat, _ = app.keeper.lists.lists("u1").values()
    assert (heat.note, heat.listed_on, heat.ids.imdb) == (
        "Again",
        date(2024, 5, 1),
        "tt0113277",
    )
