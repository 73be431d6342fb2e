"""The environment of an application that comes from the original: its names, before ours."""

import os
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from cinestats.domain.errors import InvalidInput

from .environment import EnvironmentSettings

_OURS = "CINESTATS_"
_NAMES = {
    "kafka_bootstrap_servers": ("KAFKA_BOOTSTRAP_SERVERS", "KAFKA_SERVERS", "KAFKA_BROKERS"),
    "kafka_topic": ("KAFKA_TOPIC",),
    "mongo_uri": ("MONGODB_URL", "MONGODB_URI", "MONGO_URI", "MONGO_URL"),
    "mongo_database": ("MONGODB_DATABASE", "MONGO_DATABASE", "MONGODB_DB", "MONGO_DB"),
}

_Settings = TypeVar("_Settings", bound=EnvironmentSettings)


class _OurDatabase(EnvironmentSettings):
    """Our own name of the database, where it is said: in the environment, or in a file."""

    mongo_database: str | None = None


def read_application(kind: type[_Settings], **given: Any) -> _Settings:
    """Settings of a module of the original: ``given``, else its names, else ours.

    The database is ours first: so figures may lie beside what the application has itself.
    Raises InvalidInput that names the variable.
    """
    found = {field: value for field in kind.model_fields if (value := _told(field)) is not None}
    try:
        return kind(**found | given)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        names = _NAMES.get(field, ()) if field in found else ()
        if field == "mongo_database" and field in found:
            names += _NAMES["mongo_uri"]  # its path
        name = next((each for each in names if _said(each)), _OURS + field.upper())
        raise InvalidInput(name, first["msg"].removeprefix("Value error, ")) from error


def ours_of_application() -> dict[str, str]:
    """What the application's variables say, under our names."""
    told = {field: _told(field) for field in _NAMES}
    return {_OURS + field.upper(): value for field, value in told.items() if value is not None}


def database_of_application() -> str | None:
    """The application's own database, by its names alone; None where they name none."""
    named = _first_of("mongo_database")
    if named is not None:
        return named
    # Without a path a URI names no database. That of "admin" tells where users are kept.
    path = unquote(urlsplit(_first_of("mongo_uri") or "").path.strip("/"))
    return path if path not in ("", "admin") else None


def place_of_application() -> dict[str, str]:
    """The variables that ``database_of_application`` reads, as far as they are set."""
    names = (*_NAMES["mongo_uri"], *_NAMES["mongo_database"])
    return {name: os.environ[name] for name in names if _said(name)}


def _told(field: str) -> str | None:
    """What the application says of a setting."""
    if field != "mongo_database":
        return _first_of(field)
    return database_of_application() if _OurDatabase().mongo_database is None else None


def _first_of(field: str) -> str | None:
    """What the first of the application's names says; empty variables say nothing."""
    return next((said for name in _NAMES.get(field, ()) if (said := _said(name))), None)


def _said(name: str) -> str:
    return os.environ.get(name, "").strip()
