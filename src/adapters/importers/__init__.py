"""Reads what other services export: a file in, rows out."""

from .detect import MAX_BYTES, read_export
from .export import Export, Format

__all__ = ["MAX_BYTES", "Export", "Format", "read_export"]
