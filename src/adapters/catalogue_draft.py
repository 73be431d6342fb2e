"""The films of a catalogue in memory, while others are taken in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.movie import FilmIds
from cinestats.domain.titles import normalize_title


class Draft:
    """Implements FilmsThere; ``films`` are those by number."""

    def __init__(self, films: Iterable[CatalogueFilm] = ()) -> None:
        self.films: list[CatalogueFilm] = []
        self._by_id: defaultdict[tuple[str, str | int], list[int]] = defaultdict(list)
        self._by_title: defaultdict[tuple[str, int | None], list[int]] = defaultdict(list)
        self._keys: set[str] = set()
        for film in films:
            self.add(film)

    def with_id(self, kind: str, value: str | int) -> Sequence[int]:
        return [
            number
            for number in self._by_id.get((kind, value), ())
            if getattr(self.films[number].movie.ids, kind) == value
        ]

    def called(self, title: str, year: int | None) -> Sequence[int]:
        name = title, year
        return [n for n in self._by_title.get(name, ()) if name in _names(self.films[n])]

    def has_key(self, film_key: str) -> bool:
        return film_key in self._keys

    def film(self, number: int) -> CatalogueFilm:
        return self.films[number]

    def add(self, film: CatalogueFilm) -> int:
        number = len(self.films)
        self.films.append(film)
        self._list(number, film)
        return number

    def change(self, number: int, film: CatalogueFilm) -> None:
        self.films[number] = film
        self._list(number, film)

    def _list(self, number: int, film: CatalogueFilm) -> None:
        """Let it be found; what it was found by before stays, and is looked at again."""
        self._keys.add(film.movie.film_key)
        ids = zip(FilmIds._fields, film.movie.ids, strict=True)
        for listed in (
            *(self._by_id[kind, value] for kind, value in ids if value is not None),
            *map(self._by_title.__getitem__, _names(film)),
        ):
            if number not in listed:
                listed.append(number)


def _names(film: CatalogueFilm) -> set[tuple[str, int | None]]:
    return {(normalize_title(title), film.movie.year) for title in film.titles}
