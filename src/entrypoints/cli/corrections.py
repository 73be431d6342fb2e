"""Commands that put an entry right: what is said of it, and which film it is of."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option

from cinestats.adapters.entry_json import clean_prose, clean_tags, entry_document
from cinestats.application.corrections.edit import edit as edit_entry
from cinestats.application.corrections.match import FilmNotFound
from cinestats.application.corrections.match import match as match_film
from cinestats.application.corrections.merge import merge as merge_entries
from cinestats.application.diary.find import find_by_id, find_entry
from cinestats.application.diary.record import Receipt
from cinestats.application.diary.shown import shown_entry
from cinestats.domain.days import parse_day
from cinestats.domain.diary import Correction, correction_between
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import MAX_NAME_LENGTH
from cinestats.domain.rating import stars
from cinestats.domain.texts import clean_text

from .arguments import AsJson, EntryId, Imdb, Tmdb, User, parse_ids
from .sentences import film_named, play_named
from .session import note, opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container

Said = Literal["yes", "no", "unknown"]

_Value = date | str | int | tuple[str, ...] | None

_SAID = {"yes": True, "no": False, "unknown": None}
_MOST_SHOWN = 60  # characters of a review
_COUNTED = 999  # suggestions are called by numbers up to this


def edit(
    user: User,
    entry: EntryId,
    watched: Annotated[
        str | None, Option(metavar="DATE", help="A day such as 2025-01-20, or unknown.")
    ] = None,
    rewatch: Annotated[
        Said | None, Option(help="Whether it was seen before; unknown goes by the plays.")
    ] = None,
    liked: Annotated[Said | None, Option(help="Whether it was liked.")] = None,
    tag: Annotated[
        list[str] | None,
        Option(metavar="TAG", help='All its tags; may be given often, and "" is none.'),
    ] = None,
    add_tag: Annotated[
        list[str] | None, Option(metavar="TAG", help="One more tag; may be given often.")
    ] = None,
    remove_tag: Annotated[
        list[str] | None, Option(metavar="TAG", help="One tag less; may be given often.")
    ] = None,
    review: Annotated[
        str | None, Option(metavar="TEXT", help='What to say of it; "" is nothing.')
    ] = None,
    place: Annotated[
        str | None, Option(metavar="TEXT", help='Where it was watched; "" is unknown.')
    ] = None,
    company: Annotated[
        str | None, Option(metavar="TEXT", help='With whom; "" is unknown.')
    ] = None,
    again: Annotated[
        bool, Option("--again", help="It may be another play of its film on that day.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Correct what is said of a play: its day, tags and the like.

    The rating is changed by cinestats rate, the film by cinestats match.
    """
    correction = _correction(watched, rewatch, liked, review, place, company)
    if not correction and not (tag or add_tag or remove_tag):
        raise CinestatsError("Say what to correct; see cinestats edit --help.")
    with opened() as container:
        before = find_by_id(container.keeper(), user, entry)
        if tag or add_tag or remove_tag:
            correction["tags"] = _tags(before, tag, add_tag or (), remove_tag or ())
        receipt = edit_entry(
            container.keeper(),
            user=user,
            entry_id=before.entry_id,
            correction=correction,
            again=again,
        )
        _tell(container, user, before, as_json, _cause(receipt))


def match(
    user: User,
    entry: EntryId,
    imdb: Imdb = None,
    tmdb: Tmdb = None,
    catalogue: Annotated[
        str | None,
        Option(
            metavar="N",
            help="The film by its ref in the catalogue, or by its place among the suggestions.",
        ),
    ] = None,
    none: Annotated[
        bool, Option("--none", help="It is none of the films of the catalogue.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say which film a play is of; its title stays what its source calls it."""
    given = imdb is not None, tmdb is not None, catalogue is not None, none
    if sum(given) != 1:
        raise CinestatsError(
            "Give one of --imdb, --tmdb, --catalogue and --none; see cinestats match --help."
        )
    ids = parse_ids(imdb, tmdb)
    with opened() as container:
        diary = container.keeper()
        before = find_by_id(diary, user, entry)
        receipt = match_film(
            diary,
            user=user,
            entry_id=before.entry_id,
            ids=ids,
            ref=None if catalogue is None else _ref(container, user, before, catalogue),
        )
        _tell(container, user, before, as_json, _cause(receipt))


def merge(
    user: User,
    keep_: Annotated[str, Argument(metavar="KEEP", help="The entry to keep, by its id.")],
    drop: Annotated[str, Argument(metavar="DROP", help="The entry to delete, by its id.")],
    as_json: AsJson = False,
) -> None:
    """Make one play of two: the first takes over what only the second says."""
    with opened() as container:
        diary = container.keeper()
        kept, dropped = (find_by_id(diary, user, each) for each in (keep_, drop))
        merged = merge_entries(diary, user=user, keep=kept.entry_id, drop=dropped.entry_id)
        if not as_json:
            typer.echo(f"Deleted the second entry of {play_named(dropped)}.")
        _tell(container, user, kept, as_json, merged.cause)


def _correction(
    watched: str | None,
    rewatch: Said | None,
    liked: Said | None,
    review: str | None,
    place: str | None,
    company: str | None,
) -> Correction:
    correction = Correction()
    if watched is not None:
        correction["watched_on"] = _day(watched)
    if rewatch is not None:
        correction["rewatch"] = _SAID[rewatch]
    if liked is not None:
        correction["liked"] = _SAID[liked]
    if review is not None:
        correction["review"] = clean_prose(review, "review") if review.strip() else None
    if place is not None:
        correction["place"] = _text(place, "place")
    if company is not None:
        correction["company"] = _text(company, "company")
    return correction


def _day(text: str) -> date | None:
    return None if text == "unknown" else parse_day(text, "watched")


def _text(text: str, field: str) -> str | None:
    return clean_text(text, field, MAX_NAME_LENGTH) if text.strip() else None


def _tags(
    entry: Entry, all_: Sequence[str] | None, more: Sequence[str], less: Sequence[str]
) -> tuple[str, ...]:
    tags = entry.tags if all_ is None else [tag for tag in all_ if tag.strip()]
    dropped = set(clean_tags(less, "tags"))
    return clean_tags([tag for tag in (*tags, *more) if tag not in dropped], "tags")


def _ref(container: "Container", user: str, entry: Entry, text: str) -> str:
    """What the catalogue calls the film: as it is given, or the suggestion of that number."""
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= _COUNTED):
        return text
    candidates = shown_entry(container.keeper(), user, entry).candidates
    number = int(text)
    if not 1 <= number <= len(candidates):
        raise FilmNotFound(
            f"{play_named(entry)} has no suggestion {text}; it has {len(candidates)}."
        )
    return candidates[number - 1].ref


def _tell(
    container: "Container", user: str, before: Entry, as_json: bool, cause: str | None
) -> None:
    """Say what became of the entry, and how to take that back."""
    container.projector().catch_up()
    keeper = container.keeper()
    seen = shown_entry(keeper, user, find_entry(keeper, user, before.entry_id))
    changes = list(_changes(before, seen.entry))
    if as_json:
        print_json(entry_document(seen))
    elif changes:
        typer.echo("\n  ".join([f"Corrected {play_named(before)}:", *changes]))
    else:
        typer.echo(f"{play_named(before)} is as it was.")
    if cause is not None:
        note(f"cinestats undo {user} {cause} takes it back.")


def _cause(receipt: Receipt) -> str | None:
    """What undoes a correction; None where nothing changed."""
    return None if receipt.event is None else receipt.event.cause


def _changes(before: Entry, after: Entry) -> Iterator[str]:
    """What is another in ``after``, a line each."""
    fields = correction_between(before, after)
    for field in fields:
        value: _Value = getattr(after, field)
        match field:
            case "movie":
                yield from _film_changes(before, after)
            case "sources" | "merged" | "rating_of":
                continue
            case "film_chosen":
                if before.movie == after.movie and value:
                    yield "film: nobody asks any more"
            case "apart":
                yield "a play of its own" if value else "perhaps the same play as another"
            case _:
                was = _shown(field, getattr(before, field))
                yield f"{_NAMES.get(field, field)}: {was} → {_shown(field, value)}"
    if before.rating != after.rating:
        ratings = before.rating, after.rating
        was, now = ("none" if each is None else f"{stars(each):g}" for each in ratings)
        yield f"rating: {was} → {now}"


_NAMES = {"watched_on": "watched"}


def _film_changes(before: Entry, after: Entry) -> Iterator[str]:
    films = [entry.movie.listed for entry in (before, after)]
    was, now = ("none of the catalogue" if each is None else film_named(each) for each in films)
    if was != now:
        yield f"film: {was} → {now}"
    for name, old, new in (
        ("director", before.movie.directors, after.movie.directors),
        ("genres", before.movie.genres, after.movie.genres),
        ("minutes", before.movie.duration, after.movie.duration),
        ("year", before.movie.year, after.movie.year),
        ("ids", _ids(before), _ids(after)),
    ):
        if old != new:
            yield f"{name}: {_shown(name, old)} → {_shown(name, new)}"


def _ids(entry: Entry) -> tuple[str, ...]:
    return tuple(str(each) for each in entry.movie.ids if each is not None)


def _shown(field: str, value: _Value) -> str:
    match value:
        case None if field in ("watched_on", "rewatch", "liked"):
            return "unknown"
        case None | ():
            return "none"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(map(str, value))
        case _:
            text = " ".join(str(value).split())
            return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
