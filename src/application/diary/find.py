"""Find the entry that is meant: by its id, or by its film as a person names it."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise, takewhile
from operator import eq

from cinestats.application.catalogue.recognise import recognise
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError, EntryNotFound
from cinestats.domain.movie import Movie
from cinestats.domain.titles import normalize_title

from .keep import DiaryKeeper
from .ports import EntryKey

SHORTEST_ID = 6
"""How many characters of an entry's id must be given at least."""

_NAMED = 4  # entries that a refusal names


class AmbiguousEntry(CinestatsError):
    """Several entries are called so, and nothing says which is meant."""


def find_play(
    diary: DiaryKeeper,
    *,
    user: str,
    title: str,
    year: int | None = None,
    watched: date | None = None,
) -> Entry:
    """The play of a film named by any of its titles; the latest unless a day is given.

    Raises EntryNotFound, and AmbiguousEntry where there are several on the day.
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
    play = latest(plays)
    alike = [each for each in plays if each.watched_on == play.watched_on]
    if len(alike) > 1:
        day = f"on {play.watched_on}" if play.watched_on else "on an unknown day"
        raise AmbiguousEntry(
            f"{title} is {len(alike)} times in the diary of {user} {day};"
            f" give the --entry that is meant: {_listed(alike)}."
        )
    return play


def plays_of(diary: DiaryKeeper, user: str, film: Movie) -> Iterable[Entry]:
    """The user's plays of a film, known by its title or as the catalogue knows it."""
    known = recognise(film, diary.catalogue, only_namesake=True).movie
    keys = [
        EntryKey("film_key", known.film_key),
        EntryKey("title_key", normalize_title(film.title)),
    ]
    return diary.diaries.lookup(user, keys)


def latest(plays: Iterable[Entry]) -> Entry:
    """The play that is meant when a film is named without a day: the one watched last."""
    return max(plays, key=lambda e: (e.watched_on or date.min, e.added_on, e.entry_id))


def find_by_id(diary: DiaryKeeper, user: str, text: str) -> Entry:
    """The entry whose id is ``text``, or the only one whose id begins so.

    Raises EntryNotFound, also where ``text`` is shorter than SHORTEST_ID characters, and
    AmbiguousEntry.
    """
    diary.recorder.catch_up_with(user)
    for entry in diary.diaries.lookup(user, [EntryKey("entry_id", text)]):
        return entry
    if len(text) < SHORTEST_ID:
        raise EntryNotFound(
            f"The diary of {user} holds no entry {text};"
            f" give at least {SHORTEST_ID} characters of its id."
        )
    entries = diary.diaries.entries(user)
    beginning = [each for each in entries if each.entry_id.startswith(text)]
    if not beginning:
        raise EntryNotFound(f"The diary of {user} holds no entry {text[:40]}.")
    if len(beginning) > 1:
        number = f"{len(beginning):,} entries of {user}"
        raise AmbiguousEntry(f"{text} begins the ids of {number}: {_listed(beginning)}.")
    return beginning[0]


def short_ids(entry_ids: Iterable[str]) -> dict[str, str]:
    """What names each entry among the others: the shortest beginning of its id."""
    ordered = sorted(entry_ids)
    lengths = [SHORTEST_ID] * len(ordered)
    for place, (one, next_) in enumerate(pairwise(ordered)):
        alike = len(list(takewhile(bool, map(eq, one, next_))))
        lengths[place] = max(lengths[place], alike + 1)
        lengths[place + 1] = max(lengths[place + 1], alike + 1)
    return {each: each[:length] for each, length in zip(ordered, lengths, strict=True)}


def _listed(entries: Sequence[Entry]) -> str:
    named = [f"{each.entry_id} ({each.movie.title})" for each in entries[:_NAMED]]
    return ", ".join(named) + (", …" if len(entries) > _NAMED else "")


def find_entry(diary: DiaryKeeper, user: str, entry_id: str) -> Entry:
    """The entry with that id; raises EntryNotFound."""
    for entry in diary.diaries.lookup(user, [EntryKey("entry_id", entry_id)]):
        return entry
    raise EntryNotFound(f"The diary holds no entry {entry_id}.")
