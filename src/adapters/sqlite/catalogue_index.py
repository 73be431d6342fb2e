"""One view of the catalogue's file, for those who look for films."""

import sqlite3
from collections.abc import Sequence

from cinestats.adapters.title_index import MOST_SHELVES, Answer, Form, Listing, Shelf
from cinestats.adapters.title_search import sorted_vocabulary
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery
from cinestats.domain.movie import FilmIds

from .catalogue_rows import (
    BITS,
    LONGEST,
    beginning_token,
    film_of,
    number_at,
    place_of,
    token,
)

_LISTING = "SELECT film, year, imdb, tmdb, wikidata, letterboxd, release_years FROM films"
_FIRST = "SELECT rowid FROM {0} WHERE {0} MATCH ? ORDER BY rowid DESC LIMIT ?"


class Kept:
    """What searches have needed, of one generation of the content."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.answers: dict[FilmQuery, Answer] = {}
        self.shelves: dict[str, Shelf] = {}
        self.vocabulary: list[str] | None = None


class Index:
    """Implements TitleIndex and SearchIndex in a transaction that reads."""

    def __init__(self, connection: sqlite3.Connection, kept: Kept) -> None:
        self._connection = connection
        self._kept = kept

    @property
    def answers(self) -> dict[FilmQuery, Answer]:
        return self._kept.answers

    def with_film_key(self, film_key: str) -> Sequence[Listing]:
        return self._listings("WHERE film_key = ?", film_key)

    def with_id(self, kind: str, value: str | int) -> Sequence[Listing]:
        return self._listings(f"WHERE {kind} = ?", value)

    def with_key(self, form: Form, key: str) -> Sequence[Listing]:
        of_key = "JOIN keys USING (film) WHERE key = ? AND forms & ?"
        return self._listings(of_key, key, BITS[form])

    def listings(self, films: Sequence[int]) -> Sequence[Listing]:
        return [listing for film in films for listing in self._listings("WHERE film = ?", film)]

    def shelf(self, name: str) -> Shelf:
        shelves = self._kept.shelves
        shelf = shelves.get(name)
        if shelf is None:
            rows = self._connection.execute(
                "SELECT key, film FROM shelves WHERE shelf = ?", (name,)
            ).fetchall()
            shelf = Shelf([key for key, _ in rows], [film for _, film in rows])
            if len(shelves) >= MOST_SHELVES:
                shelves.clear()
            shelves[name] = shelf
        return shelf

    def film(self, film: int) -> CatalogueFilm:
        return film_of(self._connection, film)

    def beginning(self, form: Form, prefix: str, limit: int) -> Sequence[int]:
        if len(prefix) <= LONGEST[form]:
            return self._first("beginnings", f'"{beginning_token(form, prefix)}"', limit)
        rows = self._connection.execute(
            "SELECT DISTINCT film, year FROM keys JOIN films USING (film)"
            " WHERE key >= ? AND key < ? AND forms & ?",
            (prefix, prefix + "\U0010ffff", BITS[form]),
        )
        newest = sorted(rows, key=lambda row: place_of(*row), reverse=True)
        return [film for film, _ in newest[:limit]]

    def with_words(self, prefixes: Sequence[Sequence[str]], limit: int) -> Sequence[int]:
        groups = (" OR ".join(f'"{token(each)}" *' for each in group) for group in prefixes)
        return self._first("words", " AND ".join(f"({group})" for group in groups), limit)

    @property
    def vocabulary(self) -> Sequence[str]:
        vocabulary = self._kept.vocabulary
        if vocabulary is None:
            rows = self._connection.execute("SELECT term FROM known_words")
            vocabulary = sorted_vocabulary(bytes.fromhex(term).decode() for (term,) in rows)
            self._kept.vocabulary = vocabulary
        return vocabulary

    def _listings(self, clause: str, *parameters: str | int) -> Sequence[Listing]:
        rows = self._connection.execute(f"{_LISTING} {clause}", parameters)
        return [
            Listing(film, year, FilmIds(*ids), _years(others))
            for film, year, *ids, others in rows
        ]

    def _first(self, table: str, question: str, limit: int) -> Sequence[int]:
        rows = self._connection.execute(_FIRST.format(table), (question, limit))
        return [number_at(place) for (place,) in rows]


def _years(text: str | None) -> tuple[int, ...]:
    return tuple(map(int, text.split())) if text else ()
