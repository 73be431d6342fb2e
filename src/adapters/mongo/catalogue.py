"""The catalogue in one collection, replaced as a whole by a change of generation.

A load inserts all films under a generation of its own, which nobody reads, and then makes
it the current one in a single write, unless another load did so meanwhile. (Those that were
there and stay are read and written again: without transactions, that is what it takes.) The
generation before stays until the next load, for searches that have begun in it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from bson import ObjectId
from pymongo import DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.catalogue_draft import Draft
from cinestats.adapters.film_json import (
    catalogue_document,
    catalogue_film_of,
    catalogue_film_of_earlier,
)
from cinestats.adapters.title_index import (
    MOST_SHELVES,
    Answer,
    Form,
    Listing,
    Shelf,
    find_film,
    keys_of,
    shelf_of,
)
from cinestats.adapters.title_search import search_films, sorted_vocabulary, words_of
from cinestats.application.catalogue.load import load_films
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Loaded
from cinestats.application.ports import StoreBusy
from cinestats.domain.movie import FilmIds

from .database import CHUNK, Document, MongoDatabase, chunks

_FILMS = "films"
_META = "meta"
_LISTING = dict.fromkeys(("film", "year", *FilmIds._fields, "release_years"), 1)
_LOOKED_UP = (
    "film",
    "year",
    *FilmIds._fields,
    "film_key",
    "keys",
    "shelves",
    "words",
)


class MongoCatalogue:
    """Implements Catalogue. Making one reads nothing; searches warm up as they go."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._index = _Index(database, None)

    def create_indexes(self) -> None:
        """Make the indexes that searches need; once, when a database is set up."""
        self._database.create_indexes(
            _FILMS,
            *(IndexModel(["generation", field]) for field in _LOOKED_UP),
        )

    def find(self, query: FilmQuery) -> Answer:
        return find_film(query, self._current_index())

    def search(self, text: str, limit: int) -> Sequence[CatalogueFilm]:
        index = self._current_index()
        return index.films(search_films(text, limit, index))

    def load(self, films: Iterable[CatalogueFilm], *, replace: bool = False) -> Loaded:
        before = self._current()
        kept = before.get("generation")
        draft = Draft(() if replace else self._films_of(kept))
        added, updated = load_films(films, draft)
        outdated = {"generation": {"$ne": kept}}
        self._database.write(self._database.collection(_FILMS).delete_many, outdated)
        generation = ObjectId()
        size = len(draft.films)
        documents = (_document(generation, n, film) for n, film in enumerate(draft.films))
        for chunk in chunks(documents):
            self._database.write_all(_FILMS, [InsertOne(document) for document in chunk])
        try:
            done = self._database.update(
                _META,
                {"_id": "catalogue", "generation": {"$in": [kept, generation]}},
                {"$set": {"generation": generation, "size": size}},
                upsert=not before,
            )
        except DuplicateKeyError:
            done = None
        if done is None or not (done.matched_count or done.upserted_id):
            raise StoreBusy("Another catalogue was loaded at the same time; load yours again.")
        return Loaded(added, updated, size)

    def size(self) -> int:
        return int(self._current().get("size", 0))

    def _films_of(self, generation: ObjectId | None) -> Iterator[CatalogueFilm]:
        """The films of a generation, by their numbers, a page at a time."""
        condition, first = {"generation": generation}, 0
        while page := self._database.find(
            _FILMS,
            {**condition, "film": {"$gte": first}},
            {"film": 1, "body": 1},
            sort=["film"],
            limit=CHUNK,
        ):
            yield from (catalogue_film_of(document["body"]) for document in page)
            first = page[-1]["film"] + 1

    def _current_index(self) -> "_Index":
        generation = self._current().get("generation")
        index = self._index
        if index.generation != generation:
            self._index = index = _Index(self._database, generation)
        return index

    def _current(self) -> Document:
        return self._database.get(_META, "catalogue")


def upgrade(database: MongoDatabase) -> None:
    """Give the films of earlier forms what they lack.

    Those of the first had no body but its parts, those of the second no ids in their body.
    """
    lacking = {"shelves": {"$exists": False}}
    while page := database.find(_FILMS, lacking, limit=CHUNK):
        writes: list[UpdateOne] = []
        for document in page:
            body = document.get("body") or _body_of_first_form(document)
            film = catalogue_film_of_earlier(body)
            fields = _found_by(film) | {"body": catalogue_document(film)}
            writes.append(UpdateOne({"_id": document["_id"]}, {"$set": fields}))
        database.write_all(_FILMS, writes)


def _body_of_first_form(film: Document) -> Document:
    movie = dict(film["movie"])
    body = {"name": movie.pop("title"), "director": movie.pop("directors"), **movie}
    names = ("original_title", "italian_title", "imdb_id", "tmdb_id")
    body |= {name: film.get(name) for name in names}
    return {**body, "alternative_titles": film.get("alternative_titles", ())}


class _Index:
    """The films of one generation as a TitleIndex and a SearchIndex; keeps what was needed."""

    def __init__(self, database: MongoDatabase, generation: ObjectId | None) -> None:
        self.generation = generation
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
            shelf = Shelf([], [])
            condition = {"shelves": _beginning(f"{name} ")}
            for document in self._find(condition, {"film": 1, "shelves": 1}):
                for each in document["shelves"]:
                    if each.startswith(f"{name} "):
                        shelf.keys.append(each.removeprefix(f"{name} "))
                        shelf.films.append(document["film"])
            if len(self._shelves) >= MOST_SHELVES:
                self._shelves.clear()
            self._shelves[name] = shelf
        return shelf

    def film(self, film: int) -> CatalogueFilm:
        (found,) = self.films([film])
        return found

    def films(self, numbers: Sequence[int]) -> list[CatalogueFilm]:
        """The films as they were loaded, in the order of ``numbers``."""
        found = {
            document["film"]: catalogue_film_of(document["body"])
            for document in self._find({"film": {"$in": numbers}}, {"film": 1, "body": 1})
        }
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
        documents = self._find({}, {"words": 1})
        return sorted_vocabulary(word for each in documents for word in each.get("words", ()))

    def _newest(self, condition: dict[str, Any], limit: int) -> Sequence[int]:
        newest: list[str | tuple[str, int]] = [("year", DESCENDING), "film"]
        return [each["film"] for each in self._find(condition, {"film": 1}, newest, limit)]

    def _listings(self, condition: dict[str, Any]) -> Sequence[Listing]:
        return [_listing(document) for document in self._find(condition, _LISTING)]

    def _find(
        self,
        condition: dict[str, Any],
        fields: dict[str, int],
        sort: Sequence[str | tuple[str, int]] = ("film",),
        limit: int = 0,
    ) -> list[Document]:
        condition = {"generation": self.generation, **condition}
        return self._database.find(_FILMS, condition, fields, sort=sort, limit=limit)


def _document(generation: ObjectId, number: int, film: CatalogueFilm) -> Document:
    return {
        "_id": ObjectId(),
        "generation": generation,
        "film": number,
        **_found_by(film),
        "body": catalogue_document(film),
    }


def _found_by(film: CatalogueFilm) -> Document:
    """What a film is found by."""
    keys, movie = keys_of(film), film.movie
    shelves = {(shelf_of(form, key, movie.year), key) for form, key in keys}
    return {
        "year": movie.year,
        **movie.ids._asdict(),
        "release_years": list(film.release_years),
        "film_key": movie.film_key,
        "keys": [f"{form} {key}" for form, key in sorted(keys)],
        "shelves": sorted(f"{shelf} {key}" for shelf, key in shelves if shelf is not None),
        "words": sorted(words_of(film)),
    }


def _beginning(prefix: str) -> Document:
    """The condition for texts that begin with ``prefix``, which an index can answer."""
    return {"$regex": f"^{re.escape(prefix)}"}


def _listing(document: Document) -> Listing:
    ids = FilmIds(*(document[kind] for kind in FilmIds._fields))
    years = tuple(document["release_years"])
    return Listing(document["film"], document["year"], ids, years)
