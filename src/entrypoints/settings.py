"""Settings, from the environment: each is ``CINESTATS_`` and its name in capitals."""

import os
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import SettingsConfigDict

from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.mongo.settings import MongoSettings
from cinestats.domain.errors import InvalidInput


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"is no zone such as Europe/Rome: {name!r}") from error
    return name


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "cinestats"


class Settings(KafkaSettings, MongoSettings):
    """What can be set. Times in seconds; ``partitions`` is that of a log when it is made.

    ``backlog_limit`` is how many events may wait for the relay before the server refuses
    more. ``metrics_port`` is where relay and consumer show their metrics; nowhere by default.
    """

    model_config = SettingsConfigDict(env_prefix="CINESTATS_", frozen=True)

    backend: Literal["embedded", "distributed", "memory"] = "embedded"
    data_dir: Path = Field(default_factory=_default_data_dir)
    timezone: Annotated[str, AfterValidator(_zone_name)] = "Europe/Rome"
    partitions: int = Field(default=4, ge=1, le=1024)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    trends_trigger_seconds: float = Field(default=120, gt=0)
    backlog_limit: int = Field(default=1_000_000, ge=1)
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    log_format: Literal["text", "json"] = "text"


def load_settings() -> Settings:
    """The settings of this process; raises InvalidInput that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "CINESTATS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidInput(name, first["msg"].removeprefix("Value error, ")) from error
