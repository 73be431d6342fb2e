"""What Spark 4 says when a stream breaks off, and the one line that it comes down to.

The messages are real ones, with paths and addresses made neutral and what is alike left out.
"""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

from cinestats.adapters.spark.failures import (
    advice_on_setup,
    cannot_read_checkpoint,
    lost_offsets,
    not_authorized,
    reason_of,
)

_QUERY = "[STREAM_FAILED] Query [id = 2b77, runId = 475b] terminated with exception: "
_BATCH = (
    f"{_QUERY}[FOREACH_BATCH_USER_FUNCTION_ERROR] An error occurred in the user provided"
    " function"
    " in foreach batch sink. Reason: An exception was raised by the Python Proxy. Return"
    " Message:"
    " Traceback (most recent call last):\n"
    '  File "/opt/python/py4j/clientserver.py", line 644, in _call_proxy\n'
    "    return_value = getattr(self.pool[obj_id], method)(*params)\n"
    "                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
)
_END = (
    "\n SQLSTATE: 39000 SQLSTATE: XXKST\n=== Streaming Query ===\n"
    "Identifier: [id = 2b77, runId = 475b]\nCurrent Committed Offsets: {}\n\n"
    "Logical Plan:\n~WriteToMicroBatchDataSourceV1 ForeachBatchSink, 2b77, Append\n"
)
_WORKER = (
    f"{_BATCH}pyspark.errors.exceptions.captured.PythonException: An exception was thrown from"
    " the Python worker:\nTraceback (most recent call last):\n"
    '  File "/opt/python/worker.py", line 10, in process\n    yield from it\n'
)
_TASK = (
    f"{_BATCH}py4j.protocol.Py4JJavaError: An error occurred while calling"
    " o161.collectToPython.\n"
    ": org.apache.spark.SparkException: Job aborted due to stage failure: Task 1 in stage 1.0"
    " failed 1 times, most recent failure: Lost task 1.0 in stage 1.0 (TID 3) (10.0.0.7"
)
_JAVA = "\n\tat org.apache.spark.scheduler.Task.run(Task.scala:147)\n\nDriver stacktrace:\n"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (f"{_WORKER}MemoryError{_END}", "MemoryError"),
        (f"{_WORKER}KeyError: 'offset'{_END}", "KeyError: 'offset'"),
        (f"{_WORKER}ValueError: a value\nof two lines{_END}", "ValueError: a value"),
        (
            f"{_WORKER}ModuleNotFoundError: No module named 'cinestats'{_END}",
            "ModuleNotFoundError: No module named 'cinestats'",
        ),
        (
            f"{_WORKER}OSError: [Errno 28] No space left on device{_END}",
            "OSError: [Errno 28] No space left on device",
        ),
        (  # the last of two that are chained
            f"{_WORKER}ValueError: first\n\nThe above exception was the direct cause of the"
            " following exception:\n\nTraceback (most recent call last):\n"
            '  File "/opt/python/worker.py", line 22, in f\n    raise\n'
            f"RuntimeError: second{_END}",
            "RuntimeError: second",
        ),
        (  # ours, wherever it stands, with what it was raised from before it
            f"{_WORKER}OSError: inner\n\nThe above exception was the direct cause of the"
            " following"
            " exception:\n\nTraceback (most recent call last):\n"
            '  File "/opt/python/worker.py", line 26, in f\n    raise\n'
            f"cinestats.application.ports.StoreUnavailable: MongoDB cannot be reached.{_END}",
            "MongoDB cannot be reached",
        ),
        (
            f"{_BATCH}cinestats.application.streaming.claim.SecondTopic: The database"
            " counts the"
            f" topic plays already.{_END}",
            "The database counts the topic plays already",
        ),
        (f"{_BATCH}ValueError: in the driver{_END}", "ValueError: in the driver"),
        (
            f"{_TASK} executor driver): org.apache.spark.SparkException: Python worker exited"
            f" unexpectedly (crashed).{_JAVA}Caused by: java.io.EOFException\n{_END}",
            "Python worker exited unexpectedly (crashed)",
        ),
        (
            f"{_TASK} executor 1): ExecutorLostFailure (executor 1 exited caused by one of the"
            f" running tasks) Reason: Command exited with code 137{_JAVA}{_END}",
            "ExecutorLostFailure (executor 1 exited caused by one of the running tasks) Reason:"
            " Command exited with code 137",
        ),
        (
            f"{_TASK} executor 1): java.lang.OutOfMemoryError: Java heap space{_JAVA}{_END}",
            "Java heap space",
        ),
        (
            f"{_TASK} executor 1): org.apache.spark.SparkException: \nError from python"
            " worker:\n"
            "  /usr/bin/python3: No module named pyspark\nPYTHONPATH was:\n "
            " /opt/spark/python\n"
            f"org.apache.spark.SparkException: No port number in stdout{_JAVA}{_END}",
            "/usr/bin/python3: No module named pyspark",
        ),
        (
            f"{_TASK} executor 1): org.apache.spark.SparkException: \nError from python"
            " worker:\n"
            '  Traceback (most recent call last):\n    File "/opt/d.py", line 1, in <module>\n'
            "      import numpy\n  ModuleNotFoundError: No module named 'numpy'\nPYTHONPATH"
            " was:\n"
            f"  /opt/spark/python\n{_JAVA}{_END}",
            "ModuleNotFoundError: No module named 'numpy'",
        ),
        (
            f"{_QUERY}[KAFKA_DATA_LOSS.START_OFFSET_RESET] Some data may have been lost because"
            " they are not available in Kafka any more. SQLSTATE: 22000\n=== Streaming"
            " Query ===",
            "[KAFKA_DATA_LOSS.START_OFFSET_RESET] Some data may have been lost because they are"
            " not available in Kafka any more",
        ),
        (
            "An error occurred while calling o45.load.\n:"
            " org.apache.spark.sql.AnalysisException:"
            " Failed to find data source: kafka. Please deploy the application.\n\tat org.x",
            "Failed to find data source: kafka. Please deploy the application",
        ),
        (
            f"{_QUERY}org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a"
            " node assignment. Call: describeTopics\n",
            "Timed out waiting for a node assignment. Call: describeTopics",
        ),
        ("", ""),
        ("one line.", "one line"),
    ],
)
def test_the_reason_names_the_cause(message: str, reason: str) -> None:
    assert reason_of(message) == reason
    assert "Traceback" not in reason_of(message)


def test_a_reason_is_one_line_of_bounded_length() -> None:
    long = reason_of(f"{_WORKER}ValueError: {'x' * 10_000}{_END}")
    assert len(long) == 500
    assert "\n" not in long


def test_what_helps_is_known_for_lost_offsets_and_checkpoints() -> None:
    assert lost_offsets("[KAFKA_DATA_LOSS.START_OFFSET_RESET] Some data may have been lost")
    assert not lost_offsets(f"{_WORKER}MemoryError{_END}")
    assert cannot_read_checkpoint("", "at org.x.HDFSMetadataLog.getExistingBatch(H.scala:1)")
    assert not cannot_read_checkpoint(f"{_WORKER}MemoryError{_END}", "at org.x.Task.run")


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        (
            "[DATA_SOURCE_NOT_FOUND] Failed to find the data source: kafka. Make sure the"
            " provider name is correct. SQLSTATE: 42K02",
            "Give spark-submit --packages org.apache.spark:spark-sql-kafka-0-10_2.13:",
        ),
        (
            f"{_WORKER}ModuleNotFoundError: No module named 'cinestats'{_END}",
            "An executor lacks a package of the driver's: give spark-submit --archives",
        ),
        (
            f'{_TASK} executor 0): java.io.IOException: Cannot run program "/opt/python":'
            f" error=2, No such file or directory{_JAVA}",
            "Set PYSPARK_PYTHON to a Python that every node has",
        ),
        (
            f"{_WORKER}pyspark.errors.exceptions.base.PySparkRuntimeError:"
            f" [PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.12{_END}",
            "of the driver's version",
        ),
        (f"{_WORKER}MemoryError{_END}", ""),
    ],
)
def test_what_a_cluster_lacks_is_told_with_what_helps(message: str, advice: str) -> None:
    """The connector, a package, a Python (fault 35); nothing where it is something else."""
    found = advice_on_setup(message)
    assert advice in found
    assert bool(found) == bool(advice)


def test_a_right_that_is_missing_is_recognised() -> None:
    """Kafka's Java client says it so."""
    reason = "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to"
    assert not_authorized(f"{_QUERY}{reason} access topics: [films]{_END}")
    assert not not_authorized(f"{_WORKER}MemoryError{_END}")
