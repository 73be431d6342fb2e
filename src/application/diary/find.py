"""Find the entry that is meant: by its id, or by its film as a person names it."""

from collections.abc import Iterable
from datetime import date

from cinestats.application.catalogue.recognise import recognise
from cinestats.domain.entry import Entry
from cinestats.domain.errors import EntryNotFound
from cinestats.domain.movie import Movie
from cinestats.domain.titles import normalize_title

from .keep import DiaryKeeper
from .ports import EntryKey


def find_play(
    diary: DiaryKeeper,
    *,
    user: str,
    title: str,
    year: int | None = None,
    watched: date | None = None,
) -> Entry:
    """The play of a film named by any of its titles; the latest unless a day is given.

    Raises EntryNotFound.
    """
    diary.recorder.catch_up_with(user)
    plays = [
        entry
        for entry in plays_of(diary, user, Movie.create(title, year=year))
        if year in (None, entry.movie.year) and watched in (None, entry.watched_on)
    ]
    if not plays:
        day = f" on {watched}" if watched else ""
        raise EntryNotFound(f"{title} is not in the diary of {user}{day}.")
    return latest(plays)


def plays_of(diary: DiaryKeeper, user: str, film: Movie) -> Iterable[Entry]:
    """The user's plays of a film, known by its title or as the catalogue knows it."""
    known = recognise(film, diary.catalogue).movie
    keys = [
        EntryKey("film_key", known.film_key),
        EntryKey("title_key", normalize_title(film.title)),
    ]
    return diary.diaries.lookup(user, keys)


def latest(plays: Iterable[Entry]) -> Entry:
    """The play that is meant when a film is named without a day: the one watched last."""
    return max(plays, key=lambda e: (e.watched_on or date.min, e.added_on, e.entry_id))


def find_entry(diary: DiaryKeeper, user: str, entry_id: str) -> Entry:
    """The entry with that id; raises EntryNotFound."""
    for entry in diary.diaries.lookup(user, [EntryKey("entry_id", entry_id)]):
        return entry
    raise EntryNotFound(f"The diary holds no entry {entry_id}.")
