"""Completing a diary from a source that fails and a program that is killed. It only prints.

    python -m benchmarks.sources [--films 913] [--kills 20] [--source tmdb|wikidata]

A server on loopback stands in for the source. One request in seven is answered wrongly: 500,
429 with Retry-After, an answer cut off, none in JSON, one of another type, a redirect to
another host; some are slow. Of the films one in forty is gone, and of Wikidata's items one in
forty was merged. The program is killed at random moments and started again until all is
asked for. In the end the diary is what it is without any fault or kill.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.matching import films as made_up
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.movie import FilmIds
from tests.unit.adapters.sources.stand_in import (
    FAULTS,
    Asked,
    Reply,
    StandIn,
    json_reply,
    served,
)
from tests.unit.adapters.sources.tmdb_stand_in import TOKEN, TmdbStandIn
from tests.unit.adapters.sources.wikidata_stand_in import WikidataStandIn

WRONG = [*FAULTS.values(), json_reply({"id": "seven", "entities": 3, "results": "none"})]
EVERY = 7


@dataclass
class Seen:
    """What the server saw: when, and which questions it answered as it should."""

    times: list[float] = field(default_factory=list)
    wrong: int = 0
    well: Counter[str] = field(default_factory=Counter)

    def most_in_a_second(self) -> int:
        times = sorted(self.times)
        return max((bisect_left(times, t + 1) - n for n, t in enumerate(times)), default=0)


def faulty(stand_in: StandIn, seen: Seen, chance: random.Random) -> None:
    """Make the stand-in answer wrongly now and then."""
    right = stand_in.answer

    def answer(asked: Asked) -> Reply:
        seen.times.append(time.monotonic())
        if chance.random() < 1 / EVERY:
            seen.wrong += 1
            reply = chance.choice(WRONG)
            return (
                reply._replace(headers={"Retry-After": "1"}) if reply.status == 429 else reply
            )
        if chance.random() < 0.02:
            time.sleep(0.3)
        seen.well[f"{asked.path}?{sorted(asked.parameters.items())}"] += 1
        return right(asked)

    stand_in.answer = answer


def films_of(number: int) -> list[CatalogueFilm]:
    """Films with the ids of every source, no two of one title and year."""
    found = {}
    for n, film in enumerate(made_up(2 * number), 1):
        ids = FilmIds(f"tt{n:07}", 10**6 + n, f"Q{n}")
        film = CatalogueFilm(replace(film.movie, ids=ids, directors=(f"Director {n}",)))
        found.setdefault(film.movie.film_key, film)
    return list(found.values())[:number]


def stand_in_of(source: str, films: list[CatalogueFilm]) -> StandIn:
    known = [film for n, film in enumerate(films) if n % 40 != 1]  # the others are gone
    if source == "tmdb":
        return TmdbStandIn(known)
    server = WikidataStandIn(known)
    for n, film in enumerate(known):
        if n % 40 == 11:  # merged: its old item leads to a new one
            item = str(film.movie.ids.wikidata)
            server.entities[item] |= {
                "id": f"Q9{n:06}",
                "redirects": {"from": item, "to": f"Q9{n:06}"},
            }
    return server


class Program:
    """cinestats with a data folder of its own, and the source's address."""

    def __init__(self, folder: Path, source: str, url: str, rate: float) -> None:
        self._enrich = ("enrich", "u", "--source", source, "--json")
        self._program = str(Path(sys.executable).with_name("cinestats"))
        self._environment = {
            **{name: value for name, value in os.environ.items() if "CINESTATS" not in name},
            "CINESTATS_DATA_DIR": str(folder),
            "CINESTATS_SOURCE_RATE": str(rate),
            "CINESTATS_TMDB_URL": f"{url}/3",
            "CINESTATS_TMDB_TOKEN": TOKEN,
            "CINESTATS_WIKIDATA_SPARQL_URL": f"{url}/sparql",
            "CINESTATS_WIKIDATA_API_URL": f"{url}/w/api.php",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def enrich(self) -> tuple[int, dict[str, Any]]:
        done = self.run(*self._enrich)
        return done.returncode, json.loads(done.stdout)

    def enrich_and_kill(self, seconds: float) -> bool:
        """Whether it was killed before it ended."""
        process = subprocess.Popen(
            [self._program, *self._enrich],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return True
        return False

    def figures(self) -> Any:
        return json.loads(self.run("stats", "u", "--full", "--json").stdout)


@dataclass
class Outcome:
    """What came of it, with faults and kills, and how it is without."""

    kills: int
    runs: int
    seen: Seen
    answer: dict[str, Any]
    verified: bool
    same: bool | None

    @property
    def asked_again(self) -> int:
        """Questions that were answered well before."""
        return sum(number - 1 for number in self.seen.well.values())


def completed(
    source: str,
    number: int,
    kills: int,
    apart: float,
    rate: float,
    folder: Path,
    *,
    compare: bool = True,
) -> Outcome:
    """Complete a diary of so many films; ``apart`` are the seconds between kills, at most.

    With ``compare`` another diary is completed without faults and kills.
    """
    films, chance, seen = films_of(number), random.Random(1), Seen()
    diary = folder / "diary.csv"
    rows = (f'2025-01-01,"{f.movie.title}",{f.movie.year},{_id(source, f)}' for f in films)
    header = f"WatchedDate,Title,Year,{'tmdbID' if source == 'tmdb' else 'imdbID'}"
    diary.write_text("\n".join([header, *rows]) + "\n")
    with served(stand_in_of(source, films)) as server:
        calm = Program(folder / "calm", source, server.url, 100)
        if compare:
            calm.run("import", "u", str(diary))
            calm.enrich()
        faulty(server, seen, chance)
        program = Program(folder / "killed", source, server.url, rate)
        program.run("import", "u", str(diary))
        done = sum(program.enrich_and_kill(1 + apart * chance.random()) for _ in range(kills))
        code, runs, answer = 1, 0, dict[str, Any]()
        while code and runs < 20:
            code, answer = program.enrich()
            runs += 1
        return Outcome(
            done,
            runs,
            seen,
            answer,
            program.run("verify").returncode == 0,
            program.figures() == calm.figures() if compare else None,
        )


def _id(source: str, film: CatalogueFilm) -> str | int | None:
    """Every third film has an id; the others are found by title and year."""
    ids = film.movie.ids
    has = int(str(ids.imdb)[2:]) % 3 == 0
    return ("" if not has else ids.tmdb) if source == "tmdb" else ("" if not has else ids.imdb)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--films", type=int, default=913)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--apart", type=float, default=20, help="seconds at most")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--source", choices=["tmdb", "wikidata"], default="tmdb")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        outcome = completed(
            options.source,
            options.films,
            options.kills,
            options.apart,
            options.rate,
            Path(folder),
        )
    seen = outcome.seen
    print(f"{options.source}: {options.films} films in {time.monotonic() - start:.0f} s")
    print(
        f"killed {outcome.kills} times, then {outcome.runs} runs to the end: {outcome.answer}"
    )
    print(f"{len(seen.times):,} requests, {seen.wrong} answered wrongly,", end=" ")
    print(f"at most {seen.most_in_a_second()} in a second at a rate of {options.rate:g}")
    print(f"asked again after a good answer: {outcome.asked_again}")
    print(f"verify equal: {outcome.verified}; the diary as without faults: {outcome.same}")


if __name__ == "__main__":
    main()
