"""The names of an application that comes from the original."""

from pathlib import Path

import pytest

from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.mongo.settings import MongoSettings
from cinestats.adapters.original_environment import (
    database_of_application,
    ours_of_application,
    place_of_application,
    read_application,
)
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.settings import Settings, read_environment


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    mongo = ("MONGODB_URL", "MONGODB_URI", "MONGO_URI", "MONGO_URL")
    databases = ("MONGODB_DATABASE", "MONGO_DATABASE", "MONGODB_DB", "MONGO_DB")
    for name in (*mongo, *databases, "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_TOPIC"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"CINESTATS_{name}", raising=False)
    monkeypatch.delenv("CINESTATS_MONGO_DATABASE", raising=False)


@pytest.mark.parametrize(
    ("environment", "uri", "database"),
    [
        ({}, "mongodb://127.0.0.1:27017", "cinestats"),
        ({"CINESTATS_MONGO_URI": "mongodb://ours"}, "mongodb://ours", "cinestats"),
        (
            {"MONGODB_URL": "mongodb://a", "MONGO_URI": "mongodb://b"},
            "mongodb://a",
            "cinestats",
        ),
        (
            {"MONGO_URI": "mongodb://b", "CINESTATS_MONGO_URI": "mongodb://ours"},
            "mongodb://b",
            "cinestats",
        ),
        ({"MONGODB_URL": " ", "MONGO_URI": "mongodb://b"}, "mongodb://b", "cinestats"),
        ({"MONGODB_URL": "mongodb://h/films_db?w=1"}, "mongodb://h/films_db?w=1", "films_db"),
        ({"MONGODB_URL": "mongodb://h/admin"}, "mongodb://h/admin", "cinestats"),
        (
            {"MONGODB_URL": "mongodb://h/films_db", "CINESTATS_MONGO_DATABASE": "mine"},
            "mongodb://h/films_db",
            "mine",
        ),
        (
            {"MONGODB_URL": "mongodb://h/films_db", "MONGODB_DATABASE": "told"},
            "mongodb://h/films_db",
            "told",
        ),
        (
            {"MONGO_DB": "told", "CINESTATS_MONGO_DATABASE": "mine"},
            "mongodb://127.0.0.1:27017",
            "mine",
        ),
        ({"MONGO_URL": "mongodb://h/film%2Ddb"}, "mongodb://h/film%2Ddb", "film-db"),
    ],
)
def test_their_names_go_before_ours(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], uri: str, database: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = read_application(MongoSettings)
    assert (settings.mongo_uri, settings.mongo_database) == (uri, database)


def test_what_they_say_can_be_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """To a process that knows our names alone."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka:29092")
    monkeypatch.setenv("MONGODB_URL", "mongodb://h/films_db")
    assert ours_of_application() == {
        "CINESTATS_KAFKA_BOOTSTRAP_SERVERS": "kafka:29092",
        "CINESTATS_MONGO_URI": "mongodb://h/films_db",
        "CINESTATS_MONGO_DATABASE": "films_db",
    }


def test_our_database_may_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As any setting of ours, and as the variable it goes before theirs."""
    (tmp_path / "cinestats_mongo_database").write_text("mine")
    monkeypatch.setenv("CINESTATS_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("MONGODB_URL", "mongodb://h/films_db")
    assert read_application(MongoSettings).mongo_database == "mine"
    assert "CINESTATS_MONGO_DATABASE" not in ours_of_application()


@pytest.mark.parametrize(
    ("environment", "database"),
    [
        ({}, None),
        ({"MONGODB_URL": "mongodb://h"}, None),
        ({"MONGODB_URL": "mongodb://h/admin"}, None),
        ({"MONGODB_URL": "mongodb://h/films_db?w=1"}, "films_db"),
        ({"MONGODB_URL": "mongodb://h/films_db", "MONGO_DATABASE": "told"}, "told"),
    ],
)
def test_their_films_stay_where_they_are(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], database: str | None
) -> None:
    """Wherever we count; and executors are told so."""
    monkeypatch.setenv("CINESTATS_MONGO_DATABASE", "mine")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert database_of_application() == database
    assert place_of_application() == environment
    assert read_application(MongoSettings).mongo_database == "mine"


@pytest.mark.parametrize("name", ["", " ", "a.b", "a/b", "a b", "$a", "x" * 64])
def test_a_name_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """By the modules and by our commands alike: nothing is counted elsewhere instead."""
    monkeypatch.setenv("CINESTATS_MONGO_DATABASE", name)
    monkeypatch.setenv("MONGODB_URL", "mongodb://h/films_db")
    for read in (read_application, read_environment):
        with pytest.raises(InvalidInput, match=r"^CINESTATS_MONGO_DATABASE: must "):
            read(MongoSettings)


def test_a_name_in_the_uri_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URL", "mongodb://h/a.b")
    with pytest.raises(InvalidInput, match=r"^MONGODB_URL: must be a name that MongoDB takes"):
        read_application(MongoSettings)


def test_an_empty_variable_of_ours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAFKA_TOPIC", "KAFKA_BOOTSTRAP_SERVERS", "MONGO_URI"):
        monkeypatch.setenv(f"CINESTATS_{name}", "")
        with pytest.raises(InvalidInput, match=f"^CINESTATS_{name}: must not be empty"):
            read_environment(Settings)
        monkeypatch.delenv(f"CINESTATS_{name}")


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINESTATS_SECURITY_PROTOCOL", "carrier pigeon")
    with pytest.raises(InvalidInput, match="CINESTATS_SECURITY_PROTOCOL"):
        read_application(KafkaSettings)
