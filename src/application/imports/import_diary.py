"""Import an export of another service: idempotent, row by row, nothing lost."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from cinestats.application.catalogue.ports import Catalogue
from cinestats.application.catalogue.recognise import Recognised, recognise
from cinestats.application.diary.keep import DiaryKeeper, addition
from cinestats.application.diary.working_diary import WorkingDiary
from cinestats.domain.diary import AddMovie, Command, DeleteMovie, UpdateRating, decide
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event, RatingUpdated
from cinestats.domain.movie import Movie, film_key_of
from cinestats.domain.rating import stars
from cinestats.domain.titles import normalize_title

from .report import ImportReport, RowOutcome
from .rows import ImportedRow, RejectedRow, Row, SkippedRow

CHUNK = 500
_UNKNOWN = "unknown"
_ALREADY_THERE = "it is in the diary already"


class DiaryImporter:
    """Turns rows into commands, a chunk at a time, so that a crash costs a chunk at most."""

    def __init__(self, diary: DiaryKeeper) -> None:
        self._diary = diary

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
        report = ImportReport(self._diary.new_id())
        working = WorkingDiary()
        working.know(user_id, self._diary.diaries.entries(user_id))
        for start in range(0, len(rows), CHUNK):
            commands: list[Command] = []
            causes: list[RowOutcome] = []
            for row in rows[start : start + CHUNK]:
                outcome, planned = self._plan(user_id, row, working, report.import_id)
                report.rows.append(outcome)
                commands += planned
                causes += [outcome] * len(planned)
            if commands and not dry_run:
                for command, cause, result in zip(
                    commands, causes, self._diary.recorder.record_all(commands), strict=True
                ):
                    if isinstance(result, CinestatsError) and not isinstance(
                        command, DeleteMovie
                    ):  # another writer did the same meanwhile
                        cause.outcome, cause.reason = "skipped", _ALREADY_THERE
            if progress is not None:
                progress(min(start + CHUNK, len(rows)))
        return report

    def _plan(
        self, user_id: str, row: Row, working: WorkingDiary, cause: str
    ) -> tuple[RowOutcome, list[Command]]:
        """What is to become of a row, and the commands for it, counted in ``working``."""
        if isinstance(row, SkippedRow):
            return RowOutcome(row.line, "skipped", row.reason, row.file), []
        if isinstance(row, RejectedRow):
            return RowOutcome(row.line, "rejected", row.reason, row.file), []
        outcome = RowOutcome(row.line, "skipped", _ALREADY_THERE, row.file, row.title, row.year)
        try:
            film = _film(row, self._diary.catalogue)
            commands = list(self._commands(user_id, row, film.movie, working, cause))
            events = [decide(command, working.plays_for(command)) for command in commands]
        except CinestatsError as error:
            outcome.outcome, outcome.reason = "rejected", str(error)
            return outcome, []
        for event in events:
            if event is not None:
                working.evolve(event)
        match commands[-1] if commands else None:
            case AddMovie():
                outcome.outcome = "added" if film.known else "unmatched"
                outcome.reason = _doubt(film)
            case UpdateRating():
                outcome.outcome, outcome.reason = "updated", _new_rating(events[-1])
            case _:
                pass
        return outcome, commands

    def _commands(
        self, user_id: str, row: ImportedRow, movie: Movie, working: WorkingDiary, cause: str
    ) -> Iterator[Command]:
        if row.film_key is not None:
            yield from self._restore(user_id, row, movie, working, cause)
            return
        # Entries from before the catalogue knew the film have the key of its bare title.
        plays = {
            **working.plays(user_id, film_key_of(movie.title, row.year)),
            **working.plays(user_id, movie.film_key),
        }.values()
        entry_id = self._entry_id(user_id, movie.title, row.year, _day(row.watched_on))
        same = working.entry(user_id, entry_id) or next(
            (entry for entry in plays if entry.watched_on == row.watched_on), None
        )
        if same is not None:
            yield from self._rate_again(user_id, row, same, cause)
            return
        if plays and row.kind == "film":
            return  # it has been seen, which is all that the row says
        # An imported play without a day only stood for "seen at some time"; one with a day
        # takes its place, so that it does not matter which file is imported first.
        seen = {
            self._entry_id(user_id, movie.title, year, _UNKNOWN) for year in (row.year, None)
        }
        for entry in plays:
            if row.watched_on and entry.watched_on is None and entry.entry_id in seen:
                stamp = self._diary.stamp(user_id, cause=cause)
                yield DeleteMovie(**stamp, entry_id=entry.entry_id)
        yield self._add(user_id, row, movie, entry_id, cause)

    def _restore(
        self, user_id: str, row: ImportedRow, movie: Movie, working: WorkingDiary, cause: str
    ) -> Iterator[Command]:
        """What a row of our own export leads to: the entry it was, with its id if free."""
        plays = working.plays(user_id, movie.film_key).values()
        same = next((entry for entry in plays if entry.watched_on == row.watched_on), None)
        if same is not None:
            yield from self._rate_again(user_id, row, same, cause)
            return
        entry_id = row.entry_id
        if entry_id is None or working.entry(user_id, entry_id) is not None:
            entry_id = self._diary.id_from(user_id, movie.film_key, _day(row.watched_on))
        yield self._add(user_id, row, movie, entry_id, cause)

    def _rate_again(
        self, user_id: str, row: ImportedRow, entry: Entry, cause: str
    ) -> Iterator[Command]:
        if row.rating is not None and row.rating != entry.rating:
            stamp = self._diary.stamp(user_id, cause=cause)
            yield UpdateRating(**stamp, entry_id=entry.entry_id, new_rating=row.rating)

    def _add(
        self, user_id: str, row: ImportedRow, movie: Movie, entry_id: str, cause: str
    ) -> AddMovie:
        today = self._diary.today()
        added_on = min(row.logged_on or row.watched_on or today, today)
        entry = Entry(entry_id, movie, row.rating, row.watched_on, added_on)
        return addition(self._diary, self._diary.stamp(user_id, cause=cause), entry)

    def _entry_id(self, user_id: str, title: str, year: int | None, day: str) -> str:
        return self._diary.id_from(user_id, normalize_title(title), str(year), day)


def _day(day: date | None) -> str:
    return _UNKNOWN if day is None else day.isoformat()


def _film(row: ImportedRow, catalogue: Catalogue) -> Recognised:
    movie = Movie.create(
        row.title,
        year=row.year,
        film_key=row.film_key,
        genres=row.genres,
        directors=row.directors,
        actors=row.actors,
        duration=row.duration,
        poster_url=row.poster_url,
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
