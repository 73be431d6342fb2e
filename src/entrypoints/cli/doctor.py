"""Is everything as it should be?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from cinestats.application.ports import StoreUnavailable
from cinestats.application.upkeep.examine import Check, Finding, counted, examine
from cinestats.application.upkeep.integrity import check_diary, check_events
from cinestats.application.webhooks.public_address import age_told
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.entrypoints import terminal
from cinestats.entrypoints.backup_worker import latest_backup

from .arguments import AsJson
from .session import opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container


class FiguresDiffer(CinestatsError):
    """A figure is not what a recompute from the log gives."""


def doctor(
    deep: Annotated[
        bool,
        Option("--deep", help="Read every byte: each event, entry and figure. Takes a while."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the settings and every store; of the distributed engine, every part and its lag.

    Exit code 1 when something is wrong; each finding says what to do.
    """
    try:
        with opened() as container:
            findings = list(examine(_checks(container, deep)))
            if deep:
                findings += examine(_deep_checks(container))
    except StoreUnavailable as error:
        findings = [Finding("stores", False, str(error), "")]
    except InvalidInput as error:
        advice = "Set the variable right, or unset it."
        findings = [Finding("settings", False, str(error), advice)]
    healthy = all(finding.ok for finding in findings)
    if as_json:
        print_json({"ok": healthy, "checks": [finding._asdict() for finding in findings]})
    else:
        terminal.show(terminal.findings_table(findings))
    if not healthy:
        raise typer.Exit(1)


def _checks(container: "Container", deep: bool) -> Iterator[Check]:
    settings = container.settings()
    backend, zone = settings.backend, settings.timezone
    seen = f"backend {backend}, zone {zone}, address {settings.host}:{settings.port}"
    yield Check("settings", lambda: seen)
    yield Check("addresses", lambda: age_told(container.clock()().date()))
    if backend == "distributed":
        from .doctor_distributed import engine_checks  # loads the settings of its parts

        yield from engine_checks(container, deep=deep)
    else:
        yield from container.stores().checks(deep=deep)
        if backend == "embedded":
            yield Check(
                "posters", lambda: _posters_told(container), "Delete it; it is refilled."
            )
    if (folder := settings.backup_dir) is not None:
        see = "See that cinestats serve runs, that the folder can be written, and its log."
        yield Check("backups", lambda: latest_backup(folder, container.clock()()), see)


def _posters_told(container: "Container") -> str:
    folder = container.poster_folder()
    state = "" if folder.is_open else ", and no more can be kept"
    number, size = folder.size()
    most = container.settings().posters_megabytes
    return f"{counted(number, 'poster')}, {size / 2**20:.1f} of {most} MB{state}"


def _deep_checks(container: "Container") -> Iterator[Check]:
    if container.topic_has_no_log():
        return  # there is no log to compare with
    events, entries = "every event", "every entry"
    log = container.log
    cure = "Put a backup back with cinestats restore FILE; on MongoDB, your last dump."
    yield Check(events, lambda: f"{counted(check_events(log()), 'position')} whole", cure=cure)

    def compare_entries() -> str:
        for partition in range(log().partitions):
            container.recorder().catch_up(partition)
        return counted(check_diary(log(), container.diaries()), "entry", "entries")

    def compare_figures() -> str:
        verdict = container.verifier().verify()
        if not verdict.equal:
            raise FiguresDiffer(f"{counted(len(verdict.differences), 'field')} wrong.")
        return f"{counted(verdict.documents, 'document')} equal"

    diary = "Delete diary.db in the data folder, or drop the collections diary and"
    diary += " diary_positions; it follows from the log."
    yield Check(entries, compare_entries, needs=(events,), cure=diary)
    yield Check("every figure", compare_figures, "Run cinestats rebuild.", (events,))
