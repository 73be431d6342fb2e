"""Find the play that a person names by its film."""

from collections.abc import Iterable
from datetime import date

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import recognise
from cinestats.application.diary.ports import DiaryStore, EntryKey
from cinestats.domain.entry import Entry
from cinestats.domain.errors import EntryNotFound
from cinestats.domain.movie import Movie
from cinestats.domain.titles import normalize_title


def find_play(
    user_id: str,
    title: str,
    year: int | None,
    watched_on: date | None,
    diaries: DiaryStore,
    catalogue: Catalogue,
) -> Entry:
    """The user's play of a film named by any of its titles; the latest unless a day is given.

    Raises EntryNotFound.
    """
    movie = Movie.create(title, year=year)
    keys = {
        EntryKey("film_key", recognise(movie, catalogue).movie.film_key),
        EntryKey("title_key", normalize_title(title)),
    }
    plays = [
        entry
        for entry in diaries.lookup(user_id, keys)
        if year in (None, entry.movie.year) and watched_on in (None, entry.watched_on)
    ]
    if not plays:
        day = f" on {watched_on}" if watched_on else ""
        raise EntryNotFound(f"{title} is not in the diary of {user_id}{day}.")
    return latest_play(plays)


def latest_play(plays: Iterable[Entry]) -> Entry:
    """The play that is meant when a film is named without a day: the one watched last."""
    return max(plays, key=lambda e: (e.watched_on or date.min, e.added_on, e.entry_id))
