"""A source that knows some films, and fails where it is told to."""

from collections.abc import Iterator, Sequence

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery
from cinestats.application.sources.ports import Answer, Failed, SourceStopped


class StandInSource:
    """``failing`` are titles that it fails on; it stops for good after ``most`` requests."""

    def __init__(
        self, *films: CatalogueFilm, failing: Sequence[str] = (), most: int = 10**6
    ) -> None:
        self.name = "standin"
        self.batch = 2
        self.requests = 0
        self.asked: list[str] = []
        self.failing = list(failing)
        self.most = most
        self._films = MemoryCatalogue(films)

    def look_up(self, queries: Sequence[FilmQuery]) -> Iterator[Answer]:
        for query in queries:
            if self.requests >= self.most:
                raise SourceStopped("standin answers nothing more: the token is wrong.")
            self.requests += 1
            self.asked.append(query.title)
            if query.title in self.failing:
                yield Failed("standin answered 500.")
            else:
                yield self._films.find(query)
