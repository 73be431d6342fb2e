"""The rows of a film in the catalogue's file: what it is, and all that it is found by.

A film's row has what films are found by beside the film itself, which is packed: its names of
fields and of sources are the same in every film. A key's row has the forms of titles that it
is, as bits. ``words`` and ``beginnings`` are indexes of SQLite's FTS5, which keep numbers of
films alone; those are in the order of searches, newest first, so that a search for what very
many films have ends with the first few. ``generation`` counts the loads; ``origins`` tell the
oldest day of a source's. ``digests`` has the checksum of each film, which nothing else could
tell from another one.
"""

import sqlite3
import zlib
from hashlib import sha256
from typing import Any

import orjson

from cinestats.adapters.film_json import catalogue_document, catalogue_film_of
from cinestats.adapters.title_index import Form, keys_of, shelf_of
from cinestats.adapters.title_search import words_of
from cinestats.application.catalogue.learn import oldest_days
from cinestats.application.catalogue.ports import CatalogueFilm

FORM = 5
SCHEMA = """
CREATE TABLE IF NOT EXISTS films (
    film INTEGER PRIMARY KEY, year INTEGER, imdb TEXT, tmdb INTEGER, wikidata TEXT,
    letterboxd TEXT, release_years TEXT, film_key TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS films_by_imdb ON films (imdb) WHERE imdb IS NOT NULL;
CREATE INDEX IF NOT EXISTS films_by_tmdb ON films (tmdb) WHERE tmdb IS NOT NULL;
CREATE INDEX IF NOT EXISTS films_by_wikidata ON films (wikidata) WHERE wikidata IS NOT NULL;
CREATE INDEX IF NOT EXISTS films_by_letterboxd ON films (letterboxd)
    WHERE letterboxd IS NOT NULL;
CREATE INDEX IF NOT EXISTS films_by_key ON films (film_key);
CREATE TABLE IF NOT EXISTS keys (
    key TEXT NOT NULL, film INTEGER NOT NULL, forms INTEGER NOT NULL, PRIMARY KEY (key, film)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shelves (
    shelf TEXT NOT NULL, key TEXT NOT NULL, film INTEGER NOT NULL,
    PRIMARY KEY (shelf, key, film)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words
    USING fts5(word, content='', columnsize=0, detail=none, prefix='2 4 6 8');
CREATE VIRTUAL TABLE IF NOT EXISTS known_words USING fts5vocab(words, row);
CREATE VIRTUAL TABLE IF NOT EXISTS beginnings
    USING fts5(beginning, content='', columnsize=0, detail=none);
CREATE TABLE IF NOT EXISTS generation (number INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS origins (
    source TEXT NOT NULL, film INTEGER NOT NULL, fetched_on TEXT NOT NULL,
    PRIMARY KEY (source, film)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS origins_by_film ON origins (film);
CREATE TABLE IF NOT EXISTS missing (
    source TEXT NOT NULL, asked TEXT NOT NULL, asked_on TEXT NOT NULL,
    PRIMARY KEY (source, asked)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS digests (film INTEGER PRIMARY KEY, digest BLOB NOT NULL) STRICT
"""
BITS: dict[Form, int] = {"exact": 1, "loose": 2, "bare": 4}
LONGEST: dict[Form, int] = {"exact": 7, "loose": 0, "bare": 5}
"""Letters of a beginning that has a place of its own in ``beginnings``."""
_TABLES = ("films", "digests", "keys", "shelves", "origins")
_LAST = 2**32 - 1
_FOUND_BY = """
SELECT EXISTS (SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?)
    AND EXISTS (SELECT 1 FROM beginnings WHERE beginnings MATCH ? AND rowid = ?)
"""
_THERE = {
    "keys": "SELECT 1 FROM keys WHERE key = ? AND film = ? AND forms & ?3 = ?3",
    "shelves": "SELECT 1 FROM shelves WHERE shelf = ? AND key = ? AND film = ?",
    "origins": "SELECT 1 FROM origins WHERE source = ? AND film = ? AND fetched_on = ?",
}
"""Is a row of a film there?"""
# What a film's text is packed with; what is most common stands last. It is part of the form.
_COMMON = (
    b'"tmdb":"wikidata":"Q"letterboxd":"https://letterboxd.com/film/"nfo","fetched_on":"2026-'
    b'"poster_url":"https://image.tmdb.org/t/p/w342/"collection":"Western"War"Musical"History"'
    b'"Sport"Music"Biography"Family"Fantasy"Mystery"Animation"Sci-Fi"Adventure"Crime"Horror"'
    b'"Thriller"Romance"Action"Documentary"Short"Comedy"Drama"United States"English"French"'
    b'},{"group":"poster","source":"tmdb","fetched_on":"2026-},{"group":"production","source":"'
    b'"countries":["],"languages":["],"studios":["],"writers":["],"composers":["],'
    b'"cinematographers":["],"votes":{"source":"imdb","average":6.,"votes":'
    b'}},"italian_title":null,"alternative_titles":[],"release_years":[],"origins":[{"group":'
    b'"film","source":"imdb","fetched_on":"2026-11-29"},{"group":"ids","source":"imdb",'
    b'"fetched_on":"2026-11-29"},{"group":"titles","source":"imdb","fetched_on":"2026-11-29"},'
    b'{"group":"credits","source":"imdb","fetched_on":"2026-11-29"},{"group":"genres",'
    b'"source":"imdb","fetched_on":"2026-11-29"},{"group":"length","source":"imdb",'
    b'"fetched_on":"2026-11-29"},{"group":"votes","source":"imdb","fetched_on":"2026-11-29"}]}'
    b'{"name":"The ","year":20,"genres":["],"director":["],"actors":["],"duration":1,'
    b'"poster_url":null,"film_key":"the |20","ids":{"imdb":"tt0"},"details":{"original_title":"'
)


def film_of(connection: sqlite3.Connection, number: int) -> CatalogueFilm:
    """The film as it was loaded; raises ValueError where it is not that film any more."""
    found = "SELECT body, digest FROM films LEFT JOIN digests USING (film) WHERE film = ?"
    ((body, digest),) = connection.execute(found, (number,))
    if digest_of(number, body) != digest:
        raise ValueError(f"film {number} does not fit its checksum")
    unpack = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_COMMON)
    return catalogue_film_of(orjson.loads(unpack.decompress(body)))


def digest_of(number: int, body: bytes) -> bytes:
    """The checksum of a film's row."""
    return sha256(b"%d %b" % (number, body)).digest()


def insert(connection: sqlite3.Connection, number: int, film: CatalogueFilm) -> None:
    """Put the film in, with all that it is found by."""
    for table, rows in _rows(number, film).items():
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    for table, row in _searched(number, film).items():
        connection.execute(f"INSERT INTO {table} (rowid, {table[:-1]}) VALUES (?, ?)", row)


def remove(connection: sqlite3.Connection, number: int) -> None:
    """Take the film out, with all that it is found by."""
    film = film_of(connection, number)
    for table, row in _searched(number, film).items():
        connection.execute(
            f"INSERT INTO {table} ({table}, rowid, {table[:-1]}) VALUES ('delete', ?, ?)", row
        )
    rows = _rows(number, film)
    keys = [(key, number) for key, *_ in rows["keys"]]
    connection.executemany("DELETE FROM keys WHERE key = ? AND film = ?", keys)
    shelves = "DELETE FROM shelves WHERE shelf = ? AND key = ? AND film = ?"
    connection.executemany(shelves, rows["shelves"])
    for table in ("films", "digests", "origins"):
        connection.execute(f"DELETE FROM {table} WHERE film = ?", (number,))


def empty(connection: sqlite3.Connection) -> None:
    """Take all films out."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table}")
    for table in ("words", "beginnings"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")


def purge(connection: sqlite3.Connection) -> None:
    """Leave nothing of films that were taken out: FTS5 only notes that they are gone."""
    for table in ("words", "beginnings"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def check(connection: sqlite3.Connection) -> None:
    """Raise ValueError where a film is damaged, or is not found by its names.

    A key that no film has any more says nothing of a film, and is not looked for.
    """
    for number, *names, _ in connection.execute("SELECT * FROM films"):
        film = film_of(connection, number)
        rows, searched = _rows(number, film), _searched(number, film)
        ((_, *right, _),) = rows["films"]
        asked = [each for place, text in searched.values() for each in (all_of(text), place)]
        ((found,),) = connection.execute(_FOUND_BY, asked)
        there = all(
            connection.execute(_THERE[table], row).fetchone()
            for table in _THERE
            for row in rows[table]
        )
        if names != right or not there or not found:
            raise ValueError(f"film {number} is not found by its names")


def place_of(number: int, year: int | None) -> int:
    """Where the film stands in searches: the highest is the first."""
    return ((year or 0) << 32) + _LAST - number


def number_at(place: int) -> int:
    """The film that stands there."""
    return _LAST - (place & _LAST)


def token(text: str) -> str:
    """The text in letters that FTS5 takes as they are; what begins it begins this."""
    return text.encode().hex()


def beginning_token(form: Form, prefix: str) -> str:
    """What a title's beginning is found by."""
    return form[0] + token(prefix)


def all_of(tokens: str) -> str:
    """The question for films that have every one of the tokens."""
    return " AND ".join(f'"{each}"' for each in tokens.split())


def _searched(number: int, film: CatalogueFilm) -> dict[str, tuple[int, str]]:
    """What FTS5 gets of a film, by table: its place, and the tokens that it is found by."""
    place = place_of(number, film.movie.year)
    beginnings = {
        beginning_token(form, key[:length])
        for form, key in keys_of(film)
        for length in range(1, min(LONGEST[form], len(key)) + 1)
    }
    words = " ".join(sorted(map(token, words_of(film))))
    return {"words": (place, words), "beginnings": (place, " ".join(sorted(beginnings)))}


def _rows(number: int, film: CatalogueFilm) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a film, by their table; the same ones in the same order every time."""
    movie, body = film.movie, _packed(film)
    years, days = " ".join(map(str, film.release_years)) or None, oldest_days(film).items()
    keys = sorted(keys_of(film))
    forms: dict[str, int] = {}
    for form, key in keys:
        forms[key] = forms.get(key, 0) | BITS[form]
    shelves = {(shelf_of(form, key, movie.year), key, number) for form, key in keys}
    return {
        "films": [(number, movie.year, *movie.ids, years, movie.film_key, body)],
        "digests": [(number, digest_of(number, body))],
        "keys": [(key, number, bits) for key, bits in sorted(forms.items())],
        "shelves": sorted((s, key, n) for s, key, n in shelves if s is not None),
        "origins": [(source, number, day.isoformat()) for source, day in days],
    }


def _packed(film: CatalogueFilm) -> bytes:
    pack = zlib.compressobj(wbits=-zlib.MAX_WBITS, zdict=_COMMON)
    return pack.compress(orjson.dumps(catalogue_document(film))) + pack.flush()
