"""The page of a name, counted by hand."""

from datetime import date

import pytest
from hypothesis import given

from cinestats.domain.entry import Entry
from cinestats.domain.figures.credits import credit_figures
from cinestats.domain.recompute import compute_user_stats

from .diaries import diaries, play


def test_the_figures_of_a_director() -> None:
    """Plays, films, means, minutes and days, of the plays that credit the name."""
    entries = [
        play("A", "2023-05-01", 10, directors="X", duration=100),
        play("A", "2024-05-01", 8, directors="X", duration=100),
        play("B", None, directors="X, Y", duration=50),
        play("C", "2024-06-01", 3, directors="Y"),
    ]
    figures = credit_figures(entries, "director", "X")
    assert figures is not None
    assert figures.type == "director"
    x = figures.ranked
    assert (x.name, x.plays, x.films, x.rated, x.mean) == ("X", 3, 2, 2, 4.5)
    overall = (5 + 4 + 1.5) / 3
    assert x.shrunk_mean == pytest.approx((9 + 5 * overall) / 7)
    assert figures.minutes == 250
    assert figures.first_watched == date(2023, 5, 1)
    assert figures.last_watched == date(2024, 5, 1)
    assert figures.by_year == {2023: 1, 2024: 1}
    assert figures.rating_distribution == {8: 1, 10: 1}
    assert [e.entry_id for e in figures.entries] == ["A 2024-05-01", "A 2023-05-01", "B None"]


def test_the_company_of_a_name() -> None:
    """The names that share the most plays, then the latest; five of a type, without itself."""
    entries = [
        play("A", "2024-01-01", directors="X", actors=["X", "P"], genres=["Drama"]),
        play("B", "2024-01-02", directors="X, Y", actors=["P"], genres=["Drama", "War"]),
        play("C", "2024-01-03", directors="X", actors=list("abcde")),
        play("D", "2024-01-04", directors="Y", actors=["Elsewhere"]),
    ]
    figures = credit_figures(entries, "director", "X")
    assert figures is not None
    assert figures.company == {
        "director": [("Y", 1)],
        "actor": [("P", 2), ("a", 1), ("b", 1), ("c", 1), ("d", 1)],
        "genre": [("Drama", 2), ("War", 1)],
    }


def test_a_film_of_unknown_length_adds_no_minute() -> None:
    """What is not known is not guessed."""
    entries = [play("A", directors="X", duration=90), play("B", directors="X")]
    figures = credit_figures(entries, "director", "X")
    assert figures is not None
    assert figures.minutes == 90


def test_a_name_behind_no_play_has_no_page() -> None:
    """An actor of the same name is somebody else's page."""
    assert credit_figures([play("A", actors=["X"])], "director", "X") is None


@given(diaries())
def test_every_name_agrees_with_the_recompute(entries: list[Entry]) -> None:
    """The plays and ratings of each director, actor and genre."""
    for (type_, name), affinity in compute_user_stats(entries).affinities.items():
        figures = credit_figures(entries, type_, name)
        assert figures is not None
        assert len(figures.entries) == figures.ranked.plays == affinity.plays
        assert figures.ranked.rated == affinity.rated_count
        assert sum(r * n for r, n in figures.rating_distribution.items()) == affinity.rating_sum
