"""Matching: how long one title takes in a large catalogue on SQLite. It only prints.

    python -m benchmarks.matching [--films 700000] [--titles 5000] [--file catalogue.db]

The films are made up: titles of one to seven words, some words more often, up to 500 namesakes,
three of four films after 1980. No two queries are alike, so no answer is remembered. A file
that is there is used as it is.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--films", type=int, default=700_000)
    parser.add_argument("--titles", type=int, default=5000)
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure(options.file or Path(folder) / "catalogue.db", options.films, options.titles)


def _measure(path: Path, number: int, titles: int) -> None:
    fresh = not path.exists()
    catalogue = SqliteCatalogue(path)
    if fresh:
        start = time.perf_counter()
        loaded = catalogue.load(films(number))
        print(f"{loaded.films:,} films loaded in {time.perf_counter() - start:.0f} s,", end=" ")
        print(f"{path.stat().st_size / 2**20:,.0f} MiB")
    chance = random.Random(2)
    of = list(films(min(number, 100_000)))
    seconds: dict[str, list[float]] = {}
    for kind, query in queries(min(titles, len(of)), of, chance):
        start = time.process_time()
        catalogue.find(query)
        taken = time.process_time() - start
        for each in (kind, "all"):
            seconds.setdefault(each, []).append(1000 * taken)
    for kind, taken in sorted(seconds.items()):
        p99, worst = quantiles(taken, n=100)[98], max(taken)
        print(
            f"{kind:16} {len(taken):6,} titles: median {median(taken):6.2f} ms,"
            f" p99 {p99:6.2f} ms, worst {worst:6.1f} ms of CPU"
        )
    catalogue.close()


if __name__ == "__main__":
    main()
