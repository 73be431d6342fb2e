"""A film and an entry as JSON: by field name, the same in every store, export and document.

A new field of a film is a line in each part of this module: a test tells which one lacks it.
What was written before the field was there reads as a film without it: ``movie_of`` has to
``get`` it. (Loops over ``FILM_FIELDS`` would be shorter, and cost every event two
microseconds.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple

import orjson
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.entry import Entry
from cinestats.domain.movie import MAX_TITLE_LENGTH, Movie, clean_text

from . import strict_json

Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2025-01-20"])]
Stars = Annotated[float, Field(ge=0.5, le=5, multiple_of=0.5, examples=[4.5])]


class FilmField(NamedTuple):
    """A field of a film: its name in JSON, the attribute of ``Movie``, its column in tables.

    ``names`` is a list; from outside it may also be one text, "A, B". ``labels`` is a list
    whose texts may hold commas.
    """

    name: str
    attribute: str
    column: str
    kind: Literal["text", "whole", "names", "labels"]


FILM_FIELDS = (
    FilmField("name", "title", "Title", "text"),
    FilmField("year", "year", "Year", "whole"),
    FilmField("director", "directors", "DirectorList", "names"),
    FilmField("actors", "actors", "ActorList", "names"),
    FilmField("genres", "genres", "GenreList", "labels"),
    FilmField("duration", "duration", "Duration", "whole"),
    FilmField("poster_url", "poster_url", "Poster", "text"),
    FilmField("film_key", "film_key", "FilmKey", "text"),
)


class EntryDocument(TypedDict):
    """A play of a film; ``rating`` in stars, ``duration`` in minutes."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]  # pydantic's own

    entry_id: Annotated[str, Field(examples=["019483f0-0000-7000-8000-000000000000"])]
    name: Annotated[str, Field(examples=["Inception"])]
    year: Annotated[int | None, Field(examples=[2010])]
    rating: Stars | None
    watched_date: Day | None
    added_on: Day
    genres: Annotated[Sequence[str], Field(examples=[["Sci-Fi", "Action"]])]
    director: Annotated[Sequence[str], Field(examples=[["Christopher Nolan"]])]
    actors: Annotated[Sequence[str], Field(examples=[["Leonardo DiCaprio"]])]
    duration: Annotated[int | None, Field(ge=0, examples=[148])]
    poster_url: Annotated[str | None, Field(examples=["https://films.example/inception.jpg"])]


# ── What was checked before ──────────────────────────────────────────────────────────────


def film_document(movie: Movie) -> dict[str, Any]:
    """The film, by field name."""
    return {
        "name": movie.title,
        "year": movie.year,
        "genres": movie.genres,
        "director": movie.directors,
        "actors": movie.actors,
        "duration": movie.duration,
        "poster_url": movie.poster_url,
        "film_key": movie.film_key,
    }


def movie_of(document: Mapping[str, Any]) -> Movie:
    """The film that ``film_document`` wrote; an event has one director plain, null for none."""
    director = document["director"]
    return Movie(
        document["name"],
        document["year"],
        document["film_key"],
        tuple(document["genres"]),
        (director,) if isinstance(director, str) else tuple(director or ()),
        tuple(document["actors"]),
        document["duration"],
        document["poster_url"],
    )


def film_json(movie: Movie) -> bytes:
    """The film as one JSON text."""
    return orjson.dumps(film_document(movie))


@lru_cache(maxsize=20_000)  # a diary is read again after each change, with the same films
def movie_of_json(data: bytes) -> Movie:
    """The film that ``film_json`` wrote."""
    return movie_of(orjson.loads(data))


def play_document(entry: Entry) -> dict[str, Any]:
    """What the entry says beside its film; the rating in stars."""
    rating, watched_on = entry.rating, entry.watched_on
    return {
        "entry_id": entry.entry_id,
        "rating": None if rating is None else rating / 2,
        "watched_date": None if watched_on is None else watched_on.isoformat(),
        "added_on": entry.added_on.isoformat(),
    }


def entry_document(entry: Entry) -> dict[str, Any]:
    """A diary entry with its film, as ``EntryDocument`` describes it."""
    movie, play = film_document(entry.movie), play_document(entry)
    del movie["film_key"]  # ours, and no matter of readers
    first = {"entry_id": entry.entry_id, "name": movie["name"], "year": movie["year"]}
    return {**first, **play, **movie}


def entry_of(movie: Movie, document: Mapping[str, Any]) -> Entry:
    """The entry of the film that ``play_document`` wrote."""
    watched, rating = document["watched_date"], document["rating"]
    return Entry(
        document["entry_id"],
        movie,
        None if rating is None else int(rating * 2),
        None if watched is None else date.fromisoformat(watched),
        date.fromisoformat(document["added_on"]),
    )


_BESIDE_THE_MOVIE = [field.name for field in fields(CatalogueFilm) if field.name != "movie"]


def catalogue_document(film: CatalogueFilm) -> dict[str, Any]:
    """A film of a catalogue, with its other titles and its identifiers."""
    return film_document(film.movie) | {name: getattr(film, name) for name in _BESIDE_THE_MOVIE}


def catalogue_film_of(document: Mapping[str, Any]) -> CatalogueFilm:
    """The film that ``catalogue_document`` wrote."""
    others = {name: document[name] for name in _BESIDE_THE_MOVIE}
    others["alternative_titles"] = tuple(others["alternative_titles"])
    return CatalogueFilm(movie_of(document), **others)


# ── From outside ─────────────────────────────────────────────────────────────────────────


def read_movie(document: strict_json.Fields) -> Movie:
    """A film from outside, fully checked; raises InvalidInput with the name of the field.

    Nothing but ``name`` must be there.
    """
    # Their types are checked here: to the cache, true and 1.0 are the same as 1.
    return _checked_movie(*[_read(document, name, kind) for name, _, _, kind in FILM_FIELDS])


def _read(document: strict_json.Fields, name: str, kind: str) -> Any:
    if kind == "whole":
        return strict_json.whole(document, name)
    if kind == "names" and isinstance(document.get(name), str):
        # One text is parted at every comma, as the original is. (Where a name of ours holds a
        # comma, a list is written.)
        return tuple([part for each in document[name].split(",") if (part := each.strip())])
    if kind != "text":
        return strict_json.texts(document, name)
    if name == "name":
        return strict_json.text(document, name)
    return strict_json.optional_text(document, name) or None


@lru_cache(maxsize=10_000)  # the same films come again and again
def _checked_movie(*values: Any) -> Movie:
    name, *others = values
    attributes = [field.attribute for field in FILM_FIELDS[1:]]
    title = clean_text(name, "name", MAX_TITLE_LENGTH)
    return Movie.create(title, **dict(zip(attributes, others, strict=True)))
