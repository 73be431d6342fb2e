"""A diary moves from one machine's files to the distributed engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from stack.kafka import Kafka
from stack.mongo import Mongo

from .distributed_app import DistributedApp
from .stack import requires

pytestmark = pytest.mark.distributed

DIARY = """\
Title,Year,Rating,WatchedDate
Gladiator,2000,4.5,2025-01-20
The Dark Knight,2008,5,2025-02-01
Inception,2010,,2025-02-02
A Film That No Catalogue Knows,1999,2,2025-02-03
"""


def figures(app: DistributedApp, user: str, **environment: str) -> dict[str, Any]:
    """All that the commands say of a user, without when and where it was counted."""
    found: dict[str, Any] = {}
    for command in (
        ("stats", user),
        ("affinities", user, "director"),
        ("affinities", user, "actor"),
        ("affinities", user, "genre"),
        ("diary", user),
        ("stats", user, "--as-of", "2025-02-01"),
    ):
        found[" ".join(command)] = bare(json.loads(app.run(*command, "--json", **environment)))
    return found


def bare(document: Any) -> Any:
    if isinstance(document, list):
        return [bare(each) for each in document]
    if not isinstance(document, dict):
        return document
    return {
        key: bare(value)
        for key, value in document.items()
        if key not in ("updated_at", "position")
    }


def test_the_log_moves_and_every_figure_comes_out_the_same(
    kafka: Kafka, mongo: Mongo, tmp_path: Path
) -> None:
    """Export from embedded, import into distributed, relay, count: the same, and verified.

    What comes twice, from a second import of the file, changes nothing.
    """
    requires("spark")
    app = DistributedApp(kafka.bootstrap, mongo.uri, tmp_path)
    at_home = {"CINESTATS_BACKEND": "embedded"}
    diary, events = tmp_path / "diary.csv", tmp_path / "events.jsonl"
    diary.write_text(DIARY)
    for user in ("anna", "bruno"):
        app.run("import", user, str(diary), **at_home)
    app.run("rate", "anna", "Gladiator", "3", **at_home)
    app.run("delete", "bruno", "Inception", **at_home)
    app.run("add", "anna", "The Dark Knight", "--watched", "2025-03-01", **at_home)
    app.run("events", "export", str(events), **at_home)

    answer = json.loads(app.run("events", "import", str(events), "--json"))
    assert answer == {"read": 11, "added": 11, "skipped": 0, "rejected": []}
    app.run("relay", "--once")
    app.run("consume", "--once")
    for user in ("anna", "bruno"):
        assert figures(app, user) == figures(app, user, **at_home)
    assert json.loads(app.run("verify", "--json"))["equal"]
    assert bare(json.loads(app.run("trends", "--json"))) == bare(
        json.loads(app.run("trends", "--json", **at_home))
    )

    answer = json.loads(app.run("events", "import", str(events), "--json"))
    assert (answer["added"], answer["skipped"]) == (0, 11)
