"""IMDb's datasets: what loading them costs. It only prints.

    python -m benchmarks.imdb [--part 0.1] [--folder FOLDER]

The files are made up in the real shape, at a tenth of the real size unless told otherwise: of
12 million titles 700,000 are films that 25 people or more have voted for. Files that are in the
folder are used as they are.
"""

import argparse
import gzip
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.matching import title_of, words_of
from cinestats.adapters.sources.imdb_files import FILES, file_name

TITLES = 12_000_000
PEOPLE = 15_000_000
_KINDS = {"tvEpisode": 76, "short": 9, "movie": 6, "video": 3, "tvSeries": 3, "tvMovie": 3}
_FILMS = ("short", "movie", "video", "tvMovie")
_VOTED_FOR = 0.278  # of the films
_GENRES = ["Action", "Comedy", "Crime", "Documentary", "Drama", "Horror", "Short", "Thriller"]
_CATEGORIES = [
    "actor", "actress", "actor", "actress", "self", "director", "writer", "composer",
    "cinematographer", "editor", "producer",
]  # fmt: skip
_REGIONS = ["US", "GB", "IT", "FR", "DE", "ES", "JP", "BR", "IN", "RU", "XWW", "\\N"]
_N = "\\N"


def make_files(folder: Path, part: float) -> None:
    """All six, the same for the same part of the real size."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    words = words_of(chance)
    titles, people = int(TITLES * part), int(PEOPLE * part)
    kinds = chance.choices(list(_KINDS), list(_KINDS.values()), k=titles)
    named = [title_of(chance, words) for _ in range(50_000)]

    def basics() -> Iterator[str]:
        for n, kind in enumerate(kinds, 1):
            title = title_of(chance, words)
            original = title if chance.random() < 0.8 else chance.choice(named)
            year = 2026 - min(int(chance.expovariate(1 / 32)), 130)
            minutes = chance.randint(5, 200)
            genre = chance.choice(_GENRES)
            yield f"{_t(n)}\t{kind}\t{title}\t{original}\t0\t{year}\t{_N}\t{minutes}\t{genre}"

    def ratings() -> Iterator[str]:
        for n, kind in enumerate(kinds, 1):
            share = _VOTED_FOR if kind in _FILMS else 0.08
            if chance.random() < share:
                votes = 25 + int(chance.paretovariate(0.7))
                yield f"{_t(n)}\t{chance.randint(10, 99) / 10}\t{votes}"
            elif chance.random() < 0.05:
                yield f"{_t(n)}\t{chance.randint(10, 99) / 10}\t{chance.randint(5, 24)}"

    def akas() -> Iterator[str]:
        for n in range(1, titles + 1):
            for order in range(1, chance.randint(1, 8) + 1):
                title, region = chance.choice(named), chance.choice(_REGIONS)
                yield f"{_t(n)}\t{order}\t{title}\t{region}\t{_N}\timdbDisplay\t{_N}\t0"

    def crew() -> Iterator[str]:
        for n in range(1, titles + 1):
            writers = f"{_p(chance, people)},{_p(chance, people)}"
            yield f"{_t(n)}\t{_p(chance, people)}\t{writers}"

    def principals() -> Iterator[str]:
        for n in range(1, titles + 1):
            for order in range(1, chance.randint(4, 12) + 1):
                category = chance.choice(_CATEGORIES)
                yield f"{_t(n)}\t{order}\t{_p(chance, people)}\t{category}\t{_N}\t{_N}"

    def names() -> Iterator[str]:
        for n in range(1, people + 1):
            first, last = chance.choice(words), chance.choice(words)
            yield f"nm{n:07}\t{first.title()} {last.title()}\t{_N}\t{_N}\tactor\t{_t(n)}"

    columns = {
        "title.ratings": ("tconst averageRating numVotes", ratings),
        "title.basics": (
            "tconst titleType primaryTitle originalTitle isAdult startYear endYear"
            " runtimeMinutes genres",
            basics,
        ),
        "title.akas": (
            "titleId ordering title region language types attributes isOriginalTitle",
            akas,
        ),
        "title.crew": ("tconst directors writers", crew),
        "title.principals": ("tconst ordering nconst category job characters", principals),
        "name.basics": (
            "nconst primaryName birthYear deathYear primaryProfession knownForTitles",
            names,
        ),
    }
    for dataset in FILES:
        header, rows = columns[dataset]
        _write(folder / file_name(dataset), header, rows())


def _t(number: int) -> str:
    return f"tt{number:07}"


def _p(chance: random.Random, people: int) -> str:
    return f"nm{int(people * chance.random() ** 2) + 1:07}"


def _write(path: Path, header: str, rows: Iterable[str]) -> None:
    with gzip.open(path, "wt", compresslevel=1, encoding="utf-8", newline="\n") as file:
        file.write("\t".join(header.split()) + "\n")
        file.writelines(f"{row}\n" for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--part", type=float, default=0.1, help="of the real size")
    parser.add_argument("--folder", type=Path, help="where the files are, or go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary, "imdb")
        if not (folder / file_name(FILES[-1])).exists():
            make_files(folder, options.part)
        for name in map(file_name, FILES):
            print(f"{name}: {(folder / name).stat().st_size / 1e6:,.0f} MB")
        data, started = Path(temporary, "data"), time.monotonic()
        program = Path(sys.executable).with_name("cinestats")
        command = [program, "catalog", "load", "--from", "imdb"]
        environment = {"CINESTATS_DATA_DIR": str(data), "PATH": ""}
        subprocess.run([*command, str(folder)], check=True, env=environment)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"{time.monotonic() - started:,.0f} s, of them CPU ", end="")
        print(f"{used.ru_utime + used.ru_stime:,.0f} s; at most {used.ru_maxrss / 1e3:,.0f} MB")
        size = sum(path.stat().st_size for path in data.glob("catalog*"))
        print(f"the catalogue: {size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
