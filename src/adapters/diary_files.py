"""A user's diary as a file to take away, for the API and the command line."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import orjson

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.diary.export import exported_plays
from cinestats.application.diary.ports import DiaryStore
from cinestats.application.diary.shown import shown
from cinestats.application.log.ports import EventHistory, Recorded
from cinestats.domain.entry import Entry
from cinestats.domain.figures.overview import overview_of
from cinestats.domain.figures.period import ALL_TIME
from cinestats.domain.lists import ListEvent, evolve
from cinestats.domain.titles import normalize_title

from .documents import Document
from .documents.figures import YearAnswer
from .entry_json import OF_THE_ENTRY, entry_document, said_document
from .event_json import encode
from .letterboxd_csv import write_parts
from .list_json import encode_list_event, lists_document

ExportFormat = Literal["letterboxd", "jsonl", "json"]
_MAX_NAME_LENGTH = 60


class ExportFile(NamedTuple):
    """``suffix`` is that of the file's name, with its dot."""

    suffix: str
    media_type: str
    chunks: Iterable[bytes]


def export_file(
    user_id: str,
    format: ExportFormat,
    diaries: DiaryStore,
    history: EventHistory,
    lists: Sequence[ListEvent],
    catalogue: Catalogue,
    now: datetime,
) -> ExportFile:
    """The user's diary in a format, as it is ``now``, with their lists unless it is a table.

    ``lists`` are all that happened to these.
    """
    match format:
        case "letterboxd":
            return _letterboxd_file(diaries.entries(user_id), catalogue)
        case "jsonl":
            return _jsonl_file(history.of_user(user_id), lists)
        case "json":
            return _json_file(user_id, diaries.entries(user_id), lists, catalogue, now)


def _letterboxd_file(entries: Iterable[Entry], catalogue: Catalogue) -> ExportFile:
    """A CSV file that Letterboxd takes; a zip of several where one would be too large."""
    first, *others = write_parts(exported_plays(entries, catalogue))
    if not others:
        return ExportFile(".csv", "text/csv; charset=utf-8", [first])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate((first, *others), 1):
            archive.writestr(f"diary-{number}.csv", part)
    return ExportFile(".zip", "application/zip", [packed.getvalue()])


def _jsonl_file(history: Iterable[Recorded], lists: Iterable[ListEvent]) -> ExportFile:
    """The user's events, each on a line as the export of the whole log has it."""

    def lines() -> Iterator[bytes]:
        for recorded in history:
            if recorded.event is not None:
                yield encode(recorded.event, recorded.position) + b"\n"
        for event in lists:
            yield encode_list_event(event) + b"\n"

    return ExportFile(".jsonl", "application/jsonl", lines())


def _json_file(
    user_id: str,
    entries: Sequence[Entry],
    lists: Iterable[ListEvent],
    catalogue: Catalogue,
    now: datetime,
) -> ExportFile:
    """The diary, its statistics and the lists in one document."""
    overview = overview_of(entries, ALL_TIME)
    document = {
        "user_id": user_id,
        "exported_at": now.isoformat(),
        "entries": [
            {**entry_document(each), **_kept(each.entry)}
            for each in shown(entries, entries, catalogue)
        ],
        "lists": lists_document(evolve({}, lists)),
        "stats": YearAnswer.of(overview, overview.totals).document(),
    }
    return ExportFile(".json", "application/json", [orjson.dumps(document)])


def _kept(entry: Entry) -> Document:
    """What an entry's document does not show, and reading the file back needs."""
    said = said_document(entry)
    kept: Document = {name: said[name] for name in OF_THE_ENTRY if name in said}
    return {"film_key": entry.movie.film_key, **kept}


def file_name(user_id: str, now: datetime, suffix: str) -> str:
    """A name that means no harm anywhere: of small letters, digits and hyphens.

    >>> file_name("Zoë/../x", datetime(2025, 1, 20), ".csv")
    'cinestats-zoe-x-2025-01-20.csv'
    """
    name = re.sub(r"[^a-z0-9]+", "-", normalize_title(user_id)).strip("-")[:_MAX_NAME_LENGTH]
    return f"cinestats-{name or 'diary'}-{now:%Y-%m-%d}{suffix}"
