from .browser import browser
from .stack import kafka, mongo

__all__ = ["browser", "kafka", "mongo"]
