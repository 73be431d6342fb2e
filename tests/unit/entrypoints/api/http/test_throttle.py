from contextlib import suppress

import pytest
from starlette.exceptions import HTTPException

from cinestats.application.access.passwords import SignInRefused
from cinestats.application.ports import StoreBusy
from cinestats.entrypoints.api.http.throttle import Throttle

MINUTE = 60


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(clock)


def fail(throttle: Throttle, user: str = "anna", address: str = "192.0.2.1") -> None:
    with suppress(SignInRefused), throttle.attempt(user, address):
        raise SignInRefused("No.")


def wait_of(throttle: Throttle, user: str = "anna", address: str = "192.0.2.1") -> int:
    with pytest.raises(HTTPException) as refused, throttle.attempt(user, address):
        pytest.fail("It was let in.")
    assert refused.value.status_code == 429
    assert refused.value.headers is not None
    return int(refused.value.headers["Retry-After"])


def test_five_failures_of_a_user_have_to_wait(throttle: Throttle, clock: Clock) -> None:
    """From wherever they come, until the first is a quarter of an hour ago."""
    for n in range(5):
        fail(throttle, address=f"192.0.2.{n}")
        clock.now += MINUTE
    assert wait_of(throttle, address="198.51.100.1") == 10 * MINUTE
    with throttle.attempt("bruno", "198.51.100.1"):
        pass
    clock.now += 10 * MINUTE
    with throttle.attempt("anna", "198.51.100.1"):
        pass


def test_twenty_failures_of_an_address_have_to_wait(throttle: Throttle) -> None:
    """Whoever tries one password on many users is stopped as well."""
    for n in range(20):
        fail(throttle, user=f"user{n}")
    wait_of(throttle, user="anna")


def test_a_right_password_ends_the_users_count_and_not_the_addresses(
    throttle: Throttle,
) -> None:
    """Who has an account of their own can't use it to guess on and on."""
    for n in range(16):
        fail(throttle, user=f"user{n}")
    for _ in range(4):
        fail(throttle, address="198.51.100.1")
    with throttle.attempt("anna", "198.51.100.1"):
        pass
    for _ in range(4):
        fail(throttle)
    wait_of(throttle)
    fail(throttle, address="198.51.100.1")
    wait_of(throttle, address="198.51.100.1")


def test_attempts_at_the_same_time_count(throttle: Throttle) -> None:
    """A guess is counted before its answer is known, or a hundred at once would be let in."""
    pending = [throttle.attempt("anna", "192.0.2.1") for _ in range(5)]
    for attempt in pending:
        attempt.__enter__()
    wait_of(throttle)
    pending[0].__exit__(None, None, None)
    fail(throttle)


def test_trouble_of_the_server_is_nobodys_failure(throttle: Throttle) -> None:
    """A store that is busy does not lock anybody out, nor does it forgive what was wrong."""
    for _ in range(4):
        fail(throttle)
    for _ in range(10):
        with suppress(StoreBusy), throttle.attempt("anna", "192.0.2.1"):
            raise StoreBusy("It is locked.")
    fail(throttle)
    wait_of(throttle)


def test_the_memory_is_bounded(clock: Clock) -> None:
    """Any number of names can be tried; the oldest make room."""
    throttle = Throttle(clock, size=10)
    for _ in range(5):
        fail(throttle)
    for n in range(100):
        fail(throttle, user=f"user{n}", address=f"10.0.0.{n}")
    assert len(throttle._failures) == 10
    with throttle.attempt("anna", "192.0.2.1"):
        pass
