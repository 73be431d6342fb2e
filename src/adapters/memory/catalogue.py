"""A catalogue held in memory."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cinestats.adapters.title_index import Form, Listing, Shelf, find_film, keys_of
from cinestats.application.ports import Ambiguous, CatalogueFilm, FilmQuery, Found
from cinestats.domain.movie import Movie


class MemoryCatalogue:
    """Implements Catalogue; ``load`` may be called while other threads search."""

    def __init__(self, films: Iterable[CatalogueFilm] = ()) -> None:
        self._index = _Index(films)

    def find(self, query: FilmQuery) -> Found | Ambiguous | None:
        return find_film(query, self._index)

    def load(self, films: Iterable[CatalogueFilm]) -> int:
        self._index = _Index(films)
        return self.size()

    def size(self) -> int:
        return len(self._index.movies)


class _Index:
    def __init__(self, films: Iterable[CatalogueFilm]) -> None:
        self.movies: list[Movie] = []
        self._imdb_ids: defaultdict[str, list[Listing]] = defaultdict(list)
        self._tmdb_ids: defaultdict[int, list[Listing]] = defaultdict(list)
        self._keys: defaultdict[tuple[Form, str], list[Listing]] = defaultdict(list)
        self._years: defaultdict[int | None, Shelf] = defaultdict(_empty_shelf)
        self._initials: defaultdict[str, Shelf] = defaultdict(_empty_shelf)
        for number, film in enumerate(films):
            self.movies.append(film.movie)
            listing = Listing(number, film.movie.year, film.imdb_id, film.tmdb_id)
            if film.imdb_id is not None:
                self._imdb_ids[film.imdb_id].append(listing)
            if film.tmdb_id is not None:
                self._tmdb_ids[film.tmdb_id].append(listing)
            for form, key in keys_of(film):
                self._keys[form, key].append(listing)
                if form == "bare":
                    self._years[listing.year].add(key, listing)
                elif form == "loose":
                    self._initials[key[0]].add(key, listing)

    def with_imdb_id(self, imdb_id: str) -> Sequence[Listing]:
        return self._imdb_ids.get(imdb_id, ())

    def with_tmdb_id(self, tmdb_id: int) -> Sequence[Listing]:
        return self._tmdb_ids.get(tmdb_id, ())

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        return self._keys.get((form, key), ())

    def shelf_of_year(self, year: int) -> Shelf:
        return self._years.get(year) or _empty_shelf()

    def shelf_of_initial(self, initial: str) -> Shelf:
        return self._initials.get(initial) or _empty_shelf()

    def movie(self, film: int) -> Movie:
        return self.movies[film]


def _empty_shelf() -> Shelf:
    return Shelf([], [])
