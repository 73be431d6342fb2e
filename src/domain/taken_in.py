"""Which play another application's event means, and what the event is in our log.

Their diary is theirs: nothing is refused because ours would not have it so. What their events
do not say, such as which play they mean, is read from the diary that they led to.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from .diary import evolve
from .entry import Entry, recency
from .errors import AlreadyInDiary, EntryNotFound
from .events import EntryCorrected, Event, MovieAdded
from .movie import Movie
from .titles import normalize_title


def play_meant(
    event: Event, plays: Iterable[Entry], history: Callable[[], Sequence[Event]]
) -> Entry | None:
    """The play of a film and day that an event without an entry id means, as it is now.

    ``plays`` are the present ones of its user of that film, in the order in which they were
    added. Where none is of that day, a catalogue or a person may have said since that the play
    is of another film or day, and the year may be missing here or there: then ``history``,
    which gives all events of the user so far, tells what was added as this film. Without the
    day it is the latest of the film. Of several, it is the one added last; of two films, none.
    """
    told = event.entry
    of_film = list(plays)
    of_day = [play for play in of_film if play.watched_on == told.watched_on]
    if of_day:
        return _latest(of_day)
    events = history()
    present = evolve({}, events)
    added = {
        each.entry.entry_id: each.entry
        for each in events
        if isinstance(each, MovieAdded) and _may_be(told.movie, each.entry.movie)
    }
    called_so = {play.entry_id: play for play in of_film}
    called_so |= {id_: play for id_, play in present.items() if _may_be(told.movie, play.movie)}
    named = called_so | added
    candidates = [named[each] for each in present if each in named]
    of_day = [play for play in candidates if play.watched_on == told.watched_on]
    meant = of_day or candidates
    if len({play.movie.year for play in meant} - {None}) > 1:
        return None
    return None if not meant else present[_latest(meant).entry_id]


def _may_be(told: Movie, movie: Movie) -> bool:
    """Whether a film is called so; a year that one of them lacks tells nothing."""
    alike = normalize_title(told.title) == normalize_title(movie.title)
    return alike and (None in (told.year, movie.year) or told.year == movie.year)


def _latest(plays: Sequence[Entry]) -> Entry:
    return max(reversed(plays), key=recency)


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
