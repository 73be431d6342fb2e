"""These tests need kafka-python, which the embedded installation does not have."""

import importlib.util
import os

if importlib.util.find_spec("kafka") is None and os.environ.get("CI") != "true":
    collect_ignore_glob = ["test_*.py"]
