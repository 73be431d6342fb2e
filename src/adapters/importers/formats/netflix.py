"""Netflix's two CSV files of what was watched.

``NetflixViewingHistory.csv``, from the page of a profile: Title, Date. The dates are in the
account's locale (4/12/22 is in April in the United States, in December in Italy).

``ViewingActivity.csv``, from a copy of all personal data: Profile Name, Start Time (UTC),
Duration, Attributes, Title, Supplemental Video Type, Device Type, Bookmark, Latest Bookmark,
Country. A film may take several sessions.

Neither has years, or says which title is a film: the title of an episode tells that itself.
"""

import re

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.moments import moment
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.sessions import (
    Session,
    join_sessions,
    one_play_a_day,
    several_people,
)
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, Table
from cinestats.adapters.importers.video_titles import is_episode, is_trailer
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.days import local_day

_SHORT = ("title", "date")
_FULL = {"profilename", "title", "supplementalvideotype"}
# Some files name the zone and the form.
_START = ("starttime", "starttimeutc")
_DURATION = ("duration", "durationhmmss")
_SHORT_DAY = re.compile(r"(\d{1,2})[/.-] ?(\d{1,2})[/.-] ?(\d{2})\.?")
_LENGTH = re.compile(r"(\d{1,3}):(\d\d):(\d\d)")
_BY_ITSELF = "autoplayed: user action: none"
_ENOUGH = 50  # rows that are looked at to tell whose a file with two columns is


def recognises(source: Source) -> Confidence:
    """Whether the columns are Netflix's; those of the short file may be anybody's."""
    table = source.table
    if set(table.columns) >= _FULL and set(table.columns) & set(_START):
        return Confidence.CERTAIN
    if table.columns != _SHORT:
        return Confidence.NO
    if "netflixviewinghistory" in source.path.lower():
        return Confidence.CERTAIN
    rows = [row for row, _ in zip(table.cells(), range(_ENOUGH), strict=False)]
    if any(is_episode(title) for title, _ in rows):
        return Confidence.CERTAIN
    short = rows and all(_SHORT_DAY.fullmatch(day.strip()) for _, day in rows)
    return Confidence.LIKELY if short else Confidence.NO


@Importer(
    "netflix",
    label="Netflix",
    hint={
        "en": "NetflixViewingHistory.csv. On the website: Account, Profiles, Viewing activity,"
        " Download all; or ViewingActivity.csv of a copy of your personal data.",
        "it": "NetflixViewingHistory.csv. Sul sito: Account, Profili, Attività di visione,"
        " Scarica tutto; oppure ViewingActivity.csv della copia dei tuoi dati.",
    },
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read one of Netflix's files; its films are plays."""
    if source.table.columns == _SHORT:
        return one_play_a_day(_history(source.table, options))
    return _activity(source.table, options)


def _history(table: Table, options: Options) -> Export:
    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if reason := _no_film(record["title"]):
            return SkippedRow(record.line, reason)
        return ImportedRow(
            line=record.line,
            kind="play",
            title=record.read(cells.title, "title"),
            watched_on=record.read(options.day, "date"),
        )

    return table.export("Netflix viewing history", read_row)


def _activity(table: Table, options: Options) -> Export:
    start = next(column for column in _START if column in table.columns)
    duration = next((each for each in _DURATION if each in table.columns), _DURATION[0])
    sessions: dict[int, Session] = {}
    profiles: set[str] = set()

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if kind := record["supplementalvideotype"]:
            return SkippedRow(record.line, f"not a film: {kind.lower().replace('_', ' ')[:60]}")
        if reason := _no_film(record["title"]):
            return SkippedRow(record.line, reason)
        if _BY_ITSELF in record["attributes"].lower():
            return SkippedRow(record.line, "played by itself, and nobody did anything")
        profiles.add(record["profilename"])
        seconds = record.try_read(_seconds, duration)
        began = record.try_read(moment, start)
        if began is not None:
            sessions[record.line] = Session(began, seconds)
        return ImportedRow(
            line=record.line,
            kind="play",
            title=record.read(cells.title, "title"),
            watched_on=began and local_day(began, options.zone),
        )

    export = table.export("Netflix viewing activity", read_row)
    notes = (*several_people(profiles), *export.notes)
    joined = join_sessions(export, sessions)
    return Export(joined.format, joined.rows, notes)


def _no_film(title: str) -> str:
    if is_trailer(title):
        return "not a film: trailer"
    return "not a film: episode" if is_episode(title) else ""


def _seconds(cell: str, field: str) -> int | None:
    if not cell:
        return None
    match = _LENGTH.fullmatch(cell)
    if match is None:
        raise cells.unfit(field, cell, "a duration such as 01:45:10")
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
