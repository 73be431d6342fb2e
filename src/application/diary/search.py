"""Search a diary: which of its entries are asked for, and in which order."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cinestats.application.catalogue.ports import Catalogue
from cinestats.domain.entry import Entry
from cinestats.domain.titles import normalize_title

Sort = Literal["watched", "added", "rating", "title"]
Place = tuple[str, ...]
"""Where an entry stands in a sorted diary; no two stand in one place."""

_OTHER_TITLES = 50  # films that the catalogue is asked for


@dataclass(frozen=True, slots=True)
class DiaryQuery:
    """What is asked of a diary; a field that is None asks for nothing.

    ``text`` is words, each of which must begin a word of one of the film's titles; ``rating``
    is in half stars, or "none" for the unrated; ``genre`` makes no difference of case; the
    days include both ends.
    """

    text: str | None = None
    rating: int | Literal["none"] | None = None
    year: int | None = None
    genre: str | None = None
    watched_from: date | None = None
    watched_to: date | None = None


def search_diary(
    entries: Iterable[Entry], query: DiaryQuery, sort: Sort, catalogue: Catalogue
) -> list[Entry]:
    """The entries that are asked for: by title from A to Z, or the latest or best first."""
    conditions = list(_conditions(query, catalogue))
    found = [e for e in entries if all(condition(e) for condition in conditions)]
    return sorted(found, key=PLACES[sort], reverse=is_descending(sort))


def rewatches_in(page: Collection[Entry], entries: Iterable[Entry]) -> frozenset[str]:
    """The ids of those plays of ``page`` that are not the first one of their film."""
    films = {entry.movie.film_key for entry in page}
    first: dict[str, Place] = {}
    for entry in entries:
        film_key = entry.movie.film_key
        if film_key in films:
            place = _by_watched(entry)
            first[film_key] = min(place, first.get(film_key, place))
    return frozenset(e.entry_id for e in page if _by_watched(e) > first[e.movie.film_key])


def is_descending(sort: Sort) -> bool:
    """Whether the greatest place comes first."""
    return sort != "title"


def _by_watched(entry: Entry) -> Place:
    watched = "" if entry.watched_on is None else entry.watched_on.isoformat()
    return watched, entry.added_on.isoformat(), entry.entry_id


def _by_added(entry: Entry) -> Place:
    watched, added, entry_id = _by_watched(entry)
    return added, watched, entry_id


def _by_rating(entry: Entry) -> Place:
    return f"{entry.rating or 0:02}", *_by_watched(entry)


def _by_title(entry: Entry) -> Place:
    return (
        normalize_title(entry.movie.title),
        f"{entry.movie.year or 0:04}",
        *_by_watched(entry),
    )


PLACES: Mapping[Sort, Callable[[Entry], Place]] = {
    "watched": _by_watched,
    "added": _by_added,
    "rating": _by_rating,
    "title": _by_title,
}


def _conditions(query: DiaryQuery, catalogue: Catalogue) -> Iterable[Callable[[Entry], bool]]:
    if query.rating is not None:
        rating = None if query.rating == "none" else query.rating
        yield lambda entry: entry.rating == rating
    if (year := query.year) is not None:
        yield lambda entry: entry.movie.year == year
    if query.genre is not None:
        genre = query.genre.casefold()
        yield lambda entry: any(each.casefold() == genre for each in entry.movie.genres)
    if (first := query.watched_from) is not None:
        yield lambda entry: entry.watched_on is not None and entry.watched_on >= first
    if (last := query.watched_to) is not None:
        yield lambda entry: entry.watched_on is not None and entry.watched_on <= last
    if query.text is not None:
        yield _titled(query.text, catalogue)


def _titled(text: str, catalogue: Catalogue) -> Callable[[Entry], bool]:
    words = normalize_title(text).split()
    # The catalogue mends typing errors, which would be a surprise in one's own diary.
    other_titles = {
        film.movie.film_key
        for film in catalogue.search(text, _OTHER_TITLES)
        if any(_has(normalize_title(title), words) for title in film.titles)
    }
    return lambda entry: (
        _has(normalize_title(entry.movie.title), words) or entry.movie.film_key in other_titles
    )


def _has(key: str, words: Collection[str]) -> bool:
    spaced = f" {key}"
    return all(f" {word}" in spaced for word in words)
