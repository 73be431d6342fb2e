"""Directors, actors and genres in their order: by plays, by films, by rating."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest

from cinestats.domain.affinity import AffinityType
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie

TOP = 10
MIN_FILMS = 3
"""How many films a name must have to be ranked by rating."""
PRIOR_FILMS = 5
"""How many films rated with the user's own mean each shrunk mean starts from."""

RatedFilm = tuple[str, int | None]
"""What a ranking needs of a play: its film's key, and its rating in half stars."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A director, actor or genre: plays, distinct films, and the ratings of the plays.

    ``mean`` is the mean rating in stars, ``shrunk_mean`` the same pulled towards the
    user's overall mean as if ``PRIOR_FILMS`` more plays were rated so; both are None
    without ratings.
    """

    name: str
    plays: int
    films: int
    rated: int
    mean: float | None
    shrunk_mean: float | None


@dataclass(frozen=True, slots=True)
class Rankings:
    """The first ``TOP`` names in three orders.

    Of names with as many plays, the one of more films comes first, and the other way round;
    then the one with the better shrunk mean. ``by_rating`` goes by the shrunk mean, then by
    films and plays, and lists names of at least ``MIN_FILMS`` films.
    """

    by_plays: tuple[Ranked, ...]
    by_films: tuple[Ranked, ...]
    by_rating: tuple[Ranked, ...]


NAMES_OF: Mapping[AffinityType, Callable[[Movie], tuple[str, ...]]] = {
    "director": lambda movie: movie.directors,
    "actor": lambda movie: movie.actors,
    "genre": lambda movie: movie.genres,
}
"""The names that a film credits, by type."""


def rankings_of(
    plays: Sequence[Entry], overall_mean: float | None
) -> dict[AffinityType, Rankings]:
    """Rank every name that the plays credit; ``overall_mean`` is their mean in stars."""
    rankings: dict[AffinityType, Rankings] = {}
    for type_, names_of in NAMES_OF.items():
        credited: defaultdict[str, list[RatedFilm]] = defaultdict(list)
        for entry in plays:
            for name in names_of(entry.movie):
                credited[name].append((entry.movie.film_key, entry.rating))
        rankings[type_] = _rankings(credited, overall_mean)
    return rankings


def ranked(name: str, plays: Sequence[RatedFilm], overall_mean: float | None) -> Ranked:
    """The figures of one name."""
    films = len({film_key for film_key, _ in plays})
    return Ranked(name, len(plays), films, *_means(plays, overall_mean))


def _means(
    plays: Sequence[RatedFilm], overall_mean: float | None
) -> tuple[int, float | None, float | None]:
    """How many plays are rated, their mean and their shrunk mean."""
    ratings = [rating for _, rating in plays if rating is not None]
    if not ratings or overall_mean is None:
        return 0, None, None
    total, n = sum(ratings) / 2, len(ratings)
    return n, total / n, (total + PRIOR_FILMS * overall_mean) / (n + PRIOR_FILMS)


def _rankings(
    credited: Mapping[str, Sequence[RatedFilm]], overall_mean: float | None
) -> Rankings:
    plays = {name: len(rated_films) for name, rated_films in credited.items()}
    films = {
        name: n if n == 1 else len({film_key for film_key, _ in credited[name]})
        for name, n in plays.items()
    }
    enough = [name for name, n in films.items() if n >= MIN_FILMS]
    means = {name: _means(credited[name], overall_mean)[2] for name in enough}
    rated = {name: mean for name, mean in means.items() if mean is not None}

    all_of: dict[str, Ranked] = {}

    def all_figures(name: str) -> Ranked:
        if name not in all_of:
            all_of[name] = ranked(name, credited[name], overall_mean)
        return all_of[name]

    def first(
        figures: Mapping[str, float], order: Callable[[Ranked], tuple[float | str, ...]]
    ) -> tuple[Ranked, ...]:
        last = min(nlargest(TOP, figures.values()), default=0)
        leading = (name for name, figure in figures.items() if figure >= last)
        return tuple(nsmallest(TOP, map(all_figures, leading), key=order))

    return Rankings(
        by_plays=first(plays, lambda r: (-r.plays, -r.films, -(r.shrunk_mean or 0), r.name)),
        by_films=first(films, lambda r: (-r.films, -r.plays, -(r.shrunk_mean or 0), r.name)),
        by_rating=first(rated, lambda r: (-(r.shrunk_mean or 0), -r.films, -r.plays, r.name)),
    )
