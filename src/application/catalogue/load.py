"""Add films to a catalogue, or bring those that are there up to date."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from cinestats.domain.movie import FilmIds, film_key_of
from cinestats.domain.titles import normalize_title

from .learn import learned, replaced
from .ports import CatalogueFilm

_SAME_LENGTH = 10  # minutes that sources differ by


class FilmsThere(Protocol):
    """The films of a catalogue that is being loaded, by number."""

    def with_id(self, kind: str, value: str | int) -> Sequence[int]:
        """The films with an id; ``kind`` is a field of FilmIds."""
        ...

    def called(self, title: str, year: int | None) -> Sequence[int]:
        """The films of a year that have a title with this key."""
        ...

    def has_key(self, film_key: str) -> bool:
        """Whether a film is known by this key."""
        ...

    def film(self, number: int) -> CatalogueFilm: ...

    def add(self, film: CatalogueFilm) -> int:
        """Take the film in; returns its number."""
        ...

    def change(self, number: int, film: CatalogueFilm) -> None:
        """Put the film in the place of the one of this number."""
        ...


def load_films(films: Iterable[CatalogueFilm], there: FilmsThere) -> tuple[int, int]:
    """Take films in; returns how many were added, and how many were there already.

    A film is there that has one of the ids. Else it is the one with the same title and year
    that no id says is another, nor directors or length, where both films are of this load.
    (A film may be listed by another of its titles: then the directors must say it is the same.)
    Of several it is the one of the same directors. The order of the films makes no difference
    to that.
    """
    load = _Load(there)
    for film in films:
        load.take(film)
    load.finish()
    return load.added, load.updated


def film_key_by_all(film: CatalogueFilm) -> str:
    """A key that tells namesakes of a year apart: title, year, and an id, names or minutes."""
    movie = film.movie
    known = next(filter(None, movie.ids), None) or _names(film) or movie.duration or ""
    return f"{film_key_of(movie.title, movie.year)}|{known}"


class _Load:
    def __init__(self, there: FilmsThere) -> None:
        self.added = self.updated = 0
        self._there = there
        self._of_this_load: set[int] = set()
        self._put_off: list[CatalogueFilm] = []
        self._wanted: set[int] = set()  # by films that were put off, as these ids are
        self._wanted_ids: set[tuple[str, str | int]] = set()

    def take(self, film: CatalogueFilm) -> None:
        number, ids = self._with_its_id(film), _ids_of(film)
        if number in self._wanted or not self._wanted_ids.isdisjoint(ids):
            alike = [] if number is None else [number]  # an earlier row may be of the same film
        elif number is not None:
            self._update(number, film)
            return
        else:
            alike = self._alike(film)
            if not alike:
                self._add(film)
                return
        # Which of them it is can be said when the others are known that have an id.
        self._put_off.append(film)
        if ids:
            self._wanted.update(alike)
            self._wanted_ids.update(ids)

    def finish(self) -> None:
        """Take in what was put off, as the next load will: films with ids in their order.

        Of two rows of one film the later counts; one without an id only says what they lack.
        """
        claims: defaultdict[int, list[FilmIds]] = defaultdict(list)
        for film in self._put_off:
            for alike in self._alike(film) if any(film.movie.ids) else ():
                claims[alike].append(film.movie.ids)
        for film in sorted(self._put_off, key=lambda film: not any(film.movie.ids)):
            number = self._with_its_id(film)
            if number is None:
                number = self._the_same(film, claims)
            if number is None:
                self._add(film)
            elif number in self._of_this_load and not any(film.movie.ids):
                self._complete(number, film)
            else:
                self._update(number, film)

    def _with_its_id(self, film: CatalogueFilm) -> int | None:
        for kind, value in _ids_of(film):
            for number in self._there.with_id(kind, value):
                if self._there.film(number).movie.ids.same_as(film.movie.ids):
                    return number
        return None

    def _alike(self, film: CatalogueFilm) -> list[int]:
        """The films of its title and year that nothing says are others."""
        alike, year = list[int](), film.movie.year
        keys = dict.fromkeys(map(normalize_title, film.titles))
        for number in {n for key in keys for n in self._there.called(key, year)}:
            other = self._there.film(number)
            if other.movie.ids.same_as(film.movie.ids) is False:
                continue
            if not _have_one_title(other, film) and not _directors(other) & _directors(film):
                continue
            if number not in self._of_this_load or not _told_apart(other, film):
                alike.append(number)
        return alike

    def _the_same(
        self, film: CatalogueFilm, claims: Mapping[int, Sequence[FilmIds]]
    ) -> int | None:
        """The film that it is, where there is just one that no other id claims as well."""
        alike, ids = self._alike(film), film.movie.ids
        claimed = any(other.same_as(ids) is False for n in alike for other in claims.get(n, ()))
        if len(alike) > 1:
            alike = [n for n in alike if not _told_apart(self._there.film(n), film)]
        if len(alike) > 1 or claimed:
            alike = [n for n in alike if _same_names(self._there.film(n), film)]
        if len(alike) > 1:
            by_all = film_key_by_all(film)
            alike = [n for n in alike if film_key_by_all(self._there.film(n)) == by_all]
        return alike[0] if len(alike) == 1 else None

    def _add(self, film: CatalogueFilm) -> None:
        key = film.movie.film_key
        if self._there.has_key(key):
            key = by_all = film_key_by_all(film)
            more = 2
            while self._there.has_key(key):
                key, more = f"{by_all}|{more}", more + 1
            film = replace(film, movie=replace(film.movie, film_key=key))
        self._of_this_load.add(self._there.add(film))
        self.added += 1

    def _update(self, number: int, film: CatalogueFilm) -> None:
        known = self._there.film(number)
        self._put(number, known, _updated(known, film))

    def _complete(self, number: int, film: CatalogueFilm) -> None:
        """Give a film that the load has told of already what it lacks."""
        known = self._there.film(number)
        key = known.movie.film_key
        film = replace(film, movie=replace(film.movie, film_key=key))
        self._put(number, known, _updated(film, known))

    def _put(self, number: int, known: CatalogueFilm, film: CatalogueFilm) -> None:
        if film != known:
            self._there.change(number, film)
        self._of_this_load.add(number)
        self.updated += 1


def _updated(known: CatalogueFilm, new: CatalogueFilm) -> CatalogueFilm:
    """The new film with what it lacks from the known one, whose key entries hold.

    What a source was asked for only adds to what is known.
    """
    if new.origins:
        return learned(known, new)
    movie = replace(new.movie.filled_by(known.movie), film_key=known.movie.film_key)
    return CatalogueFilm(
        movie,
        new.italian_title or known.italian_title,
        new.alternative_titles or known.alternative_titles,
        new.release_years or known.release_years,
        replaced(known, new),
    )


def _ids_of(film: CatalogueFilm) -> list[tuple[str, str | int]]:
    ids = zip(FilmIds._fields, film.movie.ids, strict=True)
    return [(kind, value) for kind, value in ids if value is not None]


def _have_one_title(one: CatalogueFilm, other: CatalogueFilm) -> bool:
    return normalize_title(one.movie.title) == normalize_title(other.movie.title)


def _told_apart(one: CatalogueFilm, other: CatalogueFilm) -> bool:
    """Whether directors or length say that two films of one title are not the same."""
    directors, others = _directors(one), _directors(other)
    if directors and others and not directors & others:
        return True
    minutes, others_minutes = one.movie.duration, other.movie.duration
    if minutes is None or others_minutes is None:
        return False
    return abs(minutes - others_minutes) > _SAME_LENGTH


def _same_names(one: CatalogueFilm, other: CatalogueFilm) -> bool:
    """Whether the same directors and original title are known of two films.

    Where there are none, films without ids are the same, unless their length differs.
    """
    names = _names(one)
    if names or _names(other):
        return names == _names(other)
    has_ids = any(one.movie.ids) or any(other.movie.ids)
    return not has_ids and not _told_apart(one, other)


def _directors(film: CatalogueFilm) -> set[str]:
    return set(map(normalize_title, film.movie.directors))


def _names(film: CatalogueFilm) -> str:
    original = film.movie.details.original_title or ""
    return normalize_title(" ".join((original, *film.movie.directors)))
