"""Matching and searching: how long they take in a large catalogue. It only prints.

    python -m benchmarks.matching [--films 700000] [--titles 5000] [--file catalogue.db]
    python -m benchmarks.matching --mongo URI [--films 700000] [--titles 5000]

The catalogue is on SQLite, or in a database of the MongoDB at URI, which is dropped before.

The films are made up: titles of one to seven words, some words more often, up to 500 namesakes,
three of four films after 1980. No two queries are alike, so no answer is remembered. A file
that is there is used as it is.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, FilmStore
from cinestats.domain.movie import FilmIds, Movie

_SYLLABLES = [a + b for a in "bdfgklmnprstvw" for b in "aeio"] + ["un", "ar", "el", "is", "st"]
_SMALL = ["the", "of", "a", "and", "in", "la", "il", "de", "man", "night", "love", "life"]
_LENGTHS = [1, 2, 3, 4, 5, 6, 7], [14, 26, 24, 16, 10, 6, 4]


def films(number: int, seed: int = 1) -> Iterator[CatalogueFilm]:
    """So many films, the same for the same seed."""
    chance = random.Random(seed)
    words = words_of(chance)
    for n in range(number):
        title = title_of(chance, words)
        year = 2026 - min(int(chance.expovariate(1 / 32)), 130)
        ids = FilmIds(f"tt{1_000_000 + n}")
        movie = Movie.create(title, year=year, duration=chance.randint(5, 200), ids=ids)
        others = (title_of(chance, words),) if chance.random() < 0.3 else ()
        yield CatalogueFilm(movie, alternative_titles=others)


def words_of(chance: random.Random) -> list[str]:
    """The words that titles are made of."""
    return [_word(chance) for _ in range(40_000)]


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4)))


def title_of(chance: random.Random, words: list[str]) -> str:
    """A title that is made up."""
    (length,) = chance.choices(*_LENGTHS)
    picked = [
        chance.choice(_SMALL)
        if length > 1 and chance.random() < 0.25
        else words[int(len(words) * chance.random() ** 2)]
        for _ in range(length)
    ]
    if length > 4 and chance.random() < 0.3:
        picked[1] += ":"
    return " ".join(picked).title()


def queries(
    number: int, of: list[CatalogueFilm], chance: random.Random
) -> Iterator[tuple[str, FilmQuery]]:
    """Each with what is the matter with it."""
    for film in chance.sample(of, number):
        title, year = film.movie.title, film.movie.year
        assert year is not None
        match chance.randrange(6):
            case 0 | 1:
                yield "exact", FilmQuery(title, year)
            case 2:
                yield "a year off", FilmQuery(title, year + 1)
            case 3:
                at = chance.randrange(len(title))
                yield "a letter lost", FilmQuery(title[:at] + title[at + 1 :] or "x", year)
            case 4:
                yield "nothing like it", FilmQuery(title[::-1] + " Qu", year)
            case _:
                yield "no year", FilmQuery(title)


SEARCHES = {
    "one letter": ["t", "a", "b", "s", "l"],
    "a common word": ["the", "the ", "love", "man", "night", "la", "of the", "de"],
    "a year": ["2026", "199", "the 2024"],
    "common words": ["the of a", "the love of", "a man in the night", "love the 2020"],
    "nothing like it": ["zzqx", "qwrtpsdfghjk" * 5, "the qqqqq", "of " * 60, "x" * 500],
    "mistyped": ["thier", "lvoe", "ngiht", "the nihgt", "lifee of", "thhe maan"],
}


def searches(of: list[CatalogueFilm], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Each with its kind: the worst that there are, and titles letter by letter."""
    for kind, texts in SEARCHES.items():
        for text in texts:
            yield kind, text
    for film in chance.sample(of, 100):
        title = film.movie.title
        for length in range(1, min(len(title), 20) + 1):
            yield "while typing", title[:length]
        at = chance.randrange(len(title))
        yield "a letter wrong", title[:at] + "q" + title[at + 1 :]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--films", type=int, default=700_000)
    parser.add_argument("--titles", type=int, default=5000)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--mongo", metavar="URI")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.file or Path(folder) / "catalogue.db"
        fresh = bool(options.mongo) or not path.exists()
        catalogue = _on_mongo(options.mongo) if options.mongo else SqliteCatalogue(path)
        if fresh:
            start, used = time.perf_counter(), time.process_time()
            loaded = catalogue.load(films(options.films))
            print(f"{loaded.films:,} films loaded in {time.perf_counter() - start:.0f} s,")
            print(f"of them CPU of this process {time.process_time() - used:.0f} s;", end=" ")
            print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} MB")
        if not options.mongo:
            print(f"the catalogue: {path.stat().st_size / 1e6:,.0f} MB")
        _measure(catalogue, options.films, options.titles)


def _on_mongo(uri: str) -> Any:
    from cinestats.adapters.mongo.catalogue import MongoCatalogue
    from cinestats.adapters.mongo.database import MongoDatabase

    database = MongoDatabase(uri, "benchmark")
    database.drop()
    catalogue = MongoCatalogue(database)
    catalogue.create_indexes()
    return catalogue


def _measure(catalogue: FilmStore, number: int, titles: int) -> None:
    chance = random.Random(2)
    of = list(films(min(number, 100_000)))
    taken: defaultdict[str, list[float]] = defaultdict(list)
    for kind, query in queries(min(titles, len(of)), of, chance):
        with _timed(taken["match: " + kind], taken["match: all"]):
            catalogue.find(query)
    for kind, text in searches(of, chance):
        with _timed(taken["search: " + kind], taken["search: all"]):
            catalogue.search(text, 10)
    for kind, times in taken.items():
        p99, worst = (quantiles(times, n=100)[98] if len(times) > 1 else times[0]), max(times)
        print(
            f"{kind:24} {len(times):6,}: median {median(times):6.2f} ms,"
            f" p99 {p99:6.2f} ms, worst {worst:6.1f} ms"
        )


@contextmanager
def _timed(*lists: list[float]) -> Generator[None]:
    """Milliseconds: of the wall where another process answers, else of CPU."""
    start = _CLOCK()
    yield
    for each in lists:
        each.append(1000 * (_CLOCK() - start))


_CLOCK = time.perf_counter if "--mongo" in sys.argv else time.process_time


if __name__ == "__main__":
    main()
