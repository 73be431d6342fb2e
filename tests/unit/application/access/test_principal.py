"""Who calls, and whose diaries are theirs."""

import pytest

from cinestats.application.access.principal import ANONYMOUS, OWNER, Principal

ANNA = Principal("session", "anna", frozenset({"read"}))


@pytest.mark.parametrize(
    ("caller", "owns", "actor"),
    [
        (OWNER, ["anna", "bert"], "owner"),
        (ANNA, ["anna"], "anna"),
        (ANONYMOUS, [], "anonymous"),
    ],
)
def test_a_caller_owns_their_own_diary(caller: Principal, owns: list[str], actor: str) -> None:
    """The owner of a home server owns all; nobody owns none. The audit trail names each."""
    assert [user for user in ("anna", "bert") if caller.owns(user)] == owns
    assert caller.actor == actor
