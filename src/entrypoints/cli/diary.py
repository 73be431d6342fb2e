"""Commands that write a diary, and show it."""

from datetime import date
from typing import Annotated, Literal

import typer
from typer import Argument, Option

from cinestats.adapters.film_json import entry_document
from cinestats.application.diary import keep
from cinestats.application.diary.find import find_play
from cinestats.domain.days import parse_day
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from cinestats.domain.rating import stars
from cinestats.entrypoints import terminal

from .arguments import SHOWN, AsJson, Limit, PlayDay, Title, User, Year, parse_stars
from .session import opened, print_json


def add(
    user: User,
    title: Title,
    year: Year = None,
    rating: Annotated[
        str, Option(metavar="STARS", help="0.5 to 5 in half steps, or none.")
    ] = "none",
    watched: Annotated[
        str, Option(metavar="DATE", help="A day such as 2025-01-20, or unknown.")
    ] = "today",
    director: Annotated[
        list[str] | None, Option(metavar="NAME", help="A director; may be given twice.")
    ] = None,
    actor: Annotated[
        list[str] | None, Option(metavar="NAME", help="An actor; may be given five times.")
    ] = None,
    genre: Annotated[
        list[str] | None, Option(metavar="GENRE", help="A genre; may be given often.")
    ] = None,
    duration: Annotated[int | None, Option(metavar="MINUTES", help="How long it is.")] = None,
) -> None:
    """Add a film that was watched.

    Credits that are not given come from the catalogue. A film that is in the diary already
    counts as a rewatch on another day, and is refused on the same day.
    """
    day: date | Literal["today"] | None = None
    if watched != "unknown":
        day = "today" if watched == "today" else parse_day(watched)
    half_stars = parse_stars(rating)
    film = Movie.create(
        title,
        year=year,
        directors=director or (),
        actors=actor or (),
        genres=genre or (),
        duration=duration,
    )
    with opened() as container:
        diary = container.keeper()
        event = keep.add(diary, user=user, film=film, rating=half_stars, watched=day).event
        container.projector().catch_up()
    assert event is not None  # adding a film always changes the diary
    entry = event.entry
    when = f"on {entry.watched_on}" if entry.watched_on else "on an unknown day"
    typer.echo(f"Added {named(entry.movie)}, watched {when}, {_rated(half_stars)}.")


def rate(
    user: User,
    title: Title,
    rating: Annotated[
        str, Argument(metavar="RATING", help="0.5 to 5 stars in half steps, or none.")
    ],
    year: Year = None,
    watched: PlayDay = None,
) -> None:
    """Give a film in the diary another rating."""
    half_stars = parse_stars(rating)
    with opened() as container:
        diary = container.keeper()
        entry = find_play(diary, user=user, title=title, year=year, watched=watched)
        receipt = keep.rate(diary, user=user, entry_id=entry.entry_id, rating=half_stars)
        container.projector().catch_up()
    said = "is now" if receipt.event else "was already"
    typer.echo(f"{_play(entry)} {said} {_rated(half_stars)}.")


def delete(user: User, title: Title, year: Year = None, watched: PlayDay = None) -> None:
    """Delete a play from the diary."""
    with opened() as container:
        diary = container.keeper()
        entry = find_play(diary, user=user, title=title, year=year, watched=watched)
        keep.delete(diary, user=user, entry_id=entry.entry_id)
        container.projector().catch_up()
    typer.echo(f"Deleted {_play(entry)}.")


def show(
    user: User,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Show the diary, latest plays first."""
    with opened() as container:
        container.recorder().catch_up_with(user)
        entries = sorted(
            container.diaries().entries(user),
            key=lambda e: (e.watched_on or e.added_on, e.added_on, e.entry_id),
            reverse=True,
        )
    if as_json:
        print_json([entry_document(entry) for entry in entries[:limit]])
        return
    shown = entries[: limit or SHOWN]
    terminal.show(terminal.entries_table(shown))
    if len(shown) < len(entries):
        typer.echo(f"{len(shown):,} of {len(entries):,} plays; --limit N shows more.")


def named(movie: Movie) -> str:
    """A film for a sentence."""
    return movie.title if movie.year is None else f"{movie.title} ({movie.year})"


def _play(entry: Entry) -> str:
    day = f" of {entry.watched_on}" if entry.watched_on else ""
    return f"{named(entry.movie)}{day}"


def _rated(half_stars: int | None) -> str:
    return "not rated" if half_stars is None else f"rated {stars(half_stars):g}"
