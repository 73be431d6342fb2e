"""What an application's films and events lack, from the catalogue."""

from dataclasses import replace

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import recognise
from cinestats.application.corrections.diary_films import is_complete
from cinestats.domain.entry import Entry
from cinestats.domain.events import EntryCorrected, Event
from cinestats.domain.movie import FilmIds, Movie


def is_whole(movie: Movie) -> bool:
    """Whether all is known that the figures count, actors included."""
    return bool(movie.actors) and is_complete(movie)


class Completion:
    """Asks the catalogue once for each film; what a play says itself is kept.

    One that was empty when this was made is asked nothing.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._is_empty = catalogue, catalogue.size() == 0
        self._films: dict[tuple[str, int | None, FilmIds], Movie | None] = {}

    def event(self, event: Event) -> Event:
        """The event with its plays completed."""
        event = replace(event, entry=self.entry(event.entry))
        if isinstance(event, EntryCorrected):
            event = replace(event, corrected=self.entry(event.corrected))
        return event

    def entry(self, entry: Entry) -> Entry:
        """The play with its film completed."""
        movie = entry.movie
        if is_whole(movie) or self._is_empty:
            return entry
        key = movie.title, movie.year, movie.ids
        if key not in self._films:
            bare = Movie.create(movie.title, year=movie.year, ids=movie.ids)
            found = recognise(bare, self._catalogue, only_namesake=True)
            self._films[key] = None if found.known is None else found.known.movie
        known = self._films[key]
        return entry if known is None else replace(entry, movie=movie.completed_by(known))
