"""Plays that imports of the first version made, which kept nothing of what their rows said."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from cinestats.application.diary.keep import DiaryKeeper
from cinestats.domain.entry import Entry
from cinestats.domain.events import MovieAdded, RatingUpdated
from cinestats.domain.titles import normalize_title

from .plays import KnownPlays
from .rows import ImportedRow, SkippedRow


class FirstVersion:
    """Tells such plays by their ids, which followed from title, year and day of their rows."""

    def __init__(self, keeper: DiaryKeeper, user_id: str, plays: KnownPlays) -> None:
        self._keeper = keeper
        self._user_id = user_id
        self._plays = plays
        self._are_some = any(not play.sources for play in plays.all())

    def play_of(self, row: ImportedRow) -> Entry | None:
        """The play that was made of the row, also where its title was not mended then."""
        if not self._are_some:
            return None
        for title in (row.title, *row.written):
            for entry_id in self._ids(title, row.year, str(row.watched_on)):
                play = self._plays.get(entry_id)
                if play is not None and not play.sources:
                    return play
        return None

    def mistaken(self, row: SkippedRow) -> Sequence[Entry]:
        """Plays that were made of a row that is none, and that no person rated since."""
        if not row.written:
            return ()
        titles = {normalize_title(cell) for cell in row.written}
        return [
            play
            for play in self._made
            if normalize_title(play.movie.title) in titles
            and _is_written(self._year_of_row(play), row.written)
            and _is_written(play.watched_on, row.written)
            and self._plays.get(play.entry_id) == play
            and not self.rated_by_hand(play)
        ]

    def made(self, play: Entry) -> bool:
        """Whether such an import made the play, and no later one told of it."""
        movie, day = play.movie, str(play.watched_on)
        return not play.sources and play.entry_id in self._ids(movie.title, movie.year, day)

    def _year_of_row(self, play: Entry) -> int | None:
        """The year that the play's row had; the catalogue may have told another."""
        movie, day = play.movie, str(play.watched_on)
        with_year = next(self._ids(movie.title, movie.year, day))
        return movie.year if play.entry_id == with_year else None

    def rated_by_hand(self, play: Entry) -> bool:
        """Whether a person gave the play its rating."""
        return play.entry_id in self._rated_by_hand

    @cached_property
    def _made(self) -> Sequence[Entry]:
        return [play for play in self._plays.all() if self.made(play)]

    @cached_property
    def _rated_by_hand(self) -> set[str]:
        by_hand: dict[str, bool] = {}
        for recorded in self._keeper.history.of_user(self._user_id):
            if isinstance(recorded.event, MovieAdded | RatingUpdated):
                by_hand[recorded.event.entry.entry_id] = recorded.event.cause is None
        return {entry_id for entry_id, person in by_hand.items() if person}

    def _ids(self, title: str, year: int | None, day: str) -> Iterator[str]:
        day = "unknown" if day == "None" else day
        for of in dict.fromkeys((year, None)):  # the catalogue may have told the year
            yield self._keeper.id_from(self._user_id, normalize_title(title), str(of), day)


def _is_written(value: object, cells: Sequence[str]) -> bool:
    return value is None or any(str(value) in cell for cell in cells)
