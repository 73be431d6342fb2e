"""Events and entries for tests, each with only what the test cares about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from cinestats.application.log.ports import Recorded
from cinestats.domain.details import FilmDetails, Votes
from cinestats.domain.diary import Correction
from cinestats.domain.entry import Entry, Source
from cinestats.domain.events import (
    EntryCorrected,
    Event,
    MovieAdded,
    MovieDeleted,
    RatingUpdated,
)
from cinestats.domain.movie import FilmIds, FilmName, Movie

NOON = datetime(2025, 1, 20, 12, tzinfo=UTC)


def movie(title: str = "Inception", year: int | None = 2010, **credits: object) -> Movie:
    defaults: dict[str, object] = {
        "genres": ["Sci-Fi"],
        "directors": ["Christopher Nolan"],
        "actors": ["Leonardo DiCaprio"],
        "duration": 148,
    }
    return Movie.create(title, year=year, **{**defaults, **credits})  # type: ignore[arg-type]


def entry(
    entry_id: str = "e1",
    film: Movie | None = None,
    *,
    rating: int | None = 8,
    watched_on: date | None = date(2025, 1, 20),
    added_on: date = date(2025, 1, 20),
) -> Entry:
    return Entry(entry_id, film or movie(), rating, watched_on, added_on)


def added(n: int, user_id: str = "u1", of: Entry | None = None, **kwargs: object) -> MovieAdded:
    of = of or entry(f"e{n}", watched_on=date(2025, 1, 1) + timedelta(days=n), **kwargs)  # type: ignore[arg-type]
    return MovieAdded(f"add-{user_id}-{n}", user_id, NOON + timedelta(minutes=n), of)


def deleted(n: int, of: Entry, user_id: str = "u1") -> MovieDeleted:
    return MovieDeleted(f"del-{user_id}-{n}", user_id, NOON + timedelta(minutes=n), of)


def rated(n: int, of: Entry, new_rating: int | None, user_id: str = "u1") -> RatingUpdated:
    return RatingUpdated(
        f"rate-{user_id}-{n}", user_id, NOON + timedelta(minutes=n), of, new_rating
    )


def corrected(n: int, of: Entry, fields: Correction, user_id: str = "u1") -> EntryCorrected:
    now = of.changed(fields)
    return EntryCorrected(
        f"correct-{user_id}-{n}", user_id, NOON + timedelta(minutes=n), of, now
    )


def full_entry(entry_id: str = "full") -> Entry:
    """A play of which everything is said that may be."""
    film = replace(
        movie(ids=FilmIds("tt1375666", 27205, "Q25188", "https://boxd.it/1skk")),
        listed=FilmName("Inception", 2010),
        details=FilmDetails(
            "Inception!",
            ("United States", "United Kingdom"),
            ("English", "Japanese, spoken"),
            ("Christopher Nolan",),
            ("Hans Zimmer",),
            ("Wally Pfister",),
            ("Legendary",),
            "Dreams",
            Votes("tmdb", 8.4, 37_012),
        ),
    )
    said = (
        ("watched_on", date(2025, 1, 19)),
        ("rating", 7),
        ("film_rating", None),
        ("rewatch", None),
        ("liked", False),
        ("tags", ("a", "b")),
        ("review", "Other\nwords"),
        ("place", None),
        ("company", "Bert"),
    )
    return replace(
        entry(entry_id, film),
        rewatch=False,
        liked=True,
        tags=("cinema", "Zoë"),
        review="Two\n\nlines, 'quoted'",
        place="Odeon",
        company="Anna",
        sources=(
            Source("letterboxd", "https://boxd.it/2bC3d", "Origin", 2011, said, film.ids),
            Source("movary", None, None, None),
        ),
        rating_of="film",
        film_chosen=True,
        merged=(Source("letterboxd", "https://boxd.it/9", "Origin", 2012),),
        apart=True,
    )


def recorded(events: Sequence[Event | None], after: int = 0) -> list[Recorded]:
    return [Recorded(0, at, event) for at, event in enumerate(events, after + 1)]
