"""One line of a diary: a play of a film."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from .movie import NO_IDS, FilmIds, FilmName, Movie

RatingOf = Literal["play", "film"]

MAX_REVIEW_LENGTH = 20_000
MAX_TAGS = 100

SAID = ("watched_on", "rating", "rewatch", "liked", "tags", "review", "place", "company")
"""What a source says of a play, beside the film."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a play was told, and what was said of it there.

    ``reference`` is what ``service`` calls this one play, if anything. ``title`` and ``year``
    are those of the film there, ``ids`` those that it gives; ``title`` is None where it gives
    ids only. ``said`` has what the source last said where the entry says something else by
    now, sorted by its fields; ``film_rating`` is a rating that it gave the film.
    """

    service: str
    reference: str | None = None
    title: str | None = None
    year: int | None = None
    said: tuple[tuple[str, Any], ...] = ()
    ids: FilmIds = NO_IDS

    @property
    def kind(self) -> str:
        """Within one kind a reference names one play. Two kinds may both tell of it."""
        return _kind(self.service, self.reference)

    def last_said(self, field: str, entry: "Entry") -> Any:
        """What the source last said of a field of its entry; ``film_rating`` is of the film."""
        for name, value in self.said:
            if name == field:
                return value
        return _says(entry, field)

    def keeping(self, fields: Mapping[str, Any]) -> "Source":
        """The source, remembering what it said of the fields that change behind it."""
        known = dict(self.said)
        new = {**fields, **known}
        return self if new == known else replace(self, said=tuple(sorted(new.items())))

    def saying(self, fields: Mapping[str, Any]) -> "Source":
        """The source with these fields as the entry has them now."""
        said = tuple(item for item in self.said if item[0] not in fields)
        return self if len(said) == len(self.said) else replace(self, said=said)

    def settled(self, entry: "Entry") -> "Source":
        """The source without what the entry says by itself, again or by now."""
        said = tuple(item for item in self.said if _says(entry, item[0]) != item[1])
        return self if len(said) == len(self.said) else replace(self, said=said)


def _says(entry: "Entry", field: str) -> Any:
    if field == "film_rating":
        return entry.rating if entry.rating_of == "film" else None
    return getattr(entry, field)


def _kind(service: str, reference: str | None) -> str:
    if reference is None:
        return service
    return f"{service} {'address' if '://' in reference else 'id'}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A play of ``movie``, as it was when it was added.

    ``rating`` is in half stars (1-10) or None; ``watched_on`` is None when the day is
    unknown; ``added_on`` is the day whose trends count it. ``rewatch`` and ``liked`` are None
    where nobody said. ``company`` tells with whom. ``sources`` are those that told of the
    play, at most one of each kind. ``rating_of`` is "film" for a rating that a source keeps
    apart from the plays. ``film_chosen`` tells that a person said which film it is, or that
    it is none that a catalogue has. ``merged`` are sources of plays that a person said are
    this one: what they tell is no other play. ``apart`` tells that a person said that it is a
    play of its own, whatever other plays of its film are on its day.
    """

    entry_id: str
    movie: Movie
    rating: int | None
    watched_on: date | None
    added_on: date
    rewatch: bool | None = None
    liked: bool | None = None
    tags: tuple[str, ...] = ()
    review: str | None = None
    place: str | None = None
    company: str | None = None
    sources: tuple[Source, ...] = ()
    rating_of: RatingOf = "play"
    film_chosen: bool = False
    merged: tuple[Source, ...] = ()
    apart: bool = False

    @property
    def told_name(self) -> FilmName | None:
        """What the first source that names the film calls it; None where none does."""
        named = (each for each in self.sources if each.title is not None)
        return next((FilmName(each.title or "", each.year) for each in named), None)

    @property
    def told_ids(self) -> FilmIds:
        """The ids that its sources, or a person, give of the film; not those of a catalogue."""
        if not self.sources:
            lent = self.movie.listed is not None and not self.film_chosen
            return NO_IDS if lent else self.movie.ids
        ids = self.sources[0].ids
        for source in self.sources[1:]:
            ids = ids.filled_by(source.ids)
        return ids

    def changed(self, fields: Mapping[str, Any], by: str | None = None) -> "Entry":
        """The play with these fields, as the source of the kind ``by`` says, or else a person.

        The other sources remember what they said, unless ``fields`` has the sources, too.
        """
        said = {name: getattr(self, name) for name in fields if name in SAID}
        if not said or not self.sources or "sources" in fields:
            return replace(self, **fields)
        sources = tuple(
            each.saying(said) if each.kind == by else each.keeping(said)
            for each in self.sources
        )
        return replace(self, sources=sources, **fields)._settled()

    def rated(
        self, rating: int | None, of: RatingOf = "play", by: str | None = None
    ) -> "Entry":
        """The play with another rating: its own, or the one that a source gives the film."""
        if not self.sources:
            return replace(self, rating=rating, rating_of=of)
        was = {"film_rating" if self.rating_of == "film" else "rating": self.rating}
        now = {"film_rating" if of == "film" else "rating": rating}
        sources = tuple(
            each.saying(now) if each.kind == by else each.keeping(was) for each in self.sources
        )
        return replace(self, rating=rating, rating_of=of, sources=sources)._settled()

    def _settled(self) -> "Entry":
        if not any(each.said for each in self.sources):
            return self
        return replace(self, sources=tuple(each.settled(self) for each in self.sources))


def recency(entry: Entry) -> tuple[bool, date, date, str]:
    """Sorts plays from those of an unknown day to the latest.

    Plays of one day go by the day they were added, then by title.
    """
    return (
        entry.watched_on is not None,
        entry.watched_on or entry.added_on,
        entry.added_on,
        entry.movie.title,
    )
