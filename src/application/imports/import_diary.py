"""Import an export of another service: idempotent, row by row, nothing lost."""

from collections.abc import Callable, Collection, Sequence

from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.ports import QuotaReached
from cinestats.domain.diary import Command, DeleteMovie
from cinestats.domain.errors import CinestatsError
from cinestats.domain.lists import Change, Listing, ListKey

from .plan import Plan
from .report import ALREADY_THERE, ImportReport, RowOutcome
from .rows import RejectedRow, Row

CHUNK = 500


class MirrorUnconfirmed(CinestatsError):
    """So much of the diary would be deleted that somebody has to say so."""


class DiaryImporter:
    """Turns rows into commands, a chunk at a time, so that a crash costs a chunk at most."""

    def __init__(self, keeper: DiaryKeeper, chunk: int = CHUNK) -> None:
        self._keeper = keeper
        self._chunk = chunk

    def run(
        self,
        user_id: str,
        rows: Sequence[Row],
        *,
        lists: Collection[ListKey] = (),
        dry_run: bool = False,
        mirror: bool = False,
        confirmed: bool = False,
        import_id: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        """Import ``rows`` into the user's diary; with ``dry_run`` only say what would happen.

        Importing the same rows again changes nothing, also after a crash in the middle. Plays
        of an earlier import that these rows lack are reported as missing; with ``mirror`` they
        are deleted: where those are over a fifth of the diary, MirrorUnconfirmed is raised
        before anything is recorded, unless it is ``confirmed``. ``import_id`` is a new one
        unless it is given. ``progress`` is told the number of rows done. Raises InvalidInput
        for a user who has no diary yet, and whose name none may have.

        What rows say of lists goes into the user's lists, beside the diary. What one of
        ``lists`` has and the rows lack leaves it: of these the rows are all there is.
        """
        self._keeper.check_user(user_id)
        self._keeper.recorder.catch_up_with(user_id)
        if mirror and not (dry_run or confirmed):
            self._check_mirror(user_id, rows)
        report = ImportReport(import_id or self._keeper.new_id())
        plan = Plan(self._keeper, user_id, report.import_id, rows)
        for start in range(0, len(rows), self._chunk):
            planned = [plan.row(row) for row in rows[start : start + self._chunk]]
            report.rows += [outcome for outcome, _ in planned]
            if not dry_run:
                self._record(planned)
            if progress is not None:
                progress(len(report.rows))
        report.list_changes = self._listed(user_id, rows, lists, report.import_id, dry_run)
        report.missing_plays = plan.missing()
        if mirror and not dry_run:
            deletions: list[Command] = []
            for play in report.missing_plays:
                stamp = self._keeper.stamp(user_id, cause=report.import_id)
                deletions.append(DeleteMovie(**stamp, entry_id=play.entry_id))
            self._keeper.recorder.record_all(deletions)
        return report

    def _listed(
        self,
        user_id: str,
        rows: Sequence[Row],
        whole: Collection[ListKey],
        import_id: str,
        dry_run: bool,
    ) -> Sequence[Change]:
        told: list[Listing] = []
        for row in rows:
            if not isinstance(row, RejectedRow) and row.listed is not None:
                told.append(row.listed)
        if not told and not whole:
            return ()
        if dry_run:
            return self._keeper.lists.compare(user_id, told, whole)
        return self._keeper.lists.take_in(user_id, told, whole, import_id)

    def _check_mirror(self, user_id: str, rows: Sequence[Row]) -> None:
        plan = Plan(self._keeper, user_id, "", rows)
        for row in rows:
            plan.row(row)
        missing, known = len(plan.missing()), len(self._keeper.diaries.entries(user_id))
        if missing * 5 > known:
            raise MirrorUnconfirmed(
                f"The file lacks {missing:,} of the {known:,} plays in the diary; to delete so"
                " many has to be confirmed."
            )

    def _record(self, planned: Sequence[tuple[RowOutcome, Sequence[Command]]]) -> None:
        causes = [(outcome, command) for outcome, commands in planned for command in commands]
        results = self._keeper.recorder.record_all([command for _, command in causes])
        for (outcome, command), result in zip(causes, results, strict=True):
            refused = isinstance(result, CinestatsError)
            if isinstance(result, QuotaReached):  # another writer took the room meanwhile
                outcome.outcome, outcome.reason = "rejected", str(result)
            elif refused and not isinstance(command, DeleteMovie):
                # Another writer did the same meanwhile.
                outcome.outcome, outcome.reason = "skipped", ALREADY_THERE
