"""What a row says of a play that is in the diary: what of it is news, and what was known.

A row is compared with what its source last said. Only what the source changed since is
applied: what a person, a match or a catalogue corrected stays.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from cinestats.application.catalogue.told import ToldFilm, is_short
from cinestats.domain.diary import Correction, correction_between
from cinestats.domain.entry import MAX_REVIEW_LENGTH, Entry, Source
from cinestats.domain.movie import NO_IDS, FilmIds, Movie

from .rows import ImportedRow

_PLAY_FIELDS = ("watched_on", "rewatch", "liked", "tags", "review", "place", "company")


def film_of(row: ImportedRow) -> ToldFilm:
    """The film as the row tells of it; one that has ids only is called by the first."""
    ids = FilmIds(row.imdb_id, row.tmdb_id, row.wikidata_id, row.letterboxd_uri)
    called = row.title or str(next((each for each in ids if each is not None), ""))
    movie = Movie.create(
        called,
        year=row.year,
        genres=row.genres,
        directors=row.directors,
        actors=row.actors,
        duration=row.duration,
        ids=ids if any(ids) else NO_IDS,
    )
    return ToldFilm(row.title, row.year, movie, row.short or is_short(row.tags))


def source_of(row: ImportedRow, ids: FilmIds = NO_IDS) -> Source:
    """The source of a play that the row tells; ``ids`` are all that is told of the film."""
    reference = row.reference if row.kind == "play" else None
    return Source(row.service, reference, row.title or None, row.year, ids=ids)


def only_seen(row: ImportedRow) -> bool:
    """Whether the row says only that the film was seen at some time."""
    return row.kind == "film" or (row.watched_on is None and row.reference is None)


def said_of_play(row: ImportedRow) -> dict[str, Any]:
    """What the row says beside film and rating, by field of an entry; blank is nothing said."""
    said = {name: getattr(row, name) for name in _PLAY_FIELDS}
    if said["review"] is not None:
        said["review"] = said["review"][:MAX_REVIEW_LENGTH].strip()
    return {name: value for name, value in said.items() if value not in (None, (), "")}


def entry_of(
    row: ImportedRow, ids: FilmIds, entry_id: str, movie: Movie, added_on: date
) -> Entry:
    """The row as a new entry of the film."""
    said = said_of_play(row)
    return Entry(
        entry_id,
        movie,
        row.rating,
        said.pop("watched_on", None),
        added_on,
        **said,
        sources=(source_of(row, ids),),
        rating_of="film" if only_seen(row) and row.rating is not None else "play",
    )


def source_in(play: Entry, source: Source) -> Source | None:
    """The source of the play that is of the same kind."""
    return next((each for each in play.sources if each.kind == source.kind), None)


def correction_by(
    row: ImportedRow, ids: FilmIds, play: Entry, movie: Movie, *, decides: bool = False
) -> Correction:
    """What the row corrects of the play that it tells, its source attached; not the rating.

    ``ids`` are all that the file tells of the film, ``movie`` is what the catalogue makes of
    it. The row ``decides`` on all that it says where the play comes from such a row alone,
    and nobody kept what the row said.
    """
    source, said = source_of(row, ids), said_of_play(row)
    known = source_in(play, source)
    if known is not None:
        news = {f: v for f, v in said.items() if v != known.last_said(f, play)}
        corrected = play.changed(news, source.kind) if news else play
        if (known.title, known.year) == (source.title, source.year):
            return correction_between(play, _with_ids(corrected, ids, source))
        new = source_in(corrected, source)
        film = play.movie if play.film_chosen else movie
        source = replace(source, said=new.said if new is not None else ())
    else:
        news = {f: v for f, v in said.items() if decides or getattr(play, f) in (None, ())}
        corrected = replace(play, **news)
        film = movie if decides else _with_ids(play, ids, source).movie
        kept = {f: v for f, v in said.items() if v != getattr(corrected, f)}
        source = replace(source, said=tuple(sorted(kept.items())))
    others = [each for each in corrected.sources if each.kind != source.kind]
    corrected = replace(corrected, movie=film, sources=(*others, source))
    return correction_between(play, corrected)


def ids_told(row: ImportedRow, ids: FilmIds, play: Entry) -> Correction:
    """What a row that tells only of the film adds to one of its plays: ids."""
    return correction_between(play, _with_ids(play, ids, source_of(row)))


def _with_ids(play: Entry, ids: FilmIds, source: Source) -> Entry:
    """The play with the ids that nobody told before, told by a source of that service."""
    told = play.told_ids
    if told.filled_by(ids) == told:
        return play
    sources = list(play.sources)
    if sources:
        same = (n for n, each in enumerate(sources) if each.service == source.service)
        place = next(same, 0)
        sources[place] = replace(sources[place], ids=sources[place].ids.filled_by(ids))
    movie = replace(play.movie, ids=play.movie.ids.filled_by(ids))
    return replace(play, movie=movie, sources=tuple(sources))
