"""Logs of playback: several sessions of one film on one day, or in one night, are one play."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cinestats.application.imports.rows import ImportedRow, SkippedRow

from .table import Export

MIN_SECONDS = 5 * 60  # who leaves a film earlier has looked into it, and not seen it
LONGEST_BREAK = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Session:
    """When playback began (aware), and how many seconds it took; None where unknown."""

    began: datetime
    seconds: int | None = None


def one_play_a_day(export: Export) -> Export:
    """The export with one play for each film and day, on the line that comes first."""
    days = defaultdict[object, list[int]](list)
    for row in export.rows:
        if isinstance(row, ImportedRow) and row.watched_on is not None:
            days[row.title, row.year, row.watched_on].append(row.line)
    return _skip(
        export, {later: _part_of(day[0]) for day in days.values() for later in day[1:]}
    )


def join_sessions(export: Export, sessions: Mapping[int, Session]) -> Export:
    """The export with one play for the sessions of a film that belong together.

    ``sessions`` are those of the rows by line. A session belongs to the one before if it
    began on the same day, or within ``LONGEST_BREAK`` of its end. The play stands on the line
    of its first session. Together they must take ``MIN_SECONDS``, or there was no play.
    """
    films = defaultdict[object, list[ImportedRow]](list)
    for row in export.rows:
        if isinstance(row, ImportedRow) and row.line in sessions:
            films[row.title, row.year].append(row)
    reasons: dict[int, str] = {}
    for rows in films.values():
        rows.sort(key=lambda row: sessions[row.line].began)
        for first, *others in _plays(rows, sessions):
            lengths = [sessions[row.line].seconds for row in (first, *others)]
            known = [length for length in lengths if length is not None]
            if len(known) == len(lengths) and sum(known) < MIN_SECONDS:
                minutes, rest = divmod(sum(known), 60)
                short = f"watched for {minutes}:{rest:02} minutes only"
                reasons |= {row.line: short for row in (first, *others)}
            else:
                reasons |= {row.line: _part_of(first.line) for row in others}
    return _skip(export, reasons)


def several_people(names: Iterable[str]) -> tuple[str, ...]:
    """A note on a file that holds the views of more than one person; of one, nothing."""
    people = sorted({name for name in names if name})
    if len(people) < 2:
        return ()
    shown = ", ".join(name[:40] for name in people[:8]) + ", …" * (len(people) > 8)
    return (
        f"The file holds the views of {len(people):,} people ({shown}), and all were read; to"
        " bring those of one person, leave only them in the file.",
    )


def _plays(
    rows: Sequence[ImportedRow], sessions: Mapping[int, Session]
) -> Iterator[list[ImportedRow]]:
    """The rows of one film, by the beginning of their sessions, parted where a play ends."""
    play = [rows[0]]
    for row in rows[1:]:
        before, now = sessions[play[-1].line], sessions[row.line]
        ended = before.began + timedelta(seconds=before.seconds or 0)
        if row.watched_on == play[-1].watched_on or now.began - ended <= LONGEST_BREAK:
            play.append(row)
        else:
            yield play
            play = [row]
    yield play


def _part_of(line: int) -> str:
    return f"a part of the play on line {line}"


def _skip(export: Export, reasons: Mapping[int, str]) -> Export:
    rows = (
        SkippedRow(row.line, reasons[row.line])
        if isinstance(row, ImportedRow) and row.line in reasons
        else row
        for row in export.rows
    )
    return replace(export, rows=tuple(rows))
