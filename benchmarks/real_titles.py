"""What TMDB's stand-in answers to the films of real exports. It only prints.

    python -m benchmarks.real_titles EXPORTS CATALOGUE

EXPORTS is a folder of exports, with folders for services; CATALOGUE a CSV file whose films the
stand-in serves. Each distinct film is asked for as it stands in the file, and again without its
ids: what is found by title and year alone has to be the film of the ids.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.importers import read_export
from cinestats.adapters.sources.tmdb import Tmdb
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found, Suggested
from cinestats.application.imports.rows import ImportedRow
from cinestats.application.sources.ports import Answer
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import NO_IDS, FilmIds
from cinestats.domain.titles import normalize_title
from tests.unit.adapters.sources.stand_in import StoodTimer, served
from tests.unit.adapters.sources.tmdb_stand_in import TOKEN, TmdbStandIn


class Indexed(TmdbStandIn):
    """The stand-in with an index, for very many films."""

    def __init__(self, films: list[CatalogueFilm]) -> None:
        super().__init__(films)
        self._by_word: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._by_id: dict[tuple[str, str], int] = {}
        for number, film in self.films.items():
            for title in film.titles:
                for word in normalize_title(title).split():
                    self._by_word[word][number] = None
            for kind, value in film.movie.ids._asdict().items():
                self._by_id.setdefault((kind, str(value)), number)

    def _found(self, value: str, kind: str) -> dict[str, Any]:
        number = self._by_id.get((kind, value))
        return {"movie_results": [] if number is None else [self._result(number)]}

    def _results(self, query: str, year: str | None) -> dict[str, Any]:
        words = normalize_title(query).split()
        least = min((self._by_word.get(word, {}) for word in words), key=len, default={})
        films, all_ = {number: self.films[number] for number in least}, self.films
        self.films = films
        try:
            return super()._results(query, year)
        finally:
            self.films = all_


def queries_of(exports: Path) -> Iterator[FilmQuery]:
    """Every distinct film of the exports."""
    seen: set[FilmQuery] = set()
    for path in sorted(path for path in exports.glob("*/**/*") if path.is_file()):
        try:
            rows = read_export(str(path), path.read_bytes(), zone=UTC).rows
        except CinestatsError as error:
            print(f"left out {path.name}: {error}")
            continue
        for row in rows:
            if isinstance(row, ImportedRow):
                ids = FilmIds(row.imdb_id, row.tmdb_id)
                query = FilmQuery(row.title, row.year, ids if any(ids) else NO_IDS)
                if query not in seen:
                    seen.add(query)
                    yield query


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("exports", type=Path)
    parser.add_argument("catalogue", type=Path)
    options = parser.parse_args()
    films = list(read_catalogue(options.catalogue.read_bytes()).films)
    by_ids = [query for query in queries_of(options.exports) if query.title or any(query.ids)]
    by_name = list(dict.fromkeys(FilmQuery(q.title, q.year) for q in by_ids if q.title))
    print(
        f"{len(films):,} films served; {len(by_ids):,} films asked for, as they stand in files"
    )
    with served(Indexed(films)) as server:
        source = Tmdb(
            TOKEN, url=f"{server.url}/3", image_url="https://image", timer=StoodTimer()
        )
        start = time.monotonic()
        _tell("as they stand", list(zip(by_ids, source.look_up(by_ids), strict=True)))
        named = dict(zip(by_name, source.look_up(by_name), strict=True))
        _tell("by title and year alone", list(named.items()))
        print(f"{source.requests:,} requests in {time.monotonic() - start:.0f} s")
    wrong, right = [], 0
    for query in by_ids:
        answer = named.get(FilmQuery(query.title, query.year))
        if isinstance(answer, Found):
            ids = query.ids.imdb, answer.film.movie.ids.imdb
            right += None not in ids and ids[0] == ids[1]
            if None not in ids and ids[0] != ids[1]:
                wrong.append(f"{query.title} ({query.year}): {ids[0]} is not {ids[1]}")
    print(f"of films with ids found by title and year: {right:,} right, {len(wrong)} wrong")
    print(*wrong, sep="\n")


def _tell(how: str, answers: list[tuple[FilmQuery, Answer]]) -> None:
    became: Counter[str] = Counter()
    wrong: list[str] = []
    for query, answer in answers:
        match answer:
            case Found(film):
                became["found"] += 1
                named = query.year in film.years and normalize_title(query.title) in map(
                    normalize_title, film.titles
                )
                if not named and film.movie.ids.same_as(query.ids) is not True:
                    wrong.append(f"{query} is no {film.movie.title} ({film.movie.year})")
            case Suggested():
                became["to be asked"] += 1
            case None:
                became["not found"] += 1
            case _:
                became["failed"] += 1
    told = ", ".join(f"{n:,} {what} ({n / len(answers):.1%})" for what, n in became.items())
    print(f"{how}: {told}; {len(wrong)} of another title, year and id")
    print(*wrong[:20], sep="\n")


if __name__ == "__main__":
    main()
