"""Logs as one JSON object a line, for whatever collects them."""

import logging
from datetime import UTC, datetime

import orjson

_STANDARD = vars(logging.makeLogRecord({})).keys() | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """Time, level, logger and message, and whatever was given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        document: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        document |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info:
            document["error"] = self.formatException(record.exc_info)
        return orjson.dumps(document, default=str).decode()


def log_as_json(name: str = "cinestats", level: int = logging.INFO) -> None:
    """Send cinestats' own logs, or those of another library, to stderr as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger(name)
    logger.handlers = [handler]
    logger.setLevel(level)
    logger.propagate = False
