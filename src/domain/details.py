"""What a film has beside the credits that are counted."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import NamedTuple, Self

from .errors import InvalidInput
from .texts import clean_text

MAX_DETAIL_NAMES = 20
MAX_DETAIL_LENGTH = 200
MAX_ORIGINAL_TITLE_LENGTH = 500
MAX_VOTES = 10**10


class Votes(NamedTuple):
    """What the members of a source think of a film: ``average`` is out of 10."""

    source: str
    average: float
    votes: int


@dataclass(frozen=True, slots=True)
class FilmDetails:
    """What is known of a film; each empty where it is not.

    ``countries`` and ``languages`` are names in English, ``collection`` is the series of films
    that it is a part of.
    """

    original_title: str | None = None
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    composers: tuple[str, ...] = ()
    cinematographers: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    collection: str | None = None
    votes: Votes | None = None

    @classmethod
    def create(
        cls,
        *,
        original_title: str | None = None,
        countries: Iterable[str] = (),
        languages: Iterable[str] = (),
        writers: Iterable[str] = (),
        composers: Iterable[str] = (),
        cinematographers: Iterable[str] = (),
        studios: Iterable[str] = (),
        collection: str | None = None,
        votes: Votes | None = None,
    ) -> Self:
        """Check and clean every field; raises InvalidInput with the field's name."""
        if original_title is not None:
            original_title = clean_text(
                original_title, "original_title", MAX_ORIGINAL_TITLE_LENGTH
            )
        if collection is not None:
            collection = clean_text(collection, "collection", MAX_DETAIL_LENGTH)
        return cls(
            original_title,
            _names(countries, "countries"),
            _names(languages, "languages"),
            _names(writers, "writers"),
            _names(composers, "composers"),
            _names(cinematographers, "cinematographers"),
            _names(studios, "studios"),
            collection,
            None if votes is None else _checked_votes(votes),
        )

    def filled_by(self, other: "FilmDetails") -> "FilmDetails":
        """These details, and those of ``other`` that are lacking."""
        if self == other or other == NO_DETAILS:
            return self
        return FilmDetails(
            *(getattr(self, name) or getattr(other, name) for name in DETAIL_FIELDS)
        )


DETAIL_FIELDS = tuple(field.name for field in fields(FilmDetails))
NO_DETAILS = FilmDetails()


def _names(values: Iterable[str], field: str) -> tuple[str, ...]:
    distinct = dict.fromkeys(clean_text(value, field, MAX_DETAIL_LENGTH) for value in values)
    return tuple(distinct)[:MAX_DETAIL_NAMES]


def _checked_votes(votes: Votes) -> Votes:
    source, average, number = votes
    if not 0 <= average <= 10:
        raise InvalidInput("votes", f"must have an average from 0 to 10, not {average}")
    if not 0 < number <= MAX_VOTES:
        raise InvalidInput("votes", f"must be a positive number, not {number}")
    return Votes(clean_text(source, "votes", MAX_DETAIL_LENGTH), float(average), number)
