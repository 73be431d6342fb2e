"""Import an export of another service: idempotent, row by row, nothing lost."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from cinestats.domain.days import local_day
from cinestats.domain.diary import AddMovie, Command, DeleteMovie, UpdateRating, decide
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie, film_key_of
from cinestats.domain.titles import normalize_title

from .films import recognise
from .import_rows import ImportedRow, RejectedRow, Row, SkippedRow
from .ports import Catalogue, Clock, DiaryStore, IdFrom, NewId
from .record import Recorder
from .working_diary import WorkingDiary

CHUNK = 500
_UNKNOWN = "unknown"


@dataclass(slots=True)
class ImportReport:
    """What became of each row: ``read == added + updated + skipped + len(rejected)``.

    ``unmatched`` counts those of the added whose film the catalogue does not know; they
    count like the others, without credits. ``import_id`` undoes the import.
    """

    import_id: str
    read: int = 0
    added: int = 0
    updated: int = 0
    skipped: int = 0
    unmatched: int = 0
    rejected: list[RejectedRow] = field(default_factory=list[RejectedRow])


class DiaryImporter:
    """Turns rows into commands, a chunk at a time, so that a crash costs a chunk at most."""

    def __init__(
        self,
        recorder: Recorder,
        diaries: DiaryStore,
        catalogue: Catalogue,
        clock: Clock,
        new_id: NewId,
        id_from: IdFrom,
        zone: tzinfo,
    ) -> None:
        self._recorder = recorder
        self._diaries = diaries
        self._catalogue = catalogue
        self._clock = clock
        self._new_id = new_id
        self._id_from = id_from
        self._zone = zone

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
        report = ImportReport(self._new_id())
        working = WorkingDiary()
        working.know(user_id, self._diaries.entries(user_id))
        for start in range(0, len(rows), CHUNK):
            commands: list[Command] = []
            for row in rows[start : start + CHUNK]:
                commands += self._plan(user_id, row, working, report)
            if commands and not dry_run:
                outcomes = self._recorder.record_all(commands)
                _uncount_lost(report, commands, outcomes)
            if progress is not None:
                progress(min(start + CHUNK, len(rows)))
        return report

    def _plan(
        self, user_id: str, row: Row, working: WorkingDiary, report: ImportReport
    ) -> list[Command]:
        """The commands that a row leads to, counted in the report and in ``working``."""
        report.read += 1
        if isinstance(row, SkippedRow):
            report.skipped += 1
            return []
        if isinstance(row, RejectedRow):
            report.rejected.append(row)
            return []
        try:
            film = recognise(_movie(row), self._catalogue, row.imdb_id, row.tmdb_id)
            cause = report.import_id
            commands = list(self._commands(user_id, row, film.movie, working, cause))
            events = [decide(command, working.plays_for(command)) for command in commands]
        except CinestatsError as error:
            report.rejected.append(RejectedRow(row.line, str(error), row.file))
            return []
        for event in events:
            if event is not None:
                working.evolve(event)
        match commands[-1] if commands else None:
            case AddMovie():
                report.added += 1
                report.unmatched += not film.known
            case UpdateRating():
                report.updated += 1
            case _:
                report.skipped += 1
        return commands

    def _commands(
        self, user_id: str, row: ImportedRow, movie: Movie, working: WorkingDiary, cause: str
    ) -> Iterator[Command]:
        now = self._clock()
        today = local_day(now, self._zone)
        # Entries from before the catalogue knew the film have the key of its bare title.
        plays = {
            **working.plays(user_id, film_key_of(movie.title, row.year)),
            **working.plays(user_id, movie.film_key),
        }.values()
        day = row.watched_on.isoformat() if row.watched_on else _UNKNOWN
        entry_id = self._entry_id(user_id, movie.title, row.year, day)
        same = _same_play(row, working.entry(user_id, entry_id), plays)
        if same is not None:
            if row.rating is not None and row.rating != same.rating:
                yield UpdateRating(
                    self._new_id(), user_id, same.entry_id, row.rating, now, cause
                )
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
                yield DeleteMovie(self._new_id(), user_id, entry.entry_id, now, cause)
        yield AddMovie(
            self._new_id(),
            user_id,
            entry_id,
            movie,
            row.rating,
            row.watched_on,
            min(row.logged_on or row.watched_on or today, today),
            today,
            now,
            cause,
        )

    def _entry_id(self, user_id: str, title: str, year: int | None, day: str) -> str:
        return self._id_from(user_id, normalize_title(title), str(year), day)


def _movie(row: ImportedRow) -> Movie:
    return Movie.create(
        row.title,
        year=row.year,
        genres=row.genres,
        directors=row.directors,
        actors=row.actors,
        duration=row.duration,
    )


def _same_play(row: ImportedRow, by_id: Entry | None, plays: Iterable[Entry]) -> Entry | None:
    """The entry that the row is about, if the diary has it."""
    if by_id is not None:
        return by_id
    return next((entry for entry in plays if entry.watched_on == row.watched_on), None)


def _uncount_lost(
    report: ImportReport, commands: Sequence[Command], outcomes: Sequence[object]
) -> None:
    """Another writer did the same meanwhile: what was planned turns out to be skipped."""
    for command, outcome in zip(commands, outcomes, strict=True):
        if isinstance(outcome, CinestatsError) and not isinstance(command, DeleteMovie):
            report.skipped += 1
            if isinstance(command, AddMovie):
                report.added -= 1
            else:
                report.updated -= 1
