"""Reads what other services export: a file in, rows out."""

from .export import Export
from .reader import MAX_BYTES, read_export

__all__ = ["MAX_BYTES", "Export", "read_export"]
