"""Films on a watchlist, among likes, or on a list that somebody made: no play, and no figure.

A list is what a service calls so. Its films are known by the source's own word for them, and
nothing is looked up: a catalogue may say more when they are shown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Literal, NamedTuple, assert_never, get_args

from .errors import InvalidInput
from .movie import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_NAME_LENGTH,
    MAX_TITLE_LENGTH,
    MAX_URI_LENGTH,
    NO_IDS,
    FilmIds,
    checked_ids,
    film_key_of,
)
from .texts import clean_text

MAX_NOTE_LENGTH = 20_000
MAX_POSITION = 10**9

ListKind = Literal["list", "watchlist", "likes"]
ListVerb = Literal["LIST", "UNLIST"]


class ListKey(NamedTuple):
    """What tells a list from others of its user."""

    service: str
    kind: ListKind
    name: str


@dataclass(frozen=True, slots=True)
class FilmList:
    """A list, and what its source says of it.

    ``name`` is its owner's; a watchlist and the likes are called by their kind, as a service
    has one of them. ``url`` is the address of its page.
    """

    service: str
    kind: ListKind
    name: str
    description: str | None = None
    url: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def key(self) -> ListKey:
        return ListKey(self.service, self.kind, self.name)


def watchlist_of(service: str) -> FilmList:
    """The watchlist that a user has at a service."""
    return FilmList(service, "watchlist", "watchlist")


def likes_of(service: str) -> FilmList:
    """The films that a user likes at a service."""
    return FilmList(service, "likes", "likes")


class Place(NamedTuple):
    """A film's place on a list; ``film`` is an id of it, or its title and year."""

    list: ListKey
    film: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A film on a list, as the source says it.

    ``title`` is blank where the source has ids only. ``position`` counts from 1; None on a list
    without an order. ``listed_on`` is the day on which it came there.
    """

    list: FilmList
    title: str
    year: int | None = None
    ids: FilmIds = NO_IDS
    position: int | None = None
    note: str | None = None
    listed_on: date | None = None

    @property
    def place(self) -> Place:
        named = self.ids._asdict().items()
        known = next((f"{name}:{value}" for name, value in named if value is not None), None)
        return Place(self.list.key, known or film_key_of(self.title, self.year))


def checked_list(about: FilmList) -> FilmList:
    """The list, each text in its clean form; raises InvalidInput with the field's name."""
    if about.kind not in get_args(ListKind):
        raise InvalidInput("kind", f"must be one of {', '.join(get_args(ListKind))}")
    return replace(
        about,
        service=clean_text(about.service, "service", MAX_NAME_LENGTH),
        name=clean_text(about.name, "name", MAX_TITLE_LENGTH),
        description=_words(about.description, "description"),
        url=None if about.url is None else clean_text(about.url, "url", MAX_URI_LENGTH),
        tags=tuple(clean_text(tag, "tags", MAX_NAME_LENGTH) for tag in about.tags),
    )


def checked(listing: Listing) -> Listing:
    """The listing, each text in its clean form; raises InvalidInput with the field's name."""
    ids, year, position = checked_ids(listing.ids), listing.year, listing.position
    title = listing.title
    if title or ids == NO_IDS:
        title = clean_text(title, "title", MAX_TITLE_LENGTH)
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput("year", f"must be from {FIRST_YEAR} to {LAST_YEAR}, not {year}")
    if position is not None and not 0 < position <= MAX_POSITION:
        raise InvalidInput("position", f"must be from 1 to {MAX_POSITION:,}, not {position}")
    note = _words(listing.note, "note")
    about = checked_list(listing.list)
    return replace(listing, list=about, title=title, ids=ids, note=note)


def _words(text: str | None, field: str) -> str | None:
    """A text of one line or several."""
    if text is not None and not 0 < len(text) <= MAX_NOTE_LENGTH:
        raise InvalidInput(field, f"must have from 1 to {MAX_NOTE_LENGTH:,} characters")
    return text


@dataclass(frozen=True, slots=True)
class _Happening:
    """What both events say; ``cause`` names what made them, such as an import."""

    event_id: str
    user_id: str
    occurred_at: datetime
    listing: Listing
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class FilmListed(_Happening):
    """The film is on the list as ``listing`` says, whether it was there before or not."""

    verb: ClassVar[ListVerb] = "LIST"


@dataclass(frozen=True, slots=True)
class FilmUnlisted(_Happening):
    """The film is on the list no more; ``listing`` is what it was."""

    verb: ClassVar[ListVerb] = "UNLIST"


ListEvent = FilmListed | FilmUnlisted

LIST_EVENT_TYPES: Mapping[str, type[ListEvent]] = {
    type_.verb: type_ for type_ in get_args(ListEvent)
}

Lists = Mapping[Place, Listing]
"""All that is on a user's lists, in the order in which it came there."""


class Change(NamedTuple):
    """What a place held, and what it holds from now on; None is nothing."""

    before: Listing | None
    after: Listing | None


def evolve(lists: Lists, events: Iterable[ListEvent]) -> Lists:
    """The lists after the events."""
    after = dict(lists)
    for event in events:
        _apply(after, event)
    return after


def _apply(lists: dict[Place, Listing], event: ListEvent) -> None:
    # What was told last stands last: ``by_list`` needs it so.
    place = event.listing.place
    lists.pop(place, None)
    match event:
        case FilmListed(listing=listing):
            lists[place] = listing
        case FilmUnlisted():
            pass
        case _ as never:
            assert_never(never)


def by_list(lists: Lists) -> Mapping[FilmList, Sequence[Listing]]:
    """The films of each list in its order; those without a position by the day they came.

    Of what is said of a list, that stands which was told last.
    """
    films: dict[ListKey, list[Listing]] = {}
    for listing in lists.values():
        films.setdefault(listing.list.key, []).append(listing)
    return {found[-1].list: sorted(found, key=order_of) for _, found in sorted(films.items())}


def order_of(listing: Listing) -> tuple[int, date, str]:
    """Where a film stands on its list; no two stand in one place."""
    at, day = listing.position or MAX_POSITION + 1, listing.listed_on or date.max
    return at, day, listing.place.film


def compare(lists: Lists, told: Iterable[Listing], whole: Collection[ListKey]) -> list[Change]:
    """What it takes for the lists to be as ``told``; nothing where they are so already.

    A list that is among the ``whole`` was told whole: what it lacks leaves it. Of two films in
    one place the first stands, and what is said of a list holds for all its films.
    """
    told = list(told)
    abouts = {listing.list.key: listing.list for listing in told}
    wanted: dict[Place, Listing] = {}
    for listing in told:
        wanted.setdefault(listing.place, replace(listing, list=abouts[listing.list.key]))
    for place, listing in lists.items():
        if place.list in abouts and place.list not in whole:
            wanted.setdefault(place, replace(listing, list=abouts[place.list]))
    gone = [
        Change(listing, None)
        for place, listing in lists.items()
        if place.list in whole and place not in wanted
    ]
    changed = [
        Change(lists.get(place), listing)
        for place, listing in wanted.items()
        if lists.get(place) != listing
    ]
    return gone + changed


def undone(history: Iterable[ListEvent], cause: str) -> list[Change] | None:
    """What takes back all that ``cause`` did, but for places that changed since.

    None where it did nothing ever.
    """
    lists: dict[Place, Listing] = {}
    did: dict[Place, Change] = {}
    for event in history:
        place = event.listing.place
        before = lists.get(place)
        _apply(lists, event)
        if event.cause == cause:
            first = did.get(place, Change(before, None)).before
            did[place] = Change(first, lists.get(place))
    if not did:
        return None
    return [
        Change(after, before)
        for place, (before, after) in did.items()
        if lists.get(place) == after != before
    ]
