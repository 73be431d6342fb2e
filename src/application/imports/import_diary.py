"""Import an export of another service: idempotent, row by row, nothing lost."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import Recognised, recognise
from cinestats.application.diary.keep import DiaryKeeper, Stamp, addition
from cinestats.application.diary.working_diary import WorkingDiary
from cinestats.domain.diary import AddMovie, Command, DeleteMovie, UpdateRating, decide
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event, RatingUpdated
from cinestats.domain.movie import Movie, film_key_of
from cinestats.domain.rating import stars
from cinestats.domain.titles import normalize_title

from .report import ImportReport, RowOutcome
from .rows import ImportedRow, Row, SkippedRow

CHUNK = 500
_ALREADY_THERE = "it is in the diary already"


class DiaryImporter:
    """Turns rows into commands, a chunk at a time, so that a crash costs a chunk at most."""

    def __init__(self, keeper: DiaryKeeper) -> None:
        self._keeper = keeper

    def run(
        self,
        user_id: str,
        rows: Sequence[Row],
        *,
        dry_run: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        """Import ``rows`` into the user's diary; with ``dry_run`` only say what would happen.

        ``progress`` is told the number of rows done. Importing the same rows again adds
        nothing, also after a crash in the middle.
        """
        report = ImportReport(self._keeper.new_id())
        plan = _Plan(self._keeper, user_id, report.import_id)
        for start in range(0, len(rows), CHUNK):
            planned = [plan.row(row) for row in rows[start : start + CHUNK]]
            report.rows += [outcome for outcome, _ in planned]
            if not dry_run:
                self._record(planned)
            if progress is not None:
                progress(len(report.rows))
        return report

    def _record(self, planned: Sequence[tuple[RowOutcome, Sequence[Command]]]) -> None:
        causes = [(outcome, command) for outcome, commands in planned for command in commands]
        results = self._keeper.recorder.record_all([command for _, command in causes])
        for (outcome, command), result in zip(causes, results, strict=True):
            refused = isinstance(result, CinestatsError)
            if refused and not isinstance(command, DeleteMovie):
                # Another writer did the same meanwhile.
                outcome.outcome, outcome.reason = "skipped", _ALREADY_THERE


class _Plan:
    """What is to become of each row of one import, counted in a working copy of the diary."""

    def __init__(self, keeper: DiaryKeeper, user_id: str, import_id: str) -> None:
        self._keeper = keeper
        self._user_id = user_id
        self._import_id = import_id
        self._diary = WorkingDiary()
        self._diary.know(user_id, keeper.diaries.entries(user_id))

    def row(self, row: Row) -> tuple[RowOutcome, Sequence[Command]]:
        """What is to become of a row, and the commands for it."""
        outcome = RowOutcome(line=row.line, file=row.file, outcome="skipped")
        if not isinstance(row, ImportedRow):
            outcome.outcome = "skipped" if isinstance(row, SkippedRow) else "rejected"
            outcome.reason = row.reason
            return outcome, []
        outcome.name, outcome.year, outcome.reason = row.title, row.year, _ALREADY_THERE
        try:
            film = _film(row, self._keeper.catalogue)
            commands = list(self._commands(row, film.movie))
            events = [decide(command, self._diary.plays_for(command)) for command in commands]
        except CinestatsError as error:
            outcome.outcome, outcome.reason = "rejected", str(error)
            return outcome, []
        for event in events:
            if event is not None:
                self._diary.evolve(event)
        match commands[-1] if commands else None:
            case AddMovie():
                outcome.outcome = "added" if film.known else "unmatched"
                outcome.reason = _doubt(film)
            case UpdateRating():
                outcome.outcome, outcome.reason = "updated", _new_rating(events[-1])
            case _:
                pass
        return outcome, commands

    def _commands(self, row: ImportedRow, movie: Movie) -> Iterator[Command]:
        plays = self._diary.plays(self._user_id, movie.film_key)
        if row.film_key is None:
            # Entries from before the catalogue knew the film have the key of its bare title.
            bare = self._diary.plays(self._user_id, film_key_of(movie.title, row.year))
            plays = {**bare, **plays}
            entry_id = self._id_of(movie.title, row.year, row.watched_on)
            same = self._diary.entry(self._user_id, entry_id)
        else:
            entry_id, same = self._free_id(row, row.film_key), None
        same = same or next((e for e in plays.values() if e.watched_on == row.watched_on), None)
        if same is not None:
            if row.rating is not None and row.rating != same.rating:
                yield UpdateRating(
                    **self._stamp(), entry_id=same.entry_id, new_rating=row.rating
                )
            return
        if plays and row.kind == "film":
            return  # it has been seen, which is all that the row says
        if row.film_key is None and row.watched_on is not None:
            # An imported play without a day only stood for "seen at some time"; one with a
            # day takes its place, so that it does not matter which file is imported first.
            seen = {self._id_of(movie.title, year, None) for year in (row.year, None)}
            for entry in plays.values():
                if entry.watched_on is None and entry.entry_id in seen:
                    yield DeleteMovie(**self._stamp(), entry_id=entry.entry_id)
        today = self._keeper.today()
        added_on = min(row.logged_on or row.watched_on or today, today)
        entry = Entry(entry_id, movie, row.rating, row.watched_on, added_on)
        yield addition(self._keeper, self._stamp(), entry)

    def _free_id(self, row: ImportedRow, film_key: str) -> str:
        """The id of the entry that was exported, unless an entry has it."""
        if row.entry_id and self._diary.entry(self._user_id, row.entry_id) is None:
            return row.entry_id
        return self._keeper.id_from(self._user_id, film_key, _day(row.watched_on))

    def _id_of(self, title: str, year: int | None, day: date | None) -> str:
        """The id of an imported play: the same for the same row."""
        return self._keeper.id_from(self._user_id, normalize_title(title), str(year), _day(day))

    def _stamp(self) -> Stamp:
        return self._keeper.stamp(self._user_id, cause=self._import_id)


def _day(day: date | None) -> str:
    return "unknown" if day is None else day.isoformat()


def _film(row: ImportedRow, catalogue: Catalogue) -> Recognised:
    movie = row.film or Movie.create(
        row.title,
        year=row.year,
        genres=row.genres,
        directors=row.directors,
        actors=row.actors,
        duration=row.duration,
    )
    if row.film_key is not None:
        return Recognised(movie, True)
    return recognise(movie, catalogue, row.imdb_id, row.tmdb_id)


def _doubt(film: Recognised) -> str | None:
    if film.known:
        return None
    if film.candidates:
        years = ", ".join(str(each.year) for each in film.candidates[:5])
        return f"the catalogue has more than one film of that title: {years}"
    return "the catalogue does not know the film"


def _new_rating(event: Event | None) -> str | None:
    if not isinstance(event, RatingUpdated) or event.new_rating is None:
        return None
    before = "none" if event.entry.rating is None else f"{stars(event.entry.rating):g}"
    return f"rating: {before} before, {stars(event.new_rating):g} now"
