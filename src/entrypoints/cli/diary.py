"""Commands that write a diary, and show it."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option

from cinestats.adapters.entry_json import clean_tags, entry_document
from cinestats.application.corrections.match import film_with_ids
from cinestats.application.diary import keep
from cinestats.application.diary.find import find_by_id, find_play, short_ids
from cinestats.application.diary.shown import shown
from cinestats.domain.days import parse_day
from cinestats.domain.diary import Said
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import NO_IDS, Movie
from cinestats.domain.rating import stars
from cinestats.entrypoints import terminal

from .arguments import (
    SHOWN,
    AsJson,
    EntryOption,
    Imdb,
    Limit,
    PlayDay,
    TitleOrId,
    Tmdb,
    User,
    Year,
    parse_ids,
    parse_stars,
)
from .sentences import film_named, play_named
from .session import opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container


def add(
    user: User,
    title: TitleOrId = None,
    year: Year = None,
    rating: Annotated[
        str, Option(metavar="STARS", help="0.5 to 5 in half steps, or none.")
    ] = "none",
    watched: Annotated[
        str, Option(metavar="DATE", help="A day such as 2025-01-20, or unknown.")
    ] = "today",
    imdb: Imdb = None,
    tmdb: Tmdb = None,
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
    tag: Annotated[
        list[str] | None, Option(metavar="TAG", help="A tag; may be given often.")
    ] = None,
    rewatch: Annotated[
        bool, Option("--rewatch", help="It was seen before, at a time that nobody noted.")
    ] = False,
    again: Annotated[
        bool, Option("--again", help="It may be another play of its film on that day.")
    ] = False,
) -> None:
    """Add a film that was watched.

    Credits that are not given come from the catalogue; with an id that it knows, the title
    does, too. A film that is in the diary already counts as a rewatch on another day, and is
    refused on the same day, unless it was seen again.
    """
    day: date | Literal["today"] | None = None
    if watched != "unknown":
        day = "today" if watched == "today" else parse_day(watched)
    half_stars = parse_stars(rating)
    said = Said()
    if tag:
        said["tags"] = clean_tags(tag, "tags")
    if rewatch:
        said["rewatch"] = True
    ids = parse_ids(imdb, tmdb)
    if title is None and ids is NO_IDS:
        raise CinestatsError("Give the TITLE, or --imdb or --tmdb; see cinestats add --help.")
    with opened() as container:
        diary = container.keeper()
        film = Movie.create(
            film_with_ids(ids, diary.catalogue).title if title is None else title,
            year=year,
            directors=director or (),
            actors=actor or (),
            genres=genre or (),
            duration=duration,
            ids=ids,
        )
        event = keep.add(
            diary,
            user=user,
            film=film,
            rating=half_stars,
            watched=day,
            said=said,
            again=again,
        ).event
        container.projector().catch_up()
    assert event is not None  # adding a film always changes the diary
    entry = event.entry
    when = f"on {entry.watched_on}" if entry.watched_on else "on an unknown day"
    typer.echo(f"Added {film_named(entry.movie)}, watched {when}, {_rated(half_stars)}.")


def rate(
    user: User,
    title: TitleOrId = None,
    rating: Annotated[
        str | None, Argument(metavar="RATING", help="0.5 to 5 stars in half steps, or none.")
    ] = None,
    year: Year = None,
    watched: PlayDay = None,
    entry: EntryOption = None,
) -> None:
    """Give a film in the diary another rating.

    With --entry, TITLE is left out.
    """
    if entry is not None and rating is None:
        title, rating = None, title  # the only word behind USER
    if rating is None:
        raise CinestatsError("Give the TITLE and the RATING; see cinestats rate --help.")
    half_stars = parse_stars(rating)
    with opened() as container:
        diary = container.keeper()
        play = _meant(container, user, title, year, watched, entry)
        receipt = keep.rate(diary, user=user, entry_id=play.entry_id, rating=half_stars)
        container.projector().catch_up()
    said = "is now" if receipt.event else "was already"
    typer.echo(f"{play_named(play)} {said} {_rated(half_stars)}.")


def delete(
    user: User,
    title: TitleOrId = None,
    year: Year = None,
    watched: PlayDay = None,
    entry: EntryOption = None,
) -> None:
    """Delete a play from the diary.

    With --entry, TITLE is left out.
    """
    with opened() as container:
        play = _meant(container, user, title, year, watched, entry)
        keep.delete(container.keeper(), user=user, entry_id=play.entry_id)
        container.projector().catch_up()
    typer.echo(f"Deleted {play_named(play)}.")


def _meant(
    container: "Container",
    user: str,
    title: str | None,
    year: int | None,
    watched: date | None,
    entry: str | None,
) -> Entry:
    """The play that is named by its entry or by its film."""
    if entry is None:
        if title is None:
            raise CinestatsError("Give the TITLE of the film, or the --entry that is meant.")
        diary = container.keeper()
        return find_play(diary, user=user, title=title, year=year, watched=watched)
    if title is not None or year is not None or watched is not None:
        raise CinestatsError("Give the --entry alone: it names the play.")
    return find_by_id(container.keeper(), user, entry)


def show(
    user: User,
    limit: Limit = None,
    ids: Annotated[
        bool, Option("--ids", help="Show what begins the id of each entry, and of no other.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the diary, latest plays first.

    A rewatch has the mark ↻, a film that was liked ♥; one that may be another film has a ?.
    """
    with opened() as container:
        container.recorder().catch_up_with(user)
        entries = sorted(
            container.diaries().entries(user),
            key=lambda e: (e.watched_on or e.added_on, e.added_on, e.entry_id),
            reverse=True,
        )
        page = entries[:limit] if as_json or limit else entries[:SHOWN]
        seen = shown(page, entries, container.catalogue())
    if as_json:
        print_json([entry_document(each) for each in seen])
        return
    short = short_ids(entry.entry_id for entry in entries) if ids else {}
    terminal.show(terminal.diary_table(seen, short))
    if len(page) < len(entries):
        typer.echo(f"{len(page):,} of {len(entries):,} plays; --limit N shows more.")
    if any(each.candidates for each in seen):
        typer.echo(f"? may be another film: cinestats review {user} asks which.")


def _rated(half_stars: int | None) -> str:
    return "not rated" if half_stars is None else f"rated {stars(half_stars):g}"
