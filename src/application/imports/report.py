"""What became of an import, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from cinestats.application.catalogue.recognise import Recognised
from cinestats.domain.diary import correction_between
from cinestats.domain.entry import Entry
from cinestats.domain.events import EntryCorrected, Event, MovieAdded, RatingUpdated
from cinestats.domain.lists import Change
from cinestats.domain.rating import stars

from .rows import RejectedRow, SkippedRow

Outcome = Literal[
    "added", "updated", "corrected", "skipped", "unmatched", "suggested", "rejected"
]
ALREADY_THERE = "it is in the diary already"
_WORDS = {
    "rewatch": "rewatch",
    "liked": "like",
    "tags": "tags",
    "review": "review",
    "place": "place",
    "company": "company",
}


@dataclass(slots=True, kw_only=True)
class RowOutcome:
    """What became of a row.

    ``unmatched`` is added, with a film that no catalogue knows; ``suggested`` likewise, with
    films that it may be. ``name`` and ``year`` are those of the file, where the row could be
    read; ``reason`` says why it was not just added.
    """

    line: int
    file: str | None
    name: str | None = None
    year: int | None = None
    outcome: Outcome
    reason: str | None = None


@dataclass(slots=True)
class ImportReport:
    """What became of each row.

    ``read == added + updated + corrected + skipped + len(rejected)``. ``unmatched`` counts
    those of the added whose film the catalogue does not know; they count like the others,
    without credits. ``suggested`` are those of them for which it has a guess.
    ``missing_plays`` are those of earlier imports that the file lacks. ``list_changes`` are
    those of the user's lists, whose rows are among the skipped. ``import_id`` undoes the
    import.
    """

    import_id: str
    rows: list[RowOutcome] = field(default_factory=list[RowOutcome])
    missing_plays: Sequence[Entry] = ()
    list_changes: Sequence[Change] = ()

    @property
    def read(self) -> int:
        return len(self.rows)

    @property
    def added(self) -> int:
        return self._count("added") + self.unmatched

    @property
    def updated(self) -> int:
        return self._count("updated")

    @property
    def corrected(self) -> int:
        return self._count("corrected")

    @property
    def skipped(self) -> int:
        return self._count("skipped")

    @property
    def unmatched(self) -> int:
        return self._count("unmatched") + self.suggested

    @property
    def suggested(self) -> int:
        return self._count("suggested")

    @property
    def changes(self) -> int:
        """How many rows changed anything."""
        return self.added + self.updated + self.corrected

    @property
    def listed(self) -> int:
        """How many films are new on a list."""
        return sum(change.before is None for change in self.list_changes)

    @property
    def unlisted(self) -> int:
        """How many films left a list."""
        return sum(change.after is None for change in self.list_changes)

    @property
    def missing(self) -> int:
        return len(self.missing_plays)

    @property
    def rejected(self) -> list[RejectedRow]:
        return [
            RejectedRow(row.line, row.reason or "", row.file)
            for row in self.rows
            if row.outcome == "rejected"
        ]

    @property
    def skipped_rows(self) -> list[SkippedRow]:
        return [
            SkippedRow(row.line, row.reason or "", row.file)
            for row in self.rows
            if row.outcome == "skipped"
        ]

    def _count(self, outcome: Outcome) -> int:
        return sum(row.outcome == outcome for row in self.rows)


def said_of(
    outcome: RowOutcome, events: Sequence[Event], found: Recognised, *, owned: bool
) -> None:
    """Put into ``outcome`` what the events of a row come to."""
    if any(isinstance(each, MovieAdded) for each in events):
        outcome.outcome, outcome.reason = "added", None
        if not owned and found.known is None:
            outcome.outcome = "suggested" if found.candidates else "unmatched"
            outcome.reason = _doubt(found)
    elif events:
        only_rated = all(isinstance(each, RatingUpdated) for each in events)
        outcome.outcome = "updated" if only_rated else "corrected"
        outcome.reason = "; ".join(filter(None, map(_change, events))) or None


def _doubt(found: Recognised) -> str:
    if not found.candidates:
        return "the catalogue does not know the film"
    films = [film.movie for film in found.candidates[:5]]
    named = ", ".join(f"{m.title} ({m.year})" if m.year else m.title for m in films)
    return f"it may be {named}"


def _change(event: Event) -> str | None:
    """What a row makes of its play, as "rating: 4 before, 4.5 now"."""
    match event:
        case RatingUpdated():
            if event.new_rating == event.entry.rating:
                return "rating: of this play by now, not of the film alone"
            ratings = event.entry.rating, event.new_rating
            old, new = ("none" if each is None else f"{stars(each):g}" for each in ratings)
            return f"rating: {old} before, {new} now"
        case EntryCorrected():
            return _corrections(event.entry, event.corrected)
        case _:
            return None


def _corrections(entry: Entry, corrected: Entry) -> str:
    """The day before and now, and the names of what else is another by now."""
    changed = correction_between(entry, corrected)
    said: list[str] = []
    if "watched_on" in changed:
        old, new = (each.watched_on or "none" for each in (entry, corrected))
        said.append(f"day: {old} before, {new} now")
    others = [word for name, word in _WORDS.items() if name in changed]
    if "movie" in changed:
        same = entry.movie.film_key == corrected.movie.film_key
        others.insert(0, "details of the film" if same else "film")
    if others:
        said.append(f"changed: {', '.join(others)}")
    return "; ".join(said) or "changed: where it is from"
