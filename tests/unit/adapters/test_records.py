"""Records as stores keep them."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.records import fields_of, names_of, record_of, text_of
from cinestats.adapters.sqlite.records import record_of_row, row_of

ZONES = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))
MOMENTS = st.builds(datetime.fromtimestamp, st.floats(0, 7e9), ZONES)


@dataclass(frozen=True, slots=True)
class Inner:
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    key: bytes
    tags: frozenset[str]
    done: bool
    until: datetime | None
    inner: Inner


OUTERS = st.builds(
    Outer,
    st.text(),
    st.binary(),
    st.frozensets(st.text("abc", min_size=1)),
    st.booleans(),
    st.none() | MOMENTS,
    st.builds(Inner, MOMENTS, st.none() | st.text()),
)


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_the_moments_do(one: datetime, other: datetime) -> None:
    """With microseconds and without, whatever the zone: stores compare the texts."""
    assert (text_of(one) < text_of(other)) == (one < other)
    assert (text_of(one) == text_of(other)) == (one == other)


def test_a_text_is_in_utc_whatever_the_servers_own_zone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Texts of two servers can be compared."""
    moment = datetime(2025, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        text = text_of(moment)
    time.tzset()
    assert text == "2025-03-01T10:00:00+00:00"


def test_a_whole_second_sorts_before_its_fractions() -> None:
    """A whole second has no fraction in its text."""
    noon = datetime(2025, 3, 1, 12, tzinfo=UTC)
    moments = [noon + timedelta(milliseconds=250 * n) for n in range(6)]
    assert sorted(map(text_of, reversed(moments))) == [text_of(each) for each in moments]


@given(OUTERS)
def test_a_record_comes_back_as_it_was(record: Outer) -> None:
    """From its fields, and from a row, where it has columns for the record within it."""
    assert record_of(Outer, fields_of(record)) == record
    row = row_of(record)
    assert list(row) == [*names_of(Outer)[:-1], *names_of(Inner)]
    assert record_of_row(Outer, row) == record
