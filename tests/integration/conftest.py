from .stack import kafka, mongo

__all__ = ["kafka", "mongo"]
