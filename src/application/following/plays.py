"""Which rows of a feed are one play, and which of them the diary knew once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace

from cinestats.application.imports.rows import ImportedRow, Row, SkippedRow
from cinestats.application.imports.said import source_of
from cinestats.domain.entry import Entry, Source

DELETED_HERE = "it was deleted here"

# Letterboxd numbers the plays; the word before tells whether there is a review by now.
_NUMBERED = re.compile(r"letterboxd-(?:watch|review)-(\d+)")


def one_each(rows: Sequence[Row], entries: Iterable[Entry]) -> list[Row]:
    """The rows, those of one play joined, under the reference that the diary knows it by."""
    known = {
        _called(each): each.reference
        for entry in entries
        for each in (*entry.sources, *entry.merged)
        if each.reference is not None
    }
    joined: list[Row] = []
    places: dict[str, int] = {}
    for row in rows:
        if not isinstance(row, ImportedRow) or row.reference is None:
            joined.append(row)
            continue
        called = _called(source_of(row))
        row = replace(row, reference=known.get(called, row.reference))
        place = places.setdefault(called, len(joined))
        if place == len(joined):
            joined.append(row)
        else:
            joined[place] = _both(joined[place], row)
    return joined


def without_deleted(
    rows: Sequence[Row], entries: Iterable[Entry], deleted: Iterable[Entry]
) -> list[Row]:
    """The rows, those skipped of which the diary had a play that was deleted."""
    gone = _told(deleted) - _told(entries)
    return [
        SkippedRow(row.line, DELETED_HERE, row.file)
        if isinstance(row, ImportedRow) and (row.service, _called(source_of(row))) in gone
        else row
        for row in rows
    ]


def _both(first: Row, second: ImportedRow) -> Row:
    """What two rows of one play say; where both say something, the one with a review does."""
    if not isinstance(first, ImportedRow):
        return second
    more, less = (first, second) if first.review is not None else (second, first)
    blank = {each.name for each in fields(more) if getattr(more, each.name) in (None, ())}
    return replace(
        more,
        line=first.line,
        reference=first.reference,
        **{name: getattr(less, name) for name in blank},
    )


def _told(entries: Iterable[Entry]) -> set[tuple[str, str]]:
    return {(each.service, _called(each)) for entry in entries for each in entry.sources}


def _called(source: Source) -> str:
    """What a source calls a play, or the film of one that it tells of without a reference."""
    if source.reference is None:
        return f"{source.title} ({source.year})"
    numbered = _NUMBERED.fullmatch(source.reference)
    return numbered[1] if numbered else source.reference
