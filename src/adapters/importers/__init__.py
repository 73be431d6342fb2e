"""Reads what other services export: a file in, rows out."""

from .reader import MAX_BYTES, read_export
from .registry import format_names, importers
from .table import Export

__all__ = ["MAX_BYTES", "Export", "format_names", "importers", "read_export"]
