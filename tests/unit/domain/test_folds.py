"""The incremental folds, and their agreement with the recompute."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from cinestats.domain import affinity, global_trend, user_stats
from cinestats.domain.affinity import Affinity, credits_of
from cinestats.domain.diary import evolve
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event, MovieAdded, MovieDeleted, RatingUpdated
from cinestats.domain.movie import Movie
from cinestats.domain.recompute import compute_user_stats
from cinestats.domain.user_stats import UserStats

NOW = datetime(2025, 1, 21, 9, tzinfo=UTC)
FILMS = [
    Movie.create("A", year=1999, genres=["Drama"], directors="X", actors=["P"], duration=90),
    Movie.create("B", year=2005, genres=["Drama", "War"], directors="X, Y", actors=["P", "Q"]),
]


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events that fit together, as the diary lets them happen."""
    alive: dict[str, Entry] = {}
    events: list[Event] = []
    for n in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from(["add", "delete", "rate"])) if alive else "add"
        rating = draw(st.none() | st.integers(1, 10))
        if kind == "add":
            day = draw(st.none() | st.dates(date(2023, 11, 1), date(2025, 1, 21)))
            entry = Entry(f"e{n}", draw(st.sampled_from(FILMS)), rating, day, date(2025, 1, 1))
            alive[entry.entry_id] = entry
            events.append(MovieAdded(f"v{n}", "u", NOW, entry))
            continue
        entry = alive[draw(st.sampled_from(sorted(alive)))]
        if kind == "delete":
            del alive[entry.entry_id]
            events.append(MovieDeleted(f"v{n}", "u", NOW, entry))
        elif rating != entry.rating:
            event = RatingUpdated(f"v{n}", "u", NOW, entry, rating)
            alive[entry.entry_id] = Entry(
                entry.entry_id, entry.movie, rating, entry.watched_on, entry.added_on
            )
            events.append(event)
    return events


def without_zeros(stats: UserStats) -> UserStats:
    return UserStats(
        stats.total_watched,
        stats.rated_count,
        stats.sum_ratings,
        stats.watch_time_minutes,
        {k: n for k, n in stats.rating_distribution.items() if n},
        {k: n for k, n in stats.monthly_counts.items() if n},
    )


@given(histories(), st.integers(0, 25))
def test_folding_in_batches_equals_the_recompute(events: list[Event], cut: int) -> None:
    """Wherever the batch is cut, folded and combined, the statistics are the same."""
    parts = [
        reduce(user_stats.evolve, part, UserStats()) for part in (events[:cut], events[cut:])
    ]
    folded = user_stats.combine(*parts)
    assert without_zeros(folded) == compute_user_stats(list(evolve({}, events).values())).stats


@given(histories())
def test_folded_affinities_equal_the_recompute(events: list[Event]) -> None:
    """Every director, actor and genre, and nobody else."""
    folded: dict[tuple[affinity.AffinityType, str], Affinity] = {}
    for event in events:
        for key in credits_of(event.entry):
            folded[key] = affinity.evolve(folded.get(key, Affinity()), event)
    present = {key: value for key, value in folded.items() if value.plays}
    assert present == compute_user_stats(list(evolve({}, events).values())).affinities
    assert all(v == Affinity() for v in folded.values() if not v.plays)


def test_a_batch_is_folded_into_what_it_changes() -> None:
    """Signed: what a re-rating takes off one rating it gives to the other."""
    entry = Entry("e", FILMS[0], 8, date(2025, 1, 2), date(2025, 1, 3))
    rated = RatingUpdated("v", "u", NOW, entry, 3)
    cleared = RatingUpdated("v", "u", NOW, entry, None)
    first = RatingUpdated("v", "u", NOW, replace(entry, rating=None), 3)
    deleted = MovieDeleted("v", "u", NOW, entry)
    assert [user_stats.evolve(UserStats(), e) for e in (rated, cleared, first, deleted)] == [
        UserStats(sum_ratings=-5, rating_distribution={8: -1, 3: 1}),
        UserStats(rated_count=-1, sum_ratings=-8, rating_distribution={8: -1}),
        UserStats(rated_count=1, sum_ratings=3, rating_distribution={3: 1}),
        UserStats(-1, -1, -8, -90, {8: -1}, {(2025, 1): -1}),
    ]
    assert [affinity.evolve(Affinity(), e) for e in (rated, cleared, first, deleted)] == [
        Affinity(0, 0, -5),
        Affinity(0, -1, -8),
        Affinity(0, 1, 3),
        Affinity(-1, -1, -8),
    ]


def test_a_day_counts_plays_added_on_it() -> None:
    """An addition counts up, a deletion down, a new rating not at all."""
    entry = Entry("e", FILMS[0], 8, None, date(2025, 1, 3))
    added = MovieAdded("1", "u", NOW, entry)
    assert global_trend.film_day(added) == (date(2025, 1, 3), "a|1999")
    state = global_trend.evolve(None, added)
    state = global_trend.evolve(state, RatingUpdated("2", "u", NOW, entry, 2))
    assert state.count == 1
    assert global_trend.evolve(state, MovieDeleted("3", "u", NOW, entry)).count == 0


def test_the_window_rolls_over_30_days() -> None:
    """A film is in on day 0 and 29 after it was added, and out on day 30 and 31."""
    today = date(2025, 3, 1)
    inside = [
        global_trend.in_window(today - timedelta(days=age), today) for age in (0, 29, 30, 31)
    ]
    assert inside == [True, True, False, False]


def test_films_that_share_a_title_are_told_apart_by_year() -> None:
    """Counts by title name the year where the title alone would add two films up."""
    today = date(2025, 3, 1)
    films = [Movie.create("Emma", year=1996), Movie.create("Emma", year=2020)]
    days = [
        (global_trend.FilmDay(today, film.film_key), global_trend.DayCount(n, film))
        for n, film in enumerate(films, 1)
    ]
    trend = global_trend.summarize(days, today)
    assert trend.movie_counts == {"Emma (2020)": 2, "Emma (1996)": 1}
    assert [film.year for film in trend.top_movies] == [2020, 1996]


def test_a_poster_survives_plays_that_know_none() -> None:
    """Any snapshot of the film that has a poster gives it to all."""
    today = date(2025, 3, 1)
    bare = Movie.create("Emma", year=2020)
    shown = Movie.create("Emma", year=2020, poster_url="https://example.org/e.jpg")
    days = [
        (
            global_trend.FilmDay(today - timedelta(days=n), film.film_key),
            global_trend.DayCount(1, film),
        )
        for n, film in enumerate([bare, shown, bare])
    ]
    trend = global_trend.summarize(days, today)
    assert trend.poster_cache == {"Emma": "https://example.org/e.jpg"}
    assert trend.top_movies[0].poster_url == "https://example.org/e.jpg"
