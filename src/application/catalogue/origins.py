"""Where what a catalogue knows of a film comes from, by group of fields."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Literal, NamedTuple, get_args

from cinestats.domain.details import FilmDetails
from cinestats.domain.movie import NO_IDS, Movie

Group = Literal["ids", "titles", "credits", "genres", "length", "poster", "production", "votes"]
GROUPS: tuple[Group, ...] = get_args(Group)


class Origin(NamedTuple):
    """A source that told a group of fields, and the day it was asked."""

    group: Group
    source: str
    fetched_on: date


_MOVIE_FIELDS: Mapping[Group, Mapping[str, object]] = {
    "ids": {"ids": NO_IDS},
    "credits": {"directors": (), "actors": ()},
    "genres": {"genres": ()},
    "length": {"duration": None},
    "poster": {"poster_url": None},
}
_DETAIL_FIELDS: Mapping[Group, tuple[str, ...]] = {
    "titles": ("original_title",),
    "credits": ("writers", "composers", "cinematographers"),
    "production": ("countries", "languages", "studios", "collection"),
    "votes": ("votes",),
}


def groups_of(movie: Movie) -> frozenset[Group]:
    """The groups that a film has anything of."""
    return frozenset(
        group
        for group in GROUPS
        if any(getattr(movie, name) for name in _MOVIE_FIELDS.get(group, ()) if name != "ids")
        or (group == "ids" and any(movie.ids))
        or any(getattr(movie.details, name) for name in _DETAIL_FIELDS.get(group, ()))
    )


def without(movie: Movie, groups: frozenset[Group]) -> Movie:
    """The film without what these groups hold."""
    empty: dict[str, object] = {}
    details = dict[str, object]()
    nothing = FilmDetails()
    for group in groups:
        empty |= _MOVIE_FIELDS.get(group, {})
        details |= {name: getattr(nothing, name) for name in _DETAIL_FIELDS.get(group, ())}
    return replace(movie, **empty, details=replace(movie.details, **details))  # type: ignore[arg-type]
