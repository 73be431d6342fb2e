"""What is asked of a source of films elsewhere."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from cinestats.application.catalogue.ports import FilmQuery, Found, Suggested
from cinestats.domain.errors import CinestatsError


class Failed(NamedTuple):
    """A film that the source could not be asked about now; it can be asked again later."""

    reason: str


Answer = Found | Suggested | Failed | None
"""The one film; those that may be meant, best first; why none; None where there is none."""


class SourceStopped(CinestatsError):
    """The source answers nothing more: a wrong token, no network, too many failures."""


class FilmSource(Protocol):
    """A source of films that is asked on its owner's word.

    It finds a film by an id, else by exactly one of its titles and a year of release; anything
    else it may suggest.
    """

    @property
    def name(self) -> str:
        """What settings and commands call it: wikidata, tmdb …"""
        ...

    @property
    def batch(self) -> int:
        """How many films to ask for together."""
        ...

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        ...

    def look_up(self, queries: Sequence[FilmQuery]) -> Iterator[Answer]:
        """The answer to each query, in order; raises SourceStopped."""
        ...
