"""Ratings that a source keeps apart from the plays: they belong to the film.

Such a rating rates at most one play, and none where any play of the film is rated itself. It
stands on the latest play, and moves there when a later one comes: so the order in which files
are imported makes no difference.
"""

from collections.abc import Iterator, Sequence

from cinestats.application.diary.find import latest
from cinestats.domain.entry import Entry

from .rows import ImportedRow
from .said import source_of

NewRating = tuple[Entry, int | None, str | None]
"""A play, the film's rating that it gets, and the kind of source that says so."""


def rate_film(row: ImportedRow, plays: Sequence[Entry]) -> Iterator[NewRating]:
    """What the film's rating in a row changes of its plays."""
    if row.rating is None or any(rated_itself(play) for play in plays):
        return
    kind = source_of(row).kind
    said = [
        each.last_said("film_rating", play)
        for play in plays
        for each in play.sources
        if each.service == row.service
    ]
    if row.rating in said:  # a person may have said otherwise since
        return
    target = latest(plays)
    yield target, row.rating, kind
    for play in plays:
        if play is not target and play.rating is not None:
            yield play, None, kind


def of_film(plays: Sequence[Entry]) -> Entry | None:
    """The play that the film's rating stands on."""
    rated = (play for play in plays if play.rating_of == "film" and play.rating is not None)
    return next(rated, None)


def rated_itself(play: Entry) -> bool:
    """Whether the play has a rating of its own."""
    return play.rating is not None and play.rating_of == "play"
