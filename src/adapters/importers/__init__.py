"""Reads what other services export: a file in, rows out."""

from .column_words import FIELDS
from .dates import AmbiguousDays, DateOrder
from .ratings import SCALES
from .reader import DELIMITER_NAMES, MAX_BYTES, read_export
from .registry import format_names, importers
from .table import Export, UnknownColumns

__all__ = [
    "DELIMITER_NAMES",
    "FIELDS",
    "MAX_BYTES",
    "SCALES",
    "AmbiguousDays",
    "DateOrder",
    "Export",
    "UnknownColumns",
    "format_names",
    "importers",
    "read_export",
]
