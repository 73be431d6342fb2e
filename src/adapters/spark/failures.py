"""What a failure of Spark's comes down to: the one line of all that it says."""

import re

from .session import CONNECTOR

_LONGEST = 500

_OUR_ERROR = re.compile(r"^\s*(?:\w+Error: )?cinestats\.[\w.]+: (.+)$", re.MULTILINE)
_TRACEBACK = re.compile(r"Traceback \(most recent call last\):\n(?:[^\S\n].*\n|\n)*(\S.*)")
_NO_WORKER = re.compile(r"Error from python worker:\s*\n(.*?)\n\s*PYTHONPATH was:", re.DOTALL)
_WRAPPER = re.compile(r"(?:py4j|pyspark)\.[\w.]+")
_TASK_FAILED = re.compile(
    r"most recent failure: Lost task [\d.]+ in stage [\d.]+ \(TID \d+\) \(.*?\): (.+)"
)
_BEFORE_REASON = re.compile(r"terminated with exception: |^: ", re.MULTILINE)
_JAVA_CLASS = re.compile(r"^(?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error): ")
_LOST_OFFSETS = ("data may have been lost", "OffsetOutOfRange", "KAFKA_DATA_LOSS", "aged out")
_READING_CHECKPOINT = (
    "HDFSMetadataLog.getExistingBatch",
    "MicroBatchExecution.initializeExecution",
    "StreamMetadata$.read",
)
_NOT_AUTHORIZED = ("TopicAuthorizationException", "Not authorized to access topics")
_SETUP = (
    (
        "DATA_SOURCE_NOT_FOUND",
        f"Give spark-submit --packages {CONNECTOR}, or --jars with the connector and all that"
        " it needs.",
    ),
    (
        "ModuleNotFoundError",
        "An executor lacks a package of the driver's: give spark-submit --archives with all of"
        " them, as docs/distributed.md says.",
    ),
    (
        "Cannot run program",
        "Set PYSPARK_PYTHON to a Python that every node has, of the driver's version.",
    ),
    (
        "PYTHON_VERSION_MISMATCH",
        "Set PYSPARK_PYTHON to a Python that every node has, of the driver's version.",
    ),
)


def reason_of(message: str) -> str:
    """The line of Spark's message that names the cause, without a full stop.

    That is what our own code says; else what a worker says that did not start; else what
    Python says, in a worker, on an executor or in the driver; else what the task says that
    failed; else what the query says.
    """
    if ours := _OUR_ERROR.findall(message):
        return _plain(ours[-1])
    if no_worker := _NO_WORKER.search(message):
        return _plain(no_worker[1].strip().rpartition("\n")[2])
    said = [line for line in _TRACEBACK.findall(message) if not _WRAPPER.match(line)]
    if said:
        return _plain(said[-1])
    if failed := _TASK_FAILED.findall(message):
        return _plain(_JAVA_CLASS.sub("", failed[-1]))
    rest = _BEFORE_REASON.split(message, maxsplit=1)[-1].strip()
    return _plain(_JAVA_CLASS.sub("", rest.partition("\n")[0]))


def lost_offsets(message: str) -> bool:
    """Whether the topic does not have what the stream wants to read any more."""
    return any(sign in message for sign in _LOST_OFFSETS)


def cannot_read_checkpoint(message: str, trace: str) -> bool:
    """Whether the stream broke off while it read its checkpoint."""
    return any(sign in trace or sign in message for sign in _READING_CHECKPOINT)


def not_authorized(message: str) -> bool:
    """Whether Kafka does not let this account read."""
    return any(sign in message for sign in _NOT_AUTHORIZED)


def advice_on_setup(message: str) -> str:
    """What helps where a cluster lacks something, with a space before it; else nothing."""
    return next((f" {advice}" for sign, advice in _SETUP if sign in message), "")


def _plain(line: str) -> str:
    return line.partition(" SQLSTATE:")[0].strip().rstrip(".")[:_LONGEST]
