"""Which MongoDB database, from the environment."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from cinestats.adapters.environment import EnvironmentSettings, said

_NO_PART_OF_A_NAME = re.compile(r'[/\\. "$*<>:|?\0]')
_LONGEST_NAME = 63


def _database_name(name: str) -> str:
    """What MongoDB takes for the name of a database, on every system that it runs on."""
    if _NO_PART_OF_A_NAME.search(said(name)) or len(name.encode()) > _LONGEST_NAME:
        raise ValueError(
            "must be a name that MongoDB takes: at most 63 bytes, without spaces, dots,"
            f" quotes, and none of /\\$*<>:|?, not {name!r:.80}"
        )
    return name


class MongoSettings(EnvironmentSettings):
    """Which database."""

    mongo_uri: Annotated[str, AfterValidator(said)] = Field(
        default="mongodb://127.0.0.1:27017", repr=False
    )
    """The servers, with user, TLS and replica set; never shown or logged."""
    mongo_database: Annotated[str, AfterValidator(_database_name)] = "cinestats"
    """The database."""
