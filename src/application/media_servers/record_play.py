"""Record a film that was seen on a media server. Being told twice makes one play."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import recognise
from cinestats.application.diary.ports import DiaryStore, EntryKey
from cinestats.application.diary.record import Recorder
from cinestats.application.log.ports import EventHistory
from cinestats.application.ports import Clock, IdFrom
from cinestats.domain.days import local_day
from cinestats.domain.diary import AddMovie
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
    imdb_id: str | None
    tmdb_id: int | None
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


class PlayRecorder:
    """Adds plays to diaries, with what the catalogue knows of their films."""

    def __init__(
        self,
        recorder: Recorder,
        history: EventHistory,
        diaries: DiaryStore,
        catalogue: Catalogue,
        clock: Clock,
        id_from: IdFrom,
        zone: tzinfo,
    ) -> None:
        self._recorder = recorder
        self._history = history
        self._diaries = diaries
        self._catalogue = catalogue
        self._clock = clock
        self._id_from = id_from
        self._zone = zone

    def record(self, user_id: str, hook_id: str, play: Play) -> PlayOutcome:
        """Add the play on the day it was seen, by the zone; today unless the server says.

        A play that was added once is not added again, even if it was deleted since.
        """
        now = self._clock()
        seen_at = now if play.seen_at is None else min(play.seen_at, now)
        day, today = local_day(seen_at, self._zone), local_day(now, self._zone)
        event_id = self._id_from("hook", user_id, hook_id, play.item, day.isoformat())
        if self._history.find(user_id, event_id) is not None:
            return PlayOutcome("already-there", f"{play.movie.title} was added before.")
        movie = self._film(play)
        bare_key = film_key_of(play.movie.title, play.movie.year)
        # An entry from before the catalogue knew the film has the key of its bare title.
        keys = [EntryKey("film_key", key) for key in (movie.film_key, bare_key)]
        if any(entry.watched_on == day for entry in self._diaries.lookup(user_id, keys)):
            return PlayOutcome(
                "already-there", f"{movie.title} is already in the diary on {day}."
            )
        command = AddMovie(event_id, user_id, event_id, movie, None, day, today, today, now)
        try:
            self._recorder.record(command)
        except AlreadyInDiary as error:
            return PlayOutcome("already-there", str(error))
        return PlayOutcome("added")

    def _film(self, play: Play) -> Movie:
        """The catalogue's credits; the server's own, in its language, only without them."""
        bare = Movie.create(play.movie.title, year=play.movie.year)
        found = recognise(bare, self._catalogue, play.imdb_id, play.tmdb_id)
        return found.movie if found.known else play.movie
