"""How many bytes of bodies may be in memory."""

import asyncio
import re
from pathlib import Path

import pytest
from fastapi import Request
from starlette.types import Message, Receive, Scope, Send

from cinestats.application.access.principal import ANONYMOUS, OWNER, Principal
from cinestats.entrypoints.api.http import body_budget
from cinestats.entrypoints.api.http.bodies import bounded
from cinestats.entrypoints.api.http.body_budget import BodyBudget
from cinestats.entrypoints.api.http.peer import ClientAddress
from cinestats.entrypoints.api.http.problems import BodiesFull

MB = 2**20
ANNA = Principal("token", "anna", frozenset(), "t1")
API = Path(body_budget.__file__).parents[1]


def sent(budget: BodyBudget, caller: Principal, sizes: list[int], address: str) -> object:
    """What becomes of bodies of these sizes that are all on their way at once."""

    async def scenario() -> int:
        refused = 0

        async def one(size: int) -> None:
            nonlocal refused

            async def receive() -> Message:
                return {"type": "http.request", "body": b"x" * size}

            async def send(_: Message) -> None: ...

            scope: Scope = {
                "type": "http",
                "headers": [],
                "client": (address, 1),
                "cinestats.principal": caller,
            }
            try:
                await budget(scope, receive, send)
            except BodiesFull:
                refused += 1

        async with asyncio.TaskGroup() as group:
            for size in sizes:
                group.create_task(one(size))
        return refused

    return asyncio.run(scenario())


def app_that(*, to_disk: bool) -> BodyBudget:
    async def app(scope: Scope, receive: Receive, _: Send) -> None:
        await anext(bounded(Request(scope, receive), 64 * MB, to_disk=to_disk).stream())
        await asyncio.sleep(0.01)

    return BodyBudget(app, ClientAddress())


@pytest.mark.parametrize(
    ("caller", "sizes", "refused"),
    [
        (ANONYMOUS, [2 * MB] * 6, 0),
        (ANONYMOUS, [2 * MB] * 200, 194),
        (ANNA, [2 * MB] * 8, 0),
        (ANNA, [2 * MB] * 9, 1),
        (OWNER, [2 * MB] * 32, 0),
        (OWNER, [2 * MB] * 33, 1),
    ],
)
def test_a_caller_has_a_budget_and_gets_it_back(
    caller: Principal, sizes: list[int], refused: int
) -> None:
    """What is beyond it is refused; when the requests have ended all is there again."""
    budget = app_that(to_disk=False)
    assert sent(budget, caller, sizes, "192.0.2.1") == refused
    assert sent(budget, caller, sizes, "192.0.2.1") == refused


def test_unknown_addresses_share_less_than_the_known_have() -> None:
    """Who comes from many addresses takes nothing from those who are signed in."""
    budget = app_that(to_disk=False)

    assert body_budget.MAX_UNKNOWN_BYTES < body_budget.MAX_KNOWN_BYTES
    assert sent(budget, ANONYMOUS, [8 * MB], "192.0.2.1") == 0
    assert sent(budget, ANNA, [16 * MB], "192.0.2.1") == 0


def test_what_goes_to_the_disk_does_not_count() -> None:
    """An upload may be larger than what memory has room for."""
    assert sent(app_that(to_disk=True), ANNA, [60 * MB] * 3, "192.0.2.1") == 0


def test_every_body_is_read_within_bounds() -> None:
    """No route reads a body but by ``bounded``."""
    reads = re.compile(r"(\w+)(?:\([^()]*\))?\s*\.(?:body|form|stream|json)\(")
    found = {
        (path.name, match[1])
        for path in API.rglob("*.py")
        for match in reads.finditer(path.read_text())
    }
    assert found
    assert {name for _, name in found} <= {"bounded", "received"}, found
