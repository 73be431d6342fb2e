"""Stands in for The Movie Database: answers in the shape of its API, version 3.

Written after https://developer.themoviedb.org/reference as of 2026-11-28; it knows the films
of a catalogue.
"""

from collections.abc import Iterable
from typing import Any

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.titles import normalize_title

from .stand_in import Asked, Reply, StandIn, json_reply

TOKEN = "the-owners-token"
_GONE = json_reply({"success": False, "status_code": 34, "status_message": "…"}, 404)
_REFUSED = json_reply({"success": False, "status_code": 7, "status_message": "…"}, 401)


class TmdbStandIn(StandIn):
    """``changed`` replaces fields of a film's answer, by its number."""

    def __init__(self, films: Iterable[CatalogueFilm]) -> None:
        super().__init__(self._answer)
        self.films = {film.movie.ids.tmdb or 10**6 + n: film for n, film in enumerate(films)}
        self.changed: dict[int, dict[str, Any]] = {}

    def _answer(self, asked: Asked) -> Reply:
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _REFUSED
        match asked.path.split("/")[1:]:
            case ["3", "movie", number] if int(number) in self.films:
                return json_reply(self._film(int(number)))
            case ["3", "find", value]:
                kind = asked.parameters["external_source"].removesuffix("_id")
                return json_reply(self._found(value, kind))
            case ["3", "search", "movie"]:
                year = asked.parameters.get("year")
                return json_reply(self._results(asked.parameters["query"], year))
            case _:
                return _GONE

    def _found(self, value: str, kind: str) -> dict[str, Any]:
        found = [
            self._result(number)
            for number, film in self.films.items()
            if getattr(film.movie.ids, kind) == value
        ]
        nothing = ("person_results", "tv_results", "tv_episode_results", "tv_season_results")
        return {"movie_results": found, **{name: [] for name in nothing}}

    def _results(self, query: str, year: str | None) -> dict[str, Any]:
        words = set(normalize_title(query).split())
        found = [
            self._result(number)
            for number, film in self.films.items()
            if (year is None or int(year) in film.years)
            and any(words <= set(normalize_title(title).split()) for title in film.titles)
        ][:20]
        return {"page": 1, "results": found, "total_pages": 1, "total_results": len(found)}

    def _result(self, number: int) -> dict[str, Any]:
        movie = self.films[number].movie
        return {
            "adult": False,
            "backdrop_path": None,
            "id": number,
            "title": movie.title,
            "original_title": movie.details.original_title or movie.title,
            "release_date": f"{movie.year}-06-15" if movie.year else "",
            "poster_path": "/poster.jpg",
            "vote_average": 7.5,
            "vote_count": 100,
        }

    def _film(self, number: int) -> dict[str, Any]:
        film = self.films[number]
        movie, details = film.movie, film.movie.details
        crew = [("Director", movie.directors), ("Screenplay", details.writers)]
        crew.append(("Original Music Composer", details.composers))
        crew.append(("Director of Photography", details.cinematographers))
        ids = movie.ids
        collection = {"id": 1, "name": details.collection} if details.collection else None
        return {
            **self._result(number),
            "imdb_id": ids.imdb,
            "runtime": movie.duration or 0,
            "genres": [{"id": 1, "name": name} for name in movie.genres],
            "production_countries": [
                {"iso_3166_1": "XX", "name": name} for name in details.countries
            ],
            "spoken_languages": [
                {"iso_639_1": "xx", "english_name": name, "name": name}
                for name in details.languages
            ],
            "production_companies": [{"id": 1, "name": name} for name in details.studios],
            "belongs_to_collection": collection,
            "credits": {
                "cast": [
                    {"id": 1, "name": name, "order": n} for n, name in enumerate(movie.actors)
                ],
                "crew": [
                    {"id": 1, "name": n, "job": job} for job, names in crew for n in names
                ],
            },
            "alternative_titles": {
                "titles": [
                    {"iso_3166_1": "XX", "title": title, "type": ""}
                    for title in film.alternative_titles
                ]
            },
            "translations": {
                "translations": [
                    {"iso_639_1": "it", "data": {"title": film.italian_title or ""}}
                ]
            },
            "release_dates": {
                "results": [
                    {
                        "iso_3166_1": "XX",
                        "release_dates": [
                            {"type": 3, "release_date": f"{year}-01-01T00:00:00.000Z"}
                            for year in film.release_years
                        ],
                    }
                ]
            },
            "external_ids": {"imdb_id": ids.imdb, "wikidata_id": ids.wikidata},
            **self.changed.get(number, {}),
        }
