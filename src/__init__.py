"""cinestats: exact statistics from the event log of a film diary."""

__version__ = "0.2.0"
