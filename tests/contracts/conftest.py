import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # where the package stack lies

from tests.integration.stack import mongo

__all__ = ["mongo"]
