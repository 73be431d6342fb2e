"""The script that runs records of another application through the whole consumer."""

import base64
import json
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="The extra distributed is not installed.")

from benchmarks import foreign_records


def line(label: str, user: str, *, today: str = "COUNTED", **said: object) -> str:
    """A line of such a file; what is not of the movie is what is expected."""
    want = said.pop("want", None)
    movie = {"name": "Heat", "rating": 4, "watched_date": "2025-01-20", **said}
    told = {"event_type": "ADD", "user_id": user, "movie": movie}
    value = json.dumps({**told, "timestamp": "2025-01-21T00:45:00+01:00"}).encode()
    key, data = (base64.b64encode(each).decode() for each in (user.encode(), value))
    record = {"label": label, "key": key, "value": data, "today": today}
    return json.dumps(record if want is None else {**record, "want": want})


@pytest.mark.parametrize("log", ["on", "off"])
def test_records_are_compared_with_what_is_wanted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    log: str,
) -> None:
    lines = [
        line("plain", "a", want={"counted": True, "bins": {"4": 1}, "month": "2025-01"}),
        line("no rating", "b", today="PARKED", rating="x"),
        line("text", "c", today="PARKED", duration="148 min", want={"minutes": 148}),
        line("nothing", "d", duration=0, want={"counted": True, "minutes": 0}),
    ]
    file = tmp_path / "records.jsonl"
    file.write_text("\n".join(lines))
    monkeypatch.setattr("sys.argv", ["foreign_records", str(file), "--log", log])
    assert foreign_records.main() == 1  # the third says no more what happens today
    assert "4 records, 1 not as expected" in capsys.readouterr().out
    file.write_text("\n".join([*lines[:2], lines[3]]))
    assert foreign_records.main() == 0
