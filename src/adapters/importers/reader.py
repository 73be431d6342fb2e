"""Reads a file by the importer that is surest of it; of a zip, file by file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from typing import Literal, cast

from cinestats.application.imports.rows import ImportedRow
from cinestats.domain.errors import CinestatsError, InvalidInput

from .archive import Archive
from .column_words import FIELDS
from .dates import ORDERS, DateOrder
from .detect import refusal, surest, theirs
from .encodings import character_set
from .ratings import SCALES, Scale
from .registry import Importer, Options, format_names, importers
from .source import Source
from .table import DELIMITERS, Export

MAX_BYTES = 32 * 2**20

PLAIN = "csv"
DELIMITER_NAMES: Mapping[str, str] = {
    "tab" if each == "\t" else each: each for each in DELIMITERS
}

_SUFFIXES = (".csv", ".tsv", ".txt", ".json")


def read_export(
    path: str,
    data: bytes,
    *,
    format: str = "auto",
    zone: tzinfo,
    as_: Literal["plays"] | None = None,
    dates: str | None = None,
    scale: int | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    columns: Sequence[str] = (),
) -> Export:
    """Read a diary that another service exported, or a table.

    ``path`` is the file's name as its user gave it, with or without folders; ``zone`` tells
    which day a moment belongs to. The others say what the file does not: with ``as_`` "plays"
    each row of a list is a play, ``dates`` is the order of days such as 1/2/2024, ``scale``
    what ratings are out of, ``columns`` has items such as "title=Titolo" for a plain table. A
    bad row is rejected alone. Raises InvalidInput for a value that is not known, and
    CinestatsError with a sentence for a file that as a whole is not understood, is not of the
    format, or is beyond a limit.
    """
    _known_value("format", format, format_names())
    if dates is not None:
        _known_value("dates", dates, ORDERS)
    if scale is not None:
        _known_value("scale", scale, SCALES)
    if delimiter is not None:
        _known_value("delimiter", delimiter, DELIMITER_NAMES)
    if len(data) > MAX_BYTES:
        raise CinestatsError(f"The file has {len(data):,} bytes, more than {MAX_BYTES:,}.")
    open_source = partial(
        Source,
        encoding=encoding and character_set(encoding),
        delimiter=delimiter and DELIMITER_NAMES[delimiter],
    )
    source = open_source(path, data)
    options = Options(
        zone=zone,
        as_=as_,
        dates=cast("DateOrder | None", dates),
        scale=cast("Scale | None", scale),
        columns=_columns(columns),
    )
    if '"event_type"' in source.text.lstrip().partition("\n")[0]:
        raise CinestatsError(
            "The file is a log of events, which the command cinestats events import takes in."
        )
    if columns and format == "auto":
        format = PLAIN  # who says what the columns are knows that the file is nobody's
    asked = [each for each in importers() if format in ("auto", each.format, *each.also)]
    if source.kind == "zip" and (taking := [each for each in asked if "zip" in each.accepts]):
        return _read_zip(Archive(data), taking, options, open_source)
    found = surest(source, asked)
    if found is None:
        raise refusal(source, asked)
    return _finished(found.read(source, options), found, source)


def _known_value(name: str, value: object, known: Iterable[object]) -> None:
    if value not in known:
        shown = repr(value if isinstance(value, int) else str(value)[:40])
        expected = ", ".join(map(str, known))
        raise InvalidInput(name, f"found {shown}, expected one of {expected}")


def _columns(said: Sequence[str]) -> Mapping[str, str]:
    """The label by field, from items such as "title=Titolo". Raises InvalidInput."""
    columns: dict[str, str] = {}
    for item in said:
        name, equals, label = item.partition("=")
        if not equals:
            raise InvalidInput("column", f"found {item[:40]!r}, expected FIELD=NAME")
        _known_value("column", name.strip(), FIELDS)
        columns[name.strip()] = label.strip()
    return columns


def _finished(export: Export, found: Importer, source: Source) -> Export:
    """The export with what its importer does not see to."""
    rows = tuple(
        replace(row, service=found.format) if isinstance(row, ImportedRow) else row
        for row in export.rows
    )
    return replace(export, rows=rows, notes=(*source.notes, *export.notes))


def _read_zip(
    archive: Archive,
    asked: Sequence[Importer],
    options: Options,
    open_source: Callable[[str, bytes], Source],
) -> Export:
    """Read the files that the service of the first known one chooses, or else all known."""
    paths = sorted(
        path
        for path in archive.names
        if path.lower().endswith(_SUFFIXES) and not path.startswith("__MACOSX/")
    )
    if not paths:
        raise CinestatsError(f"The zip file is none of {theirs(asked)}: it holds no table.")
    known = {
        path: found
        for path in paths
        if (found := _known(path, archive.read(path), asked, open_source))
    }
    if not known:
        raise _unknown(paths[0], asked)
    # Tables that anybody may have made stand beside those of the service.
    by_choice = (each for each in known.values() if each.choose is not None)
    service = next(by_choice, next(iter(known.values())))
    if service.choose is not None:
        own = [path for path, found in known.items() if found is service]
        chosen, left = service.choose(paths, own)
    else:
        others = [path for path in paths if path not in known]
        chosen = {path: path for path in known}
        left = [f"{', '.join(others)[:200]}: not known, and left alone."] if others else []
    if unknown := [name for name, path in chosen.items() if path not in known]:
        raise _unknown(unknown[0], [service])
    parts = _read_members(
        {name: open_source(name, archive.read(path)) for name, path in chosen.items()},
        {name: known[path] for name, path in chosen.items()},
        options,
    )
    notes = dict.fromkeys(
        f"{name}: {note}" for name, part in parts.items() for note in part.notes
    )
    formats = {part.format for part in parts.values()}
    labels = dict.fromkeys(known[path].label for path in chosen.values())
    format = formats.pop() if len(formats) == 1 else f"{' and '.join(labels)} export"
    rows = tuple(replace(row, file=name) for name, part in parts.items() for row in part.rows)
    lists = tuple(dict.fromkeys(each for part in parts.values() for each in part.lists))
    return Export(format, rows, (*notes, *left), lists=lists)


def _read_members(
    files: Mapping[str, Source], importers: Mapping[str, Importer], options: Options
) -> Mapping[str, Export]:
    """What each file holds, in their order; those of one service are read together."""
    parts: dict[str, Export] = {}
    for importer in {each.format: each for each in importers.values()}.values():
        own = {name: file for name, file in files.items() if importers[name] is importer}
        parts |= {
            name: _finished(part, importer, files[name])
            for name, part in importer.read_files(own, options).items()
        }
    return {name: parts[name] for name in files}


def _known(
    path: str,
    data: bytes,
    asked: Sequence[Importer],
    open_source: Callable[[str, bytes], Source],
) -> Importer | None:
    try:
        return surest(open_source(path, data), asked)
    except CinestatsError:  # an empty file, a note to the reader
        return None


def _unknown(name: str, asked: Sequence[Importer]) -> CinestatsError:
    return CinestatsError(f"{name} in the zip file has not the columns of {theirs(asked)}.")
