"""Making one play of two."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.application.corrections.merge import merge
from cinestats.application.corrections.review import duplicates
from cinestats.application.diary import keep
from cinestats.application.imports.rows import ImportedRow
from cinestats.domain.entry import Entry
from cinestats.domain.errors import EntryNotFound, InvalidInput
from tests.unit.application.application import Application

from .diary import CIRCLE, DAY, by_id, entries, imported, row, undone

_SAID = st.fixed_dictionaries(
    {
        "rating": st.none() | st.integers(1, 10),
        "watched_on": st.sampled_from([None, DAY, date(2025, 1, 4)]),
        "rewatch": st.none() | st.booleans(),
        "liked": st.none() | st.just(True),
        "tags": st.lists(st.sampled_from("abc"), unique=True).map(tuple),
        "review": st.none() | st.sampled_from(["good", "bad"]),
        "place": st.none() | st.sampled_from(["here", "there"]),
        "company": st.none() | st.just("Bert"),
        "service": st.sampled_from(["letterboxd", "trakt", "movary"]),
        "reference": st.sampled_from([None, "https://boxd.it/1", "17"]),
    }
)


def two(app: Application, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Entry]:
    """Two plays that two files tell of, in a diary that knows their film."""
    app.catalogue.load([CIRCLE])
    imported(app, row(**one))
    imported(app, _other(other))
    return list(entries(app))


def _other(said: Mapping[str, Any]) -> ImportedRow:
    """The row of the second play: it has another title, and a reference of its own."""
    reference = said.get("reference")
    return row(**{"title": "Il cerchio", **said, "reference": reference and f"{reference}0"})


@given(_SAID, _SAID)
def test_the_play_that_is_kept_says_what_either_says(
    one: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    """Its own word first. Undone, both are as they were, and every figure is exact."""
    app = Application()
    kept, dropped = two(app, one, other)
    before = by_id(app)
    merged = merge(app.keeper, user="u1", keep=kept.entry_id, drop=dropped.entry_id)
    (after,) = entries(app)
    assert merged.entry == after
    assert (after.entry_id, after.watched_on) == (kept.entry_id, kept.watched_on)
    for field in ("rating", "rewatch", "liked", "review", "place", "company"):
        own, others = getattr(kept, field), getattr(dropped, field)
        assert getattr(after, field) == (others if own is None else own)
    assert set(after.tags) == {*kept.tags, *dropped.tags}
    kinds = [source.kind for source in after.sources]
    assert set(kinds) == {source.kind for play in (kept, dropped) for source in play.sources}
    assert len(kinds) == len(set(kinds))
    assert undone(app, merged.cause) == before


@given(_SAID, _SAID)
def test_importing_both_again_adds_nothing(
    one: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    """The play that is kept remembers who told of it, also two of one service. So it is when
    the merge is undone."""
    app = Application()
    kept, dropped = two(app, one, other)
    before = by_id(app)
    merged = merge(app.keeper, user="u1", keep=kept.entry_id, drop=dropped.entry_id)
    (after,) = entries(app)
    _add_nothing(app, row(**one), _other(other))
    assert entries(app) == [after]
    assert undone(app, merged.cause) == before
    _add_nothing(app, row(**one), _other(other))
    assert by_id(app) == before


def _add_nothing(app: Application, *rows: ImportedRow) -> None:
    """Together, and each alone."""
    for file in (rows, *([each] for each in rows)):
        report = app.importer.run("u1", file)
        assert (report.added, report.corrected, report.updated) == (0, 0, 0)


@pytest.mark.parametrize("kind", ["play", "film"])
def test_what_other_services_tell_of_a_merged_play_is_no_new_one(kind: str) -> None:
    """Nor is a list that says it was seen; but a second play of that day is another."""
    app = Application()
    kept, dropped = two(app, {"reference": "1"}, {"reference": "2"})
    merge(app.keeper, user="u1", keep=kept.entry_id, drop=dropped.entry_id)
    told = _other({"service": "trakt", "reference": "7", "kind": kind})
    for _ in range(2):
        assert app.importer.run("u1", [told]).added == 0
    another = _other({"service": "trakt", "reference": "8"})
    assert app.importer.run("u1", [told, another]).added == (1 if kind == "play" else 0)


def test_merged_plays_are_not_missing_while_the_file_tells_of_one() -> None:
    """A mirror would delete what the other row tells."""
    app = Application()
    kept, dropped = two(app, {"reference": "1"}, {"reference": "2"})
    merge(app.keeper, user="u1", keep=kept.entry_id, drop=dropped.entry_id)
    assert not app.importer.run("u1", [_other({"reference": "2"})]).missing
    assert app.importer.run("u1", [row(reference="3", title="Ali")]).missing == 1


def test_one_of_two_merges_is_undone() -> None:
    """The play that was merged since stays merged."""
    app = Application()
    rows = [row(reference=n, title=title) for n, title in (("1", "A"), ("2", "B"), ("3", "C"))]
    keep_, first, second = imported(app, *rows)
    merged = merge(app.keeper, user="u1", keep=keep_.entry_id, drop=first.entry_id)
    merge(app.keeper, user="u1", keep=keep_.entry_id, drop=second.entry_id)
    assert list(undone(app, merged.cause)) == [keep_.entry_id, first.entry_id]
    _add_nothing(app, *rows)


def test_a_film_that_only_the_other_is_known_by_is_taken_over() -> None:
    """One title may be unknown to the catalogue."""
    app = Application()
    first, second = two(app, {"title": "Kreis", "watched_on": DAY}, {"title": "Circle"})
    assert first.movie.listed is None
    assert second.movie.listed is not None
    merge(app.keeper, user="u1", keep=first.entry_id, drop=second.entry_id)
    (after,) = entries(app)
    assert (after.movie.title, after.movie.directors) == ("Kreis", CIRCLE.movie.directors)


def test_duplicates_are_gone_once_they_are_merged() -> None:
    """A play told by two services under two titles, which the catalogue knows for one film."""
    app = Application()
    first, second = two(
        app,
        {"reference": "https://boxd.it/1"},
        {"title": "Circle", "service": "trakt", "watched_on": date(2025, 1, 4)},
    )
    keep.correct(
        app.keeper,
        user="u1",
        entry_id=second.entry_id,
        correction={"watched_on": first.watched_on},
        again=True,
    )
    (found,) = duplicates(entries(app))
    merge(app.keeper, user="u1", keep=found[0].entry_id, drop=found[1].entry_id)
    assert duplicates(entries(app)) == []


def test_what_cannot_be_merged_is_refused() -> None:
    """An entry with itself, or with none."""
    app = Application()
    (entry,) = imported(app, row())
    with pytest.raises(InvalidInput, match="another entry"):
        merge(app.keeper, user="u1", keep=entry.entry_id, drop=entry.entry_id)
    for keep_, drop in ((entry.entry_id, "nope"), ("nope", entry.entry_id)):
        with pytest.raises(EntryNotFound, match="nope"):
            merge(app.keeper, user="u1", keep=keep_, drop=drop)
    assert entries(app) == [entry]
