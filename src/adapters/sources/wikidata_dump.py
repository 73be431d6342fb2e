"""The films of a folder of Wikidata's entities, as its dumps have them.

After https://www.wikidata.org/wiki/Wikidata:Database_download, as of 2026-11-29: a file is one
array of JSON with an entity a line, plain or packed by gzip or bzip2. What the API answers
(``{"entities": …}`` in one line) is read, too. A whole dump is far too large for memory, and a
film may stand before the people that it names: so the files are gone through three times, for
the classes of films, for the films, and for the names.
"""

import bz2
import gzip
import re
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import TypeVar

import orjson

from cinestats.adapters import strict_json
from cinestats.adapters.strict_json import Fields
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.errors import CinestatsError, InvalidInput

from .commons import COMMONS
from .wikidata_item import film_of, items_named, label_of
from .wikidata_json import items

# Film; short, animated, television, documentary, silent film; anime film, animated feature: a
# folder of films need not hold what they are kinds of.
_CLASSES = (
    "Q11424",
    "Q24862",
    "Q202866",
    "Q506240",
    "Q93204",
    "Q226730",
    "Q20650540",
    "Q29168811",
)
_SUFFIXES = (".json", ".gz", ".bz2")
_ID = re.compile(rb'"id"\s*:\s*"(Q\d+)"')
_PARTS = ("id", "labels", "aliases", "claims")
_Read = TypeVar("_Read")


class WikidataDump:
    """The entities of a folder; raises CinestatsError where it has no file of them.

    ``refused`` is told, once, of what cannot be read; ``progress`` of the bytes gone through
    and of all.
    """

    def __init__(
        self,
        folder: Path,
        refused: Callable[[str], object],
        progress: Callable[[int, int], object],
    ) -> None:
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        self._files = [path for path in found if path.suffix in _SUFFIXES and path.is_file()]
        if not self._files:
            raise CinestatsError(
                f"The folder {folder} has no entities of Wikidata: .json, .json.gz, .json.bz2."
            )
        self._refused = refused
        self._told: set[str] = set()
        self._progress = progress
        self._done = 0

    def films(self, min_links: int = 0) -> Iterator[CatalogueFilm]:
        """Every film with a year that so many wikis have a page of."""
        classes = self._classes()
        with tempfile.TemporaryFile() as kept:
            wanted: set[bytes] = set()
            for entity, named in self._read(_as_film, lambda line: b'"P577"' in line):
                links = len(entity.get("sitelinks") or ())
                if links >= min_links and not classes.isdisjoint(items(entity, "P31")):
                    wanted.update(map(str.encode, named))
                    kept.write(
                        orjson.dumps({part: entity.get(part) for part in _PARTS}) + b"\n"
                    )
            names = dict(self._read(_as_name, lambda line: _id_of(line) in wanted))
            kept.seek(0)
            for line in kept:
                entity = orjson.loads(line)
                try:
                    film = film_of(entity["id"], entity, names, COMMONS)
                except InvalidInput as error:
                    self._refuse(entity["id"], error)
                    continue
                if film is not None and film.movie.year is not None:
                    yield film

    def _classes(self) -> set[str]:
        """Film, and whatever is a kind of it."""
        kinds: defaultdict[str, list[str]] = defaultdict(list)
        for kind, of in self._read(_as_kind, lambda line: b'"P279"' in line):
            for each in of:
                kinds[each].append(kind)
        classes, todo = set[str](_CLASSES), list[str](_CLASSES)
        while todo:
            more = set(kinds[todo.pop()]) - classes
            classes |= more
            todo += more
        return classes

    def _read(
        self, read: Callable[[Fields], _Read], wanted: Callable[[bytes], bool]
    ) -> Iterator[_Read]:
        """What ``read`` makes of the entities whose text is wanted."""
        for where, text in self._lines():
            try:
                for each in filter(wanted, _entities_of(text)):
                    yield read(_parsed(each))
            except InvalidInput as error:
                self._refuse(where, error)

    def _lines(self) -> Iterator[tuple[str, bytes]]:
        """The lines of all files that hold something, and where each stands."""
        total = 3 * sum(path.stat().st_size for path in self._files)
        for path in self._files:
            try:
                with _opened(path) as file:
                    for number, line in enumerate(file, 1):
                        text = line.strip().rstrip(b",")
                        if text not in (b"", b"[", b"]"):
                            yield f"{path.name}, line {number:,}", text
            except (OSError, EOFError, zlib.error) as error:
                raise CinestatsError(f"The file {path} is damaged or cut short.") from error
            self._done += path.stat().st_size
            self._progress(self._done, total)

    def _refuse(self, where: str, error: InvalidInput) -> None:
        if where not in self._told:
            self._told.add(where)
            self._refused(f"{where}: {error}")


def _opened(path: Path) -> BufferedIOBase:
    if path.suffix == ".gz":
        return gzip.GzipFile(path)
    return bz2.BZ2File(path) if path.suffix == ".bz2" else path.open("rb")


def _entities_of(text: bytes) -> Iterator[bytes]:
    """The text of each entity of a line: it is one, or an answer of the API with several."""
    if not text.startswith(b'{"entities"'):
        yield text
        return
    answer = strict_json.as_object(strict_json.parse(text), "answer")
    entities = strict_json.as_object(answer["entities"], "entities")
    yield from map(orjson.dumps, entities.values())


def _parsed(text: bytes) -> Fields:
    return strict_json.as_object(strict_json.parse(text), "entity")


def _id_of(text: bytes) -> bytes | None:
    found = _ID.search(text)
    return None if found is None else found[1]


def _as_kind(entity: Fields) -> tuple[str, list[str]]:
    return strict_json.text(entity, "id"), list(items(entity, "P279"))


def _as_film(entity: Fields) -> tuple[Fields, set[str]]:
    strict_json.text(entity, "id")
    return entity, items_named(entity)


def _as_name(entity: Fields) -> tuple[str, str]:
    return strict_json.text(entity, "id"), label_of(entity)
