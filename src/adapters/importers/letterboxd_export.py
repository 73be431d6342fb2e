"""A whole export of Letterboxd: which files are read, and how they complete each other."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cinestats.application.imports.rows import ImportedRow, Row, SkippedRow
from cinestats.domain.errors import CinestatsError

DISCARDED = ("deleted", "orphaned")
LIKES = "likes/films.csv"
_DIARY, _REVIEWS, _WATCHED = "diary.csv", "reviews.csv", "watched.csv"
_WATCHLIST = "watchlist.csv"
_VIEWS = (_DIARY, _REVIEWS, "ratings.csv", _WATCHED)
_FOLDERS = {*DISCARDED, "likes", "lists"}

Name = tuple[str, int | None]


def choose(
    paths: Sequence[str], known: Collection[str]
) -> tuple[Mapping[str, str], Sequence[str]]:
    """The views, the likes, which tell of the films of the views, and the lists.

    Each path comes by its name within the export, beside sentences on what is left alone.
    ``known`` are the paths of files of Letterboxd's: of a list that is none of them nobody
    knows what it is. Raises CinestatsError for an export without anything.
    """
    folder = _root(paths)
    files = {path.removeprefix(folder): path for path in paths}
    views = {name: files[name] for name in _VIEWS if name in files}
    lists = {
        name: path
        for name, path in files.items()
        if path in known and (name in (LIKES, _WATCHLIST) or name.startswith("lists/"))
    }
    chosen = views | lists
    if not chosen:
        raise CinestatsError(
            "The zip file is none of Letterboxd's: it holds no diary.csv, ratings.csv,"
            " watched.csv or reviews.csv, and no list."
        )
    top = {name.partition("/")[0] for name in files}
    notes: list[str] = []
    if discarded := [name for name in DISCARDED if name in top]:
        notes.append(f"What Letterboxd keeps as {' and '.join(discarded)} was left alone.")
    others = dict.fromkeys(
        "lists" if name.startswith("lists/") else name
        for name in files
        if name not in chosen and name.partition("/")[0] not in DISCARDED
    )
    if others:
        notes.append(f"No views are in {', '.join(others)[:200]}: left alone.")
    return chosen, notes


def _root(paths: Sequence[str]) -> str:
    """The folder that everything lies in, where the export was packed again; else blank."""
    folders = {path.partition("/")[:2] for path in paths}
    if len(folders) != 1:
        return ""
    ((folder, slash),) = folders
    return f"{folder}/" if slash and folder not in _FOLDERS else ""


def complete(files: Mapping[str, Sequence[Row]]) -> Mapping[str, Sequence[Row]]:
    """The rows of the chosen files, each with what the others say of its play or film.

    The rows of the likes come as those of films and go as skipped. A play takes the text of
    its review, and the address of its film; a film that is liked is so in each of its rows.
    What says no more than another row is skipped: a review, and a film in watched.csv.
    """
    rows = dict(files)
    if _DIARY in rows and _REVIEWS in rows:
        texts = _texts(rows[_REVIEWS])
        plays = {row.reference for row in _imported(rows[_DIARY])}
        rows[_DIARY] = [_with_text(row, texts) for row in rows[_DIARY]]
        rows[_REVIEWS] = [_without_text(row, plays) for row in rows[_REVIEWS]]
    likes = rows.pop(LIKES, [])
    films = _Films((row for each in rows.values() for row in _imported(each)), _imported(likes))
    rows = {name: [films.complete(row) for row in each] for name, each in rows.items()}
    if _WATCHED in rows:
        earlier = {
            film: name
            for name in reversed(rows)
            if name != _WATCHED
            for film in map(_film, _imported(rows[name]))
        }
        rows[_WATCHED] = [_not_repeated(row, earlier) for row in rows[_WATCHED]]
    return rows | ({LIKES: [films.told(like) for like in likes]} if LIKES in files else {})


def _imported(rows: Iterable[Row]) -> Iterator[ImportedRow]:
    return (row for row in rows if isinstance(row, ImportedRow))


def _texts(reviews: Iterable[Row]) -> Mapping[str, str | None]:
    return {row.reference: row.review for row in _imported(reviews) if row.reference}


def _with_text(row: Row, texts: Mapping[str, str | None]) -> Row:
    if not isinstance(row, ImportedRow) or row.reference is None:
        return row
    return replace(row, review=texts.get(row.reference))


def _without_text(row: Row, plays: set[str | None]) -> Row:
    if not isinstance(row, ImportedRow) or row.reference is None or row.reference not in plays:
        return row
    return SkippedRow(row.line, f"its text is with its play in {_DIARY}")


def _name(row: ImportedRow) -> Name:
    return row.title, row.year


def _film(row: ImportedRow) -> tuple[Name, str | None]:
    return _name(row), row.letterboxd_uri


def _not_repeated(row: Row, earlier: Mapping[tuple[Name, str | None], str]) -> Row:
    name = earlier.get(_film(row)) if isinstance(row, ImportedRow) else None
    return SkippedRow(row.line, f"the film is in {name} already") if name else row


class _Films:
    """The films that the rows and the likes tell of, known by address, or else by name.

    Two films may have one title and year: then only the address tells which is meant.
    """

    def __init__(self, rows: Iterable[ImportedRow], likes: Iterable[ImportedRow]) -> None:
        self._addresses = defaultdict[Name, set[str]](set)
        self._seen = set[Name]()
        self._liked = set[Name | str]()
        for row in rows:
            self._seen.add(_name(row))
            self._learn(row)
        for like in likes:
            self._liked.add(like.letterboxd_uri or _name(like))
            self._learn(like)

    def _learn(self, row: ImportedRow) -> None:
        if row.letterboxd_uri:
            self._addresses[_name(row)].add(row.letterboxd_uri)

    def complete(self, row: Row) -> Row:
        """The row with the film's address, and its like."""
        if not isinstance(row, ImportedRow):
            return row
        known = self._addresses.get(_name(row), set[str]())
        address = row.letterboxd_uri or (next(iter(known)) if len(known) == 1 else None)
        is_liked = address in self._liked or _name(row) in self._liked
        return replace(row, letterboxd_uri=address, liked=True if is_liked else None)

    def told(self, like: Row) -> Row:
        """What became of a like."""
        if not isinstance(like, ImportedRow):
            return like
        is_seen = _name(like) in self._seen
        what = "of a film seen" if is_seen else "of a film that no file has seen"
        return SkippedRow(like.line, f"a like {what}", listed=like.listed)
