"""IMDb's non-commercial datasets as a source: files on this machine, and no request."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found
from cinestats.application.sources.ports import Answer, Failed, SourceStopped
from cinestats.domain.details import FilmDetails, Votes
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.movie import FilmIds, Movie

from .imdb_files import UNKNOWN
from .imdb_index import ImdbIndex, Row

_MOST_NAMESAKES = 20


class Imdb:
    """Implements FilmSource. The first question makes the index, which takes minutes.

    ``tell`` gets a sentence for what was left out.
    """

    name = "imdb"
    batch = 500
    requests = 0

    def __init__(self, folder: Path, tell: Callable[[str], object]) -> None:
        self._folder = folder
        self._tell = tell

    @cached_property
    def _index(self) -> ImdbIndex:
        index = ImdbIndex(self._folder)
        for sentence in index.odd:
            self._tell(f"{sentence}.")
        return index

    def look_up(self, queries: Sequence[FilmQuery]) -> Iterator[Answer]:
        try:
            index = self._index
        except CinestatsError as error:
            raise SourceStopped(str(error)) from error
        for query in queries:
            try:
                yield _answer(index, query)
            except InvalidInput as error:
                yield Failed(f"What IMDb's files hold was not understood: {error}")


def films_of(
    index: ImdbIndex, refused: Callable[[str], None] = lambda _: None
) -> Iterator[CatalogueFilm]:
    """Every film of the index; ``refused`` is told of those that cannot be."""
    for row in index.rows():
        try:
            yield _film(index, row)
        except InvalidInput as error:
            refused(f"{_id(row.film)}: {error}")


def _answer(index: ImdbIndex, query: FilmQuery) -> Answer:
    if query.ids.imdb is not None:
        row = index.row(int(query.ids.imdb[2:]))
        return None if row is None else Found(_film(index, row))
    if not query.title:
        return None
    rows = index.called(query.title, _MOST_NAMESAKES)
    return MemoryCatalogue([_film(index, row) for row in rows]).find(query)


def _film(index: ImdbIndex, row: Row) -> CatalogueFilm:
    titles = index.titles(row.film)
    people: defaultdict[str, list[str]] = defaultdict(list)
    for role, name in index.people(row.film):
        people[role].append(name)
    original = row.title if row.original == UNKNOWN else row.original
    italian = next((title for title, is_italian in titles if is_italian), None)
    shown = {row.title, original, italian}
    movie = Movie.create(
        row.title,
        year=_number(row.year, "startYear"),
        directors=people["directors"],
        actors=people["actors"],
        genres=[] if row.genres == UNKNOWN else row.genres.split(","),
        duration=_number(row.minutes, "runtimeMinutes") or None,
        ids=FilmIds(_id(row.film)),
        details=FilmDetails.create(
            original_title=original,
            writers=people["writers"],
            composers=people["composers"],
            cinematographers=people["cinematographers"],
            votes=_votes(row),
        ),
    )
    others = dict.fromkeys(title for title, _ in titles if title not in shown)
    return CatalogueFilm(movie, italian, tuple(others))


def _votes(row: Row) -> Votes | None:
    if row.average is None or not row.votes:
        return None
    return Votes("imdb", row.average, row.votes)


def _id(film: int) -> str:
    return f"tt{film:07}"


def _number(text: str, column: str) -> int | None:
    if text == UNKNOWN:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise InvalidInput(column, f"must be a whole number, not {text[:40]!r}")
    return int(text)
