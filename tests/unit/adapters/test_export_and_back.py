"""Every field of an entry, through each of our own exports and back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinestats.adapters.diary_files import ExportFormat, export_file
from cinestats.adapters.event_json import read_event
from cinestats.adapters.importers import read_export
from cinestats.adapters.list_json import is_list_event, read_list_event
from cinestats.application.imports.events import import_events
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event
from cinestats.domain.lists import ListEvent, Listing
from tests.unit.adapters.wire_events import entries
from tests.unit.application.application import TODAY, Application
from tests.unit.domain.some_lists import listings


@st.composite
def diaries(draw: st.DrawFn) -> list[Entry]:
    """Entries as a diary may hold them: of days past, each with an id of its own."""
    found = draw(st.lists(entries(), max_size=4))
    return [
        replace(
            entry,
            entry_id=f"e{number}",
            watched_on=None if entry.watched_on is None else min(entry.watched_on, TODAY),
        )
        for number, entry in enumerate(found)
    ]


def filled(diary: Sequence[Entry]) -> Application:
    app = Application()
    for entry in diary:
        stamp: dict[str, Any] = {"event_id": entry.entry_id, "user_id": "u1", "now": app.now}
        app.recorder.record(AddMovie(**stamp, entry=entry, today=TODAY, again=True))
    return app


def taken_in(app: Application, format: ExportFormat) -> Application:
    """Another diary, into which the export of this one was imported."""
    file = export_file(
        "u1", format, app.diaries, app.log, app.list_log.of_user("u1"), app.catalogue, app.now
    )
    data = b"".join(file.chunks)
    other = Application()
    if format == "jsonl":
        lines = enumerate(data.splitlines(), 1)
        events = [(n, event_of(line)) for n, line in lines]
        report = import_events(other.keeper, events)
        assert (report.added, report.rejected) == (report.read, [])
        again = import_events(other.keeper, events)
        assert again.skipped == again.read
    else:
        export = read_export(f"x{file.suffix}", data, zone=UTC)
        done = other.importer.run("u1", export.rows, lists=export.lists)
        assert not done.rejected
        again = other.importer.run("u1", export.rows, lists=export.lists)
        assert (again.skipped, list(again.list_changes)) == (again.read, [])
    return other


def event_of(line: bytes) -> Event | ListEvent:
    document = orjson.loads(line)
    return read_list_event(document) if is_list_event(document) else read_event(line, UTC).event


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@pytest.mark.parametrize("format", ["letterboxd", "json", "jsonl"])
@given(diary=diaries())
def test_every_field_of_an_entry_comes_back(format: ExportFormat, diary: list[Entry]) -> None:
    """Two plays of one film on one day, too."""
    app = filled(diary)
    other = taken_in(app, format)
    by_id = {entry.entry_id: entry for entry in app.diaries.entries("u1")}
    assert {entry.entry_id: entry for entry in other.diaries.entries("u1")} == by_id
    assert len(by_id) == len(diary)


@settings(suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("format", ["json", "jsonl"])
@given(told=st.lists(listings(), max_size=5))
def test_every_field_of_a_list_comes_back(format: ExportFormat, told: list[Listing]) -> None:
    """And again nothing changes."""
    app = Application()
    app.keeper.lists.take_in("u1", told, (), "import 1")
    lists = app.keeper.lists.lists("u1")
    assert taken_in(app, format).keeper.lists.lists("u1") == lists
