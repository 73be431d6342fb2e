"""Lists as Hypothesis comes up with them: few names and films, so that they meet."""

from datetime import date

from hypothesis import strategies as st

from cinestats.domain.lists import FilmList, Listing, likes_of, watchlist_of
from cinestats.domain.movie import NO_IDS, FilmIds

DAYS = st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 3))
WORDS = st.none() | st.sampled_from(["A note.", "Two\n\nlines: «ü»"])
LISTS = st.sampled_from([watchlist_of("letterboxd"), likes_of("tmdb")]) | st.builds(
    FilmList,
    st.sampled_from(["letterboxd", "trakt"]),
    st.just("list"),
    st.sampled_from(["Noir", "a/b ?", "Città"]),
    WORDS,
    st.none() | st.just("https://boxd.it/l1"),
    st.sampled_from([(), ("old", "quiet")]),
)
FILMS = st.sampled_from(
    [
        ("Heat", 1995, FilmIds("tt0113277", 949)),
        ("Heat", 1986, NO_IDS),
        ("Heat", None, NO_IDS),
        ("", None, FilmIds(tmdb=578)),
        ("Alien", 1979, FilmIds(letterboxd="https://boxd.it/2awY")),
    ]
)


def listings(lists: st.SearchStrategy[FilmList] = LISTS) -> st.SearchStrategy[Listing]:
    """A film on one of ``lists``."""
    return st.builds(_listing, lists, FILMS, st.none() | st.integers(1, 3), WORDS, DAYS)


def _listing(
    about: FilmList,
    film: tuple[str, int | None, FilmIds],
    position: int | None,
    note: str | None,
    day: date | None,
) -> Listing:
    title, year, ids = film
    return Listing(about, title, year, ids, position, note, day)
