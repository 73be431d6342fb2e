"""A package of films to ship: a zip file with the films, a line of JSON each, and a manifest.

The manifest says where the films are from, of which day, under which licence, and what the
file of films is like, so that a reader knows that nothing is missing and nothing was changed.
"""

import zipfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import orjson

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.texts import clean_text

from . import strict_json
from .film_json import catalogue_document, read_movie
from .importers.archive import UNREADABLE, is_zip

FREE = {"wikidata": "CC0-1.0"}
"""The sources whose films may be given to others, each with its licence."""
MAX_BYTES = 2**32
"""Of the films, unpacked: Wikidata's are an eighth of it."""
MANIFEST, FILMS = "manifest.json", "films.jsonl"
FORM = 1
_MAX_LINE = 2**20
_MAX_MANIFEST = 2**16
_CHUNK = 2**20
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same films are the same bytes whenever they are packed


class Manifest(NamedTuple):
    """What a package holds; ``sha256``, ``bytes`` and ``rows`` are of its file of films."""

    form: int
    source: str
    date: date
    licence: str
    sha256: str
    bytes: int
    rows: int


def is_package(file: Path) -> bool:
    """Whether the file is a zip file: what else a catalogue is read from is text."""
    with file.open("rb") as opened:
        return is_zip(opened.read(4))


def write_package(
    target: IO[bytes], films: Iterable[CatalogueFilm], source: str, day: date
) -> Manifest:
    """Pack the films that a free source told on a day; each film once, in the order given."""
    if source not in FREE:
        raise InvalidInput(
            "source", f"found {source[:40]!r}, expected one of {', '.join(FREE)}"
        )
    digest, size, rows = sha256(), 0, 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(zipfile.ZipInfo(FILMS, _LONG_AGO), "w", force_zip64=True) as file:
            for film in films:
                line = orjson.dumps(catalogue_document(film)) + b"\n"
                file.write(line)
                digest.update(line)
                size, rows = size + len(line), rows + 1
        manifest = Manifest(FORM, source, day, FREE[source], digest.hexdigest(), size, rows)
        text = orjson.dumps(manifest._asdict(), option=orjson.OPT_INDENT_2)
        archive.writestr(zipfile.ZipInfo(MANIFEST, _LONG_AGO), text)
    return manifest


class Package:
    """A package that is read; ``manifest`` is what it says of itself.

    Raises CinestatsError where it is none, is damaged, holds something else than its manifest
    says, or films under a licence that is not known to be free.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._opened() as archive:
            with archive.open(MANIFEST) as opened:
                data = opened.read(_MAX_MANIFEST)
            self.manifest = _manifest(data)
            self._check(archive)

    def films(self) -> Iterator[CatalogueFilm]:
        """Every film; raises CinestatsError with the line of one that is none."""
        with self._opened() as archive, archive.open(FILMS) as file:
            for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE), b""), 1):
                try:
                    yield film_of_line(line)
                except InvalidInput as error:
                    raise CinestatsError(
                        f"The package {self._file.name} has no film in line {number:,} of"
                        f" {FILMS}: {error}."
                    ) from error

    def _check(self, archive: zipfile.ZipFile) -> None:
        manifest, digest, size, rows = self.manifest, sha256(), 0, 0
        with archive.open(FILMS) as file:
            while size <= manifest.bytes and (chunk := file.read(_CHUNK)):
                digest.update(chunk)
                size, rows = size + len(chunk), rows + chunk.count(b"\n")
        if (digest.hexdigest(), size, rows) != (manifest.sha256, manifest.bytes, manifest.rows):
            raise CinestatsError(
                f"The films of the package {self._file.name} are not those of its manifest:"
                " get it again."
            )

    @contextmanager
    def _opened(self) -> Generator[zipfile.ZipFile]:
        try:
            with closing(zipfile.ZipFile(self._file)) as archive:
                yield archive
        except UNREADABLE as error:
            raise CinestatsError(
                f"The file {self._file.name} is no package of films, or it is damaged:"
                f" {str(error)[:200]}."
            ) from error


def film_of_line(line: bytes) -> CatalogueFilm:
    """A film from a package, fully checked; raises InvalidInput."""
    fields = strict_json.as_object(strict_json.parse(line), "film")
    years: Any = fields.get("release_years")
    if not isinstance(years, list):
        raise InvalidInput("release_years", "must be a list")
    numbers = cast("list[object]", years)
    release_years = tuple([year for year in numbers if type(year) is int])
    if len(release_years) < len(numbers):
        raise InvalidInput("release_years", "must be whole numbers")
    others = strict_json.texts(fields, "alternative_titles")
    return CatalogueFilm(
        read_movie(fields),
        strict_json.optional_text(fields, "italian_title") or None,
        tuple(clean_text(title, "alternative_titles", 500) for title in others),
        release_years,
    )


def _manifest(data: bytes) -> Manifest:
    try:
        fields = strict_json.as_object(strict_json.parse(data), "manifest")
        form, size, rows = (
            strict_json.whole(fields, name) for name in ("form", "bytes", "rows")
        )
        if form != FORM:
            raise InvalidInput("form", f"is {form}; a later cinestats may read it")
        source, licence = (strict_json.text(fields, name) for name in ("source", "licence"))
        if FREE.get(source) != licence:
            raise InvalidInput("licence", f"is {licence[:40]!r} of {source[:40]!r}, not free")
        if size is None or rows is None or not 0 <= size <= MAX_BYTES:
            raise InvalidInput("bytes", f"and rows must be numbers, bytes up to {MAX_BYTES:,}")
        day = date.fromisoformat(strict_json.text(fields, "date"))
        return Manifest(
            form, source, day, licence, strict_json.text(fields, "sha256"), size, rows
        )
    except (InvalidInput, ValueError) as error:
        raise CinestatsError(f"The package's manifest cannot be used: {error}.") from error
