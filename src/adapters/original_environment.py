"""The environment of an application that comes from the original: its names, before ours."""

import os
from typing import Any, TypeVar
from urllib.parse import urlsplit

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


def read_application(kind: type[_Settings], **given: Any) -> _Settings:
    """Settings of a module of the original: ``given``, else its names, else ours.

    The database is also taken from the path of the application's URI, unless ours is set.
    Raises InvalidInput that names the variable.
    """
    found = {field: value for field in kind.model_fields if (value := _told(field)) is not None}
    try:
        return kind(**found | given)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        names = _NAMES.get(field, ()) if field in found else ()
        name = next((each for each in names if os.environ.get(each)), _OURS + field.upper())
        raise InvalidInput(name, first["msg"].removeprefix("Value error, ")) from error


def ours_of_application() -> dict[str, str]:
    """What the application's variables say, under our names."""
    told = {field: _told(field) for field in _NAMES}
    return {_OURS + field.upper(): value for field, value in told.items() if value is not None}


def _told(field: str) -> str | None:
    """What the application says of a setting; empty variables say nothing."""
    said = (os.environ.get(name, "").strip() for name in _NAMES.get(field, ()))
    value = next(filter(None, said), None)
    if value is None and field == "mongo_database" and _OURS + field.upper() not in os.environ:
        # Without a path a URI names no database; its path also tells where users are kept.
        path = urlsplit(_told("mongo_uri") or "").path.strip("/")
        value = path if path != "admin" else None
    return value or None
