"""How films of the catalogue are found in MongoDB."""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from bson import ObjectId
from pymongo import DESCENDING

from cinestats.adapters.title_index import MOST_SHELVES, Answer, Form, Listing, Shelf
from cinestats.adapters.title_search import sorted_vocabulary
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery
from cinestats.application.ports import StoreBusy
from cinestats.domain.movie import FilmIds

from .catalogue_films import FILMS, listing_of, number_of, numbered, words_in
from .database import Document, Item, MongoDatabase

_LISTING = dict.fromkeys(("film", "year", *FilmIds._fields, "release_years"), 1)


class CatalogueIndex:
    """The films of one generation as a TitleIndex and a SearchIndex; keeps what was needed."""

    def __init__(
        self, database: MongoDatabase, generation: ObjectId | None, revision: int
    ) -> None:
        self.generation = generation
        self.revision = revision
        self._database = database
        self._shelves: dict[str, Shelf] = {}
        self.answers: dict[FilmQuery, Answer] = {}

    def with_film_key(self, film_key: str) -> Sequence[Listing]:
        return self._listings({"film_key": film_key})

    def with_id(self, kind: str, value: str | int) -> Sequence[Listing]:
        return self._listings({kind: value})

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        return self._listings({"keys": f"{form} {key}"})

    def listings(self, films: Sequence[int]) -> Sequence[Listing]:
        return self._listings({"film": {"$in": films}})

    def shelf(self, name: str) -> Shelf:
        shelf = self._shelves.get(name)
        if shelf is None:
            condition, start = {"shelves": _beginning(f"{name} ")}, f"{name} "

            def standing(document: Document) -> list[tuple[str, int]]:
                keys = [key for key in document["shelves"] if key.startswith(start)]
                return [(key.removeprefix(start), number_of(document)) for key in keys]

            found = self._read(condition, standing, {"film": 1, "shelves": 1})
            rows = [row for each in found for row in each]
            shelf = Shelf([key for key, _ in rows], [film for _, film in rows])
            if len(self._shelves) >= MOST_SHELVES:
                self._shelves.clear()
            self._shelves[name] = shelf
        return shelf

    def film(self, film: int) -> CatalogueFilm:
        (found,) = self.films([film])
        return found

    def films(self, numbers: Sequence[int]) -> list[CatalogueFilm]:
        """The films as they were loaded, in the order of ``numbers``."""
        wanted = {"film": {"$in": numbers}}
        found = dict(self._read(wanted, numbered, {"film": 1, "body": 1}))
        if gone := set(numbers) - found.keys():
            raise StoreBusy(f"Film {min(gone)} has just left the catalogue; try again.")
        return [found[number] for number in numbers]

    def beginning(self, form: Form, prefix: str, limit: int) -> Sequence[int]:
        return self._newest({"keys": _beginning(f"{form} {prefix}")}, limit)

    def with_words(self, prefixes: Sequence[Sequence[str]], limit: int) -> Sequence[int]:
        groups = [
            {"$or": [{"words": _beginning(prefix)} for prefix in group]} for group in prefixes
        ]
        return self._newest({"$and": groups}, limit)

    @property
    def vocabulary(self) -> Sequence[str]:
        return self._vocabulary

    @cached_property
    def _vocabulary(self) -> Sequence[str]:
        found = self._read({}, words_in, {"words": 1})
        return sorted_vocabulary(word for each in found for word in each)

    def _newest(self, condition: dict[str, Any], limit: int) -> Sequence[int]:
        newest: list[str | tuple[str, int]] = [("year", DESCENDING), "film"]
        return self._read(condition, number_of, {"film": 1}, newest, limit)

    def _listings(self, condition: dict[str, Any]) -> Sequence[Listing]:
        return self._read(condition, listing_of, _LISTING)

    def _read(
        self,
        condition: dict[str, Any],
        make: Callable[[Document], Item],
        fields: dict[str, int],
        sort: Sequence[str | tuple[str, int]] = ("film",),
        limit: int = 0,
    ) -> list[Item]:
        condition = {"generation": self.generation, **condition}
        return self._database.read(FILMS, condition, make, fields, sort=sort, limit=limit)


def _beginning(prefix: str) -> Document:
    """The condition for texts that begin with ``prefix``, which an index can answer."""
    return {"$regex": f"^{re.escape(prefix)}"}
