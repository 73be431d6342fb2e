"""Which films somebody may mean who is still typing: the search behind every catalogue.

The films come in this order, those of each kind by year, newest first: a title is the text,
but for an article; a title begins with it; every word of it begins a word of the film's
titles, or is a year of its releases. Only where there is none, typing errors are mended. Case,
accents and punctuation make no difference.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.titles import normalize_title

from .title_index import Form, Listing, TitleIndex, bare_key

_MAX_WORDS = 10
_ONE_ERROR_FROM = 4  # letters of a word
_TWO_ERRORS_FROM = 8
_MENDED = 20  # words that come into question for one


class SearchIndex(TitleIndex, Protocol):
    """A set of films that can be searched; films by number, newest first, none twice."""

    def beginning(self, form: Form, prefix: str, limit: int) -> Sequence[int]:
        """The films with a key of that form that begins with ``prefix``."""
        ...

    def with_words(self, prefixes: Sequence[Sequence[str]], limit: int) -> Sequence[int]:
        """The films that have, for each group of prefixes, a word that begins with one."""
        ...

    @property
    def vocabulary(self) -> Sequence[str]:
        """Every word of the films, shorter ones first, in a fixed order."""
        ...


def words_of(film: CatalogueFilm) -> set[str]:
    """The words that the film is found by.

    >>> from cinestats.domain.movie import Movie
    >>> sorted(words_of(CatalogueFilm(Movie.create("Amélie", year=2001))))
    ['2001', 'amelie']
    """
    words = {word for title in film.titles for word in normalize_title(title).split(" ")}
    return words | set(map(str, film.years))


def search_films(text: str, limit: int, index: SearchIndex) -> list[int]:
    """Up to ``limit`` films that the text may mean, best first."""
    key = normalize_title(text)
    if not key or "\0" in key:  # no title holds it, and MongoDB refuses to look for it
        return []
    films: dict[int, None] = {}
    words = list(dict.fromkeys(key.split(" ")))[:_MAX_WORDS]
    for kind in _kinds(key, bare_key(text), words, limit, index):
        films.update(dict.fromkeys(kind))
        if len(films) >= limit:
            break
    if not films:
        vocabulary = index.vocabulary
        mended = [_mended(word, vocabulary) for word in words]
        return list(index.with_words(mended, limit)) if all(mended) else []
    return list(films)[:limit]


def _kinds(
    key: str, bare: str, words: Sequence[str], limit: int, index: SearchIndex
) -> Iterator[Sequence[int]]:
    yield _newest(index.with_key("exact", key), limit)
    yield _newest(index.with_key("bare", bare), limit)
    yield index.beginning("exact", key, limit)
    yield index.beginning("bare", bare, limit)
    yield index.with_words([[word] for word in words], limit)


def _newest(listings: Iterable[Listing], limit: int) -> Sequence[int]:
    newest = nsmallest(limit, listings, key=lambda each: (-(each.year or 0), each.film))
    return [listing.film for listing in newest]


def _mended(word: str, vocabulary: Sequence[str]) -> Sequence[str]:
    """The words that ``word``, whole or not, may have been meant to be; nearest first.

    A word with a digit is what it is: a year, a sequel.
    """
    errors = (len(word) >= _ONE_ERROR_FROM) + (len(word) >= _TWO_ERRORS_FROM)
    if not errors or not word.isalpha():
        return [word]
    alike = _with_lengths(vocabulary, len(word) - errors, len(word) + errors)
    longer = _with_lengths(vocabulary, len(word) + 1, None)
    nearest: dict[str, float] = {}
    for known, compared in (alike, alike), (longer, [each[: len(word)] for each in longer]):
        for _, distance, place in process.extract(
            word, compared, scorer=OSA.distance, score_cutoff=errors, limit=_MENDED
        ):
            nearest[known[place]] = min(distance, nearest.get(known[place], distance))
    return sorted(nearest, key=nearest.__getitem__)[:_MENDED]


def _with_lengths(vocabulary: Sequence[str], least: int, most: int | None) -> Sequence[str]:
    start = bisect_left(vocabulary, least, key=len)
    end = None if most is None else bisect_right(vocabulary, most, key=len)
    return vocabulary[start:end]


def sorted_vocabulary(words: Iterable[str]) -> list[str]:
    """Distinct words as ``SearchIndex.vocabulary`` has them."""
    return sorted(set(words), key=lambda word: (len(word), word))
