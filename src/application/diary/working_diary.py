"""The entries that a run of commands may touch, as they stand after each of them."""

from collections.abc import Iterable

from cinestats.domain.diary import AddMovie, Command, Diary, evolve
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event


class WorkingDiary:
    """Entries of any number of users, grouped by film so that each step stays small."""

    def __init__(self) -> None:
        self._plays: dict[tuple[str, str], Diary] = {}
        self._film_of: dict[tuple[str, str], str] = {}

    def know(self, user_id: str, entries: Iterable[Entry]) -> None:
        """Start from these entries. All of them must be known before the first ``evolve``."""
        for entry in entries:
            film = (user_id, entry.movie.film_key)
            self._plays[film] = {**self._plays.get(film, {}), entry.entry_id: entry}
            self._film_of[user_id, entry.entry_id] = entry.movie.film_key

    def plays(self, user_id: str, film_key: str) -> Diary:
        """The plays of one film."""
        return self._plays.get((user_id, film_key), {})

    def entry(self, user_id: str, entry_id: str) -> Entry | None:
        """The entry with that id."""
        film_key = self._film_of.get((user_id, entry_id))
        return None if film_key is None else self.plays(user_id, film_key).get(entry_id)

    def plays_for(self, command: Command) -> Diary:
        """The part of the diary that ``decide`` needs for the command."""
        plays: Diary = {}
        if isinstance(command, AddMovie):
            plays = self.plays(command.user_id, command.movie.film_key)
        entry = self.entry(command.user_id, command.entry_id)
        return plays if entry is None else {**plays, entry.entry_id: entry}

    def evolve(self, event: Event) -> None:
        """Take in what an event changes."""
        user_id, entry = event.user_id, event.entry
        film_key = self._film_of.get((user_id, entry.entry_id), entry.movie.film_key)
        self._film_of[user_id, entry.entry_id] = film_key
        self._plays[user_id, film_key] = evolve(self.plays(user_id, film_key), event)
