"""Everything there is to say of films that are given, under the original's names."""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from heapq import nsmallest
from typing import Any

from cinestats.adapters.documents.read_models import TotalsAnswer
from cinestats.adapters.entry_json import figure_document
from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.plain_values import (
    fields_of,
    named_values,
    plain_value,
    shown,
    text_of,
)
from cinestats.domain import recompute
from cinestats.domain.affinity import AffinityType
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.figures.overview import Overview, overview_of
from cinestats.domain.figures.period import ALL_TIME
from cinestats.domain.figures.rankings import NAMES_OF, TOP, Ranked, RatedFilm, ranked
from cinestats.domain.movie import Movie
from cinestats.domain.titles import normalize_title
from cinestats.domain.user_stats import STATS_VERSION

from .completion import is_whole

FilmLookup = Callable[[str, int | None], Any]
"""A catalogue: the film of a title and a year, or None when it is unknown or ambiguous."""

_Known = Callable[[Movie], Movie | None]
"""What is known of a film that lacks something."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TITLES = ("title", "original_title", "name")
_OWN_TITLES = ("name", "title", "original_title")  # the first that a film has
_NORMALIZED = ("normalized_title", "normalized_original_title")

_logger = logging.getLogger(__name__)


def compute_user_stats(
    movies: Iterable[Any],
    catalog_collection: Any = None,
    prefetched_map: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The complete statistics of films in the original's form, under the original's names.

    ``movies``, mappings or rows of Spark's, have ``name``, and what is known of ``year``,
    ``rating`` (stars), ``genres``, ``actors``, ``director``, ``duration`` (minutes) and
    ``date`` or ``watched_date``. A film that breaks a rule is left out, logged, and named in
    ``left_out``. Directors, actors, genres and durations that are missing come from
    ``prefetched_map``, by title or by ``normalize_title``, and what is missing still from
    ``catalog_collection``: a collection of MongoDB's with such films, or a function of title
    and year.

    Raises InvalidInput where ``movies`` is no list, ``prefetched_map`` no mapping, or
    ``catalog_collection`` none of both.

    >>> film = {"name": "Heat", "rating": 4, "director": "Michael Mann", "duration": 170}
    >>> stats = compute_user_stats([film | {"date": "2025-01-20"}])
    >>> stats["avg_rating"], stats["watch_time_hours"], stats["year_data"]
    (4.0, 2.8, {'2025': {'01': 1}})
    """
    entries, left_out = read_films(movies)
    fetched = _prefetched({} if prefetched_map is None else prefetched_map)
    entries = [_completed(entry, fetched) for entry in entries]
    catalogue = _catalogued(catalog_collection, entries)
    entries = [_completed(entry, catalogue) for entry in entries]
    overview = overview_of(entries, ALL_TIME)
    return _statistics(entries, overview) | {"left_out": left_out}


def _statistics(entries: Sequence[Entry], overview: Overview) -> dict[str, Any]:
    totals = TotalsAnswer.of(recompute.totals_of(entries)).document()
    years: dict[str, dict[str, int]] = totals["monthly_counts"]
    lengths = [entry.movie.duration for entry in entries if entry.movie.duration]
    genres = [{"name": g.name, "count": g.plays} for g in overview.rankings["genre"].by_plays]
    minutes = totals["watch_time_minutes"]
    return {
        **totals,
        "stats_version": STATS_VERSION,
        "avg_rating": overview.average_rating,
        "rating_chart_data": totals["rating_distribution"],
        "top_rated_movies": [figure_document(entry) for entry in overview.top_rated],
        "recent_movies": [figure_document(entry) for entry in overview.recent],
        "year_data": years,
        "available_years": sorted(years, reverse=True),
        "top_years": sorted(years, key=lambda year: (-sum(years[year].values()), year)),
        "genre_data": genres,
        "favorite_genres": [genre["name"] for genre in genres],
        "favorite_genre": genres[0]["name"] if genres else None,
        "watch_time_hours": round(minutes / 60, 1),
        "avg_duration": round(sum(lengths) / len(lengths)) if lengths else None,
        "best_rated_directors": _best_rated(entries, overview, "director"),
        "most_watched_directors": _ranking(overview.rankings["director"].by_plays),
        "best_rated_actors": _best_rated(entries, overview, "actor"),
        "most_watched_actors": _ranking(overview.rankings["actor"].by_plays),
    }


def _best_rated(
    entries: Sequence[Entry], overview: Overview, type_: AffinityType
) -> list[dict[str, Any]]:
    """Names of enough films to be ranked; of any number where no name has so many."""
    if best := overview.rankings[type_].by_rating:
        return _ranking(best)
    credited: defaultdict[str, list[RatedFilm]] = defaultdict(list)
    for entry in entries:
        for name in NAMES_OF[type_](entry.movie):
            credited[name].append((entry.movie.film_key, entry.rating))
    names = [ranked(name, of, overview.average_rating) for name, of in credited.items()]
    rated = [name for name in names if name.rated]
    return _ranking(nsmallest(TOP, rated, key=lambda r: (-(r.shrunk_mean or 0), r.name)))


def _ranking(names: Iterable[Ranked]) -> list[dict[str, Any]]:
    return [
        {"name": r.name, "count": r.plays, "films": r.films, "avg_rating": r.mean}
        for r in names
    ]


# ── The films that are given ─────────────────────────────────────────────────────────────


def read_films(movies: Any) -> tuple[list[Entry], list[dict[str, Any]]]:
    """The films as entries, and those that break a rule, each logged and with the reason.

    Raises InvalidInput where ``movies`` is no list.
    """
    if isinstance(movies, str | bytes | Mapping) or not isinstance(movies, Iterable):
        raise InvalidInput("movies", f"must be a list of films, not {shown(movies)}")
    entries: list[Entry] = []
    left_out: list[dict[str, Any]] = []
    for number, movie in enumerate(movies, 1):
        try:
            entries.append(entry_of_film(movie, str(number)))
        except CinestatsError as error:
            name = _name_of(movie)
            _logger.warning("Film %d, %.80r, is left out: %s", number, name, error)
            left_out.append({"number": number, "name": name, "reason": str(error)})
    return entries, left_out


def _name_of(film: Any) -> str | None:
    """What a film that is left out is called, however it says so; None where it does not."""
    try:
        given = named_values(film, "movie").get("name")
    except InvalidInput:
        return None
    try:
        name = plain_value(given, "name")
    except InvalidInput:
        return shown(given)
    return name if name is None or isinstance(name, str) else shown(name)


def entry_of_film(film: Any, entry_id: str = "-") -> Entry:
    """A film in the original's form as an entry; raises InvalidInput.

    What breaks a rule, and can be done without, is left out.
    """
    movie = fields_of(film, "movie")
    if "name" in movie:
        movie["name"] = text_of(movie["name"], "name")
    # With a schema a missing day stays unknown, instead of becoming the moment's.
    event = {
        "event_type": "ADD",
        "user_id": "-",
        "movie": movie,
        "timestamp": _EPOCH.isoformat(),
        "schema": 1,
    }
    try:
        data = json.dumps(event).encode()
    except ValueError as error:  # a number of thousands of digits
        raise InvalidInput("movie", f"is no JSON: {error}") from error
    read = read_foreign(data, UTC, datetime.now(UTC))
    return replace(read.event.entry, entry_id=entry_id)


# ── What completes them ──────────────────────────────────────────────────────────────────


def _prefetched(films: Any) -> _Known:
    """Finds a film that was fetched before; raises InvalidInput where there is no mapping."""
    if not isinstance(films, Mapping):
        reason = f"must be a mapping of films by title, not {shown(films)}"
        raise InvalidInput("prefetched_map", reason)

    def known(movie: Movie) -> Movie | None:
        for key in (movie.title, normalize_title(movie.title)):
            if (film := films.get(key)) is not None:
                return _film_of(film, movie)
        return None

    return known


def _catalogued(catalogue: Any, entries: Sequence[Entry]) -> _Known:
    """Finds a film of a catalogue; raises InvalidInput where it is none."""
    lookup: FilmLookup = _nothing if catalogue is None else catalogue
    if not isinstance(catalogue, str | bytes | bytearray) and hasattr(catalogue, "find"):
        titles = {e.movie.title for e in entries if not is_whole(e.movie)}
        lookup = _by_title(catalogue.find(_about(sorted(titles))) if titles else ())
    elif not callable(lookup):
        reason = f"must be a collection or a function, not {shown(catalogue)}"
        raise InvalidInput("catalog_collection", reason)

    def known(movie: Movie) -> Movie | None:
        film = lookup(movie.title, movie.year)
        return None if film is None else _film_of(film, movie)

    return known


def _nothing(_title: str, _year: int | None) -> None:
    """A catalogue without films."""


def _completed(entry: Entry, known: _Known) -> Entry:
    movie = entry.movie
    if is_whole(movie) or (found := known(movie)) is None:
        return entry
    return replace(entry, movie=movie.completed_by(found))


def _about(titles: Sequence[str]) -> dict[str, Any]:
    """The query for films of these titles, in the original's catalogue."""
    normalized = [normalize_title(title) for title in titles]
    return {
        "$or": [
            *({field: {"$in": list(titles)}} for field in _TITLES),
            *({field: {"$in": normalized}} for field in _NORMALIZED),
        ]
    }


def _by_title(documents: Iterable[Any]) -> FilmLookup:
    """Finds a film by any of its titles; of several the only one of the year that is asked."""
    films: defaultdict[str, list[Movie]] = defaultdict(list)
    for document in documents:
        movie = _film_of(document)
        if movie is not None:
            named = fields_of(document, "film")
            titles = {
                normalize_title(str(named[field])) for field in _TITLES if named.get(field)
            }
            for title in titles:
                films[title].append(movie)

    def lookup(title: str, year: int | None) -> Movie | None:
        found = films.get(normalize_title(title), [])
        if year is not None:
            found = [movie for movie in found if movie.year in (year, None)]
        return found[0] if len(found) == 1 else None

    return lookup


def _film_of(known: Any, asked: Movie | None = None) -> Movie | None:
    """A film of a catalogue, in our form or the original's; None, with a line in the log.

    One without a title is the film that was asked for.
    """
    if isinstance(known, Movie):
        return known
    try:
        film = fields_of(known, "film")
        title = next((film[field] for field in _OWN_TITLES if film.get(field)), None)
        if title is None and asked is not None:
            title = asked.title
            film.setdefault("year", asked.year)
        film["name"] = title
        film.setdefault("genres", film.get("genre"))
        return entry_of_film(film | {"rating": None}).movie
    except CinestatsError as error:
        _logger.warning("A film of the catalogue is left out: %s", error)
        return None
