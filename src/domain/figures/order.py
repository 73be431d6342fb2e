"""Which comes first: one rule for every list of films and of names.

A list goes by its own figure. Of films with the same one, that with more plays comes first,
then that which was seen latest. Names go by the other figures that they are ranked by
(``rankings``). The alphabet decides only where nothing else does.
"""

from cinestats.domain.entry import Entry

BEST_FROM = 8
"""Half stars that a film must have to be among the best."""


def film_order(figure: float, plays: int, latest: Entry) -> tuple[float | str, ...]:
    """The place of a film in a list, for sorting: the greatest ``figure`` first.

    ``plays`` is how often it was seen, ``latest`` its latest play. One of an unknown day stands
    behind all others.
    """
    watched = latest.watched_on
    return (
        -figure,
        -plays,
        -watched.toordinal() if watched else 0,
        -latest.added_on.toordinal(),
        latest.movie.title,
        latest.movie.film_key,
    )
