"""Spark Structured Streaming: reads the topic, hands whole partitions to the consumer.

The functions carry the names they have in the original processor.
"""
