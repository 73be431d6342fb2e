"""Ours: the Spark driver as it is, draining the topic once, timed by what it logs.

Chosen: the topic is only counted, as by the peers, unless the environment says that it is taken
into the log. All other settings are those of ``cinestats consume --once``.
"""

import logging
import os

from .settings import Settings

_LOGGER = "cinestats.adapters.spark.streams"
_WORDS = {"batch begins": "begin", "partition counted in": "wrote"}


class Stamps(logging.Handler):
    """Passes the moments that the runner wants to know from the log on to it."""

    def emit(self, record: logging.LogRecord) -> None:
        if word := _WORDS.get(record.getMessage()):
            print(word, record.created, flush=True)


def main() -> None:
    settings = Settings.read()
    os.environ |= {
        "CINESTATS_KAFKA_BOOTSTRAP_SERVERS": settings.kafka,
        "CINESTATS_KAFKA_TOPIC": settings.topic,
        "CINESTATS_MONGO_URI": settings.mongo,
        "CINESTATS_MONGO_DATABASE": settings.database,
        "CINESTATS_CHECKPOINT_DIR": settings.state,
    }
    os.environ.setdefault("CINESTATS_FOREIGN_LOG", "off")
    from cinestats.entrypoints import spark_driver

    logging.getLogger(_LOGGER).addHandler(Stamps())
    spark_driver.main(once=True)


if __name__ == "__main__":
    main()
