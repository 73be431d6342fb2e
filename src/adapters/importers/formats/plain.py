"""Any table that has a column of titles, its columns named in one of the usual ways."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.cell_words import (
    NO_FILM_TYPES,
    NO_FILM_TYPES_WHOLE,
    NOT_SEEN,
    SHORT_TYPES,
    TOTALS,
)
from cinestats.adapters.importers.column_words import FIELDS
from cinestats.adapters.importers.dates import looks_like_day
from cinestats.adapters.importers.ratings import SCALES, Scale, half_stars, scale_of
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import (
    Export,
    Record,
    RowsAnew,
    Table,
    UnknownColumns,
    column_key,
)
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.titles import normalize_title

# "Rating (1-10)", "Voto /10", "Score out of 100".
_OUT_OF = re.compile(
    r"[\s(\[]*(?:\b[01]\s*[-–]|/|\b(?:out of|of|su|von|sur|de|van|av|z|из)\b)"
    r"\s*(5|10|100)\s*[)\]]?$",
    re.IGNORECASE,
)

_TOTAL_LENGTH = 40  # no word for a total is longer

Accept = Callable[[Sequence[str]], bool]


@Importer(
    "csv",
    label="a plain table",
    hint={
        "en": "CSV, TSV, .xlsx or .ods with a column of titles, and any of year, rating and"
        " date watched.",
        "it": "CSV, TSV, .xlsx o .ods con una colonna di titoli e, se vuoi, anno, voto e data"
        " di visione.",
    },
    recognises=lambda _: Confidence.POSSIBLE,
)
def read(source: Source, options: Options) -> Export:
    """Read a table with a row for each view, or each film seen where no day is given.

    A lone ``date`` is the day of the view; beside a column for that day it is the day of
    writing. Columns are told by their names, and by their cells where a name has two meanings
    ("stars"); one that holds something else is left alone. Rows of series, of films that were
    not seen and of totals are skipped. Raises CinestatsError for a table without titles.
    """
    columns = _Columns(source.table, options)
    table = columns.table()
    options = replace(options, scale=options.scale or _labelled_scale(table))
    notes = [*columns.notes, *_scale_note(table, options)]
    has_rewatch, has_likes = ("rewatch" in columns.found, "liked" in columns.found)

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if reason := _no_view(record):
            return SkippedRow(record.line, reason)
        title, year = record.read(cells.title, "title"), record.try_read(_year, "year")
        if cells.is_unknown(record["year"]):
            title, year = cells.parted_title(title)
        day = record["watched"]
        is_day = not cells.is_unknown(day) and cells.yes_or_no(day) is None
        rating = record.read(options.rating, "rating")
        if rating is None:
            rating = record.try_read(_out_of_ten, "rating10")
        return ImportedRow(
            line=record.line,
            kind="play" if is_day else "film",
            title=title,
            year=year,
            rating=rating,
            watched_on=record.read(options.day, "watched") if is_day else None,
            logged_on=record.try_read(options.day, "date"),
            imdb_id=record.try_read(_known(cells.imdb_id), "imdb"),
            tmdb_id=record.try_read(_known(cells.tmdb_id), "tmdb"),
            wikidata_id=record.try_read(cells.wikidata_id, "wikidata"),
            letterboxd_uri=record.try_read(cells.letterboxd_film, "letterboxd"),
            directors=record.try_read(_known(cells.parted_names), "directors") or (),
            actors=record.try_read(_known(cells.parted_names), "actors") or (),
            genres=record.try_read(_known(cells.parted_names), "genres") or (),
            duration=record.try_read(_known(cells.minutes), "duration"),
            rewatch=record.try_read(cells.flag, "rewatch") if has_rewatch else None,
            liked=record.try_read(cells.flag, "liked") if has_likes else None,
            tags=record.try_read(_known(cells.labels), "tags") or (),
            review=record.read(cells.text, "review"),
            place=record.read(cells.text, "place"),
            company=record.read(cells.text, "company"),
            short=_holds(record["type"], SHORT_TYPES),
        )

    labels = source.table.labels
    return replace(
        table.export("plain table", read_row, *notes),
        labels=labels,
        columns={name: labels[at] for name, at in columns.found.items()},
    )


@dataclass(slots=True)
class _Columns:
    """Which column holds which field: ``found`` has their places by field."""

    source: Table
    options: Options
    found: dict[str, int] = field(default_factory=dict[str, int])
    notes: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        for name, label in self.options.columns.items():
            if label:
                self.found[name] = self._said(name, label)
        accepting: Mapping[str, tuple[Accept, str]] = {
            "rating": (_mostly_ratings, "ratings"),
            "seen": (_all_ticks, "ticks"),
            "watched": (self._mostly_days, "days"),
            "date": (self._mostly_days, "days"),
        }
        refused: dict[int, str] = {}
        for name in ("title", "year", "rating", "rating10", "seen", "watched", "date", *FIELDS):
            if name in self.found or name in self.options.columns:
                continue
            accept, what = accepting.get(name, (_anything, ""))
            for at in self._candidates(name):
                if at in self.found.values():
                    continue
                if accept(self._cells(at)):
                    self.found[name] = at
                    break
                refused.setdefault(at, what)
        if "title" not in self.found:
            raise UnknownColumns(
                f"The file has the columns {self.source.shown_labels()}; expected one for the"
                " title at least, called title, name, film or movie. Say which it is with"
                " --column title=NAME (column in the API).",
                self.source.labels,
            )
        for at, what in refused.items():
            if at not in self.found.values():
                label = self.source.labels[at]
                self.notes.append(f"The column {label} does not hold {what} and was left out.")
        if "date" in self.found and not {"watched"} & {*self.found, *self.options.columns}:
            self.found["watched"] = self.found.pop("date")

    def table(self) -> Table:
        """The table with fields for columns, and the rows that sum up others skipped."""
        names = [""] * len(self.source.columns)
        for name, at in self.found.items():
            names[at] = name
        named = replace(self.source, columns=tuple(names))
        rows = RowsAnew(
            lambda: (
                SkippedRow(row[0], "a total, no film", written=tuple(row[1]))
                if isinstance(row, tuple) and self._is_total(row[1])
                else row
                for row in named.rows
            )
        )
        return replace(named, rows=rows)

    def _said(self, name: str, label: str) -> int:
        """The place of a column that the user named."""
        for names, wanted in (
            (self.source.labels, label),
            (self.source.columns, column_key(label)),
        ):
            if wanted and wanted in names:
                return names.index(wanted)
        raise UnknownColumns(
            f"The file has no column {label[:40]!r} for {name}: it has the columns"
            f" {self.source.shown_labels()}.",
            self.source.labels,
        )

    def _candidates(self, name: str) -> Sequence[int]:
        keys = [column_key(_OUT_OF.sub("", label)) for label in self.source.labels]
        return [keys.index(known) for known in _names(name) if known in keys]

    def _cells(self, at: int) -> Sequence[str]:
        """The cells of a column that say something, without those of totals."""
        return [
            cell
            for row in self.source.cells()
            if not cells.is_unknown(cell := row[at].strip()) and not self._is_total(row)
        ]

    def _is_total(self, row: Sequence[str]) -> bool:
        """Whether a row sums up others: called so, without a year or a day, but figures."""
        title = self.found.get("title")
        if title is None or len(row[title]) > _TOTAL_LENGTH:
            return False
        year = self.found.get("year")
        if year is not None and not cells.is_unknown(row[year].strip()):
            return False
        rest = [cell.strip() for at, cell in enumerate(row) if at != title]
        figures = all(cells.is_unknown(cell) or _is_figure(cell) for cell in rest)
        return figures and _is_total_word(row[title])

    def _mostly_days(self, column: Sequence[str]) -> bool:
        days = sum(
            count
            for cell, count in Counter(column).items()
            if looks_like_day(cell, self.options.zone) or cells.yes_or_no(cell) is not None
        )
        return days * 2 >= len(column)


@cache
def _names(field: str) -> tuple[str, ...]:
    """The names of a field as ``column_key`` has them."""
    return tuple(dict.fromkeys(map(column_key, FIELDS[field].split("|"))))


def _mostly_ratings(column: Sequence[str]) -> bool:
    """Whether at least half of the cells are ratings, be they between two half stars."""
    scale = scale_of(column) or 5
    counts = Counter(column).items()
    return sum(n for cell, n in counts if _is_rating(cell, scale)) * 2 >= len(column)


def _is_rating(cell: str, scale: int) -> bool:
    try:
        half_stars(cell, "", scale)
    except cells.LeftOut as error:
        return error.why != cells.UNREADABLE
    return True


def _anything(_: Sequence[str]) -> bool:
    return True


def _all_ticks(column: Sequence[str]) -> bool:
    return bool(column) and all(cells.yes_or_no(cell) is not None for cell in column)


def _labelled_scale(table: Table) -> Scale | None:
    """What the ratings are out of, where the name of their column says it."""
    if "rating" not in table.columns:
        return None
    said = _OUT_OF.search(table.labels[table.columns.index("rating")])
    return next((scale for scale in SCALES if said and str(scale) == said[1]), None)


def _scale_note(table: Table, options: Options) -> Sequence[str]:
    """What the ratings were taken to be out of, where the user did not say it."""
    scale = scale_of(table.column("rating"))
    if options.scale or scale is None:
        return ()
    label = table.labels[table.columns.index("rating")]
    read = "stars, out of five" if scale == 5 else f"out of {scale}"
    others = "10 or --scale 100" if scale == 5 else "5, 10 or 100"
    return (
        f"The ratings in {label} go up to {scale} at most and were read as {read}; say"
        f" --scale {others} if they are not (scale in the API).",
    )


def _no_view(record: Record) -> str | None:
    """Why a row is no view of a film, by the columns that tell."""
    type_, status = record["type"], record["status"]
    if normalize_title(type_) in _normal(NO_FILM_TYPES_WHOLE) or _holds(type_, NO_FILM_TYPES):
        return f"not a film: {type_[:60]}"
    for part in ("season", "episode"):
        if not cells.is_unknown(record[part]) and record[part] != "0":
            return f"not a film: {part} {record[part][:60]}"
    if normalize_title(status) in _normal(NOT_SEEN):
        return f"not seen: {status[:60]}"
    ticked = cells.yes_or_no(record["seen"])
    if ticked is False or ("seen" in record.cells and not record["seen"]):
        return "not ticked as seen"
    if cells.yes_or_no(record["watched"]) is False:
        return f"not seen: {record['watched'][:60]}"
    return None


def _holds(cell: str, words: str) -> bool:
    text = normalize_title(cell)
    return any(word in text for word in _normal(words)) if cell else False


@cache
def _normal(words: str) -> frozenset[str]:
    return frozenset(map(normalize_title, words.split("|")))


def _is_total_word(title: str) -> bool:
    return normalize_title(title.strip().strip(":=").strip()) in _normal(TOTALS)


def _is_figure(cell: str) -> bool:
    """A lone number, as a sum or an average is."""
    with suppress(ValueError):
        float(cell.removesuffix("%").replace(",", ".").replace(" ", "").replace("h", "."))
        return True
    return False


def _known(read: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
    """A reader for which ``N/A`` is a blank cell."""
    return lambda cell, field: read("" if cells.is_unknown(cell) else cell, field)


_year = _known(cells.year)
_out_of_ten = _known(cells.out_of_ten)
