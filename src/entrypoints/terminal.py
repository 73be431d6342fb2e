"""What the command line shows, drawn with Rich for any width of the terminal."""

import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import tzinfo

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from cinestats.adapters.catalogue_csv import RowNote
from cinestats.application.access.ports import Account
from cinestats.application.diary.shown import ShownEntry
from cinestats.application.following.accounts import FollowedAccount
from cinestats.application.imports.report import ImportReport, RowOutcome
from cinestats.application.imports.rows import RejectedRow, SkippedRow
from cinestats.application.imports.undo import PastImport
from cinestats.application.streaming.dead_letters import DeadLetter
from cinestats.application.upkeep.examine import Finding
from cinestats.application.upkeep.verify import Difference
from cinestats.domain.diary import correction_between
from cinestats.domain.entry import Entry
from cinestats.domain.events import EntryCorrected, Event
from cinestats.domain.global_trend import TopMovie
from cinestats.domain.movie import Movie

ACCENT = "bold cyan"
FAINT = "bright_black"
RATING = "yellow"
_REJECTED = 20
_ROWS = 50
_EIGHTHS = "▏▎▍▌▋▊▉"


def show(page: RenderableType) -> None:
    """Print a page on stdout."""
    _console().print(page)


def _console(*, stderr: bool = False) -> Console:
    """A console that prints titles and names as they are, whatever brackets they hold."""
    return Console(markup=False, emoji=False, highlight=False, stderr=stderr)


def can_ask() -> bool:
    """Whether a person sits at the terminal and can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def progress(label: str, total: int = 0) -> Generator[Callable[..., None]]:
    """A progress bar on stderr, where that is a terminal.

    Call it with how much is done, and with the total where only that moment knows it.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    shown = _console(stderr=True)
    with Progress(
        TextColumn(label),
        BarColumn(),
        MofNCompleteColumn(),
        console=shown,
        transient=True,
        disable=not shown.is_terminal,
    ) as bar:
        task = bar.add_task(label, total=total)

        def advance(done: int, total: int | None = None) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def plain_grid(heading: str = "") -> Table:
    """Two columns, or three under a heading, without lines."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    if heading:
        grid.add_column(justify="right", no_wrap=True)
        grid.add_row(Text(heading, ACCENT))
    return grid


def draw_bar(value: int, most: int, width: int) -> Text:
    """A bar of up to ``width`` characters, at least a sliver for what is not 0."""
    eighths = max(round(8 * width * value / most), 1) if value > 0 else 0
    whole, rest = divmod(eighths, 8)
    return Text(("█" * whole + (_EIGHTHS[rest - 1] if rest else "")).ljust(width), "cyan")


def stars_of(half_stars: int | None) -> str:
    """A rating in characters; nothing for none."""
    if half_stars is None:
        return ""
    return "★" * (half_stars // 2) + "½" * (half_stars % 2)


def year_of(film: Movie | TopMovie | RowOutcome) -> str:
    """A film's year; nothing for none."""
    return "" if film.year is None else str(film.year)


def entries_table(entries: Iterable[Entry], corrected: Mapping[str, str] = {}) -> Table:
    """Plays of a diary; ``corrected`` tells what corrected the film of an entry."""
    table = headed("Watched", "Film", "Year", "Rating", "Director", "")
    table.columns[0].no_wrap = True
    for entry in entries:
        movie = entry.movie
        table.add_row(
            "unknown" if entry.watched_on is None else entry.watched_on.isoformat(),
            Text(movie.title, "bold"),
            year_of(movie),
            Text(stars_of(entry.rating), RATING),
            ", ".join(movie.directors),
            f"corrected by {by}" if (by := corrected.get(entry.entry_id)) else "",
        )
    return table


def diary_table(plays: Iterable[ShownEntry], ids: Mapping[str, str]) -> Table:
    """Plays of a diary with their marks; ``ids`` are those to show, if any."""
    table = headed(
        *(["Entry"] if ids else []), "Watched", "Film", "Year", "Rating", "", "Director"
    )
    for column in table.columns[: 2 if ids else 1]:
        column.no_wrap = True
    for each in plays:
        entry, movie = each.entry, each.entry.movie
        doubt = (" ?", "bold magenta") if each.candidates else ""
        table.add_row(
            *([ids[entry.entry_id]] if ids else []),
            "unknown" if entry.watched_on is None else entry.watched_on.isoformat(),
            Text.assemble((movie.title, "bold"), doubt),
            year_of(movie),
            Text(stars_of(entry.rating), RATING),
            " ".join(_marks(each)),
            ", ".join(movie.directors),
        )
    return table


def _marks(play: ShownEntry) -> Iterator[str]:
    """What else was said of a play, in few characters."""
    if play.rewatch:
        yield "↻"
    if play.entry.liked:
        yield "♥"
    yield from (f"#{tag}" for tag in play.entry.tags)


def duplicates_table(plays: Iterable[Entry]) -> Table:
    """Plays that may be one, by their ids."""
    table = headed("Entry", "Watched", "Film", "Year", "Rating", "From")
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for entry in plays:
        sources = dict.fromkeys(source.service for source in entry.sources)
        table.add_row(
            entry.entry_id,
            "unknown" if entry.watched_on is None else entry.watched_on.isoformat(),
            Text(entry.movie.title, "bold"),
            year_of(entry.movie),
            Text(stars_of(entry.rating), RATING),
            ", ".join(sources) or "by hand",
        )
    return table


def sources_table(rows: Iterable[Mapping[str, object]]) -> Table:
    """The sources of films, each with what it needs and what it told."""
    table = headed("Source", "Needs", "Gets", "On", "Films")
    table.columns[-1].justify = "right"
    for row in rows:
        on = "yes" if row["on"] else "no"
        cells = (row["source"], row["needs"], row["sends"], on, row["films"])
        table.add_row(*map(str, cells))
    return table


def films_table(films: Iterable[Movie]) -> Table:
    """Films of the catalogue."""
    table = headed("Film", "Year", "Director", "Actors", "Genres", "Minutes")
    table.columns[-1].justify = "right"
    for film in films:
        table.add_row(
            Text(film.title, "bold"),
            year_of(film),
            ", ".join(film.directors),
            ", ".join(film.actors),
            ", ".join(film.genres),
            "" if film.duration is None else str(film.duration),
        )
    return table


def import_page(
    format_: str, report: ImportReport, *, mirrored: bool = False
) -> RenderableType:
    """What an import did, and the rows that it refused.

    With ``mirrored`` the plays that the file lacks are deleted.
    """
    figures = plain_grid()
    figures.columns[1].justify = "right"
    figures.add_row("File", Text(format_, "bold"))
    missing = "Deleted, not in the file" if mirrored else "Missing in the file"
    of_lists = "New on lists", "Gone from lists"
    seldom = "  of these with a suggestion", "Corrected", missing, *of_lists
    for label, number in (
        ("Rows read", report.read),
        ("Added", report.added),
        ("  not in the catalogue", report.unmatched),
        ("  of these with a suggestion", report.suggested),
        ("Rating updated", report.updated),
        ("Corrected", report.corrected),
        ("Skipped", report.skipped),
        ("Rejected", len(report.rejected)),
        (missing, report.missing),
        *zip(of_lists, (report.listed, report.unlisted), strict=True),
    ):
        if number or label not in seldom:
            figures.add_row(label, f"{number:,}")
    parts: list[RenderableType] = [figures]
    if report.skipped:
        parts += ["", _skipped_table(report.skipped_rows)]
    if report.rejected:
        parts += ["", rejected_table(report.rejected)]
    return Group(*parts)


def _skipped_table(rows: Sequence[SkippedRow]) -> RenderableType:
    """How many rows were skipped for which reason, the most first."""
    table = headed("Rows", "Skipped because")
    table.columns[0].justify = "right"
    for reason, number in Counter(row.reason for row in rows).most_common(_REJECTED):
        table.add_row(f"{number:,}", reason)
    return table


def rejected_table(rows: Sequence[RejectedRow]) -> RenderableType:
    """Rows that were refused: the first of them, where there are many."""
    table = headed("Line", "Reason")
    for row in rows[:_REJECTED]:
        table.add_row(str(row.line), row.full_reason)
    return _first_of(len(rows), table)


def notes_table(notes: Sequence[RowNote]) -> RenderableType:
    """What was left out of rows: the first of them, where there are many."""
    table = headed("Line", "What")
    for each in notes[:_REJECTED]:
        table.add_row(str(each.line), each.note)
    return _first_of(len(notes), table)


def rows_table(rows: Sequence[RowOutcome]) -> RenderableType:
    """What becomes of the rows of a file: the first of them, where there are many."""
    table = headed("Line", "Film", "Year", "Outcome", "Reason")
    for row in rows[:_ROWS]:
        reason = row.reason if row.file is None else f"{row.file}: {row.reason or ''}"
        table.add_row(str(row.line), row.name or "", year_of(row), row.outcome, reason or "")
    return _first_of(len(rows), table)


def _first_of(number: int, table: Table) -> RenderableType:
    """The first of so many rows, each of which begins with the number of a line."""
    table.columns[0].justify = "right"
    more = number - table.row_count
    return Group(table, f"and {more:,} more; --json lists all.") if more else table


def imports_table(imports: Iterable[PastImport], zone: tzinfo) -> Table:
    """Past imports and corrections; the id of a correction begins with what it was."""
    table = headed("Import or correction", "When", "Changes", "")
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    table.columns[2].justify = "right"
    for each in imports:
        when, undone = f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}", "undone" * each.undone
        table.add_row(each.import_id, when, f"{each.changes:,}", undone)
    return table


def followed_table(accounts: Iterable[FollowedAccount], zone: tzinfo) -> Table:
    """What a user follows, and what came of asking last."""
    table = headed("Service", "Account", "Asked", "Result", "Next")
    for each in accounts:
        asked, due = (
            "never" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
            for moment in (each.asked.asked_at, each.asked.due_at)
        )
        table.add_row(each.service, each.name, asked, each.asked.result or "", due)
    return table


def event_line(position: int, event: Event, zone: tzinfo) -> Text:
    """An event in one line."""
    movie, rating = event.entry.movie, ""
    corrected = _corrected(event) if isinstance(event, EntryCorrected) else ""
    if event.after is not None:
        rating = stars_of(event.after.rating)
        if event.before is not None and event.before.rating != event.after.rating:
            rating = f"{stars_of(event.before.rating) or 'none'} → {rating or 'none'}"
    when = event.occurred_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return Text.assemble(
        (f"{position:>7} ", FAINT),
        f"{when}  ",
        (event.user_id, "cyan"),
        f" {event.names.kind} ",
        (movie.title, "bold"),
        "" if movie.year is None else f" ({movie.year})",
        (f" {rating}" if rating else "", RATING),
        f": {corrected}" if corrected else "",
    )


def _corrected(event: EntryCorrected) -> str:
    """What a correction changed."""
    names = {
        "movie": "film",
        "watched_on": "day",
        "film_chosen": "choice of the film",
        "apart": "kept apart",
    }
    fields = correction_between(event.entry, event.corrected)
    return ", ".join(
        names.get(field, field) for field in fields if field not in ("sources", "merged")
    )


def letters_table(letters: Iterable[DeadLetter], zone: tzinfo) -> Table:
    """Parked records with their reasons."""
    table = headed("Record", "Parked", "Reason")
    for letter in letters:
        parked = letter.parked_at.astimezone(zone)
        table.add_row(letter.id, f"{parked:%Y-%m-%d %H:%M}", letter.reason)
    return table


def accounts_table(accounts: Iterable[Account], zone: tzinfo) -> Table:
    """Accounts with how their users sign in."""
    table = headed("User", "Made", "Diary", "Signs in by", "")
    for account in accounts:
        ways = {"password": account.password_hash, "OIDC": account.oidc_subject}
        table.add_row(
            Text(account.user_id, "bold"),
            f"{account.created_at.astimezone(zone):%Y-%m-%d}",
            account.privacy,
            ", ".join(way for way, there in ways.items() if there) or "nothing",
            "admin" if account.is_admin else "",
        )
    return table


def differences_table(differences: Iterable[Difference]) -> Table:
    """Fields that are not what the log says."""
    table = headed("Document", "Field", "Stored", "Recomputed")
    for each in differences:
        table.add_row(each.document, each.field, str(each.stored), str(each.recomputed))
    return table


def findings_table(findings: Iterable[Finding]) -> Table:
    """What the doctor has found."""
    table = Table.grid("", "", Column(overflow="fold"), padding=(0, 2))  # no path is cut
    for finding in findings:
        mark = Text("ok", "green") if finding.ok else Text("wrong", "bold red")
        detail = finding.detail if finding.ok else f"{finding.detail} {finding.advice}"
        table.add_row(mark, Text(finding.name, "bold"), detail)
    return table


def headed(*headings: str) -> Table:
    """A table with a line below its headings."""
    return Table(*headings, box=box.SIMPLE_HEAD, header_style=ACCENT, pad_edge=False)
