"""What a diary tells other services: its plays, each with what they know its film by."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cinestats.application.catalogue.ports import Catalogue, FilmQuery, Found
from cinestats.domain.entry import Entry
from cinestats.domain.movie import NO_IDS, FilmIds


class ExportedPlay(NamedTuple):
    """An entry; ``rewatch`` where somebody said so, or there is an earlier play of the film.

    ``ids`` are the film's own, or those that the catalogue has for it by now.
    """

    entry: Entry
    rewatch: bool
    ids: FilmIds = NO_IDS


def exported_plays(entries: Iterable[Entry], catalogue: Catalogue) -> Iterator[ExportedPlay]:
    """The plays in the order they were watched, those of an unknown day behind the others."""
    known: dict[str, FilmIds] = {}
    in_order = sorted(entries, key=lambda e: (e.watched_on is None, e.watched_on or e.added_on))
    for entry in in_order:
        movie = entry.movie
        again = movie.film_key in known and entry.watched_on is not None
        if movie.film_key not in known:
            known[movie.film_key] = _ids(movie.film_key, catalogue)
        ids = movie.ids.filled_by(known[movie.film_key])
        yield ExportedPlay(entry, again if entry.rewatch is None else entry.rewatch, ids)


def _ids(film_key: str, catalogue: Catalogue) -> FilmIds:
    match catalogue.find(FilmQuery("", film_key=film_key)):
        case Found(film):
            return film.movie.ids
        case _:
            return NO_IDS
