"""Entries as their readers see them: with what follows from the diary and from a catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cinestats.application.catalogue.ports import Catalogue, CatalogueFilm
from cinestats.application.catalogue.recognise import candidates_for
from cinestats.domain.entry import Entry

from .keep import DiaryKeeper
from .ports import EntryKey
from .search import rewatches_in


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry; ``rewatch_from`` tells whether somebody said so, or the order of the plays.

    ``candidates`` are the films that it may be of, where nobody knows which.
    """

    entry: Entry
    rewatch: bool
    rewatch_from: Literal["source", "order"]
    candidates: Sequence[CatalogueFilm]


def shown(
    page: Sequence[Entry], entries: Iterable[Entry], catalogue: Catalogue
) -> list[ShownEntry]:
    """The entries of ``page`` as they are shown; ``entries`` has all plays of their films."""
    again = rewatches_in(page, entries)
    return [
        ShownEntry(
            entry,
            entry.entry_id in again if entry.rewatch is None else entry.rewatch,
            "order" if entry.rewatch is None else "source",
            candidates_for(entry, catalogue),
        )
        for entry in page
    ]


def shown_entry(diary: DiaryKeeper, user: str, entry: Entry) -> ShownEntry:
    """One entry of the user's diary as it is shown."""
    plays = diary.diaries.lookup(user, [EntryKey("film_key", entry.movie.film_key)])
    others = (play for play in plays if play.entry_id != entry.entry_id)
    return shown([entry], [entry, *others], diary.catalogue)[0]
