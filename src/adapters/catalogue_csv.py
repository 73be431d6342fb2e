"""Reads a catalogue of films from a CSV file."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from cinestats.application.catalogue.load import film_key_by_all
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.imports.rows import RejectedRow
from cinestats.domain.details import FilmDetails
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import MAX_TITLE_LENGTH, NO_IDS, FilmIds, Movie, checked_poster
from cinestats.domain.texts import clean_text

_DELIMITERS = ",;\t"
_TMDB_POSTERS = "https://image.tmdb.org/t/p/w342"
_WHOLE_NUMBER = re.compile(r"(\d{1,15})(?:\.0+)?", re.ASCII)  # 1995.0, as some tools write it
_DAY = re.compile(r"(\d{4})-\d\d-\d\d", re.ASCII)
_MINUTES = re.compile(r"(\d{1,5})\s*(?:′|'|m|min|mins|minutes?|minuti)\.?", re.IGNORECASE)
_HOURS = re.compile(
    r"(?:PT)?(\d{1,3})\s*(?:h|hr|hrs|hours?)\.?\s*(?:(\d{1,2})\s*(?:m|min|mins|minutes?)?\.?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
_MACHINE_LABEL = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
# Where the sample and larger catalogues have different words for one genre.
_GENRES = {"science_fiction": "Sci-Fi", "sci_fi": "Sci-Fi", "animated": "Animation"}
_OTHER_NAMES = {"wikidata": "wikidata_id"}

_Value = TypeVar("_Value")


class RowNote(NamedTuple):
    """What was left out of a row that was taken, or whose place another took."""

    line: int
    note: str


class CatalogueFile(NamedTuple):
    """The films of a file in its order, the rows that are none, and notes about the others."""

    films: list[CatalogueFilm]
    rejected: list[RejectedRow]
    notes: list[RowNote]


def read_catalogue(data: bytes) -> CatalogueFile:
    """Read films from a CSV file in UTF-8 with a header line.

    Columns: ``title``, and where there are any ``original_title``, ``italian_title``,
    ``alt_titles``, ``year``, ``release_years``, ``genres``, ``directors``, ``actors``,
    ``duration`` (minutes, or "1 h 35 min"), ``poster`` (a URL, or a path at TMDB),
    ``imdb_id``, ``tmdb_id``, ``wikidata_id`` (or ``wikidata``) and ``letterboxd_uri`` (of the
    film); others are ignored. ``|`` parts several values; a comma, a semicolon or a tab parts
    the columns. A cell that cannot be read is left out, with a note; only a row without a
    title is rejected, or one with too many or too few columns.

    Of two rows that have an id in common the later one counts. Films of one title and year
    get different keys, where anything tells them apart, whatever the order of the rows.

    Raises InvalidInput (field ``file``) for what is no such file.
    """
    films: dict[int, CatalogueFilm] = {}
    rejected: list[RejectedRow] = []
    notes: list[RowNote] = []
    lines: dict[tuple[str, object], int] = {}
    for line, row in _rows(data):
        try:
            if isinstance(row, InvalidInput):
                raise row
            film, left_out = _read_film(row)
        except InvalidInput as error:
            rejected.append(RejectedRow(line, str(error)))
            continue
        notes += [RowNote(line, note) for note in left_out]
        ids = zip(FilmIds._fields, film.movie.ids, strict=True)
        for kind, value in [each for each in ids if each[1] is not None]:
            earlier = lines.get((kind, value), 0)
            known = films.get(earlier)
            if known and known.movie.ids.same_as(film.movie.ids):
                del films[earlier]
                notes.append(RowNote(earlier, f"{kind} {value} is again on line {line}"))
            lines[kind, value] = line
        films[line] = film
    return CatalogueFile(_with_own_keys(list(films.values())), rejected, notes)


def _rows(data: bytes) -> Iterator[tuple[int, Mapping[str, str] | InvalidInput]]:
    """Each row with the line it starts on, or why it cannot be read."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("file", f"is not UTF-8 at byte {error.start}") from error
    records = _records(text)
    _, first = next(records, (1, None))
    names = [name.strip().lower() for name in first] if isinstance(first, list) else []
    header = [_OTHER_NAMES.get(name, name) for name in names]
    if "title" not in header:
        raise InvalidInput("file", 'has no column "title" in its first line')
    for line, record in records:
        if isinstance(record, InvalidInput):
            yield line, record
        elif len(record) == len(header):
            yield line, dict(zip(header, record, strict=True))
        elif record:
            counts = f"{len(record)} columns where the header has {len(header)}"
            yield line, InvalidInput("row", f"has {counts}")


def _records(text: str) -> Iterator[tuple[int, list[str] | InvalidInput]]:
    first_line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, InvalidInput("row", f"cannot be read: {error}")
        else:
            yield line, record


class _Cells:
    """The cells of a row by the name of their column; what cannot be read is noted.

    With ``careful`` each value is checked by itself: slower, and only needed where something
    is wrong.
    """

    def __init__(self, row: Mapping[str, str], *, careful: bool = False) -> None:
        self.notes: list[str] = []
        self._row = row
        self._careful = careful

    def text(self, column: str) -> str:
        return self._row.get(column, "").strip()

    def one(self, column: str, read: Callable[[str], _Value], field: str = "") -> _Value | None:
        """What ``read`` makes of the cell for a field of a film; None without anything."""
        text = self.text(column)
        return self._read(column, read, field, text) if text else None

    def several(
        self, column: str, read: Callable[[str], _Value], field: str = ""
    ) -> Sequence[_Value]:
        """The same of each value in the cell."""
        text = self.text(column)
        if not text:
            return ()
        texts = (part.strip() for part in text.split("|"))
        values = [self._read(column, read, field, each) for each in texts if each]
        return [value for value in values if value is not None]

    def _read(
        self, column: str, read: Callable[[str], _Value], field: str, text: str
    ) -> _Value | None:
        try:
            value = read(text)
            if self._careful and field:
                _check(field, value)
        except InvalidInput as error:
            reason = str(error).removeprefix(f"{error.field}: ")
            self.notes.append(f"{column}: {reason}; left out")
            return None
        return value


def _check(field: str, value: Any) -> None:
    """Raise InvalidInput where a film may not have the value."""
    if field in FilmIds._fields:
        field, value = "ids", FilmIds(**{field: value})
    elif field in ("genres", "directors", "actors"):
        value = [value]
    Movie.create("x", **{field: value})


def _read_film(row: Mapping[str, str]) -> tuple[CatalogueFilm, list[str]]:
    """The film of a row, and what was left out."""
    cells = _Cells(row)
    try:
        film = _film(cells)
    except InvalidInput:
        cells = _Cells(row, careful=True)
        film = _film(cells)
    return film, cells.notes


def _film(cells: _Cells) -> CatalogueFilm:
    movie = Movie.create(
        cells.text("title"),
        year=cells.one("year", _year, "year"),
        genres=cells.several("genres", _genre, "genres"),
        directors=cells.several("directors", str, "directors"),
        actors=cells.several("actors", str, "actors"),
        duration=cells.one("duration", _minutes, "duration"),
        poster_url=cells.one("poster", _poster_url, "poster_url"),
        ids=_ids(cells),
        details=FilmDetails(original_title=cells.one("original_title", _title)),
    )
    return CatalogueFilm(
        movie,
        cells.one("italian_title", _title),
        tuple(cells.several("alt_titles", _title)),
        tuple(cells.several("release_years", _year_of_release)),
    )


def _ids(cells: _Cells) -> FilmIds:
    found = FilmIds(
        cells.one("imdb_id", str, "imdb"),
        cells.one("tmdb_id", _number, "tmdb"),
        cells.one("wikidata_id", str, "wikidata"),
        cells.one("letterboxd_uri", str, "letterboxd"),
    )
    return found if any(found) else NO_IDS


def _title(text: str) -> str:
    return clean_text(text, "title", MAX_TITLE_LENGTH)


def _number(text: str) -> int:
    found = _WHOLE_NUMBER.fullmatch(text)
    if found is None:
        raise InvalidInput("number", f"must be a whole number, not {text[:40]!r}")
    return int(found[1])


def _year(text: str) -> int:
    day = _DAY.fullmatch(text)
    return int(day[1]) if day else _number(text)


def _year_of_release(text: str) -> int:
    year = _year(text)
    _check("year", year)
    return year


def _minutes(text: str) -> int:
    """Minutes, whether written "95", "95 min", "1 h 35 min" or "1:35:00"."""
    if found := _MINUTES.fullmatch(text):
        minutes = int(found[1])
    elif found := _HOURS.fullmatch(text) or _CLOCK.fullmatch(text):
        minutes = 60 * int(found[1]) + int(found[2] or 0)
    else:
        minutes = _number(text)
    return minutes


def _poster_url(text: str) -> str:
    if not text.startswith(("https://", "/")):
        raise InvalidInput("poster", "must begin with https:// or with /")
    return checked_poster(_TMDB_POSTERS + text if text.startswith("/") else text)


def _genre(label: str) -> str:
    """A label for people, from one for machines: "crime_thriller" is "Crime Thriller"."""
    if not _MACHINE_LABEL.fullmatch(label):
        return label
    return _GENRES.get(label) or label.replace("_", " ").title()


def _with_own_keys(films: Sequence[CatalogueFilm]) -> list[CatalogueFilm]:
    """The films, each of several namesakes but the first with a longer key.

    The first is one with an id, where there is any.
    """
    namesakes: defaultdict[str, list[CatalogueFilm]] = defaultdict(list)
    for film in films:
        namesakes[film.movie.film_key].append(film)
    first = {
        key: min(map(_order, several)) for key, several in namesakes.items() if several[1:]
    }
    return [
        film
        if not (least := first.get(film.movie.film_key)) or _order(film) == least
        else replace(film, movie=replace(film.movie, film_key=film_key_by_all(film)))
        for film in films
    ]


def _order(film: CatalogueFilm) -> tuple[bool, str]:
    return not any(film.movie.ids), film_key_by_all(film)
