"""The backup of Jellyfin's plugin Playback Reporting: lines of nine cells parted by tabs.

There is no header. The cells are the moment it began, the ids of user and item, the type of
item (Movie, Episode, …), its name, the method of playback, the names of client and device, and
how many seconds it played. The moment ends in Z where it is in UTC; without, it is the
server's own, which is taken for the user's. There are no years, nor the length of a film.
"""

import re
from datetime import datetime

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.moments import moment
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.sessions import Session, join_sessions, several_people
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import MAX_LINES, Export, Record, Table
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow
from cinestats.domain.days import local_day
from cinestats.domain.errors import CinestatsError

_COLUMNS = ("date", "user", "item", "type", "name", "method", "client", "device", "seconds")
_LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^\t]*\t[0-9a-f]{32}\t[0-9a-f]{32}\t\w+\t"
    r"[^\t]*\t[^\t]*\t[^\t]*\t[^\t]*\t-?\d+"
)
_SECONDS = re.compile(r"-?\d{1,9}", re.ASCII)
_NOTE = (
    "The file does not tell whether a film was watched to its end: five minutes were enough."
)


def recognises(source: Source) -> Confidence:
    """Whether the first line is one of the backup's."""
    first = source.text.lstrip().partition("\n")[0].rstrip("\r")
    return Confidence.CERTAIN if _LINE.fullmatch(first) else Confidence.NO


@Importer(
    "jellyfin",
    label="Jellyfin Playback Reporting",
    hint={
        "en": "The backup file of the plugin Playback Reporting: Settings, Backup, Save.",
        "it": "Il file di backup del plugin Playback Reporting: Settings, Backup, Save.",
    },
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the backup; the sessions of a film that belong together are one play."""
    sessions: dict[int, Session] = {}
    people: set[str] = set()

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if (type_ := record["type"]) != "Movie":
            return SkippedRow(record.line, f"not a film: {type_.lower()[:60]}")
        people.add(f"user {record['user'][:8]}")
        began = record.try_read(read_moment, "date")
        if began is not None:
            played = record["seconds"]
            seconds = max(0, int(played)) if _SECONDS.fullmatch(played) else None
            sessions[record.line] = Session(began, seconds)
        return ImportedRow(
            line=record.line,
            kind="play",
            title=record.read(cells.title, "name"),
            watched_on=began and local_day(began, options.zone),
        )

    def read_moment(cell: str, field: str) -> datetime | None:
        found = moment(cell, field)
        if found is None or cell.endswith("Z"):
            return found
        return found.replace(tzinfo=options.zone)

    export = _table(source.text).export("Jellyfin playback report", read_row, _NOTE)
    joined = join_sessions(export, sessions)
    return Export(joined.format, joined.rows, (*several_people(people), *joined.notes))


def _table(text: str) -> Table:
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise CinestatsError(f"The file has more than {MAX_LINES:,} lines; split it.")
    return Table(
        _COLUMNS,
        _COLUMNS,
        [_row(number, line) for number, line in enumerate(lines, 1) if line.strip()],
    )


def _row(number: int, line: str) -> tuple[int, list[str]] | RejectedRow:
    row = line.split("\t")
    if len(row) == len(_COLUMNS):
        return number, row
    return RejectedRow(number, f"found {len(row)} cells, expected {len(_COLUMNS)}")
