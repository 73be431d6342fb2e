"""Stands in for Wikidata: its query service and its API, in the shapes of their answers.

Written after the documentation of the query service and of ``wbgetentities`` as of 2026-11-28.
It reads of a query what the adapter asks in one: values, and the property that they are of.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from cinestats.application.catalogue.ports import CatalogueFilm

from .stand_in import Asked, Reply, StandIn, json_reply

_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@[a-z]+)?')
_BETWEEN = re.compile(r'FILTER\("([^"]+)"\S+ <= \?value && \?value < "([^"]+)"')
_PROPERTY = re.compile(r"wdt:(P\d+) \?value")
_NAMES = {
    "P57": "directors",
    "P161": "actors",
    "P136": "genres",
}
_DETAILS = {
    "P495": "countries",
    "P364": "languages",
    "P58": "writers",
    "P86": "composers",
    "P344": "cinematographers",
    "P272": "studios",
}


class WikidataStandIn(StandIn):
    """``entities`` are all there are, by item: tests may change them. SPARQL is at /sparql."""

    def __init__(self, films: Iterable[CatalogueFilm]) -> None:
        super().__init__(self._answer)
        self.entities: dict[str, dict[str, Any]] = {}
        self.films: dict[str, CatalogueFilm] = {}
        self._named: dict[str, str] = {}
        for number, film in enumerate(films, 1):
            item = film.movie.ids.wikidata or f"Q{number}"
            self.films[item] = film
            self.entities[item] = self._entity(item, film)

    def _answer(self, asked: Asked) -> Reply:
        if asked.path == "/sparql":
            return json_reply(self._bindings(asked.parameters["query"]))
        ids = asked.parameters["ids"].split("|")
        assert len(ids) <= 50
        return json_reply(
            {
                "entities": {
                    item: self.entities.get(item, {"id": item, "missing": ""}) for item in ids
                },
                "success": 1,
            }
        )

    def _bindings(self, query: str) -> dict[str, Any]:
        assert "wd:Q11424" in query
        if between := _BETWEEN.search(query):
            return _answer((item, day) for item, day in self._days() if _fits(day, between))
        values = {text.replace('\\"', '"') for text in _LITERAL.findall(query)}
        property_ = _PROPERTY.search(query)
        found = [
            (item, value)
            for item, film in self.films.items()
            for value in self._values(film, property_[1] if property_ else "")
            if value in values
        ]
        return _answer(found)

    def _days(self) -> Iterator[tuple[str, str]]:
        for item, entity in self.entities.items():
            for claim in entity.get("claims", {}).get("P577", ()):
                yield item, claim["mainsnak"]["datavalue"]["value"]["time"].removeprefix("+")

    @staticmethod
    def _values(film: CatalogueFilm, property_: str) -> set[str]:
        ids = film.movie.ids
        slug = (ids.letterboxd or "").removeprefix("https://letterboxd.com/film/").strip("/")
        known = {"P345": ids.imdb, "P4947": ids.tmdb, "P6127": slug}
        return {str(known[property_])} if property_ in known else set(film.titles)

    def _entity(self, item: str, film: CatalogueFilm) -> dict[str, Any]:
        movie, details = film.movie, film.movie.details
        claims: dict[str, list[Any]] = {}
        for property_, field in _NAMES.items():
            claims[property_] = [self._item(name) for name in getattr(movie, field)]
        for property_, field in _DETAILS.items():
            claims[property_] = [self._item(name) for name in getattr(details, field)]
        if details.collection:
            claims["P179"] = [self._item(details.collection)]
        claims["P577"] = [
            _claim({"time": f"+{year}-06-15T00:00:00Z", "precision": 11})
            for year in sorted(film.years)
        ]
        if movie.duration:
            unit = "http://www.wikidata.org/entity/Q7727"
            claims["P2047"] = [_claim({"amount": f"+{movie.duration}", "unit": unit})]
        for property_ in ("P345", "P4947", "P6127"):
            values = self._values(film, property_) - {"", "None"}
            claims[property_] = [_claim(value) for value in values]
        claims["P31"] = [_claim({"entity-type": "item", "id": "Q11424"})]
        labels = {"en": movie.title}
        if film.italian_title:
            labels["it"] = film.italian_title
        others = filter(None, (details.original_title, *film.alternative_titles))
        return {
            "id": item,
            "labels": {k: {"language": k, "value": v} for k, v in labels.items()},
            "aliases": {"en": [{"language": "en", "value": each} for each in others]},
            "claims": claims,
        }

    def _item(self, name: str) -> dict[str, Any]:
        item = self._named.setdefault(name, f"Q{10**6 + len(self._named)}")
        label = {"language": "en", "value": name}
        self.entities[item] = {"id": item, "labels": {"en": label}}
        return _claim({"entity-type": "item", "id": item})


def _fits(day: str, between: re.Match[str]) -> bool:
    return between[1] <= day < between[2]


def _answer(found: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {
        "head": {"vars": ["item", "value"]},
        "results": {
            "bindings": [
                {
                    "item": {"type": "uri", "value": f"http://www.wikidata.org/entity/{item}"},
                    "value": {"type": "literal", "value": value},
                }
                for item, value in found
            ]
        },
    }


def _claim(value: Any, rank: str = "normal") -> dict[str, Any]:
    return {"rank": rank, "mainsnak": {"snaktype": "value", "datavalue": {"value": value}}}
