"""Sessions become plays, and none is lost or counted twice."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.importers.sessions import (
    LONGEST_BREAK,
    MIN_SECONDS,
    Session,
    join_sessions,
    several_people,
)
from cinestats.adapters.importers.table import Export
from cinestats.application.imports.rows import ImportedRow, SkippedRow

START = datetime(2024, 3, 1, 20, 0, tzinfo=UTC)


def joined(*sessions, titles=None):
    """The rows of sessions at so many minutes after START, of so many minutes each."""
    by_line = {
        line: Session(
            START + timedelta(minutes=at), None if length is None else int(length * 60)
        )
        for line, (at, length) in enumerate(sessions, 1)
    }
    rows = tuple(
        ImportedRow(
            line=line,
            kind="play",
            title=titles[line - 1] if titles else "Heat",
            watched_on=session.began.date(),
        )
        for line, session in by_line.items()
    )
    return join_sessions(Export("x", rows), by_line).rows


def plays(rows):
    return [row.line for row in rows if isinstance(row, ImportedRow)]


def test_a_film_paused_over_midnight_is_one_play():
    """It stands on the line, and on the day, on which it began."""
    rows = joined((230, 60), (300, 100))
    assert plays(rows) == [1]
    assert rows[1] == SkippedRow(2, "a part of the play on line 1")


def test_the_order_of_the_file_does_not_matter():
    """Services write the newest first."""
    assert plays(joined((300, 100), (230, 60))) == [2]


def test_a_film_seen_again_the_next_evening_is_another_play():
    """And so is one after a longer break than a night's."""
    assert plays(joined((0, 100), (24 * 60, 100))) == [1, 2]


def test_two_films_are_never_one_play():
    """However close they follow each other."""
    assert plays(joined((0, 100), (101, 100), titles=["Heat", "Alien"])) == [1, 2]


def test_a_look_into_a_film_is_no_play():
    """Not even several looks; a length that is not known is taken for enough."""
    assert joined((0, 1), (10, 2.5))[1] == SkippedRow(2, "watched for 3:30 minutes only")
    assert plays(joined((0, 2), (10, 3))) == [1]
    assert plays(joined((0, 1), (10, None))) == [1]


@given(
    st.lists(
        st.tuples(st.integers(0, 10_000), st.one_of(st.none(), st.integers(0, 300))),
        max_size=12,
    )
)
def test_each_row_is_there_and_plays_are_apart(sessions):
    """Of two plays of a film none begins on the other's day, or soon behind its end."""
    rows = joined(*sessions)
    assert [row.line for row in rows] == list(range(1, len(sessions) + 1))
    began = sorted(sessions[line - 1][0] for line in plays(rows))
    days = [(START + timedelta(minutes=at)).date() for at in began]
    assert len(set(days)) == len(days)
    assert all(later > earlier for earlier, later in pairwise(began))
    lengths = [length for _, length in sessions]
    if None not in lengths and sum(lengths) * 60 < MIN_SECONDS:
        assert plays(rows) == []
    assert timedelta(hours=1) < LONGEST_BREAK < timedelta(hours=12)


def test_a_file_of_several_people_says_so():
    """With the first of their names; blank ones are nobody's."""
    assert several_people(["Ann", "", "Ann"]) == ()
    (note,) = several_people(f"P{number}" for number in range(9))
    assert "9 people (P0, P1, P2, P3, P4, P5, P6, P7, …)" in note
