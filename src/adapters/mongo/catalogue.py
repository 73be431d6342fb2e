"""The catalogue in one collection, replaced as a whole by a change of generation.

A load notes a generation of its own, inserts all films under it, which nobody reads, and then
makes it the current one in a single write, unless another load has begun or ended meanwhile.
(Those that were there and stay are read and written again: without transactions, that is what
it takes.) The generation before stays until the next load, for searches that have begun in it.

What sources tell goes into the current generation, a film at a time: its ``revision`` tells
readers that it has changed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from bson import ObjectId
from pymongo import DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.catalogue_draft import Draft
from cinestats.adapters.film_json import catalogue_document, catalogue_film_of_earlier
from cinestats.adapters.title_index import Answer, find_film
from cinestats.adapters.title_search import search_films
from cinestats.application.catalogue.learn import forget_source
from cinestats.application.catalogue.load import load_films
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Loaded, SourceShare
from cinestats.application.ports import StoreBusy
from cinestats.domain.movie import FilmIds

from .catalogue_films import (
    FILMS,
    check_film,
    day_of,
    film_document,
    film_of,
    found_by,
    number_of,
    numbered,
    origins_of,
)
from .catalogue_index import CatalogueIndex
from .database import CHUNK, Document, MongoDatabase, chunks

_META = "meta"
_MISSING = "missing_films"
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
        self._index = CatalogueIndex(database, None, 0)

    def create_indexes(self) -> None:
        """Make the indexes that searches need; once, when a database is set up.

        The last one is for what very many films have: the server goes through it, newest
        first, and ends with the first few that fit, where that is shorter.
        """
        self._database.create_indexes(
            FILMS,
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
        generation = ObjectId()
        # From here on no other load can take its place, whose films this one is to delete.
        expected: Document = {"generation": {"$in": [kept, generation]}}
        self._move(expected, {"loading": generation}, upsert=not before)
        outdated = {"generation": {"$nin": [kept, generation]}}
        self._database.write(self._database.collection(FILMS).delete_many, outdated)
        size = len(draft.films)
        documents = (film_document(generation, n, film) for n, film in enumerate(draft.films))
        for chunk in chunks(documents):
            self._database.write_all(FILMS, [InsertOne(document) for document in chunk])
        current = {"generation": generation, "size": size, "next": size}
        self._move(expected | {"loading": generation}, current)
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
            return day_of(document, source), film_of(document)

        found = self._database.read(FILMS, told, dated, {"origins": 1, "body": 1})
        found.sort(key=itemgetter(0))
        return [film for _, film in found[:limit]]

    def forget(self, source: str, film_keys: Collection[str] | None = None) -> int:
        generation = self._generation_to_fill()
        there = _FilmsThere(self._database, generation)
        condition: dict[str, Any] = {"generation": generation, "origins.source": source}
        if film_keys is not None:
            condition["film_key"] = {"$in": list(film_keys)}
        numbers = self._database.read(FILMS, condition, number_of, {"film": 1})
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
        for origins in self._database.read(FILMS, told, origins_of, {"origins": 1}):
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
        for name, condition in ((FILMS, {"generation": {"$lt": generation}}), (_MISSING, {})):
            self._database.write(self._database.collection(name).delete_many, condition)

    def check(self) -> None:
        """Read every film; raises StoreUnavailable, where one is not found by its names, too.

        Of a film's own bytes the server keeps checksums.
        """
        films = self._database.collection(FILMS)
        with self._database.translated():
            for document in films.find({"generation": self._current().get("generation")}):
                self._database.decoded(FILMS, document, check_film)
        self._database.read(_MISSING, {}, lambda each: date.fromisoformat(each["asked_on"]))

    def _move(self, expected: Document, change: Document, *, upsert: bool = False) -> None:
        """Change what is known of the catalogue, unless another load changed it meanwhile.

        The change may come twice, where an answer was lost.
        """
        try:
            done = self._database.update(
                _META,
                {"_id": "catalogue", **expected},
                {"$set": change},
                upsert=upsert,
            )
        except DuplicateKeyError:
            done = None
        if done is None or not (done.matched_count or done.upserted_id):
            raise StoreBusy("Another catalogue was loaded at the same time; load yours again.")

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
            FILMS,
            {**condition, "film": {"$gte": first}},
            numbered,
            {"film": 1, "body": 1},
            sort=["film"],
            limit=CHUNK,
        ):
            yield from (film for _, film in page)
            first = page[-1][0] + 1

    def _current_index(self) -> "CatalogueIndex":
        current = self._current()
        generation, revision = current.get("generation"), current.get("revision", 0)
        index = self._index
        if (index.generation, index.revision) != (generation, revision):
            self._index = index = CatalogueIndex(self._database, generation, revision)
        return index

    def _current(self) -> Document:
        return self._database.get(_META, "catalogue")


def upgrade(database: MongoDatabase) -> None:
    """Give the films of earlier forms what they lack.

    Those of the first had no body but its parts, those of the second no ids in their body.
    """
    lacking = {"shelves": {"$exists": False}}
    while page := database.find(FILMS, lacking, limit=CHUNK):
        writes: list[UpdateOne] = []
        for document in page:
            body = document.get("body") or _body_of_first_form(document)
            film = catalogue_film_of_earlier(body)
            fields = found_by(film) | {"body": catalogue_document(film)}
            writes.append(UpdateOne({"_id": document["_id"]}, {"$set": fields}))
        database.write_all(FILMS, writes)


def _body_of_first_form(film: Document) -> Document:
    movie = dict(film["movie"])
    body = {"name": movie.pop("title"), "director": movie.pop("directors"), **movie}
    names = ("original_title", "italian_title", "imdb_id", "tmdb_id")
    body |= {name: film.get(name) for name in names}
    return {**body, "alternative_titles": film.get("alternative_titles", ())}


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
        (found,) = self._database.read(FILMS, self._is(number), film_of, {"body": 1})
        return found

    def add(self, film: CatalogueFilm) -> int:
        number = self._next_number()
        document = film_document(self._generation, number, film)
        self._database.write_all(FILMS, [InsertOne(document)])
        self.more += 1
        return number

    def change(self, number: int, film: CatalogueFilm) -> None:
        fields = found_by(film) | {"body": catalogue_document(film)}
        self._database.update(FILMS, self._is(number), {"$set": fields})

    def remove(self, number: int) -> None:
        """Take the film out."""
        self._database.write(self._database.collection(FILMS).delete_one, self._is(number))
        self.more -= 1

    def _next_number(self) -> int:
        meta = self._database.collection(_META)
        if "next" not in self._database.get(_META, "catalogue"):
            last = self._database.find(
                FILMS,
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
        return self._database.read(FILMS, condition, number_of, {"film": 1})
