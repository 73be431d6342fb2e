"""Which film a title means: the matching behind every catalogue.

Only an id, or exactly the title and the year, says which film is meant. What comes near is a
suggestion, in this order: the exact title of a year beside, or of a film whose year nobody
knows; then other forms of the title, from the strictest to the loosest:

``exact``  the whole title by ``normalize_title``;
``loose``  that without spaces, "and" and the spelling of numbers: "WALLE" is "Wall-E",
           "Rocky 2" is "Rocky II", "Godfather, The" is "The Godfather";
``bare``   the loose form without an article: "Godfather" is "The Godfather";
then titles with typing errors; then what stands before the query's subtitle, as ``bare``:
"Toy Story - Il mondo dei giocattoli" is "Toy Story". A film's own subtitle is never left
out: "The Lord of the Rings" is none of the films that go on after a colon.

What is looser than ``loose`` needs a year, except for a typing error in a long title.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import Literal, NamedTuple, Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found, Suggested
from cinestats.domain.movie import FilmIds
from cinestats.domain.titles import normalize_title

Form = Literal["exact", "loose", "bare"]
Answer = Found | Suggested | None

_MOST_ANSWERS = 10_000
_MOST_NAMESAKES = 50
_MOST_NEAR = 5
MOST_SHELVES = 2000
"""How many shelves an index keeps at hand."""


class Listing(NamedTuple):
    """A film by its number in the index, with what may speak against it."""

    film: int
    year: int | None
    ids: FilmIds
    release_years: tuple[int, ...] = ()

    @property
    def years(self) -> tuple[int | None, ...]:
        """Every year of a release; that of the film first."""
        return (self.year, *self.release_years)


class Shelf(NamedTuple):
    """Keys of one length of neighbouring films, each with the film at the same place."""

    keys: list[str]
    films: list[int]


class TitleIndex(Protocol):
    """A set of films that can be looked up by identifier and by key."""

    @property
    def answers(self) -> dict[FilmQuery, Answer]:
        """What was answered of these very films before."""
        ...

    def with_film_key(self, film_key: str) -> Sequence[Listing]: ...

    def with_id(self, kind: str, value: str | int) -> Sequence[Listing]:
        """The films with an id; ``kind`` is a field of FilmIds."""
        ...

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        """The films listed under the key, each once."""
        ...

    def listings(self, films: Sequence[int]) -> Sequence[Listing]:
        """The listings of films, in any order."""
        ...

    def shelf(self, name: str) -> Shelf:
        """The keys that ``shelf_of`` puts on the shelf of this name."""
        ...

    def film(self, film: int) -> CatalogueFilm:
        """The film as it was loaded."""
        ...


def keys_of(film: CatalogueFilm) -> set[tuple[Form, str]]:
    """Every key that the film is listed under."""
    keys: set[tuple[Form, str]] = set()
    for title in film.titles:
        keys.add(("exact", normalize_title(title)))
        keys.add(("loose", loose_key(title)))
        keys.add(("bare", bare_key(title)))
    return keys


def shelf_of(form: Form, key: str, year: int | None) -> str | None:
    """Where a key stands that may be looked for with typing errors; None for any other.

    Bare keys stand by the year of the film, loose ones by their first letter. Each length has
    a shelf of its own, so that what is too long or too short need not be compared.
    """
    if form == "bare" and year is not None and len(key) >= _SHORTEST - 1:
        return f"{year} {len(key)}"
    if form == "loose" and len(key) >= _SHORTEST_WITHOUT_YEAR - 1:
        return f"{key[0]} {len(key)}"
    return None


def find_film(query: FilmQuery, index: TitleIndex) -> Answer:
    """The film that the query means: by identifier, else by title and year.

    A film whose ids say otherwise is another film, however alike its title. Of very many
    namesakes the newest are suggested.
    """
    answers = index.answers
    try:
        return answers[query]
    except KeyError:
        if len(answers) >= _MOST_ANSWERS:
            answers.clear()
        answer = answers[query] = _find(query, index)
        return answer


def _find(query: FilmQuery, index: TitleIndex) -> Answer:
    if query.film_key is not None:
        listings = index.with_film_key(query.film_key)
        return Found(index.film(listings[0].film)) if listings else None
    for kind, value in zip(FilmIds._fields, query.ids, strict=True):
        if value is not None and (known := _possible(index.with_id(kind, value), query)):
            return _of_one_id(query, [index.film(each.film) for each in known])
    key = normalize_title(query.title)
    if not key:
        return None
    exact = _possible(index.with_key("exact", key), query)
    of_year = [each for each in exact if query.year is None or query.year in each.years]
    of_year = nsmallest(_MOST_NAMESAKES, of_year, key=lambda each: -(each.year or 0))
    films = [index.film(each.film) for each in of_year]
    namesakes = [film for film in films if _has_title(film, query.title)]
    if namesakes:
        film = None if query.year is None else _the_one(namesakes, query)
        return Found(film) if film else Suggested(_best_first(namesakes, query))
    near = tuple(map(index.film, _nearest(query, exact, index)))
    return Suggested(near=near) if near else None


def _possible(listings: Iterable[Listing], query: FilmQuery) -> list[Listing]:
    return [each for each in listings if each.ids.same_as(query.ids) is not False]


# ── Exactly the film ─────────────────────────────────────────────────────────────────────


_SAME_LENGTH = 2  # minutes that sources differ by
_OTHER_LENGTH = 10  # more than this, and no two sources mean one film


def _of_one_id(query: FilmQuery, films: list[CatalogueFilm]) -> Found | Suggested:
    """One film as a rule; but a catalogue may have an id twice, and then the rest tells."""
    if len(films) == 1:
        return Found(films[0])
    exact = [
        film for film in films if query.year in film.years and _has_title(film, query.title)
    ]
    film = _the_one(exact, query) if exact else None
    return Found(film) if film else Suggested(_best_first(films, query))


def _the_one(films: Sequence[CatalogueFilm], query: FilmQuery) -> CatalogueFilm | None:
    """The film that is meant, of those that have the title and the year; None if unsure.

    Of several the length tells, else whether only one is called so by its own country or by
    answers, and of that year: another has the title or the year beside those.
    """
    if len(films) == 1:
        return films[0]
    apart = [_minutes_apart(film, query) for film in films]
    same = [film for film, by in zip(films, apart, strict=True) if by <= _SAME_LENGTH]
    if len(same) == 1 and sum(_OTHER_LENGTH < by < _UNKNOWN for by in apart) == len(films) - 1:
        return same[0]
    own = [
        (film, by)
        for film, by in zip(films, apart, strict=True)
        if film.movie.year == query.year and _has_own_title(film, query.title)
    ]
    if len(own) == 1 and not _OTHER_LENGTH < own[0][1] < _UNKNOWN:
        return own[0][0]
    return None


_UNKNOWN = 10**9


def _minutes_apart(film: CatalogueFilm, query: FilmQuery) -> int:
    if film.movie.duration is None or query.duration is None:
        return _UNKNOWN
    return abs(film.movie.duration - query.duration)


def _has_title(film: CatalogueFilm, title: str) -> bool:
    return any(_reads_as(each, title) for each in film.titles)


def _has_own_title(film: CatalogueFilm, title: str) -> bool:
    own = film.movie.title, film.movie.details.original_title, film.italian_title
    return any(each is not None and _reads_as(each, title) for each in own)


def _reads_as(one: str, other: str) -> bool:
    """Whether two titles have one key. Of another script the letters must be the same.

    The key has "ta" for two words of Chinese, but "Сталкер" may be written "Stalker".
    """
    if normalize_title(one) != normalize_title(other):
        return False
    if one.isascii() or other.isascii():
        return True
    letters, others = _letters(one), _letters(other)
    return letters == others or _is_latin(letters) or _is_latin(others)


def _letters(title: str) -> str:
    """The letters and digits of a title, in lower case and without accents."""
    text = unicodedata.normalize("NFKD", title.casefold())
    return "".join(filter(str.isalnum, text))


def _is_latin(letters: str) -> bool:
    return all(each < "\u0370" or "\u1e00" <= each < "\u1f00" for each in letters)


def _best_first(films: Iterable[CatalogueFilm], query: FilmQuery) -> tuple[CatalogueFilm, ...]:
    """Those first that are called so themselves, newest first."""

    def order(film: CatalogueFilm) -> tuple[bool, int]:
        return not _reads_as(film.movie.title, query.title), -(film.movie.year or 0)

    return tuple(sorted(films, key=order))


# ── Other forms of a title ───────────────────────────────────────────────────────────────


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


# ── Nearly the film ──────────────────────────────────────────────────────────────────────


def _nearest(query: FilmQuery, exact: Sequence[Listing], index: TitleIndex) -> Sequence[int]:
    """The films that come nearest, best first, by number."""
    films: dict[int, None] = {}
    for listings in _by_title(query, exact, index):
        films.update(dict.fromkeys(each.film for each in _fitting(listings, query)))
        if len(films) >= _MOST_NEAR:
            break
    return list(films)[:_MOST_NEAR]


def _by_title(
    query: FilmQuery, exact: Sequence[Listing], index: TitleIndex
) -> Iterator[Sequence[Listing]]:
    """The films that the query may mean, closest first."""
    title, year = query.title, query.year
    yield exact
    yield index.with_key("loose", loose_key(title))
    if year is None:  # nothing less can tell Hunger from The Hunger
        yield _mistyped(loose_key(title), None, index)
        return
    bare = bare_key(title)
    yield index.with_key("bare", bare)
    yield _mistyped(bare, year, index)
    # The films of a series share a head and may follow each other within a year.
    if not query.whole and (head := head_key(title)):
        yield [each for each in index.with_key("bare", head) if year in each.years]


def _fitting(listings: Sequence[Listing], query: FilmQuery) -> Sequence[Listing]:
    """Those that may be meant: of the year, then of those beside it, then of no known one."""
    possible, year = _possible(listings, query), query.year
    if year is None:
        return possible
    groups: tuple[set[int | None], ...] = ({year}, {year - 1, year + 1}, {None})
    return [
        each
        for years in groups
        for each in possible
        if (years & {each.year} if years == {None} else years.intersection(each.years))
    ]


_NUMBER = re.compile(r"\d+")
_MOST_ERRORS = 2
_SHORTEST = 8  # characters of a key that may have an error
_SHORTEST_WITHOUT_YEAR = 16


def _mistyped(key: str, year: int | None, index: TitleIndex) -> Sequence[Listing]:
    """The films whose key differs by typing errors only, those with the fewest first.

    One error in 8 characters is forgiven for a film of the year, one in 16 for another.
    Titles with different numbers are sequels, however alike they look.
    """
    distances: dict[int, float] = {}
    few = min(len(key) // _SHORTEST_WITHOUT_YEAR, _MOST_ERRORS)
    if year is None:
        places = {key[0]: few}
    else:
        places = {
            str(year): min(len(key) // _SHORTEST, _MOST_ERRORS),
            str(year - 1): few,
            str(year + 1): few,
        }
    numbers = _NUMBER.findall(key)
    for place, errors in places.items():
        lengths = range(len(key) - errors, len(key) + errors + 1) if errors else ()
        for length in lengths:
            shelf = index.shelf(f"{place} {length}")
            for other, distance, at in process.extract(
                key, shelf.keys, scorer=OSA.distance, score_cutoff=errors, limit=None
            ):
                if _NUMBER.findall(other) == numbers:
                    film = shelf.films[at]
                    distances[film] = min(distance, distances.get(film, distance))
    if not distances:
        return []
    return sorted(
        index.listings(list(distances)), key=lambda each: (distances[each.film], each.film)
    )
