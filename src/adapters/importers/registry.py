"""The importers. Each registers itself; nothing else lists them."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, tzinfo
from enum import IntEnum
from functools import cache

from . import formats
from .dates import day
from .source import Kind, Source
from .table import Export


class Confidence(IntEnum):
    """How sure an importer is that a file is one of its own."""

    NO = 0
    POSSIBLE = 1  # it can read the file, and many others that are not its own
    LIKELY = 2
    CERTAIN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the user wants a file to be read. ``zone`` tells which day a moment belongs to."""

    zone: tzinfo

    def day(self, cell: str, field: str) -> date | None:
        """The day in a cell; None for a blank one. Raises InvalidInput."""
        return day(cell, field, self.zone)


Read = Callable[[Source, Options], Export]


@dataclass(slots=True)
class Importer:
    """Registers the function it decorates as the one that reads a format.

    ``format`` is the name for ``--format``, ``label`` the one for people. ``hint`` tells them
    in English (``en``) and Italian (``it``) which file it is and where to get it. ``accepts``
    are the kinds of file. With ``zip`` several files may come in one: all that are recognised
    are read, or those that ``choose`` finds among the paths of the zip; it returns the path of
    each by the name to show, and sentences on what is left alone. ``recognises`` judges a file
    that is no zip. Who asks for one of the formats ``also`` is content with this one.
    """

    format: str
    _: KW_ONLY
    label: str
    hint: Mapping[str, str]
    accepts: Sequence[Kind] = ("csv",)
    recognises: Callable[[Source], Confidence]
    choose: Callable[[Sequence[str]], tuple[Mapping[str, str], Sequence[str]]] | None = None
    also: Sequence[str] = ()
    read: Read = field(init=False)

    def __call__(self, read: Read) -> Read:
        self.read = read
        _registered[self.format] = self
        return read


_registered: dict[str, Importer] = {}


@cache
def importers() -> Sequence[Importer]:
    """Every importer: services by their label, then those whose label is lower case."""
    for module in pkgutil.iter_modules(formats.__path__, f"{formats.__name__}."):
        importlib.import_module(module.name)
    return sorted(_registered.values(), key=lambda each: each.label)


def format_names() -> list[str]:
    """What ``--format`` takes."""
    return ["auto", *sorted(each.format for each in importers())]
