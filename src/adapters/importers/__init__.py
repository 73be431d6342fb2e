"""Reads what other services export: a file in, rows out."""

from .reader import MAX_BYTES, read_export
from .table import Export

__all__ = ["MAX_BYTES", "Export", "read_export"]
