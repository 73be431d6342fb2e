"""What the documentation shows of Kafka, Spark and MongoDB is what happens there."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

from bson.json_util import RELAXED_JSON_OPTIONS, dumps

from cinestats.adapters.mongo.database import MongoDatabase
from stack.kafka import Kafka
from stack.mongo import Mongo

from .distributed_app import DistributedApp
from .docs_sessions import ROOT, Session, section, steps, write_shown_files
from .spark_events import produce_records
from .stack import requires

pytestmark = pytest.mark.distributed

DOCUMENTS = (ROOT / "docs" / "reference" / "documents.md").read_text()
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text()
_SECTION = re.compile(r"^## `(\w+)`\n(.*?)```json\n(.*?)```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def app(kafka: Kafka, mongo: Mongo, tmp_path: Path) -> DistributedApp:
    requires("spark")
    return DistributedApp(kafka.bootstrap, mongo.uri, tmp_path)


def shape(value: Any) -> Any:
    """The fields and types of a document; of a list, those of its first item."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


def test_documents_have_the_fields_and_types_that_the_reference_says(
    app: DistributedApp,
) -> None:
    """The play and the bad record of the page, counted by Spark into MongoDB."""
    app.run("add", "anna", "The Dark Knight", "--rating", "4.5", "--watched", "2025-02-01")
    app.run("relay", "--once")
    produce_records(app.settings, [(b"bruno", b"not JSON")])
    app.run("consume", "--once")
    database = MongoDatabase(app.settings.mongo_uri, app.settings.mongo_database)
    sections = _SECTION.findall(DOCUMENTS)
    assert len(sections) == 6
    for collection, text, example in sections:
        shown = json.loads(example)
        written = json.loads(
            dumps(database.find(collection, {})[0], json_options=RELAXED_JSON_OPTIONS)
        )
        assert shape(shown) == shape(written), collection
        rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
        named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
        assert sorted(named) == sorted(written), collection
    database.close()


def test_the_first_event_on_the_topic_leads_to_the_first_figure(
    app: DistributedApp, tmp_path: Path
) -> None:
    """The tutorial's session, on a topic and a database of its own."""
    part = section(TUTORIAL, "The same on Kafka, Spark and MongoDB")
    write_shown_files(part, tmp_path)
    session = Session(tmp_path, app.environment)
    played = steps(part)
    assert len(played) > 2
    for command, shown in played:
        session.play(command, shown)
