"""Which play a row tells of: references, ratings kept apart, what a source said before."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.ids import id_from
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.diary import keep
from cinestats.application.imports.report import ImportReport
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.application.imports.undo import undo_import
from cinestats.domain.diary import Correction
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from tests.unit.application.application import Application

DAY = date(2025, 1, 3)
LATER = date(2025, 1, 9)
VIEW = ImportedRow(
    line=2, kind="play", service="letterboxd", title="Heat", year=1995, watched_on=DAY
)
RATED = ImportedRow(
    line=2, kind="film", service="letterboxd", title="Heat", year=1995, rating=9
)


def told(reference: str, **said: object) -> ImportedRow:
    return replace(VIEW, reference=f"https://boxd.it/{reference}", **said)  # type: ignore[arg-type]


def run(app: Application, *rows: ImportedRow) -> ImportReport:
    report = app.importer.run("u1", rows)
    assert report.read == (
        report.added + report.updated + report.corrected + report.skipped + len(report.rejected)
    )
    return report


def entries(app: Application) -> Sequence[Entry]:
    return app.diaries.entries("u1")


def only(app: Application) -> Entry:
    (entry,) = entries(app)
    return entry


def plays(app: Application) -> Counter[tuple[str, date | None, int | None]]:
    return Counter((e.movie.title, e.watched_on, e.rating) for e in entries(app))


def test_two_plays_of_one_day_are_told_apart_by_their_references() -> None:
    """A short can be seen twice; importing again adds neither."""
    app, rows = Application(), [told("e1", rating=8), told("e2", rating=9, rewatch=True)]
    assert run(app, *rows).added == 2
    assert [(e.rating, e.rewatch) for e in entries(app)] == [(8, None), (9, True)]
    assert run(app, *reversed(rows)).skipped == 2


def test_without_references_a_play_is_its_film_and_day() -> None:
    app = Application()
    assert run(app, VIEW, VIEW).added == 1
    assert run(app, VIEW).skipped == 1


def test_another_kind_of_reference_absorbs_one_row_each() -> None:
    """A feed's guid beside a file's address: following and importing never double a play."""
    app = Application()
    run(app, told("e1"), told("e2"))
    feed = [replace(VIEW, reference=f"letterboxd-watch-{n}") for n in (1, 2)]
    assert run(app, *feed).added == 0
    assert run(app, *feed).skipped == 2
    assert run(app, replace(VIEW, reference="letterboxd-watch-3")).added == 1
    kinds = [sorted(each.kind for each in e.sources) for e in entries(app)]
    assert kinds[:2] == [["letterboxd address", "letterboxd id"]] * 2


def test_what_the_source_changed_is_applied() -> None:
    """A day and a rating, of the play that the reference names; what it lacks is missing."""
    app = Application()
    run(app, told("g1", rating=6), told("g2", title="Bad Trip", year=2020), told("g3"))
    report = run(
        app,
        told("g1", rating=7, watched_on=LATER),
        told("g2", title="Bad Trip", year=2021),
    )
    assert (report.corrected, report.missing) == (2, 1)
    assert plays(app) == Counter(
        {("Heat", LATER, 7): 1, ("Bad Trip", DAY, None): 1, ("Heat", DAY, None): 1}
    )
    by_title = {e.movie.title: e for e in entries(app)}
    assert by_title["Bad Trip"].movie.film_key == "bad trip|2021"


@pytest.mark.parametrize(
    ("by_hand", "said"),
    [
        (Correction(watched_on=LATER), {"tags": ("again",)}),
        (Correction(tags=("mine",)), {"watched_on": LATER}),
        (Correction(rewatch=False), {"liked": True}),
        (Correction(review="Mine."), {"place": "Odeon"}),
    ],
)
def test_what_a_person_corrected_stays_unless_the_source_changed_it(
    by_hand: Correction, said: dict[str, object]
) -> None:
    """The row is compared with what its source last said."""
    app = Application()
    row = told("e1", rewatch=True, tags=("theirs",), review="Theirs.", rating=8)
    run(app, row)
    keep.correct(app.keeper, user="u1", entry_id=only(app).entry_id, correction=by_hand)
    corrected = only(app)
    assert run(app, row).skipped == 1
    assert only(app) == corrected
    assert run(app, replace(row, **said)).corrected == 1  # type: ignore[arg-type]
    for field, value in {**by_hand, **said}.items():
        assert getattr(only(app), field) == value
    (field,) = by_hand
    news = {"watched_on": date(2025, 1, 11), "tags": ("new",), "rewatch": True}
    changed = replace(row, **{**said, field: news.get(field, "News.")})  # type: ignore[arg-type]
    if field != "rewatch":  # which has no third value
        assert run(app, changed).corrected == 1
        assert getattr(only(app), field) == getattr(changed, field)


def test_a_rating_by_hand_stays_until_the_source_says_another() -> None:
    app = Application()
    run(app, told("e1", rating=8))
    keep.rate(app.keeper, user="u1", entry_id=only(app).entry_id, rating=3)
    assert run(app, told("e1", rating=8)).skipped == 1
    assert only(app).rating == 3
    assert run(app, told("e1", rating=7)).updated == 1
    assert only(app).rating == 7


def test_two_sources_do_not_undo_each_other() -> None:
    """Each is compared with its own last word."""
    app = Application()
    letterboxd, trakt = told("e1", rating=8), replace(VIEW, service="trakt", rating=6)
    run(app, letterboxd)
    run(app, trakt)
    assert only(app).rating == 6
    assert (run(app, letterboxd).skipped, run(app, trakt).skipped) == (1, 1)
    assert only(app).rating == 6


# ── Ratings that a source keeps apart ────────────────────────────────────────────────────


def test_a_films_rating_finds_its_play_in_any_order() -> None:
    for rows in permutations([told("e1"), RATED]):
        app = Application()
        for row in rows:
            run(app, row)
        assert plays(app) == Counter({("Heat", DAY, 9): 1})
        assert [run(app, row).skipped for row in rows] == [1, 1]


def test_it_stands_on_the_latest_play() -> None:
    rows = [told("e1"), told("e2", watched_on=LATER), RATED]
    for order in permutations(rows):
        app = Application()
        for row in order:
            run(app, row)
        assert plays(app) == Counter({("Heat", DAY, None): 1, ("Heat", LATER, 9): 1})
        assert run(app, *order).skipped == 3


def test_it_gives_way_to_a_play_that_is_rated_itself() -> None:
    rows = [told("e1", rating=4), told("e2", watched_on=LATER), RATED]
    for order in permutations(rows):
        app = Application()
        for row in order:
            run(app, row)
        assert plays(app) == Counter({("Heat", DAY, 4): 1, ("Heat", LATER, None): 1})
        assert run(app, *order).skipped == 3


def test_a_play_may_be_rated_itself_as_its_film_is() -> None:
    """The rating is the play's from then on: it neither goes nor moves."""
    app = Application()
    run(app, told("e1"), RATED)
    assert run(app, told("e1", rating=9)).updated == 1
    run(app, told("e1", rating=9), told("e2", watched_on=LATER), RATED)
    assert plays(app) == Counter({("Heat", DAY, 9): 1, ("Heat", LATER, None): 1})


def test_a_person_has_the_last_word_on_it() -> None:
    app = Application()
    run(app, told("e1"), RATED)
    keep.rate(app.keeper, user="u1", entry_id=only(app).entry_id, rating=2)
    assert run(app, RATED).skipped == 1
    assert only(app).rating == 2


def test_a_changed_rating_of_the_film_moves_with_it() -> None:
    app = Application()
    run(app, told("e1"), RATED)
    assert run(app, replace(RATED, rating=5)).updated == 1
    assert only(app).rating == 5


def test_a_row_without_a_day_is_the_play_that_has_one() -> None:
    """It tells no more than that the film was seen, and perhaps how it was liked."""
    undated = replace(VIEW, service="plain", watched_on=None, rating=8)
    dated = replace(VIEW, service="plain")
    for rows in permutations([undated, dated]):
        app = Application()
        assert run(app, *rows).read == 2
        assert plays(app) == Counter({("Heat", DAY, 8): 1})
        assert run(app, *rows).skipped == 2


def test_an_import_knows_what_a_crash_kept_from_the_diary() -> None:
    """The log had it: the row is not told again."""
    app = Application()
    run(app, told("e1"))
    app.diaries.__init__()  # type: ignore[misc]  # what was not written yet
    assert run(app, told("e1", rating=4)).updated == 1


# ── Any rows in any order ────────────────────────────────────────────────────────────────

films = st.sampled_from([("Heat", 1995), ("Heat", 1986), ("Ali", 2001), ("Ali: Again", 2001)])
days = st.sampled_from([DAY, LATER, date(2024, 5, 1)])
ratings = st.none() | st.integers(1, 10)
CATALOGUES = (
    [],
    [CatalogueFilm(Movie.create("Heat", year=1995, duration=170))],
    [
        CatalogueFilm(Movie.create("Heat", year=1995), release_years=(1986,)),
        CatalogueFilm(Movie.create("Ali", year=2001), alternative_titles=("Ali: Again",)),
    ],
)


@st.composite
def diary_files(draw: st.DrawFn) -> list[list[ImportedRow]]:
    """A diary with references, ratings and films seen beside it, and a table without days."""
    diary = [
        told(f"e{n}", title=title, year=year, watched_on=day, rating=rating)
        for n, ((title, year), day, rating) in enumerate(
            draw(st.lists(st.tuples(films, days, ratings), max_size=6))
        )
    ]
    rated = draw(
        st.lists(st.tuples(films, st.integers(1, 10)), max_size=4, unique_by=lambda r: r[0])
    )
    seen = draw(st.lists(films, max_size=4, unique=True))
    table = draw(st.lists(st.tuples(films, st.none() | days), max_size=4))
    return [
        diary,
        [replace(RATED, title=t, year=y, rating=rating) for (t, y), rating in rated],
        [replace(RATED, title=t, year=y, rating=None) for t, y in seen],
        [
            replace(VIEW, service="plain", title=t, year=y, watched_on=day)
            for (t, y), day in table
        ],
    ]


@given(diary_files(), st.sampled_from(CATALOGUES), st.permutations(range(4)))
def test_neither_the_order_of_files_nor_a_catalogue_changes_plays_days_and_ratings(
    files: list[list[ImportedRow]], catalogue: list[CatalogueFilm], order: list[int]
) -> None:
    """And importing all of them again changes nothing; undone, the diary is as before."""
    plain, app = Application(), Application()
    for file in files:
        run(plain, *file)
    app.catalogue.load(catalogue)
    reports = [run(app, *files[place]) for place in order]
    assert plays(app) == plays(plain)
    again = [run(app, *files[place]) for place in order]
    assert all(report.skipped == report.read for report in again)
    # Distinct titles and years in are distinct films out.
    names = {(e.movie.title, next(iter(e.sources)).year) for e in entries(app)}
    assert len({e.movie.film_key for e in entries(app)}) == len(names)
    app.projector.catch_up()
    assert not app.verifier.verify("u1").differences
    for report in reversed(reports):
        if report.added or report.updated or report.corrected:
            undo_import(app.keeper, user="u1", import_id=report.import_id)
    assert not entries(app)


# ── Plays of the first version ───────────────────────────────────────────────────────────


def made_then(app: Application, title: str, year: int | None, day: date | None) -> str:
    """A play as an import of the first version made it, which kept no source."""
    when = "unknown" if day is None else day.isoformat()
    entry_id = id_from("u1", title.lower(), str(year), when)
    movie = Movie.create(title, year=year or 1975, directors="Somebody")
    stamp = app.keeper.stamp("u1", cause="import")
    app.recorder.record(keep.addition(app.keeper, stamp, Entry(entry_id, movie, 4, day, DAY)))
    return entry_id


def test_a_row_knows_the_play_that_was_made_of_it_and_decides() -> None:
    """Also what it does not say: the rating was another row's."""
    app = Application()
    entry_id = made_then(app, "Heat", 1995, DAY)
    assert run(app, told("e1", tags=("cinema",))).corrected == 1
    play = only(app)
    assert (play.entry_id, play.rating, play.tags) == (entry_id, None, ("cinema",))
    assert play.movie.directors == ()


def test_a_play_that_the_row_made_before_it_was_corrected_goes() -> None:
    """It was the same play: its reference says so by now."""
    app = Application()
    made_then(app, "Heat", 1995, DAY)
    made_then(app, "Heat", 1995, LATER)
    run(app, told("e1"))
    run(app, told("e1", watched_on=LATER))
    assert plays(app) == Counter({("Heat", LATER, None): 1})


def test_what_was_made_of_a_row_that_is_no_play_goes() -> None:
    """Unless a person rated it; a year that only the catalogue told is not looked for."""
    app = Application()
    made_then(app, "Total", None, None)
    made_then(app, "Friends", 1994, None)
    rated = made_then(app, "Dallas", 1978, None)
    keep.rate(app.keeper, user="u1", entry_id=rated, rating=9)
    rows = [
        SkippedRow(2, "a total", written=("Total", "3")),
        SkippedRow(3, "not a film: tv", written=("Friends", "1994-09-22")),
        SkippedRow(4, "not a film: tv", written=("Dallas", "1978")),
        SkippedRow(5, "not a film: tv", written=("Heat", "1995")),
    ]
    report = app.importer.run("u1", rows)
    assert (report.corrected, report.skipped) == (2, 2)
    assert [e.movie.title for e in entries(app)] == ["Dallas"]
