"""A film as JSON: by field name, the same in every store, export and document.

A new field of a film is a line in each part of this module: a test tells which one lacks it.
What was written before the field was there reads as a film without it: ``movie_of`` has to
``get`` it. (Loops over ``FILM_FIELDS`` would be shorter, and cost every event two
microseconds.)
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import orjson

from cinestats.application.catalogue.origins import Origin
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.details import DETAIL_FIELDS, NO_DETAILS, FilmDetails, Votes
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import MAX_TITLE_LENGTH, NO_IDS, FilmIds, FilmName, Movie
from cinestats.domain.texts import clean_text

from . import strict_json


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


SOMETIMES = ("ids", "film", "details")
"""What a film's document has beside ``FILM_FIELDS``, where there is any."""


# ── What was checked before ──────────────────────────────────────────────────────────────


def film_document(movie: Movie) -> dict[str, Any]:
    """The film, by field name; ids, and the name in a catalogue, only where there are any."""
    document: dict[str, Any] = {
        "name": movie.title,
        "year": movie.year,
        "genres": movie.genres,
        "director": movie.directors,
        "actors": movie.actors,
        "duration": movie.duration,
        "poster_url": movie.poster_url,
        "film_key": movie.film_key,
    }
    if movie.ids is not NO_IDS:
        document["ids"] = {k: v for k, v in ids_document(movie.ids).items() if v is not None}
    if movie.listed is not None:
        document["film"] = listed_document(movie.listed)
    if movie.details is not NO_DETAILS and (details := _known_details(movie.details)):
        document["details"] = details
    return document


def ids_document(ids: FilmIds) -> dict[str, str | int | None]:
    """Each id by its name; null where it is unknown."""
    return ids._asdict()


def listed_document(listed: FilmName) -> dict[str, str | int | None]:
    """What a catalogue calls a film."""
    return listed._asdict()


def details_document(details: FilmDetails) -> dict[str, Any]:
    """All details, by field name; null or empty where nothing is known."""
    document: dict[str, Any] = {name: getattr(details, name) for name in DETAIL_FIELDS}
    if details.votes is not None:
        document["votes"] = details.votes._asdict()
    return document


def _known_details(details: FilmDetails) -> dict[str, Any]:
    return {name: value for name, value in details_document(details).items() if value}


def _details_of(document: Mapping[str, Any]) -> FilmDetails:
    values: dict[str, Any] = {
        name: value if value is None or isinstance(value, str) else tuple(value)
        for name, value in document.items()
        if name != "votes"
    }
    votes = document.get("votes")
    return FilmDetails(**values, votes=Votes(**votes) if votes else None)


def movie_of(document: Mapping[str, Any]) -> Movie:
    """The film that ``film_document`` wrote; an event has one director plain, null for none."""
    director, ids, film = document["director"], document.get("ids"), document.get("film")
    details = document.get("details")
    return Movie(
        document["name"],
        document["year"],
        document["film_key"],
        tuple(document["genres"]),
        (director,) if isinstance(director, str) else tuple(director or ()),
        tuple(document["actors"]),
        document["duration"],
        document["poster_url"],
        FilmIds(**ids) if ids else NO_IDS,
        FilmName(**film) if film else None,
        _details_of(details) if details else NO_DETAILS,
    )


def film_json(movie: Movie) -> bytes:
    """The film as one JSON text."""
    return orjson.dumps(film_document(movie))


@lru_cache(maxsize=20_000)  # a diary is read again after each change, with the same films
def movie_of_json(data: bytes) -> Movie:
    """The film that ``film_json`` wrote."""
    return movie_of(orjson.loads(data))


_BESIDE_THE_MOVIE = ("italian_title", "alternative_titles", "release_years")


def catalogue_document(film: CatalogueFilm) -> dict[str, Any]:
    """A film of a catalogue, with its other titles and years."""
    document = film_document(film.movie)
    document |= {name: getattr(film, name) for name in _BESIDE_THE_MOVIE}
    if film.origins:
        document["origins"] = [
            {"group": group, "source": source, "fetched_on": day.isoformat()}
            for group, source, day in film.origins
        ]
    return document


def _origin_of(document: Mapping[str, Any]) -> Origin:
    day = date.fromisoformat(document["fetched_on"])
    return Origin(document["group"], document["source"], day)


def catalogue_film_of(document: Mapping[str, Any]) -> CatalogueFilm:
    """The film that ``catalogue_document`` wrote, or did when this title stood beside."""
    movie, original = movie_of(document), document.get("original_title")
    if original:
        movie = replace(movie, details=replace(movie.details, original_title=original))
    return CatalogueFilm(
        movie,
        document["italian_title"],
        tuple(document["alternative_titles"]),
        tuple(document["release_years"]),
        tuple([_origin_of(each) for each in document.get("origins", ())]),
    )


def catalogue_film_of_earlier(document: Mapping[str, Any]) -> CatalogueFilm:
    """The film of a catalogue from before it had release years, and ids of its own."""
    document = {"release_years": (), **document}
    imdb, tmdb = document.get("imdb_id"), document.get("tmdb_id")
    if imdb is not None or tmdb is not None:
        document["ids"] = {"imdb": imdb, "tmdb": tmdb}
    return catalogue_film_of(document)


# ── From outside ─────────────────────────────────────────────────────────────────────────


def read_movie(document: strict_json.Fields) -> Movie:
    """A film from outside, fully checked; raises InvalidInput with the name of the field.

    Nothing but ``name`` must be there.
    """
    # Their types are checked here: to the cache, true and 1.0 are the same as 1.
    ids, listed = read_ids(document), _read_listed(document)
    details = _read_details(document)
    values = [_read(document, name, kind) for name, _, _, kind in FILM_FIELDS]
    return _checked_movie(ids, listed, details, *values)


def read_ids(document: strict_json.Fields) -> FilmIds:
    """The ids of a film from outside: an object ``ids``, or none."""
    if document.get("ids") is None:
        return NO_IDS
    ids = strict_json.as_object(document["ids"], "ids")
    for name in ids:
        if name not in FilmIds._fields:
            known = ", ".join(FilmIds._fields)
            raise InvalidInput("ids", f"may hold {known}, not {name[:40]!r}")
    imdb, wikidata, letterboxd = (
        strict_json.optional_text(ids, name) or None
        for name in ("imdb", "wikidata", "letterboxd")
    )
    found = FilmIds(imdb, strict_json.whole(ids, "tmdb"), wikidata, letterboxd)
    return NO_IDS if found == NO_IDS else found


def _read_listed(document: strict_json.Fields) -> FilmName | None:
    if document.get("film") is None:
        return None
    film = strict_json.as_object(document["film"], "film")
    title = clean_text(strict_json.text(film, "title"), "title", MAX_TITLE_LENGTH)
    return FilmName(title, strict_json.whole(film, "year"))


def _read_details(document: strict_json.Fields) -> FilmDetails:
    if document.get("details") is None:
        return NO_DETAILS
    given = strict_json.as_object(document["details"], "details")
    if unknown := next((name for name in given if name not in DETAIL_FIELDS), None):
        known = ", ".join(DETAIL_FIELDS)
        raise InvalidInput("details", f"may hold {known}, not {unknown[:40]!r}")
    values: dict[str, Any] = {
        name: strict_json.optional_text(given, name) or None
        if name in ("original_title", "collection")
        else strict_json.texts(given, name)
        for name in given
        if name != "votes"
    }
    return FilmDetails.create(**values, votes=_read_votes(given))


def _read_votes(details: strict_json.Fields) -> Votes | None:
    if details.get("votes") is None:
        return None
    votes = strict_json.as_object(details["votes"], "votes")
    average = strict_json.number(votes, "average")
    number = strict_json.whole(votes, "votes")
    if average is None or number is None:
        raise InvalidInput("votes", "must have source, average and votes")
    return Votes(strict_json.text(votes, "source"), average, number)


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
def _checked_movie(
    ids: FilmIds, listed: FilmName | None, details: FilmDetails, *values: Any
) -> Movie:
    name, *others = values
    attributes = [field.attribute for field in FILM_FIELDS[1:]]
    title = clean_text(name, "name", MAX_TITLE_LENGTH)
    fields = dict(zip(attributes, others, strict=True))
    return Movie.create(title, ids=ids, listed=listed, details=details, **fields)
