"""Reads a file by the importer that is surest of it; of a zip, file by file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo

from cinestats.application.imports.rows import ImportedRow, Row, SkippedRow
from cinestats.domain.errors import CinestatsError, InvalidInput

from .archive import Archive
from .detect import refusal, surest, theirs
from .registry import Importer, Options, format_names, importers
from .source import Source
from .table import Export

MAX_BYTES = 32 * 2**20

_SUFFIXES = (".csv", ".tsv", ".txt", ".json")


def read_export(path: str, data: bytes, *, format: str = "auto", zone: tzinfo) -> Export:
    """Read a diary that another service exported, or a table in CSV or TSV.

    ``path`` is the file's name as its user gave it, with or without folders; ``zone`` tells
    which day a moment belongs to. A bad row is rejected alone. Raises InvalidInput for a
    ``format`` that is not known, and CinestatsError with a sentence for a file that as a
    whole is not understood, is not of the format, or is beyond a limit.
    """
    if format not in format_names():
        known = ", ".join(format_names())
        raise InvalidInput("format", f"found {format[:40]!r}, expected one of {known}")
    if len(data) > MAX_BYTES:
        raise CinestatsError(f"The file has {len(data):,} bytes, more than {MAX_BYTES:,}.")
    source, options = Source(path, data), Options(zone=zone)
    if '"event_type"' in source.text.lstrip().partition("\n")[0]:
        raise CinestatsError(
            "The file is a log of events, which the command cinestats events import takes in."
        )
    asked = [each for each in importers() if format in ("auto", each.format, *each.also)]
    if source.kind == "zip" and (taking := [each for each in asked if "zip" in each.accepts]):
        return _read_zip(Archive(data), taking, options)
    found = surest(source, asked)
    if found is None:
        raise refusal(source, asked)
    return _read(found, source, options)


def _read(found: Importer, source: Source, options: Options) -> Export:
    export = found.read(source, options)
    rows = tuple(
        replace(row, service=found.format) if isinstance(row, ImportedRow) else row
        for row in export.rows
    )
    return replace(export, rows=rows, notes=(*source.notes, *export.notes))


def _read_zip(archive: Archive, asked: Sequence[Importer], options: Options) -> Export:
    """Read the files that the service of the first known one chooses, or else all known."""
    paths = sorted(
        path
        for path in archive.names
        if path.lower().endswith(_SUFFIXES) and not path.startswith("__MACOSX/")
    )
    if not paths:
        raise CinestatsError(f"The zip file is none of {theirs(asked)}: it holds no table.")
    known = {
        path: found for path in paths if (found := _known(path, archive.read(path), asked))
    }
    if not known:
        raise _unknown(paths[0], asked)
    service = next(iter(known.values()))
    if service.choose is not None:
        chosen, left = service.choose(paths)
    else:
        others = [path for path in paths if path not in known]
        chosen = {path: path for path in known}
        left = [f"{', '.join(others)[:200]}: not known, and left alone."] if others else []
    parts: dict[str, Export] = {}
    for name, path in chosen.items():
        if path not in known:
            raise _unknown(name, [service])
        parts[name] = _read(known[path], Source(name, archive.read(path)), options)
    notes = dict.fromkeys(
        f"{name}: {note}" for name, part in parts.items() for note in part.notes
    )
    formats = {part.format for part in parts.values()}
    labels = dict.fromkeys(known[path].label for path in chosen.values())
    format = formats.pop() if len(formats) == 1 else f"{' and '.join(labels)} export"
    return Export(format, tuple(_each_film_once(parts.items())), (*notes, *left))


def _known(path: str, data: bytes, asked: Sequence[Importer]) -> Importer | None:
    try:
        return surest(Source(path, data), asked)
    except CinestatsError:  # an empty file, a note to the reader
        return None


def _unknown(name: str, asked: Sequence[Importer]) -> CinestatsError:
    return CinestatsError(f"{name} in the zip file has not the columns of {theirs(asked)}.")


def _each_film_once(parts: Iterable[tuple[str, Export]]) -> Iterator[Row]:
    """All rows with the name of their file; a film that an earlier file has is skipped.

    The files join by title and year only: what else they have differs from file to file.
    """
    seen: dict[tuple[str, int | None], str] = {}
    for name, part in parts:
        for row in part.rows:
            if isinstance(row, ImportedRow):
                earlier = seen.setdefault((row.title, row.year), name)
                if earlier != name and row.kind == "film":
                    row = SkippedRow(row.line, f"the film is in {earlier} already")
            yield replace(row, file=name)
