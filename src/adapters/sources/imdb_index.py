"""One SQLite file of the films in IMDb's datasets, made beside them once and kept.

The datasets are sorted by title or by person, and far too large for memory: whoever wants a
film needs rows of all six. So what films need is put together here; series and games are not.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from cinestats.domain.errors import CinestatsError
from cinestats.domain.titles import normalize_title

from .imdb_files import UNKNOWN, ImdbFiles, untold

MIN_VOTES = 25
"""Films with fewer votes are left out: nearly all that people watch have more."""
INDEX = "cinestats-index.db"
_FORM = "1"
_FILMS = {"movie", "short", "tvMovie", "tvShort", "tvSpecial", "video"}
_ROLES = {
    "actor": "actors",
    "actress": "actors",
    "composer": "composers",
    "cinematographer": "cinematographers",
}
_MOST_PEOPLE = 20
_SCHEMA = """
CREATE TABLE films (
    film INTEGER PRIMARY KEY, title TEXT, original TEXT, year TEXT, minutes TEXT, genres TEXT,
    average REAL, votes INTEGER
) STRICT;
CREATE TABLE titles (film INTEGER, title TEXT, italian INTEGER, key TEXT) STRICT;
CREATE TABLE people (
    film INTEGER, role TEXT, place INTEGER, person INTEGER, PRIMARY KEY (film, role, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE names (person INTEGER PRIMARY KEY, name TEXT) STRICT;
CREATE TABLE made_from (files TEXT, odd TEXT) STRICT
"""
_INDEXES = """
CREATE INDEX titles_by_film ON titles (film);
CREATE INDEX titles_by_key ON titles (key)
"""


class Row(NamedTuple):
    """A film as the datasets have it; numbers are those of IMDb's ids."""

    film: int
    title: str
    original: str
    year: str
    minutes: str
    genres: str
    average: float | None
    votes: int | None


class ImdbIndex:
    """The index of a folder; made anew where a file or ``min_votes`` has changed.

    ``odd`` tells of rows that were of another shape. Raises CinestatsError.
    """

    def __init__(
        self,
        folder: Path,
        min_votes: int = MIN_VOTES,
        progress: Callable[[int, int], None] = untold,
    ) -> None:
        files = ImdbFiles(folder, progress)
        made_from = f"{_FORM} {min_votes} {files.signature()}"
        path = folder / INDEX
        if _made_from(path) != made_from:
            _make(path, files, min_votes, made_from)
        self._connection = sqlite3.connect(path, check_same_thread=False)
        ((odd,),) = self._connection.execute("SELECT odd FROM made_from")
        self.odd: Sequence[str] = odd.splitlines()

    def size(self) -> int:
        ((number,),) = self._connection.execute("SELECT count(*) FROM films")
        return int(number)

    def rows(self) -> Iterator[Row]:
        """Every film."""
        return map(Row._make, self._connection.execute("SELECT * FROM films ORDER BY film"))

    def row(self, film: int) -> Row | None:
        found = self._connection.execute("SELECT * FROM films WHERE film = ?", (film,))
        return next(map(Row._make, found), None)

    def called(self, title: str, limit: int) -> Sequence[Row]:
        """Films that have a title with this one's key, those with the most votes first."""
        found = self._connection.execute(
            "SELECT * FROM films WHERE film IN (SELECT film FROM titles WHERE key = ?)"
            " ORDER BY votes DESC, film LIMIT ?",
            (normalize_title(title), limit),
        )
        return [Row._make(row) for row in found]

    def titles(self, film: int) -> list[tuple[str, bool]]:
        """The film's titles, each with whether it is an Italian one."""
        rows = self._connection.execute(
            "SELECT title, italian FROM titles WHERE film = ? ORDER BY rowid", (film,)
        )
        return [(title, bool(italian)) for title, italian in rows]

    def people(self, film: int) -> list[tuple[str, str]]:
        """The roles and names of a film's people, in order."""
        return self._connection.execute(
            "SELECT role, name FROM people JOIN names USING (person) WHERE film = ?"
            " ORDER BY role, place",
            (film,),
        ).fetchall()

    def close(self) -> None:
        self._connection.close()


def _made_from(path: Path) -> str | None:
    if not path.is_file():
        return None
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.DatabaseError):
        return str(connection.execute("SELECT files FROM made_from").fetchone()[0])
    return None  # another program's file, or a damaged one: it is made anew


def _make(path: Path, files: ImdbFiles, min_votes: int, made_from: str) -> None:
    part = path.with_suffix(".part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as connection:
            # A file that a crash leaves half-made is never used.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(_SCHEMA)
            _fill(connection, files, min_votes)
            odd = "\n".join(
                f"{name}: {number:,} rows of another shape were left out"
                for name, number in files.odd.items()
            )
            connection.execute("INSERT INTO made_from VALUES (?, ?)", (made_from, odd))
            connection.commit()
            connection.executescript(_INDEXES)
        part.replace(path)
    except (OSError, sqlite3.OperationalError) as error:
        raise CinestatsError(f"The file {path} cannot be written: {error}.") from error


def _fill(connection: sqlite3.Connection, files: ImdbFiles, min_votes: int) -> None:
    def insert(table: str, columns: int, rows: Iterable[Sequence[object]]) -> None:
        marks = ", ".join("?" * columns)
        connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)

    insert("films", 8, _films(files, min_votes))
    films = {film for (film,) in connection.execute("SELECT film FROM films")}
    insert("titles", 4, _own_titles(connection))
    insert("titles", 4, _other_titles(files, films))
    insert("people", 4, _crew(files, films))
    insert("people", 4, _principals(files, films))
    people = {one for (one,) in connection.execute("SELECT DISTINCT person FROM people")}
    names = files.rows("name.basics", ["primaryName"], people)
    insert("names", 2, ((person, name) for person, (name,) in names))


def _films(files: ImdbFiles, min_votes: int) -> Iterator[Row]:
    votes: dict[int, tuple[float, int]] = {}
    name = "title.ratings"
    for film, (average, number) in files.rows(name, ["averageRating", "numVotes"]):
        try:
            if int(number) >= min_votes:
                votes[film] = float(average), int(number)
        except ValueError:
            files.odd[f"{name}.tsv.gz"] += 1
    columns = (
        "titleType", "primaryTitle", "originalTitle", "startYear", "runtimeMinutes", "genres"
    )  # fmt: skip
    wanted = votes if min_votes else None
    for film, (kind, *values) in files.rows("title.basics", columns, wanted):
        if kind in _FILMS:
            title, original, year, minutes, genres = values
            of_film = votes.get(film, (None, None))
            yield Row(film, title, original, year, minutes, genres, *of_film)


def _own_titles(connection: sqlite3.Connection) -> Iterator[tuple[int, str, int, str]]:
    for film, title, original in connection.execute("SELECT film, title, original FROM films"):
        for each in {title, original} - {UNKNOWN}:
            yield film, each, 0, normalize_title(each)


def _other_titles(files: ImdbFiles, films: set[int]) -> Iterator[tuple[int, str, int, str]]:
    """Those that the film was shown by somewhere, once each."""
    seen: set[str] = set()
    now = 0
    for film, (title, region, types) in files.rows(
        "title.akas", ["title", "region", "types"], films
    ):
        if film != now:
            now, seen = film, set[str]()
        italian, folded = region == "IT", title.casefold()
        if title == UNKNOWN or "working" in types or (folded in seen and not italian):
            continue
        seen.add(folded)
        yield film, title, int(italian), normalize_title(title)


def _crew(files: ImdbFiles, films: set[int]) -> Iterator[tuple[int, str, int, int]]:
    roles = ("directors", "writers")
    for film, lists in files.rows("title.crew", roles, films):
        for role, people in zip(roles, lists, strict=True):
            for place, person in enumerate(people.split(",")[:_MOST_PEOPLE]):
                if person[2:].isdecimal():
                    yield film, role, place, int(person[2:])


def _principals(files: ImdbFiles, films: set[int]) -> Iterator[tuple[int, str, int, int]]:
    columns = ["ordering", "nconst", "category"]
    for film, (place, person, category) in files.rows("title.principals", columns, films):
        role = _ROLES.get(category)
        if role is not None and place.isdecimal() and person[2:].isdecimal():
            yield film, role, int(place), int(person[2:])
