"""Two catalogues keep the port's contract."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from cinestats.adapters.film_json import catalogue_document
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.application.catalogue.learn import told_by
from cinestats.application.catalogue.ports import (
    CatalogueFilm,
    FilmQuery,
    Found,
    Loaded,
    Suggested,
)
from cinestats.application.ports import StoreDamaged
from cinestats.domain.movie import FilmIds

from .catalogue import DECOYS, RIGHT, SEVEN, VERTIGO, CatalogueContract, film, near
from .learning import LearningContract

_FIRST_FORM = """
CREATE TABLE films (
    film INTEGER PRIMARY KEY, imdb_id TEXT, tmdb_id INTEGER, title TEXT NOT NULL, year INTEGER,
    film_key TEXT NOT NULL, genres TEXT NOT NULL, directors TEXT NOT NULL,
    actors TEXT NOT NULL, duration INTEGER, poster_url TEXT
) STRICT;
INSERT INTO films VALUES (
    0, NULL, NULL, 'Vertigo', 1958, 'vertigo|1958', '["Sci-Fi"]', '["Christopher Nolan"]',
    '["Leonardo DiCaprio"]', 148, NULL
);
CREATE TABLE keys (
    form TEXT NOT NULL, key TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (form, key, film)
) STRICT, WITHOUT ROWID;
INSERT INTO keys VALUES
    ('bare', 'donnachevisse2volte', 0), ('bare', 'vertigo', 0),
    ('exact', 'la donna che visse due volte', 0), ('exact', 'vertigo', 0),
    ('loose', 'ladonnachevisse2volte', 0), ('loose', 'vertigo', 0);
PRAGMA user_version = 1;
"""
_TITLES = """
CREATE TABLE titles (
    film INTEGER PRIMARY KEY, original TEXT, italian TEXT, alternative TEXT NOT NULL
) STRICT;
INSERT INTO titles VALUES (0, NULL, 'La donna che visse due volte', '[]');
CREATE TABLE words (
    word TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (word, film)
) STRICT, WITHOUT ROWID;
INSERT INTO words VALUES ('vertigo', 0);
"""
_SECOND_FORM = """
CREATE TABLE films (
    film INTEGER PRIMARY KEY, imdb_id TEXT, tmdb_id INTEGER, year INTEGER, body BLOB NOT NULL
) STRICT;
CREATE TABLE keys (
    form TEXT NOT NULL, key TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (form, key, film)
) STRICT, WITHOUT ROWID;
CREATE INDEX keys_by_film ON keys (film, form);
INSERT INTO keys VALUES
    ('bare', 'vertigo', 0), ('exact', 'vertigo', 0), ('loose', 'vertigo', 0);
CREATE TABLE words (
    word TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (word, film)
) STRICT, WITHOUT ROWID;
INSERT INTO words VALUES ('vertigo', 0);
CREATE TABLE generation (number INTEGER NOT NULL) STRICT;
INSERT INTO generation VALUES (3);
PRAGMA application_id = 0x63696E65;
PRAGMA user_version = 1;
"""


_FOURTH_FORM = """
CREATE TABLE films (
    film INTEGER PRIMARY KEY, year INTEGER, imdb TEXT, tmdb INTEGER, wikidata TEXT,
    letterboxd TEXT, release_years TEXT, film_key TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX films_by_imdb ON films (imdb) WHERE imdb IS NOT NULL;
CREATE INDEX films_by_year ON films (year);
CREATE TABLE keys (
    form TEXT NOT NULL, key TEXT NOT NULL, film INTEGER NOT NULL, shelf TEXT,
    PRIMARY KEY (form, key, film)
) STRICT, WITHOUT ROWID;
CREATE INDEX keys_by_shelf ON keys (shelf, key, film) WHERE shelf IS NOT NULL;
CREATE TABLE words (
    word TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (word, film)
) STRICT, WITHOUT ROWID;
CREATE TABLE generation (number INTEGER NOT NULL) STRICT;
INSERT INTO generation VALUES (3);
CREATE TABLE origins (
    source TEXT NOT NULL, film INTEGER NOT NULL, fetched_on TEXT NOT NULL,
    PRIMARY KEY (source, film)
) STRICT, WITHOUT ROWID;
CREATE INDEX origins_by_film ON origins (film);
CREATE TABLE missing (
    source TEXT NOT NULL, asked TEXT NOT NULL, asked_on TEXT NOT NULL,
    PRIMARY KEY (source, asked)
) STRICT, WITHOUT ROWID;
INSERT INTO missing VALUES ('tmdb', 'heat|1995', '2026-11-01');
CREATE TABLE digests (film INTEGER PRIMARY KEY, digest BLOB NOT NULL) STRICT;
PRAGMA application_id = 0x63696E65;
PRAGMA user_version = 4;
"""


class TestMemoryCatalogue(CatalogueContract, LearningContract):
    def make(self) -> MemoryCatalogue:
        return MemoryCatalogue()


class TestSqliteCatalogue(CatalogueContract, LearningContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path
        self.opened: list[SqliteCatalogue] = []
        yield
        for catalogue in self.opened:
            catalogue.close()

    def make(self) -> SqliteCatalogue:
        catalogue = SqliteCatalogue(self.folder / "catalogue.db")
        self.opened.append(catalogue)
        return catalogue

    def test_films_are_still_there_after_a_restart(self) -> None:
        """The file holds the catalogue, not the process."""
        self.make().load([VERTIGO])
        assert self.make().find(FilmQuery("Vertigo", 1958)) == Found(VERTIGO)

    @pytest.mark.parametrize("titles", ["", _TITLES])
    def test_a_file_of_the_first_form_keeps_its_films(self, titles: str) -> None:
        """They are found as before, and searched by the titles that the file has."""
        with closing(sqlite3.connect(self.folder / "catalogue.db")) as older, older:
            older.executescript(_FIRST_FORM + titles)
        for _ in ("the first time", "again"):
            catalogue = self.make()
            assert [found.movie.title for found in catalogue.search("vert", 8)] == ["Vertigo"]
            italian = catalogue.search("La donna che", 8)
            known = VERTIGO.italian_title if titles else None
            assert [each.italian_title for each in italian] == [known]
            answer = catalogue.find(FilmQuery("La donna che visse due volte", 1958))
            for found in (answer, catalogue.find(FilmQuery("La dona che visse due volte"))):
                assert isinstance(found, Found | Suggested)

    def _of_the_fourth_form(self, changed: bytes = b"") -> CatalogueFilm:
        known = told_by(VERTIGO, "tmdb", date(2026, 11, 1))
        body = orjson.dumps(catalogue_document(known))
        digest = sha256(b"0 " + body).digest()
        ids, key = VERTIGO.movie.ids, VERTIGO.movie.film_key
        with closing(sqlite3.connect(self.folder / "catalogue.db")) as older, older:
            older.executescript(_FOURTH_FORM)
            row = (0, 1958, *ids, None, key, body + changed)
            older.execute("INSERT INTO films VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            older.execute("INSERT INTO digests VALUES (0, ?)", (digest,))
            older.execute("INSERT INTO keys VALUES ('exact', 'vertigo', 0, NULL)")
            older.execute("INSERT INTO origins VALUES ('tmdb', 0, '2026-11-01')")
        return known

    def test_a_file_of_the_fourth_form_keeps_its_films_and_what_was_asked(self) -> None:
        known = self._of_the_fourth_form()
        for _ in ("the first time", "again"):
            catalogue = self.make()
            assert catalogue.find(FilmQuery("Vertigo", 1958)) == Found(known)
            assert catalogue.search("che donna", 8) == [known]
            assert [share.source for share in catalogue.shares()] == ["tmdb"]
            assert catalogue.missing("tmdb", ["heat|1995"], date(2026, 11, 1))
            catalogue.check()

    def test_films_of_the_third_form_get_their_checksums(self) -> None:
        """A letter that changes later is noticed."""
        known = self._of_the_fourth_form()
        path = self.folder / "catalogue.db"
        with closing(sqlite3.connect(path)) as older, older:
            older.executescript("DROP TABLE digests; PRAGMA user_version = 3")
        catalogue = self.make()
        assert catalogue.find(FilmQuery("Vertigo", 1958)) == Found(known)
        catalogue.check()
        with closing(sqlite3.connect(path)) as changed, changed:
            changed.execute("UPDATE films SET body = x'00'")
        with pytest.raises(StoreDamaged):
            catalogue.check()

    def test_a_damaged_film_of_the_fourth_form_is_told_and_not_taken_over(self) -> None:
        self._of_the_fourth_form(b" ")
        with pytest.raises(StoreDamaged, match="load your films again"):
            self.make()

    def test_a_search_finds_what_memory_finds(self) -> None:
        """Whatever the beginning: short ones, long ones, words, and what is mistyped."""
        films = [
            *RIGHT,
            *DECOYS,
            SEVEN,
            VERTIGO,
            film("$", 1971),
            film("千と千尋の神隠し", 2001),
        ]
        films += [film(f"The Day of the {n} Loves", 1990 + n % 30) for n in range(60)]
        memory, catalogue = MemoryCatalogue(), self.make()
        for each in (memory, catalogue):
            each.load(films)
        typed = {f.movie.title[:n] for f in films for n in range(1, 12)}
        typed |= {"loves the", "the the", "dya lovse", "vertgo", "1990", "t 20", "千", "$"}
        for text in sorted(typed):
            for limit in (1, 8):
                assert catalogue.search(text, limit) == memory.search(text, limit), text

    def test_a_film_that_has_changed_is_searched_by_its_new_titles_alone(self) -> None:
        catalogue = self.make()
        catalogue.load([film("Heat", 1995, imdb="tt0113277")])
        catalogue.load([film("Fire", 1996, imdb="tt0113277")])
        assert catalogue.search("heat", 8) == catalogue.search("1995", 8) == []
        assert [each.movie.year for each in catalogue.search("fi", 8)] == [1996]
        catalogue.check()
        catalogue.load([VERTIGO], replace=True)
        assert catalogue.search("fire", 8) == []
        catalogue.check()

    def test_a_file_of_the_second_form_keeps_its_films_and_their_ids(self) -> None:
        """They had the ids beside the film."""
        body = {
            "name": "Vertigo",
            "year": 1958,
            "film_key": "vertigo|1958",
            "genres": ["Sci-Fi"],
            "director": ["Christopher Nolan"],
            "actors": ["Leonardo DiCaprio"],
            "duration": 148,
            "poster_url": None,
            "original_title": None,
            "italian_title": VERTIGO.italian_title,
            "alternative_titles": [],
            "imdb_id": "tt0052357",
            "tmdb_id": 426,
        }
        row = (0, "tt0052357", 426, 1958, json.dumps(body).encode())
        with closing(sqlite3.connect(self.folder / "catalogue.db")) as older, older:
            older.executescript(_SECOND_FORM)
            older.execute("INSERT INTO films VALUES (?, ?, ?, ?, ?)", row)
        known = replace(VERTIGO, movie=replace(VERTIGO.movie, ids=FilmIds("tt0052357", 426)))
        for _ in ("the first time", "again"):
            catalogue = self.make()
            assert catalogue.find(FilmQuery("Vertigo", 1958)) == Found(known)
            assert catalogue.find(FilmQuery("", ids=FilmIds(tmdb=426))) == Found(known)
            assert catalogue.find(FilmQuery("La dona che visse due volte")) == near(known)
            assert catalogue.search("La donna", 8) == [known]
        assert catalogue.load([known]) == Loaded(0, 1, 1)

    @pytest.mark.parametrize("year", [1958, None])
    def test_a_load_by_another_process_is_seen_at_once(self, year: int | None) -> None:
        """What a search has kept in memory is not used for newer content."""
        searching, loading = self.make(), self.make()
        loading.load([VERTIGO])
        typing_error = FilmQuery("La donna che vise due volte", year)
        assert searching.find(typing_error) == near(VERTIGO)
        loading.load([film("Metropolis", 1927)], replace=True)
        assert searching.find(typing_error) is None
        loading.load([VERTIGO])
        assert searching.find(typing_error) == near(VERTIGO)
