"""The incremental folds, and their agreement with the recompute."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.domain import global_trend
from cinestats.domain.affinity import Affinity, AffinityKey
from cinestats.domain.diary import evolve as diary_after
from cinestats.domain.entry import Entry
from cinestats.domain.events import (
    EntryCorrected,
    Event,
    MovieAdded,
    MovieDeleted,
    RatingUpdated,
)
from cinestats.domain.global_trend import ToldDay, film_told, told_film
from cinestats.domain.movie import Movie
from cinestats.domain.projections import AFFINITY, FILM_DAYS, PROJECTIONS, USER_STATS
from cinestats.domain.projections.projection import Move, Projection, moves_of
from cinestats.domain.recompute import compute_user_stats, told_days_of
from cinestats.domain.user_stats import UserStats

NOW = datetime(2025, 1, 21, 9, tzinfo=UTC)
FILMS = [
    Movie.create("A", year=1999, genres=["Drama"], directors="X", actors=["P"], duration=90),
    Movie.create("B", year=2005, genres=["Drama", "War"], directors="X, Y", actors=["P", "Q"]),
]
FILMS.append(replace(FILMS[0], title="a", genres=(), poster_url="https://films.example/a.jpg"))


@dataclass(frozen=True)
class Corrected:
    """A type of event that no projection has ever heard of."""

    event_id: str
    user_id: str
    before: Entry
    after: Entry


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


def entries_after(events: Sequence[Event]) -> list[Entry]:
    return list(diary_after({}, events).values())


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

    def evolve(state: UserStats, event: Event) -> UserStats:
        return USER_STATS.evolve(state, event, ("u",)) or UserStats()

    parts = [reduce(evolve, part, UserStats()) for part in (events[:cut], events[cut:])]
    folded = USER_STATS.combine(*parts)
    assert without_zeros(folded) == compute_user_stats(entries_after(events)).stats


@given(histories())
def test_folded_affinities_equal_the_recompute(events: list[Event]) -> None:
    """Every director, actor and genre, and nobody else."""
    folded: dict[AffinityKey, Affinity | None] = {}
    for event in events:
        for key in AFFINITY.keys(event):
            folded[key] = AFFINITY.evolve(folded.get(key), event, key)
    present = {key[1:]: value for key, value in folded.items() if value and value.plays}
    assert present == compute_user_stats(entries_after(events)).affinities
    assert all(v == Affinity() for v in folded.values() if v and not v.plays)


def one_by_one(projection: Projection[Any, Any], events: Sequence[Any]) -> dict[Any, Any]:
    """The state of each document and the position of its last event, by ``evolve`` alone."""
    changes: dict[Any, Any] = {}
    for position, event in enumerate(events, 1):
        for key in projection.keys(event):
            state, _ = changes.get(key, (None, 0))
            changes[key] = projection.evolve(state, event, key), position
    return changes


def all_moves(events: Sequence[Any]) -> list[Move]:
    return [
        move for position, event in enumerate(events, 1) for move in moves_of(position, event)
    ]


def with_corrections(events: list[Event]) -> list[Any]:
    """The same, where each play of film A turns out at once to have been one of film B."""
    seen: list[Any] = []
    for event in events:
        seen.append(event)
        if isinstance(event, MovieAdded) and event.entry.movie == FILMS[0]:
            right = replace(event.entry, movie=FILMS[1], watched_on=date(2020, 2, 29))
            seen.append(Corrected(f"c{event.event_id}", "u", event.entry, right))
    return seen


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.name)
@given(events=histories())
def test_a_fold_in_bulk_is_the_events_one_by_one(
    projection: Projection[Any, Any], events: list[Event]
) -> None:
    """The same documents, states and positions, also of what nets to zero."""
    history = with_corrections(events)
    assert projection.fold(all_moves(history)) == one_by_one(projection, history)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.name)
@given(events=histories(), cut=st.integers(0, 30))
def test_a_fold_equals_the_recompute_of_the_projection(
    projection: Projection[Any, Any], events: list[Event], cut: int
) -> None:
    """Whatever the event is: what it says was before goes off, what is after goes on."""
    history = [e for e in with_corrections(events) if isinstance(e, (MovieAdded, Corrected))]
    moves = all_moves(history)
    folded = {key: state for key, (state, _) in projection.fold(moves[:cut]).items()}
    for key, (change, _) in projection.fold(moves[cut:]).items():
        folded[key] = projection.combine(folded[key], change) if key in folded else change
    entries = {event.after.entry_id: event.after for event in history}
    recomputed = projection.recompute("u", list(entries.values()))
    shown = {key: projection.shown(state) for key, state in folded.items()}
    nothing = projection.shown(projection.count(Entry("", FILMS[0], None, None, NOW.date()), 0))
    assert {key: counts for key, counts in shown.items() if counts != nothing} == {
        key: counts
        for key, state in recomputed.items()
        if (counts := projection.shown(state)) != nothing
    }


PLAY = Entry("e", FILMS[0], 8, date(2024, 12, 31), date(2025, 1, 3))
BARE = Entry("e", FILMS[1], None, None, date(2025, 1, 3))


@pytest.mark.parametrize(
    ("event", "change"),
    [
        (MovieAdded("1", "u", NOW, PLAY), UserStats(1, 1, 8, 90, {8: 1}, {(2024, 12): 1})),
        (
            MovieDeleted("1", "u", NOW, PLAY),
            UserStats(-1, -1, -8, -90, {8: -1}, {(2024, 12): -1}),
        ),
        (MovieAdded("1", "u", NOW, BARE), UserStats(1)),
        (MovieDeleted("1", "u", NOW, BARE), UserStats(-1)),
        (RatingUpdated("1", "u", NOW, PLAY, 3), UserStats(0, 0, -5, 0, {8: -1, 3: 1})),
        (RatingUpdated("1", "u", NOW, PLAY, None), UserStats(0, -1, -8, 0, {8: -1})),
        (RatingUpdated("1", "u", NOW, BARE, 1), UserStats(0, 1, 1, 0, {1: 1})),
    ],
)
def test_what_an_event_changes_in_statistics(event: Event, change: UserStats) -> None:
    """A missing rating, length or day counts nothing; the month is that of the watched day."""
    assert USER_STATS.keys(event) == [("u",)]
    found = USER_STATS.evolve(None, event, ("u",))
    assert found is not None
    assert without_zeros(found) == change


@pytest.mark.parametrize(
    ("event", "change"),
    [
        (MovieAdded("1", "u", NOW, PLAY), Affinity(1, 1, 8)),
        (MovieDeleted("1", "u", NOW, PLAY), Affinity(-1, -1, -8)),
        (RatingUpdated("1", "u", NOW, PLAY, 3), Affinity(0, 0, -5)),
        (RatingUpdated("1", "u", NOW, PLAY, None), Affinity(0, -1, -8)),
        (MovieAdded("1", "u", NOW, replace(PLAY, rating=None)), Affinity(1, 0, 0)),
        (RatingUpdated("1", "u", NOW, replace(PLAY, rating=None), 3), Affinity(0, 1, 3)),
    ],
)
def test_what_an_event_changes_in_affinities(event: Event, change: Affinity) -> None:
    """The same in each name of the film."""
    keys = [("u", "director", "X"), ("u", "actor", "P"), ("u", "genre", "Drama")]
    assert AFFINITY.keys(event) == keys
    for key in AFFINITY.keys(event):
        assert AFFINITY.evolve(None, event, key) == change
    assert AFFINITY.evolve(None, event, ("u", "actor", "Q")) is None


def test_a_correction_moves_counts_between_documents() -> None:
    """The old film loses the play under its own key, the new one gains it."""
    event: Any = Corrected("c", "u", PLAY, replace(PLAY, movie=FILMS[1]))
    a, b = (ToldDay(PLAY.added_on, each.film_key, told_film(each)) for each in FILMS[:2])
    assert FILM_DAYS.fold(moves_of(7, event)) == {
        a: ((-1,), 7),
        b: ((1,), 7),
    }
    changes = AFFINITY.fold(moves_of(7, event))
    assert changes["u", "director", "Y"] == (Affinity(1, 1, 8), 7)
    assert changes["u", "director", "X"] == (Affinity(0, 0, 0), 7)


def test_a_change_carries_the_position_of_the_last_event_that_touched_the_document() -> None:
    """Not that of the first, nor of the batch; a document that nets to zero is listed."""
    other = replace(PLAY, entry_id="f", movie=FILMS[1])
    events = [
        MovieAdded("1", "u", NOW, PLAY),
        MovieDeleted("2", "u", NOW, PLAY),
        MovieAdded("3", "v", NOW, other),
    ]
    changes = AFFINITY.fold(all_moves(events))
    positions = {
        user: {position for _, (_, position) in mine}
        for user, mine in groupby(changes.items(), key=lambda item: item[0][0])
    }
    assert positions == {"u": {2}, "v": {3}}
    assert changes["u", "actor", "P"] == (Affinity(0, 0, 0), 2)
    assert changes["v", "actor", "P"] == (Affinity(1, 1, 8), 3)


def test_an_enrichment_moves_a_play_to_the_film_as_it_is_told_now() -> None:
    """The film's key is the same; what is told of it is another document."""
    enriched = replace(FILMS[0], poster_url="https://films.example/a.jpg")
    event = EntryCorrected("c", "u", NOW, PLAY, replace(PLAY, movie=enriched))
    before, after = (
        ToldDay(PLAY.added_on, "a|1999", told_film(f)) for f in (FILMS[0], enriched)
    )
    assert FILM_DAYS.fold(moves_of(7, event)) == {before: ((-1,), 7), after: ((1,), 7)}
    assert film_told("a|1999", after.film).poster_url == enriched.poster_url


def test_what_documents_show() -> None:
    """Sums of ratings in stars; a rating and a month without plays are left out."""
    stats = UserStats(2, 1, 9, 90, {9: 1, 4: 0}, {(2025, 1): 2, (2024, 1): 0})
    assert USER_STATS.shown(stats) == {
        "total_watched": 2,
        "rated_count": 1,
        "sum_ratings": 4.5,
        "watch_time_minutes": 90,
        "rating_distribution": {9: 1},
        "monthly_counts": {(2025, 1): 2},
    }
    assert AFFINITY.shown(Affinity(2, 1, 9)) == {
        "count": 2,
        "rated_count": 1,
        "rating_sum": 4.5,
    }
    assert FILM_DAYS.shown((3,)) == {"count": 3}
    assert AFFINITY.shown(()) == {}


def test_a_document_of_all_users_is_kept_for_each_partition() -> None:
    """The day as text, and the partition last; a user's document is where its key says."""
    key = ToldDay(date(2025, 1, 3), "a|1999", '["A",1999,[],null]')
    assert FILM_DAYS.place(key, 2) == ("2025-01-03", "a|1999", key.film, 2)
    assert FILM_DAYS.place_fields == ("day", "film_key", "film", "partition")
    assert AFFINITY.place(("u", "actor", "P"), 2) == ("u", "actor", "P")
    assert AFFINITY.place_fields == AFFINITY.key_fields
    assert FILM_DAYS.label(key) == 'global_days 2025-01-03 a|1999 ["A",1999,[],null]'
    assert [each.name for each in PROJECTIONS if each.one_per_user] == ["user_stats"]
    assert [each.name for each in PROJECTIONS if not each.of_user] == ["global_days"]


def test_a_day_counts_plays_added_on_it() -> None:
    """An addition counts up, a deletion down, a new rating not at all."""
    entry = Entry("e", FILMS[0], 8, None, date(2025, 1, 3))
    added = MovieAdded("1", "u", NOW, entry)
    (key,) = FILM_DAYS.keys(added)
    assert key == (date(2025, 1, 3), "a|1999", told_film(FILMS[0]))
    state = FILM_DAYS.evolve(None, added, key)
    state = FILM_DAYS.evolve(state, RatingUpdated("2", "u", NOW, entry, 2), key)
    assert state == (1,)
    state = FILM_DAYS.evolve(state, MovieDeleted("3", "u", NOW, entry), key)
    assert state == (0,)


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


def test_a_day_counts_a_film_as_each_play_tells_it() -> None:
    """Counted anew, too: from the plays added on the day, in any order."""
    plain, rich = Movie.create("A", year=1999), FILMS[0]
    day, later = date(2025, 1, 1), date(2025, 1, 2)
    entries = [
        Entry(str(n), film, None, None, added_on)
        for n, (film, added_on) in enumerate([(plain, day), (rich, day), (rich, later)])
    ]
    assert told_days_of(entries) == {
        ToldDay(day, "a|1999", told_film(plain)): (1,),
        ToldDay(day, "a|1999", told_film(rich)): (1,),
        ToldDay(later, "a|1999", told_film(rich)): (1,),
    }


def test_a_key_that_begins_with_no_day_is_its_own_place() -> None:
    """Of what counts plays of all, each partition has its own."""
    assert FILM_DAYS.place(("a", 1), 3) == ("a", 1, 3)  # type: ignore[arg-type]
    assert FILM_DAYS.place(ToldDay(date(2025, 1, 2), "a", "[]"), 3) == (
        "2025-01-02",
        "a",
        "[]",
        3,
    )
