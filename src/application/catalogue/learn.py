"""What a catalogue learns of its films from sources, and how it forgets a source.

Each group of fields comes from one place: the owner's files, or a source. What is there from
elsewhere stays, so the order in which sources are asked decides; a source renews its own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from cinestats.domain.details import NO_DETAILS
from cinestats.domain.movie import NO_IDS

from .origins import GROUPS, Group, Origin
from .ports import CatalogueFilm

Parts = Mapping[str, Any]
"""Values of a group by field: of the film's details, of the film, or of its listing."""

_DETAILS: Mapping[Group, tuple[str, ...]] = {
    "titles": ("original_title",),
    "credits": ("writers", "composers", "cinematographers"),
    "production": ("countries", "languages", "studios", "collection"),
    "votes": ("votes",),
}
_MOVIE: Mapping[Group, Parts] = {
    "ids": {"ids": NO_IDS},
    "credits": {"directors": (), "actors": ()},
    "genres": {"genres": ()},
    "length": {"duration": None},
    "poster": {"poster_url": None},
}
_LISTING: Mapping[Group, Parts] = {
    "titles": {"italian_title": None, "alternative_titles": (), "release_years": ()}
}


def told_by(film: CatalogueFilm, source: str, day: date) -> CatalogueFilm:
    """The film with every group that it has as the source's."""
    groups: list[Group] = ["film", *groups_of(film)]
    return replace(film, origins=tuple(Origin(group, source, day) for group in groups))


def groups_of(film: CatalogueFilm) -> list[Group]:
    """The groups that anything is known of."""
    return [group for group in GROUPS if _with_group(film, group, None) != film]


def learned(known: CatalogueFilm, told: CatalogueFilm) -> CatalogueFilm:
    """The known film with what a source tells; ids are added to those that are there."""
    film, origins = known, {origin.group: origin for origin in known.origins}
    has: set[Group] = {"film", *groups_of(known)}
    for origin in told.origins:
        group, renewed = origin.group, origins.get(origin.group)
        if group in has and (renewed is None or renewed.source != origin.source):
            continue
        film = _with_group(film, group, told)
        origins[group] = origin
    ids = known.movie.ids.filled_by(told.movie.ids)
    film = replace(film, movie=replace(film.movie, ids=ids))
    return replace(film, origins=tuple(origins.values()))


def replaced(known: CatalogueFilm, film: CatalogueFilm) -> tuple[Origin, ...]:
    """The origins that are left where a file's film took the place of the known one."""
    told: set[Group] = {"film", *groups_of(film)}
    return tuple(origin for origin in known.origins if origin.group not in told)


def forgotten(film: CatalogueFilm, source: str) -> CatalogueFilm | None:
    """The film without what the source told; None where nobody else told of it."""
    theirs: set[Group] = {origin.group for origin in film.origins if origin.source == source}
    if "film" in theirs and theirs >= set(groups_of(film)):
        return None
    for group in theirs:
        film = _with_group(film, group, None)
    return replace(film, origins=tuple(o for o in film.origins if o.source != source))


class KnownFilms(Protocol):
    """The films of a catalogue, by number."""

    def film(self, number: int) -> CatalogueFilm: ...

    def change(self, number: int, film: CatalogueFilm) -> None:
        """Put the film in the place of the one of this number."""
        ...

    def remove(self, number: int) -> None:
        """Take the film out, with all that it is found by."""
        ...


def forget_source(source: str, numbers: Iterable[int], films: KnownFilms) -> None:
    """Take from these films what the source told, and those away that nobody else told of."""
    for number in numbers:
        film = forgotten(films.film(number), source)
        if film is None:
            films.remove(number)
        else:
            films.change(number, film)


def only_told(film: CatalogueFilm) -> bool:
    """Whether sources told all that is known of the film, and the owner's files nothing."""
    told = {origin.group for origin in film.origins}
    return "film" in told and told.issuperset(groups_of(film))


def oldest_days(film: CatalogueFilm) -> Mapping[str, date]:
    """The day of the oldest that each source told of the film."""
    days: dict[str, date] = {}
    for _, source, day in film.origins:
        days[source] = min(day, days.get(source, day))
    return days


def _with_group(
    film: CatalogueFilm, group: Group, other: CatalogueFilm | None
) -> CatalogueFilm:
    """The film with the fields of a group as ``other`` has them, or empty."""
    movie = film.movie
    details, theirs = movie.details, NO_DETAILS if other is None else other.movie.details
    new_details = replace(details, **_values(theirs, _DETAILS.get(group, ())))
    of_movie, of_listing = _MOVIE.get(group, {}), _LISTING.get(group, {})
    if other is not None:
        of_movie, of_listing = _values(other.movie, of_movie), _values(other, of_listing)
    movie = replace(movie, **of_movie, details=new_details)
    return replace(film, movie=movie, **of_listing)


def _values(of: object, names: Collection[str]) -> Parts:
    return {name: getattr(of, name) for name in names}
