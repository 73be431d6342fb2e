from .browser import browser, data_dir, server, user, visit
from .stack import kafka, mongo

__all__ = ["browser", "data_dir", "kafka", "mongo", "server", "user", "visit"]
