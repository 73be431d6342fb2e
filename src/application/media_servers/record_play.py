"""Record a film that was seen on a media server. Being told twice makes one play."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import recognise
from cinestats.application.diary.keep import DiaryKeeper, addition
from cinestats.application.diary.ports import EntryKey
from cinestats.domain.days import local_day
from cinestats.domain.entry import Entry
from cinestats.domain.errors import AlreadyInDiary
from cinestats.domain.movie import Movie, film_key_of


@dataclass(frozen=True, slots=True)
class Play:
    """A film that a media server's user saw to its end.

    ``item`` is what the server calls the film; ``seen_at`` is aware, None when the server
    does not say. ``movie`` has the credits that the server knows.
    """

    item: str
    movie: Movie
    user_name: str | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A notification that is not about a film seen to its end; ``reason`` is a sentence."""

    reason: str


class PlayOutcome(NamedTuple):
    """What became of a notification; ``reason`` says why nothing was added."""

    outcome: Literal["added", "already-there", "ignored"]
    reason: str | None = None


def record_play(diary: DiaryKeeper, *, user: str, hook_id: str, play: Play) -> PlayOutcome:
    """Add the play on the day it was seen, by the zone; today unless the server says.

    A play that was added once is not added again, even if it was deleted since.
    """
    now = diary.clock()
    day = local_day(min(play.seen_at or now, now), diary.zone)
    event_id = diary.id_from("hook", user, hook_id, play.item, day.isoformat())
    if diary.history.find(user, event_id) is not None:
        return PlayOutcome("already-there", f"{play.movie.title} was added before.")
    movie = _film(play, diary.catalogue)
    bare_key = film_key_of(play.movie.title, play.movie.year)
    # An entry from before the catalogue knew the film has the key of its bare title.
    keys = [EntryKey("film_key", key) for key in (movie.film_key, bare_key)]
    if any(entry.watched_on == day for entry in diary.diaries.lookup(user, keys)):
        return PlayOutcome("already-there", f"{movie.title} is already in the diary on {day}.")
    entry = Entry(event_id, movie, None, day, diary.today())
    stamp = diary.stamp(user, event_id=event_id)
    try:
        diary.recorder.record(addition(diary, stamp, entry))
    except AlreadyInDiary as error:
        return PlayOutcome("already-there", str(error))
    return PlayOutcome("added")


def _film(play: Play, catalogue: Catalogue) -> Movie:
    """The catalogue's credits; the server's own, in its language, only without them."""
    server = play.movie
    bare = Movie.create(server.title, year=server.year, ids=server.ids)
    found = recognise(bare, catalogue)
    return server if found.known is None else found.movie
