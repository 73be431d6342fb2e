"""The entries that a run of commands may touch, as they stand after each of them."""

from collections import defaultdict
from collections.abc import Iterable

from cinestats.domain.diary import AddMovie, Command, CorrectEntry, Diary, evolve
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event


class WorkingDiary:
    """Entries of any number of users, grouped by film so that each step stays small."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}
        self._plays: defaultdict[tuple[str, str], dict[str, Entry]] = defaultdict(dict)

    def know(self, user_id: str, entries: Iterable[Entry]) -> None:
        """Hold these entries, too."""
        for entry in entries:
            self._entries[user_id, entry.entry_id] = entry
            self._plays[user_id, entry.movie.film_key][entry.entry_id] = entry

    def plays(self, user_id: str, film_key: str) -> Diary:
        """The plays of one film."""
        return self._plays[user_id, film_key]

    def entry(self, user_id: str, entry_id: str) -> Entry | None:
        """The entry with that id."""
        return self._entries.get((user_id, entry_id))

    def plays_for(self, command: Command) -> Diary:
        """The part of the diary that ``decide`` needs for the command."""
        entry = self.entry(command.user_id, command.entry_id)
        movie = None
        if isinstance(command, AddMovie):
            movie = command.entry.movie
        elif isinstance(command, CorrectEntry):
            movie = command.correction.get("movie", entry.movie if entry else None)
        plays: Diary = self.plays(command.user_id, movie.film_key) if movie else {}
        return plays if entry is None else {**plays, entry.entry_id: entry}

    def evolve(self, event: Event) -> None:
        """Take in what an event changes."""
        user_id, entry_id = event.user_id, event.entry.entry_id
        old = self._entries.pop((user_id, entry_id), None)
        now = evolve({} if old is None else {entry_id: old}, [event]).get(entry_id)
        if old is not None and (now is None or now.movie.film_key != old.movie.film_key):
            del self._plays[user_id, old.movie.film_key][entry_id]
        if now is not None:
            self.know(user_id, [now])  # in its old place among the plays of its film
