"""Which film a title means: the matching behind every catalogue.

A film is listed under keys made from each of its titles. A query tries them from the
strictest form to the loosest, and the first that leads to a film decides:

``exact``  the whole title by ``normalize_title``;
``loose``  that without spaces, "and" and the spelling of numbers: "WALLE" is "Wall-E",
           "Rocky 2" is "Rocky II", "Godfather, The" is "The Godfather";
``bare``   the loose form without an article: "Godfather" is "The Godfather";
then a title with typing errors; then what stands before the query's subtitle, as ``bare``:
"Toy Story - Il mondo dei giocattoli" is "Toy Story". A film's own subtitle is never left
out: "The Lord of the Rings" is none of the films that go on after a colon.

What is looser than ``loose`` needs a year to be believed, except for a typing error in a
long title.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cinestats.application.catalogue.ports import Ambiguous, CatalogueFilm, FilmQuery, Found
from cinestats.domain.movie import Movie
from cinestats.domain.titles import normalize_title

Form = Literal["exact", "loose", "bare"]
IdKind = Literal["imdb_id", "tmdb_id"]


class Listing(NamedTuple):
    """A film by its number in the index, with what may speak against it."""

    film: int
    year: int | None
    imdb_id: str | None
    tmdb_id: int | None


class Shelf(NamedTuple):
    """Keys of neighbouring films, each with the listing at the same place."""

    keys: list[str]
    listings: list[Listing]

    def add(self, key: str, listing: Listing) -> None:
        self.keys.append(key)
        self.listings.append(listing)


class TitleIndex(Protocol):
    """A set of films that can be looked up by identifier and by key."""

    def with_id(self, kind: IdKind, value: str | int) -> Sequence[Listing]: ...

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        """The films listed under the key, each once."""
        ...

    def shelf(self, of: int | str) -> Shelf:
        """The bare keys of the films of a year, or the loose keys that begin with a letter."""
        ...

    def movie(self, film: int) -> Movie: ...


def keys_of(film: CatalogueFilm) -> set[tuple[Form, str]]:
    """Every key that the film is listed under."""
    keys: set[tuple[Form, str]] = set()
    for title in film.titles:
        keys.add(("exact", normalize_title(title)))
        keys.add(("loose", loose_key(title)))
        keys.add(("bare", bare_key(title)))
    return keys


def find_film(query: FilmQuery, index: TitleIndex) -> Found | Ambiguous | None:
    """The film that the query means: by identifier, else by title and year.

    With a year, films of that year come into question, else those of the years beside it,
    else those of no known year. A film known by another identifier is another film.
    """
    if query.imdb_id is not None and (listings := index.with_id("imdb_id", query.imdb_id)):
        return _answer(listings, index, near=False)
    if query.tmdb_id is not None and (listings := index.with_id("tmdb_id", query.tmdb_id)):
        return _answer(listings, index, near=False)
    for near, listings in _by_title(query, index):
        if fitting := _fitting(listings, query):
            return _answer(fitting, index, near=near)
    return None


_ARTICLE = "the|an?|il|lo|la|gli|les?|el|los|las|une?|un[ao]"
_LEADING_ARTICLE = re.compile(rf"^(?:(?:{_ARTICLE})\s+|(?:l|un)['’]\s*)", re.IGNORECASE)
_TRAILING_ARTICLE = re.compile(rf"^(.+),\s*({_ARTICLE}|i|l['’])$", re.IGNORECASE)
_SUBTITLE = re.compile(r"\s*:\s|\s[-–—]\s|\s\(")
_AND = re.compile(r"\s(?:&|\+|and|ed?|et|['’]?n['’]?|und|y)(?=\s)", re.IGNORECASE)
_NUMBERS = {
    spelling: str(number)
    for spellings in (
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx",
        "one two three four five six seven eight nine ten eleven twelve",
        "uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    )
    for number, spelling in enumerate(spellings.split(), 1)
}


def loose_key(title: str) -> str:
    """The whole title in its loose form.

    >>> loose_key("Godfather, The"), loose_key("The Godfather")
    ('thegodfather', 'thegodfather')
    >>> loose_key("Wall-E & Eve, Part II"), loose_key("WALLE e Eve Part Two")
    ('walleevepart2', 'walleevepart2')
    """
    text = _AND.sub("", _TRAILING_ARTICLE.sub(r"\2 \1", title.strip()))
    first, *rest = normalize_title(text).split(" ")
    if len(first) > 1:  # "V for Vendetta" and "I, Robot" begin with no number
        first = _NUMBERS.get(first, first)
    return "".join((first, *(_NUMBERS.get(word, word) for word in rest)))


def bare_key(title: str) -> str:
    """The loose form without an article at either end.

    >>> bare_key("Godfather, The"), bare_key("L'avventura"), bare_key("Superman II")
    ('godfather', 'avventura', 'superman2')
    """
    stripped = title.strip()
    bare = _LEADING_ARTICLE.sub("", _TRAILING_ARTICLE.sub(r"\1", stripped))
    return loose_key(bare or stripped)


def head_key(title: str) -> str | None:
    """The bare form of what stands before the whole subtitle; None without one.

    >>> head_key("Mission: Impossible - Fallout"), head_key("Jaws")
    ('mission', None)
    """
    for mark in _SUBTITLE.finditer(title):
        if head := title[: mark.start()].strip():
            return bare_key(head)
    return None


def _by_title(query: FilmQuery, index: TitleIndex) -> Iterator[tuple[bool, Sequence[Listing]]]:
    """The films that the query may mean, closest first, and whether only nearly so."""
    title, year = query.title, query.year
    yield False, index.with_key("exact", normalize_title(title))
    yield True, index.with_key("loose", loose_key(title))
    if year is None:  # nothing less can tell Hunger from The Hunger
        yield True, _nearly(loose_key(title), None, index)
        return
    bare = bare_key(title)
    yield True, index.with_key("bare", bare)
    yield True, _nearly(bare, year, index)
    # The films of a series share a head and may follow each other within a year.
    if head := head_key(title):
        yield True, _of_years(index.with_key("bare", head), {year})


def _fitting(listings: Sequence[Listing], query: FilmQuery) -> Sequence[Listing]:
    possible = [listing for listing in listings if not _contradicts(listing, query)]
    year = query.year
    if year is None:
        return possible
    return (
        _of_years(possible, {year})
        or _of_years(possible, {year - 1, year + 1})
        or _of_years(possible, {None})
    )


def _of_years(listings: Sequence[Listing], years: set[int | None]) -> Sequence[Listing]:
    return [listing for listing in listings if listing.year in years]


def _contradicts(listing: Listing, query: FilmQuery) -> bool:
    if query.imdb_id is not None and listing.imdb_id is not None:
        return query.imdb_id != listing.imdb_id
    return None not in (query.tmdb_id, listing.tmdb_id) and query.tmdb_id != listing.tmdb_id


_NUMBER = re.compile(r"\d+")
_MAX_ERRORS = 2
_CLEAR_MARGIN = 2  # how many errors more any other film must be away
_FARTHEST = _MAX_ERRORS + _CLEAR_MARGIN - 1


def _nearly(key: str, year: int | None, index: TitleIndex) -> Sequence[Listing]:
    """The film whose key differs by typing errors only, if one is clearly the nearest.

    One error in 8 characters is forgiven for a film of the year, one in 16 for another.
    Titles with different numbers are sequels, however alike they look.
    """
    if len(key) < (16 if year is None else 8):
        return []
    shelves = [key[0]] if year is None else [year - 1, year, year + 1]
    distances: dict[Listing, int] = {}
    for keys, listings in map(index.shelf, shelves):
        near = process.extract(
            key, keys, scorer=OSA.distance, score_cutoff=_FARTHEST, limit=None
        )
        for other, distance, place in near:
            if _NUMBER.findall(other) == _NUMBER.findall(key):
                listing = listings[place]
                distances[listing] = min(distance, distances.get(listing, distance))
    if not distances:
        return []
    nearest = min(distances, key=distances.__getitem__)
    errors = distances.pop(nearest)
    same_year = year is not None and nearest.year == year
    if errors > min(len(key) // (8 if same_year else 16), _MAX_ERRORS):
        return []
    if any(distance < errors + _CLEAR_MARGIN for distance in distances.values()):
        return []
    return [nearest]


def _answer(listings: Sequence[Listing], index: TitleIndex, *, near: bool) -> Found | Ambiguous:
    if len(listings) == 1:
        listing = listings[0]
        return Found(index.movie(listing.film), near, listing.imdb_id, listing.tmdb_id)
    return Ambiguous(tuple(index.movie(film) for film in sorted(x.film for x in listings)))
