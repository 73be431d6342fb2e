"""All films of Wikidata by its query service, a slice of years at a time.

A service for everybody answers no question of all films. Each year is asked for by itself; what
is too much for one answer is halved. What a year told is kept in a folder, so that a run that
was broken off asks nothing twice.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import orjson

from cinestats.adapters.catalogue_package import film_of_line
from cinestats.adapters.film_json import catalogue_document
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.sources.ports import Failed, SourceStopped
from cinestats.domain.errors import CinestatsError, InvalidInput

from .http import Unanswered
from .wikidata import Wikidata

_AT_ONCE = 500  # films whose names are asked for together
_SHORTEST = timedelta(days=2)


def films_by_year(
    source: Wikidata,
    folder: Path,
    years: Sequence[int],
    *,
    min_links: int = 0,
    refused: Callable[[str], object],
    progress: Callable[[int, int], object],
) -> Iterator[CatalogueFilm]:
    """Every film by its year, each once; ``folder`` keeps what was told so far.

    Raises CinestatsError where the source answers no more; the next run goes on from there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    for number, year in enumerate(years):
        progress(number, len(years))
        kept = folder / f"{year}-{min_links}.jsonl"
        if not kept.exists():
            try:
                _keep(kept, _films_of(source, year, min_links, seen, refused))
            except Unanswered as error:
                raise SourceStopped(
                    f"No films of {year}: {error} The same command goes on from there."
                ) from error
        for line in kept.read_bytes().splitlines():
            try:
                film = film_of_line(line)
            except InvalidInput as error:
                raise CinestatsError(f"The file {kept} is damaged: delete it.") from error
            assert film.movie.ids.wikidata is not None  # Wikidata has told it
            seen.add(film.movie.ids.wikidata)
            yield film


def _keep(file: Path, films: Iterator[CatalogueFilm]) -> None:
    part = file.with_suffix(".part")
    with part.open("wb") as out:
        out.writelines(orjson.dumps(catalogue_document(film)) + b"\n" for film in films)
    part.replace(file)


def _films_of(
    source: Wikidata,
    year: int,
    min_links: int,
    seen: Collection[str],
    refused: Callable[[str], object],
) -> Iterator[CatalogueFilm]:
    items = _items(source, date(year, 1, 1), date(year + 1, 1, 1), min_links)
    left = sorted(items.difference(seen))
    for start in range(0, len(left), _AT_ONCE):
        films = source.films(left[start : start + _AT_ONCE])
        for item, film in films.items():
            if isinstance(film, Failed):
                refused(f"{item}: {film.reason}")
            elif film.movie.year is not None:
                yield film


def _items(source: Wikidata, begin: date, end: date, min_links: int) -> set[str]:
    try:
        return set(source.shown_between(begin, end, min_links))
    except Unanswered:
        half = begin + (end - begin) / 2
        if end - begin < _SHORTEST:
            raise
        first = _items(source, begin, half, min_links)
        return first | _items(source, half, end, min_links)
