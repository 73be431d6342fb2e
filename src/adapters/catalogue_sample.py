"""The films that the package ships, for whoever has no catalogue of their own."""

from functools import lru_cache
from importlib import resources
from typing import TypeVar

from cinestats.application.catalogue.ports import CatalogueFilm, FilmStore

from .catalogue_csv import read_catalogue

_Catalogue = TypeVar("_Catalogue", bound=FilmStore)


@lru_cache(maxsize=1)
def sample_films() -> tuple[CatalogueFilm, ...]:
    """The films of the sample."""
    sample = resources.files("cinestats.adapters") / "data" / "catalog_sample.csv"
    return tuple(read_catalogue(sample.read_bytes()).films)


def with_sample(catalogue: _Catalogue) -> _Catalogue:
    """The catalogue; the sample is loaded into one that is empty."""
    if catalogue.size() == 0:
        catalogue.load(sample_films())
    return catalogue
