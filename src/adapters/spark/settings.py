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
    """What the Spark driver reads."""

    starting_offsets: Literal["earliest", "latest"] = "earliest"
    """Where a topic begins that was never counted; of another application's topic MongoDB keeps
    it from then on."""
    stats_trigger_seconds: float = Field(default=5, gt=0)
    """How often statistics are counted."""
    trends_trigger_seconds: float = Field(default=120, gt=0)
    max_offsets_per_trigger: int = Field(default=200_000, gt=0)
    """The most records of a batch; it bounds the consumer's memory."""
    checkpoint_dir: Path = Field(default_factory=_default_checkpoints)
    """Where Spark notes how far it has read; under `XDG_STATE_HOME` where that is set. It may
    be lost: that costs time, no figures."""
    spark_master: str | None = None
    """The cluster; Spark inside this process unless it is set."""
    spark_jars: str | None = None
    """The Kafka connector's jars, with commas between them; unless it is set, Spark fetches
    them from Maven Central where it lacks them."""
    spark_packages: str | None = None
    """More packages of Maven's for Spark, with commas between them, such as MongoDB's
    connector `org.mongodb.spark:mongo-spark-connector_2.13:10.5.0`."""
