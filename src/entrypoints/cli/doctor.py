"""Is everything as it should be?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from cinestats.application.ports import StoreUnavailable
from cinestats.application.upkeep.examine import Check, Finding, examine
from cinestats.application.webhooks.public_address import age_told
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints import terminal

from .arguments import AsJson
from .session import opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container


def doctor(as_json: AsJson = False) -> None:
    """Check the settings and every store; of the distributed engine, every part and its lag.

    Exit code 1 when something is wrong; each finding says what to do.
    """
    try:
        with opened() as container:
            findings = list(examine(_checks(container)))
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


def _checks(container: "Container") -> Iterator[Check]:
    settings = container.settings()
    backend, zone = settings.backend, settings.timezone
    seen = f"backend {backend}, zone {zone}, address {settings.host}:{settings.port}"
    yield Check("settings", lambda: seen)
    yield Check("addresses", lambda: age_told(container.clock()().date()))
    if backend == "distributed":
        from .doctor_distributed import engine_checks  # loads the settings of its parts

        yield from engine_checks(container)
    else:
        yield from container.stores().checks()
