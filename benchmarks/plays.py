"""The plays that the scenarios record, and stores that are filled with them.

With a folder (ratings.csv, catalog.csv) the plays are its ratings, with new users in every
round; without, they are made from the films of the package's sample. The same arguments give
the same plays.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count, islice
from pathlib import Path

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.catalogue_sample import sample_films
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event, MovieAdded
from cinestats.domain.movie import Movie
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.settings import Settings

CHUNK = 2000
COLLECTOR = "collector"
_DAYS = 10_949  # thirty years; a prime, so that no film meets the same day for long


@cache
def films(folder: Path | None) -> dict[str, Movie]:
    """Films by their number."""
    if folder is None:
        return {str(n): film.movie for n, film in enumerate(sample_films(), 1)}
    content = (folder / "catalog.csv").read_bytes()
    rows = csv.DictReader(content.decode("utf-8").splitlines())
    movies = (film.movie for film in read_catalogue(content).films)
    return {row["movie_id"]: movie for row, movie in zip(rows, movies, strict=True)}


def additions(folder: Path | None, total: int, today: date | None = None) -> Iterator[AddMovie]:
    """``total`` plays of many users; those of one user are of different films.

    They were added on the day they were watched, or, where ``today`` is given, on that day.
    """
    rows = _from_ratings(folder) if folder else _from_sample()
    for n, (user, movie, rating, moment) in enumerate(islice(rows, total)):
        day = moment.date()
        added = today or day
        id_ = f"event-{n}"
        yield AddMovie(
            event_id=id_,
            user_id=user,
            entry=Entry(id_, movie, rating, day, added),
            today=max(added, day),
            now=moment,
        )


def collection(folder: Path | None, total: int, start: int = 0) -> Iterator[AddMovie]:
    """``total`` plays of one user, ``COLLECTOR``, from number ``start`` on."""
    movies = list(films(folder).values())
    for n in range(start, start + total):
        day = date(1995, 1, 1) + timedelta(days=n * 37 % _DAYS)
        moment = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        id_ = f"play-{n}"
        rating = n % 10 + 1
        movie = movies[n % len(movies)]
        yield AddMovie(
            event_id=id_,
            user_id=COLLECTOR,
            entry=Entry(id_, movie, rating, day, day),
            today=date(2025, 1, 1),
            now=moment,
        )


def event_of(command: AddMovie) -> Event:
    """The event that a play leads to where nothing is against it."""
    return MovieAdded(command.event_id, command.user_id, command.now, command.entry)


def chunks(commands: Iterable[AddMovie], size: int = CHUNK) -> Iterator[list[AddMovie]]:
    """The commands in lists of ``size``."""
    rest = iter(commands)
    while chunk := list(islice(rest, size)):
        yield chunk


def open_store(folder: Path) -> Container:
    """The embedded product on the files in ``folder``; to be closed."""
    return Container(Settings(backend="embedded", data_dir=folder))


def fill(store: Path, commands: Iterable[AddMovie]) -> None:
    """Record and project the commands into the files in ``store``."""
    container = open_store(store)
    recorder, projector = container.recorder(), container.projector()
    for chunk in chunks(commands):
        recorder.record_all(chunk)
        projector.catch_up()
    container.close()


def fill_log(store: Path, commands: Iterable[AddMovie]) -> None:
    """Append the commands' events to the log in ``store``; nothing is projected yet."""
    container = open_store(store)
    log = container.log()
    tail = log.tail(0)
    for chunk in chunks(commands):
        log.append(0, tail, [event_of(command) for command in chunk])
        tail += len(chunk)
    container.close()


def _from_ratings(folder: Path) -> Iterator[tuple[str, Movie, int, datetime]]:
    movies = films(folder)
    for turn in count():
        # Read row by row, so that a scenario's peak memory is not that of its ratings.
        with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                moment = datetime.fromtimestamp(int(row["timestamp"]), UTC)
                half_stars = int(float(row["rating"]) * 2)
                yield f"{turn}-{row['user_id']}", movies[row["movie_id"]], half_stars, moment


def _from_sample() -> Iterator[tuple[str, Movie, int, datetime]]:
    movies = list(films(None).values())
    for n in count():
        user, nth = divmod(n, len(movies))
        moment = datetime(2020, 1, 1, 20, tzinfo=UTC) + timedelta(days=n % 1500)
        yield f"user-{user}", movies[(nth * 7 + user) % len(movies)], n % 10 + 1, moment
