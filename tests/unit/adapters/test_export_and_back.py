"""Every field of an entry, through each of our own exports and back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinestats.adapters.diary_files import ExportFormat, export_file
from cinestats.adapters.event_json import read_event
from cinestats.adapters.importers import read_export
from cinestats.application.imports.events import import_events
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from tests.unit.adapters.wire_events import entries
from tests.unit.application.application import TODAY, Application


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
    file = export_file("u1", format, app.diaries, app.log, app.catalogue, app.now)
    data = b"".join(file.chunks)
    other = Application()
    if format == "jsonl":
        lines = enumerate(data.splitlines(), 1)
        report = import_events(
            other.keeper, ((n, read_event(line, UTC).event) for n, line in lines)
        )
        assert not report.rejected
    else:
        rows = read_export(f"x{file.suffix}", data, zone=UTC).rows
        done = other.importer.run("u1", rows)
        assert not done.rejected
        again = other.importer.run("u1", rows)
        assert again.skipped == again.read
    return other


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
