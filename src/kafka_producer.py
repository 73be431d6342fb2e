"""The original's module ``kafka_producer`` under its names, to be imported in its place.

    from cinestats.kafka_producer import get_kafka_producer

What is done lies in ``adapters/kafka``. Spark is not needed.
"""

from cinestats.adapters.kafka.producer import MovieEventProducer, get_kafka_producer

__all__ = ["MovieEventProducer", "get_kafka_producer"]
