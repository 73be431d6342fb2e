"""The floor: the documents that the whole topic comes to, written once, in bare bulks.

Chosen: unordered, 1,000 upserts a bulk, one process and connection, nothing read before. It
knows the future (every document is written once), reads no topic and has no recovery.
"""

import sys
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from .counts import Counts, stamp
from .events import events
from .settings import Settings


def main() -> None:
    settings = Settings.read()
    net = Counts().fold(events(Path(sys.argv[1]), int(sys.argv[2])))
    database = MongoClient[Any](settings.mongo)[settings.database]
    stamp("begin")
    net.write(database, ordered=False)
    stamp("wrote")


if __name__ == "__main__":
    main()
