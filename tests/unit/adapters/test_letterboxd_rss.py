"""What the feed of a Letterboxd account says, and what is no feed."""

from datetime import UTC, date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.letterboxd_rss import MAX_ITEMS, NoFeed, read_rss
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow

pytestmark = pytest.mark.slow

FEED = (Path(__file__).parent / "feeds" / "letterboxd.xml").read_bytes()
HEAD = (
    b"<rss version='2.0' xmlns:letterboxd='https://letterboxd.com'"
    b" xmlns:tmdb='https://themoviedb.org'><channel>"
)
TAIL = b"</channel></rss>"


def item(guid: str = "letterboxd-watch-1", **elements: str) -> bytes:
    fields = {"filmTitle": "Heat", "filmYear": "1995", "watchedDate": "2025-01-10", **elements}
    inside = "".join(
        f"<letterboxd:{name}>{text}</letterboxd:{name}>" for name, text in fields.items()
    )
    return f"<item><guid>{guid}</guid>{inside}</item>".encode()


def only(*items: bytes) -> tuple[ImportedRow | SkippedRow | RejectedRow, list[str]]:
    (row,), notes = read_rss(HEAD + b"".join(items) + TAIL, UTC)
    return row, list(notes)


def test_views_and_reviews_are_plays() -> None:
    """Oldest first, with all that Letterboxd says of them; lists and series are left alone."""
    rows, notes = read_rss(FEED, ZoneInfo("Pacific/Auckland"))
    assert notes == []
    assert [row.line for row in rows] == [5, 4, 3, 2, 1]
    assert [row.reason for row in rows if isinstance(row, SkippedRow)] == ["a list", "a series"]
    howl, heat, amelie = (row for row in rows if isinstance(row, ImportedRow))
    assert heat == ImportedRow(
        line=2,
        kind="play",
        title="Heat",
        year=1995,
        rating=8,
        watched_on=date(2025, 1, 10),
        logged_on=date(2025, 1, 11),
        tmdb_id=949,
        service="letterboxd",
        reference="letterboxd-watch-900004",
        rewatch=False,
    )
    assert (howl.title, howl.rating) == ("Howl's Moving Castle", None)
    assert (amelie.title, amelie.rating, amelie.rewatch, amelie.liked) == (
        "Amélie",
        9,
        True,
        True,
    )


def test_a_review_is_plain_text() -> None:
    """Without poster and warning, which Letterboxd put there; its own words stay."""
    rows, _ = read_rss(FEED, UTC)
    (review,) = (row.review for row in rows if isinstance(row, ImportedRow) and row.review)
    assert review == "Sweet & green.\nAgain.\n\nWatched on a train."


def test_the_day_published_is_that_of_the_zone() -> None:
    """Letterboxd writes New Zealand's."""
    rows, _ = read_rss(FEED, ZoneInfo("Europe/Rome"))
    days = {row.reference: row.logged_on for row in rows if isinstance(row, ImportedRow)}
    assert days["letterboxd-watch-900004"] == date(2025, 1, 10)


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("memberRating", "7", "rating"),
        ("memberRating", "NaN", "rating"),
        ("filmYear", "soon", "year"),
        ("watchedDate", "2025-02-30", "watched_on"),
        ("rewatch", "perhaps", "rewatch"),
        ("memberLike", "perhaps", "liked"),
        ("movieId", "x", "tmdb_id"),
    ],
)
def test_what_cannot_be_read_costs_no_row(name: str, text: str, field: str) -> None:
    """It is left out, with a note that names item and element."""
    row, notes = only(item(**{name: text}))
    assert isinstance(row, ImportedRow)
    assert (row.kind, row.title, getattr(row, field)) == ("play", "Heat", None)
    assert len(notes) == 1
    assert notes[0].startswith(f"Item 1: {name}: ")


def test_a_review_without_a_day_tells_of_the_film_only() -> None:
    """It need not be of a view that was logged."""
    row, _ = only(item("letterboxd-review-1", watchedDate=""))
    assert isinstance(row, ImportedRow)
    assert (row.kind, row.watched_on) == ("film", None)


def test_what_names_no_film_is_rejected() -> None:
    """An id of TMDB's is enough; a guid of another kind is skipped."""
    row, _ = only(item(filmTitle=""))
    assert isinstance(row, RejectedRow)
    row, _ = only(item(filmTitle="", movieId="949"))
    assert isinstance(row, ImportedRow)
    row, _ = only(item("letterboxd-story-1"))
    assert isinstance(row, SkippedRow)


BOMB = b"""<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]><rss><channel><item><guid>&c;</guid></item></channel></rss>"""
OUTSIDE = (
    b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b"<rss><channel><item><guid>&a;</guid></item></channel></rss>"
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00garbage",
        b"<html><body>Just a moment...</body></html>",
        b"<rss/>",
        FEED[: len(FEED) // 2],
        b"<?xml version='1.0' encoding='nonsense'?><rss><channel/></rss>",
        BOMB,
        OUTSIDE,
        b"<rss><channel>" + b"<item/>" * (MAX_ITEMS + 1) + TAIL,
        b"<a>" * 400_000,
    ],
    ids=lambda data: data[:20],
)
def test_what_is_no_feed_is_refused(data: bytes) -> None:
    """Also what would grow, read files, or never end."""
    with pytest.raises(NoFeed):
        read_rss(data, UTC)


def test_deep_nesting_is_only_passed_over() -> None:
    """No depth of elements brings the process down."""
    deep = b"<a>" * 300_000 + b"</a>" * 300_000
    rows, _ = read_rss(b"<rss><channel>" + deep + TAIL, UTC)
    assert rows == []


@given(st.binary(max_size=300), st.integers(0, len(FEED) - 1))
def test_any_damage_is_read_or_refused(damage: bytes, place: int) -> None:
    """No feed ends in another error."""
    try:
        rows, _ = read_rss(FEED[:place] + damage + FEED[place + len(damage) :], UTC)
    except NoFeed:
        return
    assert all(row.line for row in rows)
