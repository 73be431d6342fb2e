"""A catalogue held in memory."""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from cinestats.adapters.title_index import Form, IdKind, Listing, Shelf, find_film, keys_of
from cinestats.adapters.title_search import search_films, sorted_vocabulary, words_of
from cinestats.application.catalogue.ports import Ambiguous, CatalogueFilm, FilmQuery, Found
from cinestats.domain.movie import Movie


class MemoryCatalogue:
    """Implements Catalogue; ``load`` may be called while other threads search."""

    def __init__(self, films: Iterable[CatalogueFilm] = ()) -> None:
        self._index = _Index(films)

    def find(self, query: FilmQuery) -> Found | Ambiguous | None:
        return find_film(query, self._index)

    def search(self, text: str, limit: int) -> Sequence[CatalogueFilm]:
        index = self._index
        return [index.films[number] for number in search_films(text, limit, index)]

    def load(self, films: Iterable[CatalogueFilm]) -> int:
        self._index = _Index(films)
        return self.size()

    def size(self) -> int:
        return len(self._index.films)


class _Index:
    def __init__(self, films: Iterable[CatalogueFilm]) -> None:
        self.films: list[CatalogueFilm] = []
        words: set[tuple[str, int]] = set()
        self._ids: defaultdict[tuple[IdKind, str | int | None], list[Listing]] = defaultdict(
            list
        )
        self._keys: defaultdict[tuple[Form, str], list[Listing]] = defaultdict(list)
        self._shelves: defaultdict[int | str | None, Shelf] = defaultdict(_empty_shelf)
        for number, film in enumerate(films):
            self.films.append(film)
            words.update((word, number) for word in words_of(film))
            listing = Listing(number, film.movie.year, film.imdb_id, film.tmdb_id)
            self._ids["imdb_id", film.imdb_id].append(listing)
            self._ids["tmdb_id", film.tmdb_id].append(listing)
            for form, key in keys_of(film):
                self._keys[form, key].append(listing)
                if form == "bare":
                    self._shelves[listing.year].add(key, listing)
                elif form == "loose":
                    self._shelves[key[0]].add(key, listing)
        self._words = sorted(words)
        self.vocabulary = sorted_vocabulary(word for word, _ in words)
        self._sorted_keys = {
            form: sorted(
                (key, listing.film)
                for (of, key), listings in self._keys.items()
                if of == form
                for listing in listings
            )
            for form in ("exact", "bare")
        }

    def with_id(self, kind: IdKind, value: str | int) -> Sequence[Listing]:
        return self._ids.get((kind, value), ())

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        return self._keys.get((form, key), ())

    def shelf(self, of: int | str) -> Shelf:
        return self._shelves.get(of) or _empty_shelf()

    def movie(self, film: int) -> Movie:
        return self.films[film].movie

    def beginning(self, form: Form, prefix: str, limit: int) -> Sequence[int]:
        return self._newest(_with_prefix(self._sorted_keys[form], prefix), limit)

    def with_words(self, prefixes: Sequence[Sequence[str]], limit: int) -> Sequence[int]:
        first, *others = (
            set[int]().union(*(_with_prefix(self._words, prefix) for prefix in group))
            for group in prefixes
        )
        return self._newest(first.intersection(*others), limit)

    def _newest(self, films: Collection[int], limit: int) -> Sequence[int]:
        return heapq.nsmallest(
            limit, films, key=lambda film: (-(self.films[film].movie.year or 0), film)
        )


def _with_prefix(sorted_: Sequence[tuple[str, int]], prefix: str) -> set[int]:
    start = bisect_left(sorted_, (prefix,))
    end = bisect_left(sorted_, (prefix + "\U0010ffff",))
    return {film for _, film in sorted_[start:end]}


def _empty_shelf() -> Shelf:
    return Shelf([], [])
