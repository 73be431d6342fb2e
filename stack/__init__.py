"""Kafka and a server that speaks MongoDB's protocol, on loopback and without Docker.

``python3 -m stack up`` and ``down`` serve a person, ``start_kafka`` and ``start_mongo`` the
tests. Only the standard library is used, so that any Python 3.11 runs it.
"""
