"""Which play another application's event means, and what the event is in our log.

Their diary is theirs: nothing is refused because ours would not have it so. What their events
do not say, such as which play they mean, is read from the diary that they led to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .diary import evolve
from .entry import Entry, recency
from .errors import AlreadyInDiary, EntryNotFound
from .events import EntryCorrected, Event, MovieAdded
from .movie import film_key_of


def play_meant(event: Event, plays: Iterable[Entry]) -> Entry | None:
    """The play that an event means, of the present ``plays`` of its user.

    It is the one with the event's entry id. Without an id it is the play of that film and day,
    else the latest of that film; of several, the one added last. ``plays`` are in the order in
    which they were added.
    """
    told = event.entry
    if told.entry_id:
        return next((play for play in plays if play.entry_id == told.entry_id), None)
    of_film = [play for play in plays if play.movie.film_key == told.movie.film_key]
    of_day = [play for play in of_film if play.watched_on == told.watched_on]
    return _latest(of_day or of_film)


def play_added_as(event: Event, history: Iterable[Event]) -> Entry | None:
    """The play that an event without an entry id means, where it is another film by now.

    A catalogue, or a person, has said so since. ``history`` has all events of the user so far.
    """
    film, day = _as_told(event.entry), event.entry.watched_on
    history = list(history)
    present = evolve({}, history)
    added = [
        each.entry
        for each in history
        if isinstance(each, MovieAdded)
        and each.entry.entry_id in present
        and _as_told(each.entry) == film
    ]
    of_day = [entry for entry in added if entry.watched_on == day]
    meant = _latest(of_day or added)
    return None if meant is None else present[meant.entry_id]


def _latest(plays: Sequence[Entry]) -> Entry | None:
    return max(reversed(plays), key=recency, default=None)


def _as_told(entry: Entry) -> str:
    return film_key_of(entry.movie.title, entry.movie.year)


def taken_in(event: Event, play: Entry | None, *, park_unknown: bool = False) -> Event:
    """The event, which has an event id, as our log has it: it means ``play`` of the diary.

    It changes that play as the diary has it, rating included. Without a play it counts as it
    was published, or raises EntryNotFound with ``park_unknown``. Raises AlreadyInDiary for an
    ADD with the entry id of a play that is there.
    """
    named = replace(event.entry, entry_id=event.entry.entry_id or event.event_id)
    if isinstance(event, MovieAdded):
        if play is not None:
            raise AlreadyInDiary(
                f"entry_id: {play.entry_id} is a play of the diary already; another play needs"
                " an id of its own."
            )
        return replace(event, entry=named, again=True)
    if play is None:
        if park_unknown:
            raise EntryNotFound(
                f"{event.entry.movie.title} is not in the diary of {event.user_id}, and"
                " CINESTATS_FOREIGN_UNKNOWN=park lets no such event count."
            )
        return replace(event, entry=named, as_published=True)
    if isinstance(event, EntryCorrected):
        corrected = replace(
            event.corrected,
            entry_id=play.entry_id,
            added_on=play.added_on,
            rating=play.rating,
        )
        return replace(event, entry=play, corrected=corrected)
    return replace(event, entry=play)
