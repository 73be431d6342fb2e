"""Where settings come from: the environment, and files for what it should not show."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic_settings import BaseSettings, SettingsConfigDict

from cinestats.domain.errors import InvalidInput

_FOLDER = "CINESTATS_SECRETS_DIR"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""The hosts of this machine, which may be asked without TLS."""


class EnvironmentSettings(BaseSettings):
    """Each is ``CINESTATS_`` and its name in capitals.

    In the folder that ``CINESTATS_SECRETS_DIR`` names, if it is set, each is a file of that
    name in small letters, such as ``cinestats_mongo_uri``. The environment goes before.

    The docstring of a setting is its description in docs/reference/settings.md.
    """

    model_config = SettingsConfigDict(env_prefix="CINESTATS_", frozen=True)

    def __init__(self, **values: Any) -> None:
        """Raises InvalidInput when the folder is none, for then secrets would be missing."""
        folder = os.environ.get(_FOLDER)
        if folder is not None and not Path(folder).is_dir():
            raise InvalidInput(_FOLDER, f"is no folder: {folder}")
        super().__init__(_secrets_dir=folder, **values)


def zone_name(name: str) -> str:
    """The name of a time zone that this machine knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # the last of a folder
        raise ValueError(f"is no zone such as Europe/Rome: {name!r}") from error
    return name


def safe_url(url: str) -> str:
    """A URL whose answer nobody on the way can change."""
    parts = urlsplit(url)
    at_home = parts.hostname in LOOPBACK
    if not parts.hostname or parts.scheme not in (("http", "https") if at_home else ("https",)):
        raise ValueError(f"must begin with https://, not {url!r}")
    return url


def said(value: str) -> str:
    """A text that says something: a variable that is empty was hardly meant to be."""
    if not value.strip():
        raise ValueError("must not be empty; leave it unset for its default")
    return value


def listed(value: object) -> object:
    """What the environment has as one text."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]
