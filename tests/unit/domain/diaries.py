"""Diaries for tests: entries in one line, and random ones."""

from datetime import date

from hypothesis import strategies as st

from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie

ADDED = date(2025, 1, 6)


def play(
    title: str,
    watched_on: str | None = None,
    rating: int | None = None,
    *,
    added_on: date = ADDED,
    **credits: object,
) -> Entry:
    """A play; its rating in half stars, its id from what it is."""
    movie = Movie.create(title, **credits)  # type: ignore[arg-type]
    day = None if watched_on is None else date.fromisoformat(watched_on)
    return Entry(f"{title} {watched_on}", movie, rating, day, added_on)


FILMS = [
    Movie.create(
        title,
        year=year,
        genres=genres,
        directors=directors,
        actors=actors,
        duration=duration,
    )
    for title, year, genres, directors, actors, duration in (
        ("A", 1999, ["Drama"], ["X"], ["P", "Q"], 90),
        ("B", 2005, ["Drama", "War"], ["X", "Y"], ["P"], None),
        ("C", None, [], [], [], 120),
        ("D", 1990, ["War"], ["X"], ["Q", "R", "S"], 90),
        ("E", 2010, ["Drama", "Comedy"], ["Z"], ["P", "X"], 61),
    )
]


@st.composite
def diaries(draw: st.DrawFn) -> list[Entry]:
    """Entries as a diary may hold them: at most one play of a film a day."""
    plays = draw(
        st.lists(
            st.tuples(
                st.sampled_from(FILMS),
                st.none() | st.dates(date(2023, 12, 20), date(2024, 1, 20)),
            ),
            max_size=30,
            unique=True,
        )
    )
    return [
        Entry(
            f"e{n}",
            film,
            draw(st.none() | st.integers(1, 10)),
            day,
            draw(st.dates(date(2024, 2, 1), date(2024, 2, 9))),
        )
        for n, (film, day) in enumerate(plays)
    ]
