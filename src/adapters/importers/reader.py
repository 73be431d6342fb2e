"""Reads a file by the importer that is surest of it; of a zip, file by file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

from cinestats.application.imports.rows import ImportedRow, Row, SkippedRow
from cinestats.domain.errors import CinestatsError, InvalidInput

from .archive import Archive
from .detect import refusal, surest, theirs
from .export import Export
from .registry import Importer, Options, ZipFiles, format_names, importers
from .source import Source

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
    asked = [each for each in importers() if format in ("auto", *each.names)]
    accepting = [each for each in asked if source.kind in each.accepts]
    if source.kind == "zip" and accepting:
        return _read_zip(Archive(data), accepting, options)
    found = surest(source.peek, accepting) if accepting else None
    if found is None:
        raise refusal(source, asked)
    return _read(found, source, options)


def _read(found: Importer, source: Source, options: Options) -> Export:
    export = found.read(source, options)
    return replace(export, notes=(*source.notes, *export.notes))


def _read_zip(archive: Archive, asked: Sequence[Importer], options: Options) -> Export:
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
    files = _files_to_read(paths, known)
    parts: list[tuple[str, Export]] = []
    for name, path in files.paths.items():
        if path not in known:
            raise _unknown(name, [*known.values()][:1])
        parts.append((name, _read(known[path], Source(name, archive.read(path)), options)))
    notes = [f"{name}: {note}" for name, part in parts for note in part.notes]
    formats = {part.format for _, part in parts}
    labels = dict.fromkeys(known[path].label for path in files.paths.values())
    return Export(
        formats.pop() if len(formats) == 1 else f"{' and '.join(labels)} export",
        tuple(_each_film_once(parts)),
        (*dict.fromkeys(notes), *files.notes),
    )


def _known(path: str, data: bytes, asked: Sequence[Importer]) -> Importer | None:
    try:
        return surest(Source(path, data).peek, asked)
    except CinestatsError:  # an empty file, a note to the reader
        return None


def _unknown(name: str, asked: Sequence[Importer]) -> CinestatsError:
    return CinestatsError(f"{name} in the zip file has not the columns of {theirs(asked)}.")


def _files_to_read(paths: Sequence[str], known: Mapping[str, Importer]) -> ZipFiles:
    """What the service of the first known file chooses, or else all that are known."""
    choose = next(iter(known.values())).files_of_zip
    if choose is not None:
        return choose(paths)
    others = [path for path in paths if path not in known]
    note = f"{', '.join(others[:8])}: not known, and left alone."
    return ZipFiles(paths={path: path for path in known}, notes=[note] if others else [])


def _each_film_once(parts: Iterable[tuple[str, Export]]) -> Iterator[Row]:
    """All rows with the name of their file; a film that an earlier file has is skipped.

    The files join by title and year only: what else they have differs from file to file.
    """
    seen: dict[tuple[str, int | None], str] = {}
    for name, part in parts:
        rows: list[Row] = []
        for row in part.rows:
            if isinstance(row, ImportedRow) and row.kind == "film":
                earlier = seen.get((row.title, row.year))
                if earlier is not None:
                    row = SkippedRow(row.line, f"the film is in {earlier} already")
            rows.append(replace(row, file=name))
        yield from rows
        for row in rows:
            if isinstance(row, ImportedRow):
                seen.setdefault((row.title, row.year), name)
