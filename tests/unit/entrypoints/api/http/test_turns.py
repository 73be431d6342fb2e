"""Whose turn it is: a few of each account, a few of all, and an end to the line."""

import asyncio
import sys
from contextlib import AsyncExitStack

import pytest

from cinestats.entrypoints.api.http.problems import TooMuchAtOnce
from cinestats.entrypoints.api.http.turns import SLICE_SECONDS, Places, Slices


async def work(places: Places, key: str, going: list[str], order: list[str]) -> None:
    async with places.place(key) as place:
        await place.begin()
        going.append(key)
        order.append(" ".join(sorted(going)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        going.remove(key)


def test_one_of_an_account_goes_on_and_the_accounts_side_by_side() -> None:
    """Two pieces of work of one account never overlap; of two accounts they do."""
    order: list[str] = []
    going: list[str] = []

    async def scenario() -> None:
        places = Places("imports", 1, 2, 2, 8)
        async with asyncio.TaskGroup() as group:
            for key in ("anna", "anna", "anna", "bert", "carl"):
                group.create_task(work(places, key, going, order))

    asyncio.run(scenario())
    assert len(order) == 5
    assert "anna anna" not in order
    assert max(len(each.split()) for each in order) == 2


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (["anna"] * 4, "of this account"),
        (["anna", "bert", "carl", "dora", "emil", "fritz"], "of this server"),
    ],
)
def test_who_finds_no_place_is_told_at_once(keys: list[str], sentence: str) -> None:
    """Beyond the places of an account, or of all, nobody waits: the answer is 429."""

    async def scenario() -> None:
        places = Places("imports", 1, 2, 2, 3)
        async with AsyncExitStack() as held:
            for key in keys[:-1]:
                await held.enter_async_context(places.place(key))
            with pytest.raises(TooMuchAtOnce, match=sentence):
                await held.enter_async_context(places.place(keys[-1]))
        async with places.place(keys[-1]) as place:  # all were given back
            await place.begin()

    asyncio.run(scenario())


def test_a_place_is_given_back_by_who_is_interrupted_while_waiting() -> None:
    """A client that hangs up in the line leaves no hole in it."""

    async def scenario() -> None:
        places = Places("imports", 1, 1)
        async with places.place("anna") as first:
            await first.begin()

            async def wait() -> None:
                async with places.place("anna") as place:
                    await place.begin()

            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await wait()
            async with places.place("anna"):
                pass
        async with asyncio.timeout(1), places.place("anna") as place:
            await place.begin()

    asyncio.run(scenario())


def test_slices_are_short_only_while_there_is_long_work() -> None:
    """The last piece of work that ends puts Python's own back."""
    usual = sys.getswitchinterval()
    slices = Slices()
    with slices.short():
        with slices.short():
            pass
        assert sys.getswitchinterval() == pytest.approx(SLICE_SECONDS)
    assert sys.getswitchinterval() == pytest.approx(usual)
