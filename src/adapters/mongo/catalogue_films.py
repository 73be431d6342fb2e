"""A film of the catalogue as a document of MongoDB's."""

from datetime import date

from bson import ObjectId

from cinestats.adapters.film_json import catalogue_document, catalogue_film_of
from cinestats.adapters.title_index import Listing, keys_of, shelf_of
from cinestats.adapters.title_search import words_of
from cinestats.application.catalogue.learn import oldest_days
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.movie import FilmIds

from .database import Document, text, whole

FILMS = "films"
"""The collection."""


def day_of(document: Document, source: str) -> date:
    """The day on which the source told of the film."""
    return next(day for name, day in origins_of(document) if name == source)


def origins_of(document: Document) -> list[tuple[str, date]]:
    """The sources that told of the film, each with the day."""
    return [
        (str(each["source"]), date.fromisoformat(each["fetched_on"]))
        for each in document["origins"]
    ]


def film_of(document: Document) -> CatalogueFilm:
    """The film as it was loaded."""
    return catalogue_film_of(document["body"])


def number_of(document: Document) -> int:
    """The film's number in its generation."""
    return whole(document["film"])


def numbered(document: Document) -> tuple[int, CatalogueFilm]:
    """The film's number and the film."""
    return number_of(document), film_of(document)


def words_in(document: Document) -> list[str]:
    """The words of the film's titles."""
    return [text(word) for word in document.get("words", ())]


def check_film(document: Document) -> None:
    """Raise ValueError where the film is not found by what it says of itself."""
    number_of(document)
    for name, right in found_by(film_of(document)).items():
        if (document.get(name) or None) != (right or None):
            raise ValueError(f"{name} is not that of the film")


def film_document(generation: ObjectId, number: int, film: CatalogueFilm) -> Document:
    """The document of a film."""
    return {
        "_id": ObjectId(),
        "generation": generation,
        "film": number,
        **found_by(film),
        "body": catalogue_document(film),
    }


def found_by(film: CatalogueFilm) -> Document:
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


def listing_of(document: Document) -> Listing:
    """What tells films apart that are called the same."""
    ids = FilmIds(*(document[kind] for kind in FilmIds._fields))
    years, year = map(whole, document["release_years"]), document["year"]
    return Listing(number_of(document), year and whole(year), ids, tuple(years))
