"""What another application's events mean in the diaries, one after the other."""

from collections import defaultdict
from collections.abc import Sequence

from cinestats.application.diary.ports import DiaryStore, EntryKey
from cinestats.application.diary.working_diary import WorkingDiary
from cinestats.application.log.ports import EventHistory
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event
from cinestats.domain.taken_in import play_meant, taken_in


class Meanings:
    """Knows the plays that ``events`` may mean, as they stand after each that it was told.

    With ``park_unknown`` an event of which the diary holds no play is refused.
    """

    def __init__(
        self,
        history: EventHistory,
        diaries: DiaryStore,
        events: Sequence[Event],
        *,
        park_unknown: bool,
    ) -> None:
        self._history = history
        self._park_unknown = park_unknown
        self._working = WorkingDiary()
        self._earlier: dict[str, list[Event]] = {}
        self._since: defaultdict[str, list[Event]] = defaultdict(list)
        keys: defaultdict[str, set[EntryKey]] = defaultdict(set)
        for event in events:
            if event.entry.entry_id:
                keys[event.user_id].add(EntryKey("entry_id", event.entry.entry_id))
            elif event.before is not None:  # nothing need be known of a play that comes
                keys[event.user_id].add(EntryKey("film_key", event.entry.movie.film_key))
        for user_id, wanted in keys.items():
            self._working.know(user_id, diaries.lookup(user_id, wanted))

    def of(self, event: Event) -> Event:
        """The event as our log has it; raises what ``taken_in`` raises."""
        meant = taken_in(event, self._play(event), park_unknown=self._park_unknown)
        self._working.evolve(meant)
        self._since[event.user_id].append(meant)
        return meant

    def _play(self, event: Event) -> Entry | None:
        user_id, told = event.user_id, event.entry
        if told.entry_id:
            return self._working.entry(user_id, told.entry_id)
        if event.before is None:
            return None
        plays = self._working.plays(user_id, told.movie.film_key).values()
        return play_meant(event, plays, lambda: self._history_of(user_id))

    def _history_of(self, user_id: str) -> Sequence[Event]:
        if user_id not in self._earlier:
            found = (each.event for each in self._history.of_user(user_id))
            self._earlier[user_id] = [each for each in found if each is not None]
        return [*self._earlier[user_id], *self._since[user_id]]
