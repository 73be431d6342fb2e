"""Plain V6: Spark Structured Streaming as the original's text describes it.

from_json, groupBy user_id, collect_list, foreachPartition, ordered bulk_write of ``$inc``
upserts. Chosen: bulks of 1,000 (the original sends one a user: slower here), and the events
of all users of a Spark partition are folded before they are written. Recovery: Spark's
checkpoint, which runs a batch that broke off again as a whole.
"""

from collections.abc import Iterable
from typing import Any

from pymongo import MongoClient
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from .counts import Counts
from .settings import Settings
from .spark import drain


def main() -> None:
    settings = Settings.read()

    def write(users: Iterable[Row]) -> None:
        counts = Counts()
        for user in users:
            counts.fold(event.asDict() for event in user.events)
        with MongoClient[Any](settings.mongo) as client:
            counts.write(client[settings.database], ordered=True)

    def process_batch(batch: DataFrame, _: int) -> None:
        by_user = batch.groupBy("user_id").agg(
            F.collect_list(F.struct(*batch.columns)).alias("events")
        )
        by_user.foreachPartition(write)

    drain(settings, process_batch)


if __name__ == "__main__":
    main()
