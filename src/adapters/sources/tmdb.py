"""The Movie Database's API, version 3, with the owner's token.

After https://developer.themoviedb.org/reference, as of 2026-11-28: ``find/ID``,
``search/movie`` and ``movie/ID`` with its parts in ``append_to_response``.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, cast
from urllib.parse import quote

from cinestats.adapters import strict_json
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.strict_json import Fields
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found
from cinestats.application.sources.ports import Answer, Failed
from cinestats.domain.details import FilmDetails, Votes
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import FilmIds, Movie
from cinestats.domain.titles import normalize_title

from .http import Gone, Pace, SourceHttp, Timer, Unanswered

RATE = 20.0
_PARTS = "credits,alternative_titles,release_dates,external_ids,translations"
_MOST_NAMESAKES = 5
_MOST_OTHERS = 2
_POSTER_SIZE = "w342"
_IN_CINEMAS = (1, 2, 3)  # premiere, limited, theatrical; the others are discs and television
_YEARS_APART = 2  # what is shown again years later is not a release of another film's year
_GENRES = {"Science Fiction": "Sci-Fi"}  # as the other catalogues call it
_JOBS = {
    "directors": ("Director",),
    "writers": ("Writer", "Screenplay", "Story", "Novel", "Author"),
    "composers": ("Original Music Composer",),
    "cinematographers": ("Director of Photography",),
}


class Tmdb:
    """Implements FilmSource."""

    name = "tmdb"
    batch = 1  # each takes requests of its own: a kill costs one film

    def __init__(
        self,
        token: str,
        *,
        url: str,
        image_url: str,
        rate: float = RATE,
        timer: Timer | None = None,
    ) -> None:
        bearer = {"Authorization": f"Bearer {token}"}
        self._http = SourceHttp("TMDB", url, Pace(rate, timer), headers=bearer)
        self._images = image_url.rstrip("/")

    @property
    def requests(self) -> int:
        return self._http.requests

    def look_up(self, queries: Sequence[FilmQuery]) -> Iterator[Answer]:
        for query in queries:
            try:
                yield self._answer(query)
            except Unanswered as error:
                yield Failed(str(error))
            except InvalidInput as error:
                yield Failed(f"What TMDB sent was not understood: {error}")

    def _answer(self, query: FilmQuery) -> Answer:
        ids = query.ids
        if ids.tmdb is not None:
            return self._by_number(ids.tmdb)
        for value, kind in ((ids.imdb, "imdb_id"), (ids.wikidata, "wikidata_id")):
            if value is not None:
                found = self._list(f"/find/{value}", "movie_results", external_source=kind)
                return self._by_number(_number(found[0], "id")) if found else None
        return MemoryCatalogue(self._candidates(query)).find(query) if query.title else None

    def _by_number(self, number: int) -> Answer:
        try:
            return Found(self._film(number))
        except Gone:
            return None

    def _candidates(self, query: FilmQuery) -> Iterator[CatalogueFilm]:
        """Those that are called so, or else the first that were found."""
        search = partial(self._list, "/search/movie", "results", query=query.title)
        results = search(year=query.year) if query.year is not None else search()
        if not results and query.year is not None:
            results = search()
        wanted = normalize_title(query.title)
        called_so = [each for each in results if wanted in _titles(each)]
        for result in called_so[:_MOST_NAMESAKES] or results[:_MOST_OTHERS]:
            try:
                yield self._film(_number(result, "id"))
            except Gone:
                continue

    def _list(self, path: str, field: str, **parameters: str | int) -> Sequence[Fields]:
        try:
            return _objects(self._http.json(path, **parameters), field)
        except Gone:
            return ()

    def _film(self, number: int) -> CatalogueFilm:
        return self._read(self._http.json(f"/movie/{number}", append_to_response=_PARTS))

    def _read(self, film: Fields) -> CatalogueFilm:
        ids = _object(film, "external_ids")
        parts = _object(film, "credits")
        crew = _objects(parts, "crew")
        people = {
            role: [
                strict_json.text(each, "name")
                for each in crew
                if strict_json.text(each, "job") in jobs
            ]
            for role, jobs in _JOBS.items()
        }
        votes = strict_json.whole(film, "vote_count")
        average = strict_json.number(film, "vote_average")
        collection = film.get("belongs_to_collection")
        details = FilmDetails.create(
            original_title=_text(film, "original_title") or None,
            countries=_names(film, "production_countries"),
            languages=_names(film, "spoken_languages", "english_name"),
            writers=people["writers"],
            composers=people["composers"],
            cinematographers=people["cinematographers"],
            studios=_names(film, "production_companies"),
            collection=strict_json.text(strict_json.as_object(collection, "collection"), "name")
            if collection
            else None,
            votes=Votes("tmdb", average, votes) if votes and average is not None else None,
        )
        year = _year(film, "release_date")
        movie = Movie.create(
            strict_json.text(film, "title"),
            year=year,
            directors=people["directors"],
            actors=_names(parts, "cast"),
            genres=[_GENRES.get(each, each) for each in _names(film, "genres")],
            duration=strict_json.whole(film, "runtime") or None,
            poster_url=self._poster(film),
            ids=FilmIds(
                _text(ids, "imdb_id") or _text(film, "imdb_id") or None,
                _number(film, "id"),
                _text(ids, "wikidata_id") or None,
            ),
            details=details,
        )
        return CatalogueFilm(
            movie,
            alternative_titles=tuple(_other_titles(film, movie.title)),
            release_years=tuple(_release_years(film, year)),
        )

    def _poster(self, film: Fields) -> str | None:
        path = _text(film, "poster_path")
        return f"{self._images}/{_POSTER_SIZE}/{quote(path.lstrip('/'))}" if path else None


def _other_titles(film: Fields, title: str) -> Iterator[str]:
    """What else the film is called, in whatever language."""
    seen = {title, ""}
    alternative = _object(film, "alternative_titles")
    translated = _object(film, "translations")
    texts = [strict_json.text(each, "title") for each in _objects(alternative, "titles")]
    for each in _objects(translated, "translations"):
        texts.append(_text(_object(each, "data"), "title"))
    for text in map(str.strip, texts):
        if text not in seen:
            seen.add(text)
            yield text


def _release_years(film: Fields, year: int | None) -> Iterator[int]:
    if year is None:
        return
    releases = _object(film, "release_dates")
    years = {
        found
        for country in _objects(releases, "results")
        for each in _objects(country, "release_dates")
        if strict_json.whole(each, "type") in _IN_CINEMAS
        and (found := _year(each, "release_date")) is not None
    }
    yield from sorted(each for each in years - {year} if abs(each - year) <= _YEARS_APART)


def _titles(result: Fields) -> set[str]:
    return {normalize_title(_text(result, field)) for field in ("title", "original_title")}


def _year(fields: Fields, field: str) -> int | None:
    """The year of a day such as 1995-12-15, which may be blank."""
    text = _text(fields, field)
    if not text:
        return None
    if not text[:4].isdigit():
        raise InvalidInput(field, f"must be a day such as 1995-12-15, not {text[:40]!r}")
    return int(text[:4])


def _number(fields: Fields, field: str) -> int:
    number = strict_json.whole(fields, field)
    if number is None:
        raise InvalidInput(field, "is absent")
    return number


def _names(fields: Fields, field: str, name: str = "name") -> list[str]:
    names = [_text(each, name) for each in _objects(fields, field)]
    return [each for each in names if each]


def _text(fields: Fields, field: str) -> str:
    """A text, blank where it is absent."""
    return "" if fields.get(field) is None else strict_json.text(fields, field).strip()


def _object(fields: Fields, field: str) -> Fields:
    value = fields.get(field)
    return {} if value is None else strict_json.as_object(value, field)


def _objects(fields: Fields, field: str) -> Sequence[Fields]:
    value: Any = fields.get(field)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InvalidInput(field, "must be a list")
    return [strict_json.as_object(each, field) for each in cast("list[object]", value)]
