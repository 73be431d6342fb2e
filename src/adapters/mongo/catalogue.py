"""The catalogue in one collection, replaced as a whole by a change of generation.

A load inserts its films under a generation of its own, which nobody reads, and then makes
it the current one in a single write, unless another load did so meanwhile. The generation
before stays until the next load, for searches that have begun in it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from bson import ObjectId
from pymongo import DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.film_json import catalogue_document, catalogue_film_of
from cinestats.adapters.title_index import Form, IdKind, Listing, Shelf, find_film, keys_of
from cinestats.adapters.title_search import search_films, sorted_vocabulary, words_of
from cinestats.application.catalogue.ports import Ambiguous, CatalogueFilm, FilmQuery, Found
from cinestats.application.ports import StoreBusy
from cinestats.domain.movie import Movie

from .database import CHUNK, Document, MongoDatabase, chunks

_FILMS = "films"
_META = "meta"
_LISTING = dict.fromkeys(Listing._fields, 1)


class MongoCatalogue:
    """Implements Catalogue. Making one reads nothing; searches warm up as they go."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._index = _Index(database, None)

    def create_indexes(self) -> None:
        """Make the indexes that searches need; once, when a database is set up."""
        self._database.create_indexes(
            _FILMS,
            *(
                IndexModel(["generation", field])
                for field in ("film", "imdb_id", "tmdb_id", "keys", "year", "initials", "words")
            ),
        )

    def find(self, query: FilmQuery) -> Found | Ambiguous | None:
        return find_film(query, self._current_index())

    def search(self, text: str, limit: int) -> Sequence[CatalogueFilm]:
        index = self._current_index()
        return index.films(search_films(text, limit, index))

    def load(self, films: Iterable[CatalogueFilm]) -> int:
        before = self._current()
        kept = before.get("generation")
        outdated = {"generation": {"$ne": kept}}
        self._database.write(self._database.collection(_FILMS).delete_many, outdated)
        generation = ObjectId()
        size = 0
        for chunk in chunks(_document(generation, n, film) for n, film in enumerate(films)):
            self._database.write_all(_FILMS, [InsertOne(document) for document in chunk])
            size += len(chunk)
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
        return size

    def size(self) -> int:
        return int(self._current().get("size", 0))

    def _current_index(self) -> "_Index":
        generation = self._current().get("generation")
        index = self._index
        if index.generation != generation:
            self._index = index = _Index(self._database, generation)
        return index

    def _current(self) -> Document:
        return self._database.get(_META, "catalogue")


def upgrade(database: MongoDatabase) -> None:
    """Give the films of the first form a body; they had it in parts."""
    lacking = {"body": {"$exists": False}}
    while page := database.find(_FILMS, lacking, limit=CHUNK):
        writes = [
            UpdateOne({"_id": film["_id"]}, {"$set": {"body": _body_of_first_form(film)}})
            for film in page
        ]
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
        self._shelves: dict[int | str, Shelf] = {}

    def with_id(self, kind: IdKind, value: str | int) -> Sequence[Listing]:
        return self._listings({kind: value})

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        return self._listings({"keys": f"{form} {key}"})

    def shelf(self, of: int | str) -> Shelf:
        if of not in self._shelves:
            is_year = isinstance(of, int)
            condition = {"year" if is_year else "initials": of}
            self._shelves[of] = self._shelf(condition, "bare " if is_year else f"loose {of}")
        return self._shelves[of]

    def movie(self, film: int) -> Movie:
        (found,) = self.films([film])
        return found.movie

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

    def _shelf(self, condition: dict[str, Any], prefix: str) -> Shelf:
        shelf = Shelf([], [])
        for document in self._find(condition, {**_LISTING, "keys": 1}):
            for key in document["keys"]:
                if key.startswith(prefix):
                    shelf.add(key.partition(" ")[2], _listing(document))
        return shelf

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
    keys = keys_of(film)
    movie = film.movie
    return {
        "_id": ObjectId(),
        "generation": generation,
        "film": number,
        "year": movie.year,
        "imdb_id": film.imdb_id,
        "tmdb_id": film.tmdb_id,
        "keys": [f"{form} {key}" for form, key in sorted(keys)],
        "initials": sorted({key[0] for form, key in keys if form == "loose"}),
        "words": sorted(words_of(film)),
        "body": catalogue_document(film),
    }


def _beginning(prefix: str) -> Document:
    """The condition for texts that begin with ``prefix``, which an index can answer."""
    return {"$regex": f"^{re.escape(prefix)}"}


def _listing(document: Document) -> Listing:
    return Listing(*(document[name] for name in Listing._fields))
