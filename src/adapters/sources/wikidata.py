"""Wikidata: its query service tells which items are meant, its API what they are.

After https://www.wikidata.org/wiki/Wikidata:SPARQL_query_service and the documentation of the
API's ``wbgetentities``, as of 2026-11-28. One question is asked at a time. Its data are in the
public domain (CC0).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from cinestats.adapters import strict_json
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found
from cinestats.application.sources.ports import Answer, Failed
from cinestats.domain.errors import InvalidInput

from .commons import COMMONS
from .http import Pace, SourceHttp, Timer, Unanswered
from .wikidata_item import LANGUAGES, film_of, items_named, label_of
from .wikidata_json import bindings, objects_by_id

RATE = 1.0
_AT_ONCE = 50  # what wbgetentities takes
_LETTERBOXD = "https://letterboxd.com/film/"
_IDS = {"imdb": "P345", "tmdb": "P4947", "letterboxd": "P6127"}
_Read = TypeVar("_Read")
_FILM = "?item wdt:P31/wdt:P279* wd:Q11424 ."


class Wikidata:
    """Implements FilmSource."""

    name = "wikidata"
    batch = _AT_ONCE

    def __init__(
        self,
        *,
        sparql_url: str,
        api_url: str,
        image_url: str = COMMONS,
        rate: float = RATE,
        timer: Timer | None = None,
    ) -> None:
        pace = Pace(rate, timer)
        self._sparql = SourceHttp("Wikidata", sparql_url, pace)
        self._api = SourceHttp("Wikidata", api_url, pace)
        self._images = image_url.rstrip("/")
        self._names: dict[str, str] = {}

    @property
    def requests(self) -> int:
        return self._sparql.requests + self._api.requests

    def look_up(self, queries: Sequence[FilmQuery]) -> Iterator[Answer]:
        try:
            items = self._items(queries)
            films = self.films({item for each in items for item in each})
        except (Unanswered, InvalidInput) as error:
            reason = f"What Wikidata sent was not understood: {error}"
            yield from [Failed(str(error) if isinstance(error, Unanswered) else reason)] * len(
                queries
            )
            return
        for query, of_query in zip(queries, items, strict=True):
            found = [films[item] for item in sorted(of_query) if item in films]
            failed = next((each for each in found if isinstance(each, Failed)), None)
            yield failed or _answer(query, [f for f in found if isinstance(f, CatalogueFilm)])

    def shown_between(self, begin: date, end: date, min_links: int = 0) -> Collection[str]:
        """The films that were shown somewhere from ``begin`` to before ``end``.

        So many wikis have a page of each. Raises Unanswered, also where there are too many.
        """
        links = f" ?item wikibase:sitelinks ?n . FILTER(?n >= {min_links})" if min_links else ""
        found = self._select(
            f"?item wdt:P577 ?value . FILTER({_day(begin)} <= ?value && ?value < {_day(end)})"
            f" {_FILM}{links}"
        )
        return {item for of_day in found.values() for item in of_day}

    def _items(self, queries: Sequence[FilmQuery]) -> Sequence[Collection[str]]:
        """The items that each query may mean."""
        values = {kind: _values(queries, kind) for kind in _IDS}
        by_id = {
            kind: self._select(
                f"VALUES ?value {{ {' '.join(map(_quoted, of))} }}"
                f" ?item wdt:{_IDS[kind]} ?value . {_FILM}"
            )
            for kind, of in values.items()
            if of
        }
        titles = {query.title for query in queries if not any(query.ids) and query.title}
        texts = " ".join(
            f"{_quoted(title)}@{language}" for title in sorted(titles) for language in LANGUAGES
        )
        by_title: Mapping[str, set[str]] = (
            self._select(
                f"VALUES ?value {{ {texts} }} ?item rdfs:label|skos:altLabel|wdt:P1476 ?value ."
                f" {_FILM}"
            )
            if titles
            else {}
        )
        return [_of_query(query, by_id, by_title) for query in queries]

    def _select(self, pattern: str) -> Mapping[str, set[str]]:
        """The items by the ``?value`` that they were found by."""
        query = f"SELECT DISTINCT ?item ?value WHERE {{ {pattern} }}"
        return bindings(self._sparql.json(query=query, format="json"))

    def films(self, items: Collection[str]) -> Mapping[str, CatalogueFilm | Failed]:
        """The films by item; one that is gone, or has no title, is left out."""
        found: dict[str, strict_json.Fields] = {}
        for some in _parts(sorted(items)):
            found |= self._entities(some, "labels|aliases|claims")
        films: dict[str, CatalogueFilm | Failed] = {}
        named = {item: _or_failed(items_named, entity) for item, entity in found.items()}
        names = {n for of in named.values() if not isinstance(of, Failed) for n in of}
        for some in _parts(sorted(names - self._names.keys())):
            for item, entity in self._entities(some, "labels").items():
                self._names[item] = label_of(entity)
        for item, entity in found.items():
            film = _or_failed(film_of, item, entity, self._names, self._images)
            if film is not None:
                films[item] = film
        return films

    def _entities(self, items: Sequence[str], props: str) -> Mapping[str, strict_json.Fields]:
        answer = self._api.json(
            action="wbgetentities",
            ids="|".join(items),
            props=props,
            languages="|".join(LANGUAGES),
            format="json",
            formatversion=2,
        )
        return objects_by_id(answer, items)


def _or_failed(read: Callable[..., _Read], *arguments: object) -> _Read | Failed:
    try:
        return read(*arguments)
    except InvalidInput as error:
        return Failed(f"What Wikidata sent was not understood: {error}")


def _answer(query: FilmQuery, films: Sequence[CatalogueFilm]) -> Answer:
    if not any(query.ids):
        return MemoryCatalogue(films).find(query)
    told = [film for film in films if film.movie.ids.same_as(query.ids) is not False]
    return Found(told[0]) if len(told) == 1 else MemoryCatalogue(told).find(query)


def _of_query(
    query: FilmQuery,
    by_id: Mapping[str, Mapping[str, set[str]]],
    by_title: Mapping[str, set[str]],
) -> Collection[str]:
    """An id alone says which; only without any does the title."""
    if query.ids.wikidata is not None:
        return {query.ids.wikidata}
    for kind, found in by_id.items():
        value = _value(query, kind)
        if value is not None:
            return found.get(value, set())
    return set() if any(query.ids) else by_title.get(query.title, set())


def _values(queries: Iterable[FilmQuery], kind: str) -> list[str]:
    values = (_value(query, kind) for query in queries if query.ids.wikidata is None)
    return sorted({value for value in values if value is not None})


def _value(query: FilmQuery, kind: str) -> str | None:
    """What Wikidata calls an id of this kind."""
    value = getattr(query.ids, kind)
    if kind != "letterboxd":
        return None if value is None else str(value)
    if value is None or not value.startswith(_LETTERBOXD):
        return None  # a short address says nothing
    return str(value).removeprefix(_LETTERBOXD).rstrip("/")


def _day(day: date) -> str:
    """Midnight as a literal of SPARQL."""
    return f'"{day.isoformat()}T00:00:00Z"^^xsd:dateTime'


def _quoted(text: str) -> str:
    """The text as a literal of SPARQL, whatever it holds."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def _parts(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
