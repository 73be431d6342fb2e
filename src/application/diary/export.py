"""What a diary tells other services: its plays, each with what they know its film by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cinestats.application.catalogue.ports import Catalogue, FilmQuery, Found
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie


@dataclass(frozen=True, slots=True)
class ExportedPlay:
    """An entry; ``rewatch`` where the diary has an earlier play of the film."""

    entry: Entry
    rewatch: bool
    imdb_id: str | None
    tmdb_id: int | None


def exported_plays(entries: Iterable[Entry], catalogue: Catalogue) -> Iterator[ExportedPlay]:
    """The plays in the order they were watched, those of an unknown day behind the others."""
    ids: dict[str, tuple[str | None, int | None]] = {}
    in_order = sorted(entries, key=lambda e: (e.watched_on is None, e.watched_on or e.added_on))
    for entry in in_order:
        movie = entry.movie
        seen = movie.film_key in ids
        if not seen:
            ids[movie.film_key] = _ids(movie, catalogue)
        yield ExportedPlay(entry, seen and entry.watched_on is not None, *ids[movie.film_key])


def _ids(movie: Movie, catalogue: Catalogue) -> tuple[str | None, int | None]:
    match catalogue.find(FilmQuery(movie.title, movie.year)):
        case Found(known, _, imdb_id, tmdb_id) if known.film_key == movie.film_key:
            return imdb_id, tmdb_id
        case _:
            return None, None
