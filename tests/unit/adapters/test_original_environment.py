"""The names of an application that comes from the original."""

import pytest

from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.mongo.settings import MongoSettings
from cinestats.adapters.original_environment import ours_of_application, read_application
from cinestats.domain.errors import InvalidInput


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MONGODB_URL", "MONGO_URI", "MONGODB_DATABASE", "KAFKA_BOOTSTRAP_SERVERS"):
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


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINESTATS_SECURITY_PROTOCOL", "carrier pigeon")
    with pytest.raises(InvalidInput, match="CINESTATS_SECURITY_PROTOCOL"):
        read_application(KafkaSettings)
