"""Passwords are hashed with argon2id."""

import statistics
import threading
import time
from dataclasses import replace

import argon2
import pytest

from cinestats.adapters.passwords import Argon2Hasher

pytestmark = pytest.mark.slow

CHEAP = replace(
    argon2.profiles.RFC_9106_LOW_MEMORY, memory_cost=8192, time_cost=1, parallelism=1
)


@pytest.fixture
def hasher() -> Argon2Hasher:
    return Argon2Hasher(CHEAP)


def test_a_password_is_known_by_its_hash(hasher: Argon2Hasher) -> None:
    """Nearly right is wrong; two hashes of one password differ."""
    one, other = hasher.hash("correct horse"), hasher.hash("correct horse")
    assert one != other
    assert hasher.verify(one, "correct horse")
    assert hasher.verify(other, "correct horse")
    assert not hasher.verify(one, "correct horsE")
    assert not hasher.verify(one, "")


def test_nobody_has_the_password_of_no_account(hasher: Argon2Hasher) -> None:
    """Whatever it is."""
    assert not hasher.verify(None, "")
    assert not hasher.verify(None, "correct horse")


def test_the_parameters_are_those_of_rfc_9106() -> None:
    """Argon2id with 64 MiB and three passes."""
    assert Argon2Hasher().hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_hash_of_other_parameters_is_outdated(hasher: Argon2Hasher) -> None:
    """It still verifies, so that it can be renewed."""
    old = hasher.hash("correct horse")
    today = Argon2Hasher(replace(CHEAP, time_cost=2))
    assert not hasher.is_outdated(old)
    assert today.is_outdated(old)
    assert today.verify(old, "correct horse")


def test_an_unknown_user_costs_as_much_as_a_wrong_password() -> None:
    """In processor time, measured alternately, so that a busy machine slows both."""
    hasher = Argon2Hasher(replace(CHEAP, memory_cost=32768))
    known = hasher.hash("correct horse")

    def cost(password_hash: str | None) -> float:
        began = time.process_time()
        hasher.verify(password_hash, "wrong horse")
        return time.process_time() - began

    pairs = [(cost(None), cost(known)) for _ in range(9)]
    unknown, wrong = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert 0.5 < unknown / wrong < 2


def test_hashes_do_not_fill_the_memory(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more at once than processors, however many sign in."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    hasher = Argon2Hasher(CHEAP)
    running, most, counting = 0, 0, threading.Lock()

    class Slow:
        def hash(self, password: str) -> str:
            nonlocal running, most
            with counting:
                running += 1
                most = max(most, running)
            time.sleep(0.01)
            with counting:
                running -= 1
            return password

    hasher._hasher = Slow()  # type: ignore[assignment]
    threads = [threading.Thread(target=hasher.hash, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
