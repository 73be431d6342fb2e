"""Which film each row of a file, or each entry of a diary, is of: decided for all at once.

Two of them with different titles or years are never one film, whatever a catalogue says,
unless their ids do: those that a catalogue takes for one film by its titles keep their own,
but for the one whose title and year are the film's first.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import Recognised, recognise
from cinestats.application.catalogue.told import TitleAndYear, ToldFilm
from cinestats.domain.movie import NO_IDS, FilmIds, Movie
from cinestats.domain.titles import normalize_title


class Films:
    """The films of a file's rows, or of a diary's entries.

    ``known_key`` gives the key of a film that the diary knows by an id, if it does.
    """

    def __init__(
        self,
        told: Iterable[ToldFilm],
        catalogue: Catalogue,
        known_key: Callable[[FilmIds], str | None],
    ) -> None:
        films = list(told)
        self._known_key = known_key
        self._ids = _all_ids(films)
        self._titles = {title for title, _ in self._ids}
        self._recognised = self._recognise(films, catalogue)
        _keep_apart(self._recognised)

    def ids_of(self, film: ToldFilm) -> FilmIds:
        """All ids that are told of the film."""
        ids = film.movie.ids
        films = self._ids[film.name]
        if ids is NO_IDS:  # of one of several films of the name: nobody can tell of which
            return films[0] if len(films) == 1 else NO_IDS
        return next(known for known in films if known.same_as(ids))

    def recognised(self, film: ToldFilm) -> Recognised:
        """The film with what the catalogue adds, under its key."""
        ids = self.ids_of(film)
        found = self._recognised[film.name, ids]
        movie = film.movie if ids is film.movie.ids else replace(film.movie, ids=ids)
        if (known := found.known) is not None:
            if not film.title:  # the source gives ids only
                movie = replace(movie, title=known.movie.title)
            return found._replace(movie=movie.completed_by(known.movie))
        return found._replace(movie=self._with_key(movie, film.name))

    def _with_key(self, movie: Movie, name: TitleAndYear) -> Movie:
        """A film that no catalogue knows, under the diary's key or that of title and year."""
        if movie.ids is NO_IDS:
            return movie
        key = self._known_key(movie.ids)
        if key is None and len(self._ids[name]) > 1:  # a namesake of the same year
            first = next(each for each in movie.ids if each is not None)
            key = f"{movie.film_key}|{first}"
        return movie if key is None else replace(movie, film_key=key)

    def _recognise(
        self, films: Iterable[ToldFilm], catalogue: Catalogue
    ) -> dict[tuple[TitleAndYear, FilmIds], Recognised]:
        found: dict[tuple[TitleAndYear, FilmIds], Recognised] = {}
        for film in films:
            key = film.name, self.ids_of(film)
            if key not in found:
                movie = replace(film.movie, ids=key[1])
                whole = film.is_short or self._has_head(film.title)
                found[key] = recognise(movie, catalogue, whole=whole)
        return found

    def _has_head(self, title: str) -> bool:
        """Whether the title before the colon is a film of its own."""
        head, colon, _ = title.partition(":")
        return bool(colon) and normalize_title(head) in self._titles


def _all_ids(films: Iterable[ToldFilm]) -> defaultdict[TitleAndYear, list[FilmIds]]:
    """The ids of each film of a name: several where the ids tell films apart."""
    by_name: defaultdict[TitleAndYear, list[FilmIds]] = defaultdict(list)
    for film in films:
        of_name, ids = by_name[film.name], film.movie.ids
        if ids is NO_IDS:
            continue
        for place, known in enumerate(of_name):
            same = known.same_as(ids)
            if bool(film.title) if same is None else same:  # without a title only ids tell
                of_name[place] = known.filled_by(ids)
                break
        else:
            of_name.append(ids)
    return by_name


def _keep_apart(found: dict[tuple[TitleAndYear, FilmIds], Recognised]) -> None:
    """Take a catalogue's film from those that are not of it for sure."""
    by_film: defaultdict[str, list[tuple[TitleAndYear, FilmIds]]] = defaultdict(list)
    for key, recognised in found.items():
        if recognised.known is not None:
            by_film[recognised.known.movie.film_key].append(key)
    for keys in by_film.values():
        if len({name for name, _ in keys}) == 1:
            continue
        known = found[keys[0]].known
        assert known is not None  # they are listed by it
        sure = {name for name, ids in keys if ids.same_as(known.movie.ids)}
        if not sure:
            sure = {(normalize_title(known.movie.title), known.movie.year)}
        for key in keys:
            if key[0] not in sure:
                found[key] = found[key]._replace(known=None, candidates=(known,))
