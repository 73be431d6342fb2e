"""A film as an entry knows it: title, year, and the credits that are counted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple, Self

from .details import NO_DETAILS, FilmDetails
from .errors import InvalidInput
from .texts import clean_text
from .titles import normalize_title

MAX_DIRECTORS = 2
MAX_ACTORS = 5
MAX_GENRES = 30
MAX_TITLE_LENGTH = 500
MAX_NAME_LENGTH = 200
FIRST_YEAR = 1870
LAST_YEAR = 2200
MAX_POSTER_URL_LENGTH = 2000
MAX_DURATION = 60_000  # minutes; the longest film ever shown runs 51,420
MAX_TMDB_ID = 10**10
MAX_URI_LENGTH = 500

_NAME_SUFFIX = re.compile(r"(jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_IMDB_ID = re.compile(r"tt\d{5,12}", re.ASCII)
_HTTPS = re.compile(r"https://[^\s/?#@\\]+(?:[/?#]|$)")
_WIKIDATA_ID = re.compile(r"Q[1-9]\d{0,11}", re.ASCII)


class FilmIds(NamedTuple):
    """What others know a film by; ``letterboxd`` is the address of its page there."""

    imdb: str | None = None
    tmdb: int | None = None
    wikidata: str | None = None
    letterboxd: str | None = None

    def same_as(self, other: "FilmIds") -> bool | None:
        """Whether the ids are of one film; None where they have none in common.

        The first of them that both have decides.
        """
        for ours, theirs in zip(self, other, strict=True):
            if ours is not None and theirs is not None:
                return ours == theirs
        return None

    def filled_by(self, other: "FilmIds") -> "FilmIds":
        """These ids, and those of ``other`` that are lacking."""
        if self == other or not any(other):
            return self
        pairs = zip(self, other, strict=True)
        return FilmIds._make(theirs if ours is None else ours for ours, theirs in pairs)


NO_IDS = FilmIds()


class FilmName(NamedTuple):
    """What a catalogue calls a film."""

    title: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Movie:
    """A film with the credits that statistics count.

    ``film_key`` says which film it is: two entries with one key are plays of one film.
    ``directors`` holds at most 2 distinct names, ``actors`` at most 5; ``duration`` is in
    minutes. ``title`` is what the source of the play calls the film, whatever a catalogue
    does: ``listed`` is its name there, None where no catalogue has told which film it is.
    ``details`` hold what no figure is kept of.
    """

    title: str
    year: int | None
    film_key: str
    genres: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    duration: int | None = None
    poster_url: str | None = None
    ids: FilmIds = NO_IDS
    listed: FilmName | None = None
    details: FilmDetails = NO_DETAILS

    @classmethod
    def create(
        cls,
        title: str,
        *,
        year: int | None = None,
        film_key: str | None = None,
        genres: Iterable[str] = (),
        directors: str | Iterable[str] = (),
        actors: Iterable[str] = (),
        duration: int | None = None,
        poster_url: str | None = None,
        ids: FilmIds = NO_IDS,
        listed: FilmName | None = None,
        details: FilmDetails = NO_DETAILS,
    ) -> Self:
        """Check and clean every field; raises InvalidInput with the field's name.

        >>> Movie.create("Inception", year=2010, directors="Christopher Nolan").film_key
        'inception|2010'
        """
        title = clean_text(title, "title", MAX_TITLE_LENGTH)
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise InvalidInput("year", f"must be from {FIRST_YEAR} to {LAST_YEAR}, not {year}")
        if duration is not None and not 0 < duration <= MAX_DURATION:
            raise InvalidInput(
                "duration", f"must be from 1 to {MAX_DURATION} minutes, not {duration}"
            )
        if isinstance(directors, str):
            directors = split_names(directors)
        credits_ = (
            _names(genres, "genres", MAX_GENRES),
            _names(directors, "director", MAX_DIRECTORS),
            _names(actors, "actors", MAX_ACTORS),
        )
        if poster_url is not None:
            poster_url = clean_text(poster_url, "poster_url", MAX_POSTER_URL_LENGTH)
        key = film_key or film_key_of(title, year)
        ids = checked_ids(ids)
        return cls(title, year, key, *credits_, duration, poster_url, ids, listed, details)

    def completed_by(self, known: "Movie") -> "Movie":
        """This film with the fields it lacks taken from ``known``, a catalogue's film.

        Its key is ``known``'s, and ``listed`` tells what the catalogue calls it.
        """
        name = known.listed or FilmName(known.title, known.year)
        return replace(self.filled_by(known), film_key=known.film_key, listed=name)

    def filled_by(self, other: "Movie") -> "Movie":
        """This film, under its own key and title, with the fields it lacks from ``other``."""
        return Movie(
            self.title,
            self.year if self.year is not None else other.year,
            self.film_key,
            self.genres or other.genres,
            self.directors or other.directors,
            self.actors or other.actors,
            self.duration or other.duration,
            self.poster_url or other.poster_url,
            self.ids.filled_by(other.ids),
            self.listed or other.listed,
            self.details.filled_by(other.details),
        )


def film_key_of(title: str, year: int | None) -> str:
    """The key of a film that no catalogue knows better.

    >>> film_key_of("Amélie", 2001), film_key_of("Metropolis", None)
    ('amelie|2001', 'metropolis|')
    """
    return f"{normalize_title(title)}|{'' if year is None else year}"


def split_names(text: str) -> list[str]:
    """Split "A, B" into names, keeping a suffix with its name.

    >>> split_names("Joel Coen, Ethan Coen"), split_names("Robert Downey, Jr.")
    (['Joel Coen', 'Ethan Coen'], ['Robert Downey, Jr.'])
    """
    names: list[str] = []
    for part in (p.strip() for p in text.split(",")):
        if names and _NAME_SUFFIX.match(part):
            names[-1] += ", " + part
        elif part:
            names.append(part)
    return names


def checked_ids(ids: FilmIds) -> FilmIds:
    """``ids``; raises InvalidInput, with the field's name, where one cannot be."""
    if ids is NO_IDS:
        return ids
    imdb, tmdb, wikidata, letterboxd = ids
    if imdb is not None and not _IMDB_ID.fullmatch(imdb):
        raise InvalidInput("imdb", f"must be like tt0113277, not {imdb[:40]!r}")
    if tmdb is not None and not 0 < tmdb <= MAX_TMDB_ID:
        raise InvalidInput("tmdb", f"must be a positive whole number, not {tmdb}")
    if wikidata is not None and not _WIKIDATA_ID.fullmatch(wikidata):
        raise InvalidInput("wikidata", f"must be like Q42198, not {wikidata[:40]!r}")
    if letterboxd is not None:
        letterboxd = clean_text(letterboxd, "letterboxd", MAX_URI_LENGTH)
    return FilmIds(imdb, tmdb, wikidata, letterboxd)


def checked_poster(url: str) -> str:
    """``url`` if pages may load a poster from it: by HTTPS alone. Raises InvalidInput.

    >>> checked_poster("https://films.example/heat.jpg")
    'https://films.example/heat.jpg'
    """
    if not _HTTPS.match(url):
        raise InvalidInput("poster_url", "must be an address that begins with https://")
    return url


def _names(values: Iterable[str], field: str, limit: int) -> tuple[str, ...]:
    distinct = dict.fromkeys(_clean_name(v, field) for v in values)
    return tuple(distinct)[:limit]


@lru_cache(maxsize=50_000)  # the same names come again and again
def _clean_name(value: str, field: str) -> str:
    return clean_text(value, field, MAX_NAME_LENGTH)
