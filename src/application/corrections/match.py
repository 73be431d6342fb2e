"""Say which film an entry is of, or that it is none that a catalogue has."""

from dataclasses import replace

from cinestats.application.catalogue.ports import Catalogue, FilmQuery, Found
from cinestats.application.diary.find import find_entry
from cinestats.application.diary.keep import DiaryKeeper, correct, event_id_of
from cinestats.application.diary.record import Receipt
from cinestats.domain.diary import Correction
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import NO_IDS, FilmIds, Movie, film_key_of


class FilmNotFound(CinestatsError):
    """The catalogue has no such film."""


def match(
    diary: DiaryKeeper,
    *,
    user: str,
    entry_id: str,
    ids: FilmIds = NO_IDS,
    ref: str | None = None,
    key: str | None = None,
    cause: str | None = None,
) -> Receipt:
    """The entry is of the film with these ids, or the catalogue's film ``ref``, or of neither.

    Its title stays what its source calls the film; its credits become those of the film that
    it is. An id that the catalogue does not know is kept with the entry, for a source that
    does. ``key`` and ``cause`` as in ``correct``. Raises EntryNotFound and FilmNotFound.
    """
    event_id = event_id_of(diary, user, key)
    before = None if key is None else diary.history.find(user, event_id)
    if before is not None and before.event is not None:
        entry = before.event.entry  # a request that is sent again is about what was then
    else:
        entry = find_entry(diary, user, entry_id)
    return correct(
        diary,
        user=user,
        entry_id=entry_id,
        correction=film_chosen(entry, diary.catalogue, ids=ids, ref=ref),
        again=True,
        key=key,
        cause=cause or f"match:{event_id}",
    )


def film_chosen(
    entry: Entry, catalogue: Catalogue, *, ids: FilmIds = NO_IDS, ref: str | None = None
) -> Correction:
    """What makes the entry one of the film that a person chose; see ``match``."""
    movie = _of_none(entry)
    if ids is not NO_IDS or ref is not None:
        query = FilmQuery("", ids=ids, film_key=ref)
        match catalogue.find(query):
            case Found(film):
                movie = _matched(movie, _own_year(entry), film.movie)
            case _ if ref is not None:
                raise FilmNotFound(f"The catalogue has no film {ref}.")
            case _:
                movie = replace(movie, ids=ids)
    return Correction(movie=movie, film_chosen=True)


def film_with_ids(ids: FilmIds, catalogue: Catalogue) -> Movie:
    """The film that the catalogue knows by one of the ids; raises FilmNotFound."""
    match catalogue.find(FilmQuery("", ids=ids)):
        case Found(film):
            return film.movie
        case _:
            known = " or ".join(str(each) for each in ids if each is not None)
            raise FilmNotFound(f"The catalogue has no film {known}; give its title, too.")


def _of_none(entry: Entry) -> Movie:
    """The film as the entry's source tells of it: without what a catalogue lent."""
    movie = entry.movie
    if movie.listed is None and movie.film_key == film_key_of(movie.title, movie.year):
        # What it has, its source gave; but ids that no catalogue knows a person may have given.
        return replace(movie, ids=NO_IDS) if entry.film_chosen else movie
    year = movie.year if entry.told_name is None else entry.told_name.year
    return Movie(movie.title, year, film_key_of(movie.title, year))


def _own_year(entry: Entry) -> int | None:
    """The year that the entry does not have from the film that it counts for."""
    movie = _of_none(entry)
    lent = movie.listed or entry.movie.listed
    return None if not entry.sources and lent and lent.year == movie.year else movie.year


def _matched(movie: Movie, year: int | None, known: Movie) -> Movie:
    """The film under its source's title and year, with all that the catalogue knows of it."""
    bare = Movie(movie.title, year, movie.film_key)
    return bare.completed_by(known)
