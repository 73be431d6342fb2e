"""A folder of films with ``.nfo`` files as a source: files on this machine, and no request."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery
from cinestats.application.sources.ports import Answer, SourceStopped
from cinestats.domain.errors import InvalidInput

from .nfo_file import NfoError, OfAnotherKind, read_nfo

MAX_BYTES = 2**20
MAX_FILES = 100_000
_OTHERS = {"tvshow.nfo", "season.nfo", "artist.nfo", "album.nfo"}
_NAMED = re.compile(r"(?P<title>.+?)[ ._]*[(\[](?P<year>[12]\d{3})[)\]].*")


class Nfo:
    """Implements FilmSource. The folder is read at the first question.

    ``tell`` gets a sentence for every file that could not be read.
    """

    name = "nfo"
    batch = 500
    requests = 0

    def __init__(self, folder: Path, tell: Callable[[str], object]) -> None:
        self._folder = folder
        self._tell = tell

    def look_up(self, queries: Sequence[FilmQuery]) -> Iterator[Answer]:
        films = self._films
        for query in queries:
            yield films.find(query)

    @cached_property
    def _films(self) -> MemoryCatalogue:
        if not self._folder.is_dir():
            raise SourceStopped(f"CINESTATS_NFO_DIR is no folder: {self._folder}.")
        catalogue = MemoryCatalogue()
        catalogue.load(self._read())  # a film that lies there twice is one
        return catalogue

    def _read(self) -> Iterator[CatalogueFilm]:
        for number, path in enumerate(self._paths()):
            if number == MAX_FILES:
                self._tell(f"More than {MAX_FILES:,} files: the others were left out.")
                return
            try:
                with path.open("rb") as file:
                    data = file.read(MAX_BYTES + 1)
                if len(data) > MAX_BYTES:
                    raise NfoError(f"it has more than {MAX_BYTES:,} bytes.")
                yield read_nfo(data, _named(path))
            except OfAnotherKind:
                continue
            except (NfoError, InvalidInput) as error:
                self._tell(f"{path.relative_to(self._folder)}: {error}")
            except OSError as error:
                self._tell(f"{path.relative_to(self._folder)}: {error.strerror}.")

    def _paths(self) -> Iterator[Path]:
        """The files, always in one order; links to folders are not followed."""
        for folder, folders, names in os.walk(self._folder):
            folders.sort()
            for name in sorted(names):
                if name.lower().endswith(".nfo") and name.lower() not in _OTHERS:
                    yield Path(folder, name)


def _named(path: Path) -> tuple[str, int | None]:
    """The title and the year of "Heat (1995).nfo", or of its folder's name."""
    for name in (path.stem, path.parent.name):
        if named := _NAMED.fullmatch(name):
            return named["title"].replace(".", " ").replace("_", " "), int(named["year"])
    name = path.parent.name if path.stem.lower() == "movie" else path.stem
    return name, None
