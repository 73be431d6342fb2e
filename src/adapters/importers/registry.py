"""The importers by the name of their format. Each registers itself; nothing else lists them."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import IntEnum
from functools import cache

from . import formats
from .dates import day
from .export import Export
from .source import Kind, Peek, Source


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipFiles:
    """The files of a zip that an importer reads, in order: how to show each, and its path."""

    paths: Mapping[str, str]
    notes: Sequence[str] = ()


Recognise = Callable[[Peek], Confidence]
Read = Callable[[Source, Options], Export]
ChooseFiles = Callable[[Sequence[str]], ZipFiles]


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """What is known of a format. ``importer`` explains the fields."""

    names: tuple[str, ...]
    label: str
    hint: Mapping[str, str]
    accepts: Sequence[Kind]
    recognises: Recognise
    read: Read
    files_of_zip: ChooseFiles | None

    @property
    def format(self) -> str:
        return self.names[0]


_registered: dict[str, Importer] = {}


def importer(
    *names: str,
    label: str,
    hint: Mapping[str, str],
    accepts: Sequence[Kind],
    recognises: Recognise,
    files_of_zip: ChooseFiles | None = None,
) -> Callable[[Read], Read]:
    """Register the decorated function as the one that reads a format.

    The first of ``names`` is the format's name for ``--format``; the importer answers to the
    others, too. ``label`` is its name for people; ``hint`` tells them in English (``en``) and
    Italian (``it``) which file it is and where to get it. ``accepts`` are the kinds of file;
    with ``zip`` several may come in one, of which all that are recognised are read, or those
    that ``files_of_zip`` chooses by their paths. ``recognises`` judges a file that is no zip.
    """

    def register(read: Read) -> Read:
        _registered[names[0]] = Importer(
            names=names,
            label=label,
            hint=hint,
            accepts=accepts,
            recognises=recognises,
            read=read,
            files_of_zip=files_of_zip,
        )
        return read

    return register


@cache
def importers() -> Sequence[Importer]:
    """Every importer: services by their label, then those whose label is lower case."""
    for module in pkgutil.iter_modules(formats.__path__, f"{formats.__name__}."):
        importlib.import_module(module.name)
    return sorted(_registered.values(), key=lambda each: each.label)


def format_names() -> list[str]:
    """What ``--format`` takes."""
    return ["auto", *sorted(each.format for each in importers())]
