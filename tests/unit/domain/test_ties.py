"""Which of two equals comes first, and where a list or a window ends: a promise, not chance."""

from datetime import date, timedelta

import pytest

from cinestats.domain.entry import Entry, recency
from cinestats.domain.figures.comparison import compare
from cinestats.domain.figures.credits import COMPANY, credit_figures, entries_behind
from cinestats.domain.figures.overview import LONGEST, Overview, Streaks, overview_of
from cinestats.domain.figures.period import ALL_TIME, parse_period
from cinestats.domain.figures.rankings import MIN_FILMS, PRIOR_FILMS, TOP
from cinestats.domain.global_trend import (
    MAX_MOVIE_COUNTS,
    WINDOW_DAYS,
    DayCount,
    FilmDay,
    GlobalTrend,
    in_window,
    summarize,
)
from cinestats.domain.movie import Movie

from .diaries import ADDED, play

TODAY = date(2025, 3, 1)


def overview(*entries: Entry) -> Overview:
    return overview_of(entries, ALL_TIME)


def titles(entries: tuple[Entry, ...] | list[Entry]) -> str:
    return " ".join(entry.movie.title for entry in entries)


def trend(*films: Movie, plays: int = 1) -> GlobalTrend:
    return summarize(((FilmDay(TODAY, f.film_key), DayCount(plays, f)) for f in films), TODAY)


# ── Trends ───────────────────────────────────────────────────────────────────────────────


def test_films_with_as_many_plays_go_by_title_then_by_year() -> None:
    """They share a rank; an unknown year stands before every other."""
    films = [
        Movie.create("Heat", year=1995),
        Movie.create("Heat", year=1986),
        Movie.create("Heat"),
        Movie.create("Alien", year=2020),
    ]
    wanted = [("Alien", 2020), ("Heat", None), ("Heat", 1986), ("Heat", 1995)]
    for order in (films, films[::-1]):
        told = trend(*order)
        assert [(m.title, m.year) for m in told.top_movies] == wanted
        assert [(m.title, m.year, m.rank) for m in told.movements] == [
            (*film, 1) for film in wanted
        ]
    assert list(trend(*films).movie_counts)[-2:] == ["Heat (1986)", "Heat (1995)"]


def test_of_films_with_as_many_plays_the_one_added_latest_stands_first() -> None:
    """A film behind three that share rank 1 is the fourth, as in sports."""
    days = [
        (FilmDay(TODAY - timedelta(days=age), title), DayCount(plays, Movie.create(title)))
        for title, age, plays in (
            ("A", 3, 2),
            ("B", 2, 2),
            ("C", 9, 2),
            ("C", 1, 0),  # taken back on that day: it says nothing
            ("D", 0, 1),
        )
    ]
    for order in (days, days[::-1]):
        told = summarize(order, TODAY).movements
        assert [(m.title, m.rank) for m in told] == [("B", 1), ("A", 1), ("C", 1), ("D", 4)]
        assert [m.previous_rank for m in told] == [None, None, 1, None]


def test_genres_with_as_many_plays_go_by_name() -> None:
    """However the films come in."""
    films = [Movie.create(f"F{n}", genres=[genre]) for n, genre in enumerate("CAB")]
    assert trend(*films).trending_genres == (("A", 1), ("B", 1), ("C", 1))
    assert trend(*films[::-1]).trending_genres == (("A", 1), ("B", 1), ("C", 1))


def test_more_plays_come_before_any_title() -> None:
    """Ties are only ties."""
    days = [(FilmDay(TODAY, t), DayCount(n, Movie.create(t))) for t, n in (("A", 1), ("B", 2))]
    assert [m.title for m in summarize(days, TODAY).top_movies] == ["B", "A"]


def test_ten_films_lead_and_a_thousand_are_listed() -> None:
    """The first by title, where all have one play."""
    films = [Movie.create(f"F{n:04}") for n in range(MAX_MOVIE_COUNTS + 1)]
    told = trend(*films[::-1])
    assert [m.title for m in told.top_movies] == [f"F{n:04}" for n in range(10)]
    assert list(told.movie_counts) == [f"F{n:04}" for n in range(MAX_MOVIE_COUNTS)]


def test_a_film_is_in_the_window_for_thirty_days() -> None:
    """On the day it was added and on the next 29."""
    ages = [age for age in range(60) if in_window(TODAY - timedelta(days=age), TODAY)]
    assert ages == list(range(WINDOW_DAYS)) == list(range(30))


def test_the_snapshot_with_a_poster_stands_for_a_film() -> None:
    """Then one with genres, then the first title; the order of the days makes no difference."""
    poster = Movie.create("Zulu", poster_url="https://films.example/z.jpg")
    genre, plain = Movie.create("Yes", genres=["War"]), Movie.create("Alpha")
    for known, title in (([plain, genre, poster], "Zulu"), ([plain, genre], "Yes")):
        for order in (known, known[::-1]):
            days = [(FilmDay(TODAY, "key"), DayCount(1, film)) for film in order]
            (top,) = summarize(days, TODAY).top_movies
            assert (top.title, top.count) == (title, len(known))


# ── Order of plays ───────────────────────────────────────────────────────────────────────


def test_recent_plays_go_by_watched_day_then_added_day_then_title() -> None:
    """The latest first; those of an unknown day behind all others."""
    early, late = ADDED, ADDED + timedelta(days=1)
    wanted = [
        play("A", "2024-05-02", added_on=early),
        play("A2", "2024-05-01", added_on=late),
        play("Z", "2024-05-01", added_on=early),
        play("B", "2024-05-01", added_on=early),
        play("Unknown, late", added_on=late),
        play("Unknown, early", added_on=early),
    ]
    assert sorted(wanted, key=recency) == wanted[::-1]
    assert list(overview(*wanted[::-1]).recent) == wanted
    credited = [play(f"F{n}", "2024-05-01", directors="X") for n in range(3)]
    figures = credit_figures(credited, "director", "X")
    assert figures is not None
    assert titles(figures.entries) == "F2 F1 F0"


def test_the_plays_behind_a_figure_go_by_day_and_the_unknown_by_the_day_they_were_added() -> (
    None
):
    """The latest first; of one day, the greatest id."""
    entries = [
        play("A", "2024-05-01", directors="X"),
        play("B", "2024-05-01", directors="X"),
        play("C", directors="X", added_on=date(2024, 6, 1)),
        play("D", "2024-07-01", directors="X"),
        play("E", "2024-07-02", actors=["X"]),
    ]
    assert titles(entries_behind(entries, "director", "X")) == "D C B A"


def test_milestones_within_a_day_go_by_coming_into_the_diary() -> None:
    """By the day of adding, then in the order of the diary; titles and ids say nothing."""
    day = "2024-05-01"
    late = [play(f"Late {n}", day, added_on=ADDED + timedelta(days=1)) for n in range(25)]
    early = [play(f"Early {n}", day, added_on=ADDED) for n in range(25, 0, -1)]
    told = overview(*late, *early).milestones
    assert [(m.number, m.entry.movie.title) for m in told] == [(1, "Early 25"), (50, "Late 24")]


def test_a_milestone_is_reached_by_the_very_play() -> None:
    """49 plays have not reached 50, and 999 not 1,000."""
    plays = [play(f"F{n}", "2024-05-01") for n in range(2000)]
    numbers = {n: [m.number for m in overview(*plays[:n]).milestones] for n in (49, 50, 999)}
    assert numbers == {49: [1], 50: [1, 50], 999: [1, 50, 100, 250, 500]}
    assert [m.number for m in overview(*plays).milestones][-2:] == [1000, 2000]
    assert overview(play("Undated")).milestones == ()


def test_of_two_equal_streaks_the_earlier_is_the_longest() -> None:
    """The later one is the latest, and must be longer to be the longest."""
    days = ["2024-01-01", "2024-01-02", "2024-03-01", "2024-03-02"]
    equal = overview(*(play("A", day) for day in days))
    assert equal.streaks == Streaks(2, date(2024, 1, 2), 2, date(2024, 3, 2))
    longer = overview(*(play("A", day) for day in [*days, "2024-03-03"]))
    assert longer.streaks == Streaks(3, date(2024, 3, 3), 3, date(2024, 3, 3))


# ── Lists of films ───────────────────────────────────────────────────────────────────────


def test_the_best_films_go_by_rating_then_by_plays_then_by_the_latest() -> None:
    """Each with the first play of its highest rating; the alphabet says nothing."""
    told = overview(
        play("A", "2024-01-01", 9),
        play("B", "2024-01-03", 9),
        play("C", "2024-01-02", 10),
        play("D", "2023-01-01", 9),
        play("D", "2023-02-01", 9),
        play("D", "2023-03-01", 8),
        play("E", None, 9),
    ).top_rated
    best = ["C 2024-01-02", "D 2023-01-01", "B 2024-01-03", "A 2024-01-01", "E None"]
    assert [e.entry_id for e in told] == best


@pytest.mark.parametrize(("rating", "best"), [(10, True), (8, True), (7, False), (1, False)])
def test_a_film_is_among_the_best_from_four_stars_on(rating: int, best: bool) -> None:
    """However few others there are."""
    told = overview(play("A", "2024-01-01", rating), play("Unrated", "2024-01-01"))
    assert titles(told.top_rated) == "A" * best
    assert told.top_rated_from == 8


def test_lists_are_as_long_as_they_say() -> None:
    """Ten of everything, five of the longest films and of the company."""
    twice = [
        play(f"F{n:02}", day, 8, duration=100, directors="X", actors=[f"P{n:02}"])
        for n in range(12)
        for day in ("2024-01-01", "2024-01-02")
    ]
    told = overview(*twice)
    lists = (told.top_rated, told.recent, told.rewatched, told.rankings["actor"].by_plays)
    assert [len(each) for each in lists] == [TOP] * 4 == [10] * 4
    assert titles(told.longest) == "F00 F01 F02 F03 F04"
    assert LONGEST == COMPANY == 5
    figures = credit_figures(twice, "director", "X")
    assert figures is not None
    assert [n.name for n in figures.company["actor"]] == ["P00", "P01", "P02", "P03", "P04"]
    assert len(figures.entries) == 24
    compared = compare(twice, [])
    assert titles(compared.only_user) == " ".join(f"F{n:02}" for n in range(10))


def test_films_seen_as_often_go_by_the_latest_play() -> None:
    """Which they tell; on one day they go by title."""
    days = {"A": "2024-01-02", "C": "2024-01-03", "B": "2024-01-03"}
    entries = [play(t, day) for t, last in days.items() for day in ("2024-01-01", last)]
    again = overview(*entries).rewatched
    assert [(r.movie.title, r.last_watched) for r in again] == [
        ("B", date(2024, 1, 3)),
        ("C", date(2024, 1, 3)),
        ("A", date(2024, 1, 2)),
    ]


def test_films_as_long_go_by_plays_then_by_the_latest() -> None:
    """A film of unknown length is none of the longest."""
    entries = [play(t, f"2024-01-0{n}", duration=90) for n, t in enumerate("ABC", 1)]
    told = overview(*entries, play("A", "2023-01-01", duration=90), play("D", "2024-01-09"))
    assert titles(told.longest) == "A C B"


def test_films_that_nothing_tells_apart_have_one_order_all_the_same() -> None:
    """Two films of one title, rated alike, as long, and seen on one day: the key decides."""
    entries = [play("Heat", "2024-01-01", 8, year=y, duration=90) for y in (1995, 1986)]
    for order in (entries, entries[::-1]):
        told = overview(*order)
        assert list(told.top_rated) == list(told.longest) == entries[::-1]


# ── Rankings ─────────────────────────────────────────────────────────────────────────────


def test_names_as_often_seen_and_as_well_rated_go_by_name() -> None:
    """In all three orders, for all three types."""
    entries = [
        play(f"{name}{n}", None, 8, directors=name, actors=[name], genres=[name])
        for name in "CAB"
        for n in range(MIN_FILMS)
    ]
    for rankings in overview(*entries).rankings.values():
        for order in (rankings.by_plays, rankings.by_films, rankings.by_rating):
            assert [ranked.name for ranked in order] == ["A", "B", "C"]


@pytest.mark.parametrize(("films", "listed"), [(2, False), (3, True)])
def test_a_name_is_ranked_by_rating_from_three_films_on(films: int, listed: bool) -> None:
    """Films count, not plays: seeing two films again and again is not enough."""
    days = [f"2024-01-{n:02}" for n in range(1, 6)]
    entries = [play(f"F{n}", day, 10, directors="X") for n in range(films) for day in days]
    told = overview(*entries)
    assert [ranked.name for ranked in told.rankings["director"].by_rating] == ["X"] * listed
    assert told.rating_minimum_films == 3


def test_names_of_one_figure_go_by_their_others() -> None:
    """B saw one film twice, A and C two; C is liked better, and the alphabet comes last."""
    entries = [
        *(play("B", f"2024-01-0{n}", 10, directors="B") for n in (1, 2)),
        *(play(f"A{n}", None, 6, directors="A") for n in (1, 2)),
        *(play(f"C{n}", None, 8, directors="C") for n in (1, 2)),
        play("D", None, 10, directors="D"),
    ]
    told = overview(*entries).rankings["director"]
    assert [(ranked.name, ranked.films) for ranked in told.by_plays] == [
        ("C", 2),
        ("A", 2),
        ("B", 1),
        ("D", 1),
    ]
    assert [ranked.name for ranked in told.by_films] == ["C", "A", "B", "D"]


def test_names_with_one_shrunk_mean_go_by_films_then_by_plays() -> None:
    """All ratings are the same: so are all shrunk means."""
    films = {"A": 3, "B": 4, "C": 3}
    entries = [
        play(f"{name}{n}", None, 8, directors=name)
        for name, many in films.items()
        for n in range(many)
    ]
    entries.append(play("C0", "2024-01-01", 8, directors="C"))
    told = overview(*entries).rankings["director"].by_rating
    assert [ranked.name for ranked in told] == ["B", "C", "A"]


def test_a_name_without_ratings_is_not_ranked_by_rating() -> None:
    """However many films it has."""
    entries = [play(f"F{n}", None, directors="X") for n in range(5)]
    (ranked,) = overview(*entries).rankings["director"].by_plays
    assert (ranked.rated, ranked.mean, ranked.shrunk_mean) == (0, None, None)
    assert overview(*entries, play("G", None, 8)).rankings["director"].by_rating == ()


def test_the_shrunk_mean_starts_from_five_plays_of_the_overall_mean() -> None:
    """3 plays of 5 stars and 5 of the overall mean of 4: (15 + 20) / 8."""
    entries = [play(f"X{n}", None, 10, directors="X") for n in range(3)]
    entries += [play(f"Y{n}", None, 6, directors="Y") for n in range(3)]
    told = overview(*entries, play("Unrated", None, directors="X"))
    x, y = told.rankings["director"].by_rating
    assert (told.average_rating, PRIOR_FILMS) == (4, 5)
    assert (x.name, x.mean, x.shrunk_mean, x.plays, x.rated) == ("X", 5, 35 / 8, 4, 3)
    assert (y.name, y.mean, y.shrunk_mean) == ("Y", 3, 29 / 8)


def test_the_company_of_a_name_goes_by_plays_then_by_the_latest_then_by_name() -> None:
    """Plays that are shared, not films."""
    entries = [
        play("A", "2024-01-01", directors="X", actors=["C", "B"]),
        play("A", "2024-01-02", directors="X", actors=["C", "B"]),
        play("B", "2024-01-03", directors="X", actors=["D"]),
        play("C", None, directors="X", actors=["A"]),
    ]
    figures = credit_figures(entries, "director", "X")
    assert figures is not None
    assert figures.company["actor"] == [("B", 2), ("C", 2), ("D", 1), ("A", 1)]


# ── Comparisons ──────────────────────────────────────────────────────────────────────────


def test_ratings_that_are_as_far_apart_go_by_their_sum_then_by_title() -> None:
    """The best rated first; half a star apart is agreed, a whole one is not."""
    ratings = {"B": (8, 8), "A": (8, 8), "Best": (10, 10), "Near": (10, 9)}
    apart = {"D": (8, 6), "C": (6, 8), "High": (10, 8), "Far": (1, 10)}
    films = {**ratings, **apart}
    compared = compare(
        [play(title, None, mine) for title, (mine, _) in films.items()],
        [play(title, None, theirs) for title, (_, theirs) in films.items()],
    )
    assert [pair.movie.title for pair in compared.agree] == ["Best", "A", "B", "Near"]
    assert [pair.movie.title for pair in compared.disagree] == ["Far", "High", "C", "D"]


def test_ratings_alike_go_by_the_plays_of_both_then_by_the_latest() -> None:
    """So the lists are the same, whoever comes first."""
    mine = [play(t, "2024-01-01", 8) for t in "ABC"]
    theirs = [play("A", "2023-01-01", 8), play("B", "2024-02-01", 8), play("C", None, 8)]
    theirs.append(play("C", "2022-01-01", 8))
    for told in (compare(mine, theirs), compare(theirs, mine)):
        assert [pair.movie.title for pair in told.agree] == ["C", "B", "A"]


def test_only_one_has_seen_goes_by_rating_and_the_unrated_come_last() -> None:
    """On either side; here nothing but the title tells equals apart."""
    entries = [play("B", None, 8), play("A", None, 8), play("0"), play("Z", None, 10)]
    entries.append(play("Worst", None, 1))
    assert titles(compare(entries, []).only_user) == "Z A B Worst 0"
    assert titles(compare([], entries).only_other) == "Z A B Worst 0"


# ── Periods ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("2024", ["2024-01-01", "2024-12-31"]),
        ("2024-02", ["2024-02-01", "2024-02-29"]),
        ("last-30-days", ["2025-01-31", "2025-03-01"]),
        ("2024-05-01..2024-06-15", ["2024-05-01", "2024-06-15"]),
    ],
)
def test_the_first_and_the_last_day_are_part_of_a_period(period: str, days: list[str]) -> None:
    """The day before and the day after are not."""
    first, last = (date.fromisoformat(day) for day in days)
    one = timedelta(days=1)
    entries = [play("A", str(day)) for day in (first - one, first, last, last + one)]
    told = overview_of(entries, parse_period(period, TODAY))
    assert list(told.by_day) == [first, last]
