"""Events on Kafka: the original's producer, and the log's publisher. Needs kafka-python."""
