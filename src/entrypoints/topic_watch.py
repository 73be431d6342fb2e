"""Watch another application's topic: what of it waits to be counted, and what is wrong."""

import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.kafka.topics import describe_topic, topic_bounds
from cinestats.application.stores import Stores
from cinestats.application.streaming.claim import refuse_other_topic
from cinestats.application.streaming.losses import (
    lag_of_topic,
    lost_records,
    positions_of,
    to_give_up,
)
from cinestats.application.streaming.ports import FOREIGN, GivenUp
from cinestats.domain.errors import CinestatsError


class TopicView(NamedTuple):
    """A topic at some moment, by partition: records that wait, records that are lost.

    ``problem`` says why the consumer does not go on, or why nothing is known; None when all
    is well. What an operator ``given_up`` is no problem any more.
    """

    lag: Sequence[int] = ()
    lost: Sequence[int] = ()
    given_up: Sequence[GivenUp] = ()
    problem: str | None = None


def look_at_topic(settings: KafkaSettings, stores: Stores) -> TopicView | None:
    """Ask Kafka and MongoDB; None unless another application fills the topic.

    Takes seconds where Kafka does not answer.
    """
    topic = settings.kafka_topic
    claim = stores.topic_claims.get(topic)
    if claim is None or claim.kind not in FOREIGN:
        return None
    partitions, positions = range(claim.partitions), stores.topic_positions
    given_up = [note for p in partitions for note in positions.given_up(topic, p)]
    try:
        facts = describe_topic(settings)
        if facts is None:
            return TopicView(given_up=given_up, problem=f"Kafka has no topic {topic}.")
        refuse_other_topic(topic, facts, claim)
        reached = positions_of(topic, claim.partitions, positions)
        bounds = topic_bounds(settings, claim.partitions)
    except CinestatsError as error:
        return TopicView(given_up=given_up, problem=str(error))
    lost = [0] * claim.partitions
    for each in lost_records(reached, bounds):
        lost[each.partition] = each.records
    view = TopicView(lag_of_topic(reached, bounds), lost, given_up)
    try:
        to_give_up(topic, reached, bounds, (), {})
    except CinestatsError as error:
        return view._replace(problem=str(error))
    return view


class TopicWatch(Collector):
    """Looks at the topic in a thread of its own, when it is told to; shows what it saw last."""

    def __init__(self, settings: KafkaSettings, stores: Stores) -> None:
        self._settings = settings
        self._stores = stores
        self._thread: threading.Thread | None = None
        self.view: TopicView | None = None

    def dispatch(self) -> None:
        """Begin to look, unless that is still going on."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self.look, name="topic", daemon=True)
            self._thread.start()

    def look(self) -> None:
        """Look, and keep what there is to see; where a store cannot be read, why."""
        try:
            self.view = look_at_topic(self._settings, self._stores)
        except CinestatsError as error:
            self.view = TopicView(problem=str(error))

    def collect(self) -> Iterator[Metric]:
        view = self.view
        if view is None:
            return
        for what, text, values in (
            ("lag", "Records of another application's topic that wait.", view.lag),
            ("lost", "Records of it that are gone, and that nobody gave up.", view.lost),
        ):
            name = f"cinestats_foreign_topic_{what}_records"
            family = GaugeMetricFamily(name, text, labels=["partition"])
            for partition, value in enumerate(values):
                family.add_metric([str(partition)], value)
            yield family
        text = "1 while the consumer of it cannot go on; /health/ready says why."
        problem = GaugeMetricFamily("cinestats_foreign_topic_problem", text)
        problem.add_metric([], view.problem is not None)
        yield problem
