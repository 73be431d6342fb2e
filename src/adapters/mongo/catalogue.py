"""The catalogue in one collection, replaced as a whole by a change of generation.

A load inserts all films under a generation of its own, which nobody reads, and then makes
it the current one in a single write, unless another load did so meanwhile. (Those that were
there and stay are read and written again: without transactions, that is what it takes.) The
generation before stays until the next load, for searches that have begun in it.

What sources tell goes into the current generation, a film at a time: its ``revision`` tells
readers that it has changed.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from operator import itemgetter
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
from cinestats.application.catalogue.learn import forget_source, oldest_days
from cinestats.application.catalogue.load import load_films
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Loaded, SourceShare
from cinestats.application.ports import StoreBusy
from cinestats.domain.movie import FilmIds

from .database import CHUNK, Document, Item, MongoDatabase, chunks, text, whole

_FILMS = "films"
_META = "meta"
_MISSING = "missing_films"
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
    """Implements FilmStore. Making one reads nothing; searches warm up as they go."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._index = _Index(database, None, 0)

    def create_indexes(self) -> None:
        """Make the indexes that searches need; once, when a database is set up.

        The last one is for what very many films have: the server goes through it, newest
        first, and ends with the first few that fit, where that is shorter.
        """
        self._database.create_indexes(
            _FILMS,
            *(IndexModel(["generation", field]) for field in (*_LOOKED_UP, "origins.source")),
            IndexModel(["generation", ("year", DESCENDING), "film"]),
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
                {"$set": {"generation": generation, "size": size, "next": size}},
                upsert=not before,
            )
        except DuplicateKeyError:
            done = None
        if done is None or not (done.matched_count or done.upserted_id):
            raise StoreBusy("Another catalogue was loaded at the same time; load yours again.")
        return Loaded(added, updated, size)

    def size(self) -> int:
        return self._database.number(_META, "catalogue", "size")

    def learn(self, films: Iterable[CatalogueFilm]) -> Loaded:
        there = _FilmsThere(self._database, self._generation_to_fill())
        try:
            added, updated = load_films(films, there)
        finally:
            self._revise(there.more)
        return Loaded(added, updated, self.size())

    def told_by(self, source: str, before: date, limit: int) -> Sequence[CatalogueFilm]:
        match = {"source": source, "fetched_on": {"$lt": before.isoformat()}}
        condition = {"generation": self._current().get("generation")}
        told = condition | {"origins": {"$elemMatch": match}}

        def dated(document: Document) -> tuple[date, CatalogueFilm]:
            return _day_of(document, source), _film(document)

        found = self._database.read(_FILMS, told, dated, {"origins": 1, "body": 1})
        found.sort(key=itemgetter(0))
        return [film for _, film in found[:limit]]

    def forget(self, source: str, film_keys: Collection[str] | None = None) -> int:
        generation = self._generation_to_fill()
        there = _FilmsThere(self._database, generation)
        condition: dict[str, Any] = {"generation": generation, "origins.source": source}
        if film_keys is not None:
            condition["film_key"] = {"$in": list(film_keys)}
        numbers = self._database.read(_FILMS, condition, _number, {"film": 1})
        forget_source(source, numbers, there)
        self._revise(there.more)
        if film_keys is None:
            asked = self._database.collection(_MISSING)
            self._database.write(asked.delete_many, {"_id.source": source})
        return len(numbers)

    def shares(self) -> Sequence[SourceShare]:
        days: defaultdict[str, list[date]] = defaultdict(list)
        condition = {"generation": self._current().get("generation")}
        told = condition | {"origins.source": {"$exists": True}}
        for origins in self._database.read(_FILMS, told, _origins, {"origins": 1}):
            for source, day in origins:
                days[source].append(day)
        return [SourceShare(source, len(of), min(of)) for source, of in sorted(days.items())]

    def note_missing(self, source: str, asked: Collection[str], day: date) -> None:
        self._database.write_all(
            _MISSING,
            [
                UpdateOne(
                    {"_id": {"source": source, "asked": each}},
                    {"$set": {"asked_on": day.isoformat()}},
                    upsert=True,
                )
                for each in asked
            ],
        )

    def missing(self, source: str, asked: Collection[str], since: date) -> Collection[str]:
        ids = [{"source": source, "asked": each} for each in asked]
        condition = {"_id": {"$in": ids}, "asked_on": {"$gte": since.isoformat()}}
        return {each["_id"]["asked"] for each in self._database.find(_MISSING, condition)}

    def forget_asked(self, films: Collection[str]) -> None:
        generation = self._generation_to_fill()
        there = _FilmsThere(self._database, generation)
        for film_key in films:
            for number in there.with_key(film_key):
                there.remove(number)
        self._revise(there.more)
        # The generation before has them, too; one that is being loaded is a later one.
        for name, condition in ((_FILMS, {"generation": {"$lt": generation}}), (_MISSING, {})):
            self._database.write(self._database.collection(name).delete_many, condition)

    def check(self) -> None:
        """Read every film; raises StoreUnavailable, where one is not found by its names, too.

        Of a film's own bytes the server keeps checksums.
        """
        films = self._database.collection(_FILMS)
        with self._database.translated():
            for document in films.find({"generation": self._current().get("generation")}):
                self._database.decoded(_FILMS, document, _check)
        self._database.read(_MISSING, {}, lambda each: date.fromisoformat(each["asked_on"]))

    def _generation_to_fill(self) -> ObjectId:
        """The current generation; the first load of an empty one makes it."""
        if "generation" not in self._current():
            self.load(())
        generation: ObjectId = self._current()["generation"]
        return generation

    def _revise(self, added: int) -> None:
        """Tell readers that films have changed, and how many more there are."""
        change = {"$inc": {"revision": 1, "size": added}}
        self._database.update(_META, {"_id": "catalogue"}, change)

    def _films_of(self, generation: ObjectId | None) -> Iterator[CatalogueFilm]:
        """The films of a generation, by their numbers, a page at a time."""
        condition, first = {"generation": generation}, 0
        while page := self._database.read(
            _FILMS,
            {**condition, "film": {"$gte": first}},
            _numbered,
            {"film": 1, "body": 1},
            sort=["film"],
            limit=CHUNK,
        ):
            yield from (film for _, film in page)
            first = page[-1][0] + 1

    def _current_index(self) -> "_Index":
        current = self._current()
        generation, revision = current.get("generation"), current.get("revision", 0)
        index = self._index
        if (index.generation, index.revision) != (generation, revision):
            self._index = index = _Index(self._database, generation, revision)
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
                return [(key.removeprefix(start), _number(document)) for key in keys]

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
        found = dict(self._read(wanted, _numbered, {"film": 1, "body": 1}))
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
        found = self._read({}, _words, {"words": 1})
        return sorted_vocabulary(word for each in found for word in each)

    def _newest(self, condition: dict[str, Any], limit: int) -> Sequence[int]:
        newest: list[str | tuple[str, int]] = [("year", DESCENDING), "film"]
        return self._read(condition, _number, {"film": 1}, newest, limit)

    def _listings(self, condition: dict[str, Any]) -> Sequence[Listing]:
        return self._read(condition, _listing, _LISTING)

    def _read(
        self,
        condition: dict[str, Any],
        make: Callable[[Document], Item],
        fields: dict[str, int],
        sort: Sequence[str | tuple[str, int]] = ("film",),
        limit: int = 0,
    ) -> list[Item]:
        condition = {"generation": self.generation, **condition}
        return self._database.read(_FILMS, condition, make, fields, sort=sort, limit=limit)


class _FilmsThere:
    """Implements FilmsThere, in one generation; ``more`` counts what came and went."""

    def __init__(self, database: MongoDatabase, generation: ObjectId) -> None:
        self.more = 0
        self._database = database
        self._generation = generation

    def with_id(self, kind: str, value: str | int) -> Sequence[int]:
        return self._numbers({kind: value})

    def called(self, title: str, year: int | None) -> Sequence[int]:
        return self._numbers({"keys": f"exact {title}", "year": year})

    def has_key(self, film_key: str) -> bool:
        return bool(self.with_key(film_key))

    def with_key(self, film_key: str) -> Sequence[int]:
        return self._numbers({"film_key": film_key})

    def film(self, number: int) -> CatalogueFilm:
        (found,) = self._database.read(_FILMS, self._is(number), _film, {"body": 1})
        return found

    def add(self, film: CatalogueFilm) -> int:
        number = self._next_number()
        document = _document(self._generation, number, film)
        self._database.write_all(_FILMS, [InsertOne(document)])
        self.more += 1
        return number

    def change(self, number: int, film: CatalogueFilm) -> None:
        fields = _found_by(film) | {"body": catalogue_document(film)}
        self._database.update(_FILMS, self._is(number), {"$set": fields})

    def remove(self, number: int) -> None:
        """Take the film out."""
        self._database.write(self._database.collection(_FILMS).delete_one, self._is(number))
        self.more -= 1

    def _next_number(self) -> int:
        meta = self._database.collection(_META)
        if "next" not in self._database.get(_META, "catalogue"):
            last = self._database.find(
                _FILMS,
                {"generation": self._generation},
                {"film": 1},
                sort=[("film", DESCENDING)],
                limit=1,
            )
            first = {"$max": {"next": last[0]["film"] + 1 if last else 0}}
            self._database.update(_META, {"_id": "catalogue"}, first)
        # A number that is taken twice because the answer was lost is one that nobody has.
        found = self._database.write(
            meta.find_one_and_update, {"_id": "catalogue"}, {"$inc": {"next": 1}}
        )
        return int((found or {})["next"])

    def _is(self, number: int) -> Document:
        return {"generation": self._generation, "film": number}

    def _numbers(self, condition: Document) -> list[int]:
        condition = {"generation": self._generation, **condition}
        return self._database.read(_FILMS, condition, _number, {"film": 1})


def _day_of(document: Document, source: str) -> date:
    return next(day for name, day in _origins(document) if name == source)


def _origins(document: Document) -> list[tuple[str, date]]:
    return [
        (str(each["source"]), date.fromisoformat(each["fetched_on"]))
        for each in document["origins"]
    ]


def _film(document: Document) -> CatalogueFilm:
    return catalogue_film_of(document["body"])


def _number(document: Document) -> int:
    return whole(document["film"])


def _numbered(document: Document) -> tuple[int, CatalogueFilm]:
    return _number(document), _film(document)


def _words(document: Document) -> list[str]:
    return [text(word) for word in document.get("words", ())]


def _check(document: Document) -> None:
    """Raise ValueError where the film is not found by what it says of itself."""
    _number(document)
    for name, right in _found_by(_film(document)).items():
        if (document.get(name) or None) != (right or None):
            raise ValueError(f"{name} is not that of the film")


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
        "origins": [
            {"source": source, "fetched_on": day.isoformat()}
            for source, day in oldest_days(film).items()
        ],
    }


def _beginning(prefix: str) -> Document:
    """The condition for texts that begin with ``prefix``, which an index can answer."""
    return {"$regex": f"^{re.escape(prefix)}"}


def _listing(document: Document) -> Listing:
    ids = FilmIds(*(document[kind] for kind in FilmIds._fields))
    years, year = map(whole, document["release_years"]), document["year"]
    return Listing(_number(document), year and whole(year), ids, tuple(years))
