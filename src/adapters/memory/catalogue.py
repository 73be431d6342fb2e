"""A catalogue held in memory."""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from cinestats.adapters.catalogue_draft import Draft
from cinestats.adapters.title_index import (
    Answer,
    Form,
    Listing,
    Shelf,
    find_film,
    keys_of,
    shelf_of,
)
from cinestats.adapters.title_search import search_films, sorted_vocabulary, words_of
from cinestats.application.catalogue.learn import forgotten, oldest_days
from cinestats.application.catalogue.load import load_films
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Loaded, SourceShare
from cinestats.domain.movie import FilmIds


class MemoryCatalogue:
    """Implements FilmStore; ``load`` may be called while other threads search."""

    def __init__(self, films: Iterable[CatalogueFilm] = ()) -> None:
        self._index = _Index(films)
        self._missing: dict[tuple[str, str], date] = {}

    def find(self, query: FilmQuery) -> Answer:
        return find_film(query, self._index)

    def search(self, text: str, limit: int) -> Sequence[CatalogueFilm]:
        index = self._index
        return [index.films[number] for number in search_films(text, limit, index)]

    def load(self, films: Iterable[CatalogueFilm], *, replace: bool = False) -> Loaded:
        draft = Draft(() if replace else self._index.films)
        added, updated = load_films(films, draft)
        self._index = _Index(draft.films)
        return Loaded(added, updated, self.size())

    def learn(self, films: Iterable[CatalogueFilm]) -> Loaded:
        return self.load(films)

    def told_by(self, source: str, before: date, limit: int) -> Sequence[CatalogueFilm]:
        told = [
            (day, number)
            for number, film in enumerate(self._index.films)
            if (day := oldest_days(film).get(source))
        ]
        return [self._index.films[n] for day, n in sorted(told) if day < before][:limit]

    def forget(self, source: str) -> int:
        films, left = self._index.films, list[CatalogueFilm]()
        theirs = [film for film in films if source in oldest_days(film)]
        for film in films:
            kept = forgotten(film, source)
            if kept is not None:
                left.append(kept)
        self._index = _Index(left)
        self._missing = {k: day for k, day in self._missing.items() if k[0] != source}
        return len(theirs)

    def shares(self) -> Sequence[SourceShare]:
        days: defaultdict[str, list[date]] = defaultdict(list)
        for film in self._index.films:
            for source, day in oldest_days(film).items():
                days[source].append(day)
        return [SourceShare(name, len(of), min(of)) for name, of in sorted(days.items())]

    def note_missing(self, source: str, asked: Collection[str], day: date) -> None:
        self._missing |= {(source, each): day for each in asked}

    def missing(self, source: str, asked: Collection[str], since: date) -> Collection[str]:
        return {a for a in asked if self._missing.get((source, a), date.min) >= since}

    def forget_asked(self, films: Collection[str]) -> None:
        self._missing = {}
        self._index = _Index(f for f in self._index.films if f.movie.film_key not in films)

    def size(self) -> int:
        return len(self._index.films)


class _Index:
    def __init__(self, films: Iterable[CatalogueFilm]) -> None:
        self.films = list(films)
        self.answers: dict[FilmQuery, Answer] = {}
        words: set[tuple[str, int]] = set()
        self._film_keys: dict[str, Listing] = {}
        self._ids: defaultdict[tuple[str, str | int], list[Listing]] = defaultdict(list)
        self._keys: defaultdict[tuple[Form, str], list[Listing]] = defaultdict(list)
        self._shelves: defaultdict[str, Shelf] = defaultdict(_empty_shelf)
        for number, film in enumerate(self.films):
            movie = film.movie
            words.update((word, number) for word in words_of(film))
            listing = _listing(number, film)
            self._film_keys.setdefault(movie.film_key, listing)
            for kind, value in zip(FilmIds._fields, movie.ids, strict=True):
                if value is not None:
                    self._ids[kind, value].append(listing)
            for form, key in keys_of(film):
                self._keys[form, key].append(listing)
                if place := shelf_of(form, key, movie.year):
                    self._shelves[place].keys.append(key)
                    self._shelves[place].films.append(number)
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

    def with_film_key(self, film_key: str) -> Sequence[Listing]:
        listing = self._film_keys.get(film_key)
        return [listing] if listing else []

    def with_id(self, kind: str, value: str | int) -> Sequence[Listing]:
        return self._ids.get((kind, value), ())

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        return self._keys.get((form, key), ())

    def listings(self, films: Sequence[int]) -> Sequence[Listing]:
        return [_listing(number, self.films[number]) for number in films]

    def shelf(self, name: str) -> Shelf:
        return self._shelves.get(name) or _empty_shelf()

    def film(self, film: int) -> CatalogueFilm:
        return self.films[film]

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


def _listing(number: int, film: CatalogueFilm) -> Listing:
    return Listing(number, film.movie.year, film.movie.ids, film.release_years)


def _empty_shelf() -> Shelf:
    return Shelf([], [])
