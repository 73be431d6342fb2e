"""Explain a figure: the entries behind "Christopher Nolan: 7"."""

from collections.abc import Iterable

from cinestats.domain.affinity import AffinityType, credits_of
from cinestats.domain.entry import Entry


def entries_behind(entries: Iterable[Entry], type_: AffinityType, name: str) -> list[Entry]:
    """The plays that a director's, actor's or genre's figures count, latest first."""
    plays = [entry for entry in entries if (type_, name) in credits_of(entry)]
    return sorted(plays, key=lambda e: (e.watched_on or e.added_on, e.entry_id), reverse=True)
