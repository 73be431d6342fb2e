"""spark-submit to a cluster of two workers, as docs/distributed.md says."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

from pathlib import Path

from .spark_cluster import cluster, pack, submit
from .spark_events import differences, events, produce
from .spark_process import START_SECONDS, Driver, Setup, setup

__all__ = ["setup"]


def test_an_executor_that_is_killed_costs_nothing_and_one_without_packages_is_told(
    setup: Setup, tmp_path: Path
) -> None:
    """Fault 35: bare Pythons on the executors, first without our packages, then with them."""
    made = events(1_200)
    produce(setup.kafka, made)
    environment = {**setup.environment, "CINESTATS_MAX_OFFSETS_PER_TRIGGER": "300"}
    with cluster(tmp_path) as spark:
        log = tmp_path / "bare.log"
        process = submit(spark, environment, log)
        assert process.wait(START_SECONDS) == 1, log.read_text()[-2000:]
        last = log.read_text().strip().splitlines()[-1]
        assert "No module named 'cinestats'" in last
        assert (
            "An executor lacks a package of the driver's: give spark-submit --archives" in last
        )

        archive = f"{pack(tmp_path / 'packages.tar')}#packages"
        log = tmp_path / "packed.log"
        path = "--archives", archive, "--conf", "spark.executorEnv.PYTHONPATH=packages"
        process = submit(spark, environment, log, *path)
        driver = Driver(process, log)
        try:
            driver.counts(partitions=3)
            assert differences(setup.database, made), (
                "it was over before the executor was killed"
            )
            spark.kill_executor()
            driver.wait_until(lambda: not differences(setup.database, made))
            driver.terminate()
            driver.wait()  # spark-submit is a JVM, which ends at once: nothing is lost by that
        finally:
            process.kill()
            process.wait()
    assert differences(setup.database, made) == []
