"""How to run the streams, from the environment."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field

from cinestats.adapters.environment import EnvironmentSettings


def _default_checkpoints() -> Path:
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "cinestats" / "spark"


class SparkSettings(EnvironmentSettings):
    """Each is ``CINESTATS_`` and its name in capitals. Times in seconds.

    ``spark_jars`` names the Kafka connector's jars, with commas between them; where it is
    not set and Spark does not have them, Spark fetches them from Maven Central.
    """

    starting_offsets: Literal["earliest", "latest"] = "earliest"
    stats_trigger_seconds: float = Field(default=5, gt=0)
    trends_trigger_seconds: float = Field(default=120, gt=0)
    max_offsets_per_trigger: int = Field(default=200_000, gt=0)
    checkpoint_dir: Path = Field(default_factory=_default_checkpoints)
    spark_master: str | None = None
    spark_jars: str | None = None
