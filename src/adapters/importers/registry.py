"""The importers. Each registers itself; nothing else lists them."""

import importlib
import pkgutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import tzinfo
from enum import IntEnum
from functools import cache
from typing import Literal

from . import formats
from .dates import DateOrder, DayReader
from .ratings import RatingReader, Scale
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
    """How the user wants a file to be read.

    ``zone`` tells which day a moment belongs to, ``dates`` the order in days that could be
    two, ``scale`` what a table's ratings are out of, and ``columns`` the label of the column
    that holds a field; blank for a field that is not to be read. With ``as_`` "plays" each row
    of a list is a play on the day it was put there.
    """

    zone: tzinfo
    as_: Literal["plays"] | None = None
    dates: DateOrder | None = None
    scale: Scale | None = None
    columns: Mapping[str, str] = field(default_factory=dict[str, str])

    day: DayReader = field(init=False)
    """Reads the days of a column. An unknown day is None."""
    rating: RatingReader = field(init=False)
    """Reads the ratings of a column whose scale the format does not tell."""

    def __post_init__(self) -> None:
        # One reader for all rows: a column is judged once for each reader.
        object.__setattr__(self, "day", DayReader(self.zone, self.dates))
        object.__setattr__(self, "rating", RatingReader(self.scale))


Choose = Callable[[Sequence[str], Collection[str]], tuple[Mapping[str, str], Sequence[str]]]
Read = Callable[[Source, Options], Export]
ReadTogether = Callable[[Mapping[str, Source], Options], Mapping[str, Export]]


@dataclass(slots=True)
class Importer:
    """Registers the function it decorates as the one that reads a format.

    ``format`` is the name for ``--format``, ``label`` the one for people. ``hint`` tells them
    in English (``en``) and Italian (``it``) which file it is and where to get it. ``accepts``
    are the kinds of file. With ``zip`` several files may come in one: all that are recognised
    are read, or those that ``choose`` finds among the paths of the zip, of which some are of
    files that are recognised; it returns the path of each by the name to show, and sentences
    on what is left alone. Files of a zip that tell of
    the same plays are read by ``together``, by the name to show. ``recognises`` judges a file
    that is no zip. Who asks for one of the formats ``also`` is content with this one.
    """

    format: str
    _: KW_ONLY
    label: str
    hint: Mapping[str, str]
    accepts: Sequence[Kind] = ("csv",)
    recognises: Callable[[Source], Confidence]
    choose: Choose | None = None
    together: ReadTogether | None = None
    also: Sequence[str] = ()
    read: Read = field(init=False)

    def __call__(self, read: Read) -> Read:
        self.read = read
        _registered[self.format] = self
        return read

    def read_files(self, files: Mapping[str, Source], options: Options) -> Mapping[str, Export]:
        """What each of the files holds, by its name; raises CinestatsError."""
        if self.together is not None:
            return self.together(files, options)
        return {name: self.read(file, options) for name, file in files.items()}


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
