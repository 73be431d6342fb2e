"""Is everything as it should be?"""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.entrypoints import terminal
from cinestats.entrypoints.terminal import Check

from .doctor_distributed import check_parts
from .session import AsJson, counted, opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container


def examine(as_json: AsJson = False) -> None:
    """Check the settings and every store; of the distributed engine, every part and its lag.

    Exit code 1 when something is wrong; each finding says what to do.
    """
    checks = _checks()
    healthy = all(check.ok for check in checks)
    if as_json:
        print_json({"ok": healthy, "checks": [asdict(check) for check in checks]})
    else:
        terminal.console().print(terminal.checks_table(checks))
    if not healthy:
        raise typer.Exit(1)


def _checks() -> list[Check]:
    try:
        with opened() as container:
            settings = container.settings()
            checks = [
                Check(
                    "settings",
                    True,
                    f"backend {settings.backend}, zone {settings.timezone},"
                    f" address {settings.host}:{settings.port}",
                )
            ]
            if settings.backend == "distributed":
                return [*checks, *check_parts(container)]
            for name, look, advice in _LOOKS:
                try:
                    checks.append(Check(name, True, look(container)))
                except CinestatsError as error:
                    checks.append(Check(name, False, str(error), advice))
            return checks
    except InvalidInput as error:
        return [Check("settings", False, str(error), "Set the variable right, or unset it.")]


def _data_folder(container: "Container") -> str:
    settings = container.settings()
    if settings.backend == "memory":
        return "none: all is lost when the process ends"
    path = container.folder().path
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise CinestatsError(f"{path} cannot be written.")
    return str(path)


def _sqlite(container: "Container") -> str:
    from cinestats.adapters.sqlite.database import JOURNAL_MODE

    if container.settings().backend == "memory":
        return "not in use"
    return f"version {sqlite3.sqlite_version}, journal mode {JOURNAL_MODE}"


def _log(container: "Container") -> str:
    from cinestats.adapters.sqlite.data_folder import check_log

    log = container.log()
    if container.settings().backend == "embedded":
        check_log(container.folder().log)
    tails = [log.tail(partition) for partition in range(log.partitions)]
    return f"{counted(sum(tails), 'event')} of {counted(len(log.users()), 'user')}"


def _diary(container: "Container") -> str:
    return _behind(container, container.diaries().position)


def _figures(container: "Container") -> str:
    return _behind(container, container.models().checkpoint)


def _behind(container: "Container", position: Callable[[int], int]) -> str:
    log = container.log()
    lag = sum(log.tail(p) - position(p) for p in range(log.partitions))
    return (
        f"{counted(lag, 'event')} behind the log, for the next use to take in"
        if lag
        else "up to date"
    )


def _catalogue(container: "Container") -> str:
    return counted(container.catalogue().size(), "film")


_LOOKS: tuple[tuple[str, Callable[["Container"], str], str], ...] = (
    (
        "data folder",
        _data_folder,
        "Make it writable for you, or set CINESTATS_DATA_DIR to a folder that is.",
    ),
    ("SQLite", _sqlite, ""),
    ("log", _log, "Put a backup back with cinestats restore FILE."),
    ("diary", _diary, "Delete diary.db in the data folder; it follows from the log."),
    ("figures", _figures, "Delete views.db in the data folder; it follows from the log."),
    ("catalogue", _catalogue, "Delete catalog.db in the data folder and load yours again."),
)
