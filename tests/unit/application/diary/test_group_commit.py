"""Callers that come at the same time share one commit."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from cinestats.application.diary.group_commit import LIMIT, GroupCommit
from cinestats.application.ports import StoreFull

WAIT = 30.0


class Interrupted(BaseException):
    """As when a person presses Ctrl-C."""


class Commits:
    """Notes the groups that it is handed, and holds up the first of them until told."""

    def __init__(self, fail: Callable[[Sequence[int]], None] = lambda _: None) -> None:
        self.groups: list[list[int]] = []
        self.entered = threading.Event()
        self.go_on = threading.Event()
        self._fail = fail

    def __call__(self, items: Sequence[int]) -> list[str]:
        self.groups.append(list(items))
        if len(self.groups) == 1:
            self.entered.set()
            assert self.go_on.wait(WAIT)
        self._fail(items)
        return [f"answer {item}" for item in items]


def submit_all(group: GroupCommit[int, str], commits: Commits, count: int) -> list[Future[str]]:
    """Submit 0, and 1 to ``count`` while 0 is being committed."""
    with ThreadPoolExecutor(count + 1) as pool:
        answers = [pool.submit(group.submit, 0)]
        assert commits.entered.wait(WAIT)
        answers += [pool.submit(group.submit, item) for item in range(1, count + 1)]
        while len(group._waiting) < count:
            assert not answers[0].done()
        commits.go_on.set()
    return answers


def test_everybody_gets_the_answer_to_their_own_item() -> None:
    """Each item is committed once, in groups of at most the limit."""
    commits = Commits()
    answers = submit_all(GroupCommit(commits), commits, 2 * LIMIT)
    assert [a.result() for a in answers] == [f"answer {n}" for n in range(2 * LIMIT + 1)]
    assert sorted(item for group in commits.groups for item in group) == list(
        range(2 * LIMIT + 1)
    )
    assert max(map(len, commits.groups)) <= LIMIT


def test_those_who_wait_are_committed_together() -> None:
    """However the threads run: nobody waits for a turn of their own behind those who waited."""
    commits = Commits()
    _, *others = submit_all(GroupCommit(commits), commits, 3)
    assert [other.result() for other in others] == ["answer 1", "answer 2", "answer 3"]
    assert [sorted(each) for each in commits.groups] == [[0], [1, 2, 3]]


def test_an_error_reaches_everybody_of_its_group_and_nobody_else() -> None:
    """The next group is committed as if nothing had been."""
    group = GroupCommit(commits := Commits(_full_with_2))
    first, *others = submit_all(group, commits, 3)
    assert first.result() == "answer 0"
    assert [type(other.exception()) for other in others] == [StoreFull] * 3
    assert group.submit(4) == "answer 4"


def _full_with_2(items: Sequence[int]) -> None:
    if 2 in items:
        raise StoreFull("There is no room left.")


def test_what_nobody_expected_meets_only_who_brought_it() -> None:
    """The others of the group are committed without it."""

    def stumble_over_2(items: Sequence[int]) -> None:
        if 2 in items:
            raise ValueError("not encodable")

    commits = Commits(stumble_over_2)
    answers = submit_all(GroupCommit(commits), commits, 3)
    with pytest.raises(ValueError, match="not encodable"):
        answers[2].result()
    others = [answer.result() for n, answer in enumerate(answers) if n != 2]
    assert others == ["answer 0", "answer 1", "answer 3"]


def test_of_two_the_one_who_did_not_bring_it_is_answered() -> None:
    """Two are a group already."""

    def stumble_over_2(items: Sequence[int]) -> None:
        if 2 in items:
            raise ValueError("not encodable")

    commits = Commits(stumble_over_2)
    _, first, second = submit_all(GroupCommit(commits), commits, 2)
    assert first.result() == "answer 1"
    assert isinstance(second.exception(), ValueError)


def test_who_is_interrupted_leaves_the_others_to_the_next() -> None:
    """Nobody hangs, and nobody else is interrupted."""
    interrupted: list[int] = []

    def interrupt_once(items: Sequence[int]) -> None:
        if not interrupted:
            interrupted.extend(items)
            raise Interrupted

    commits = Commits(interrupt_once)
    answers = submit_all(GroupCommit(commits), commits, 3)
    with pytest.raises(Interrupted):
        answers[0].result()
    assert [a.result() for a in answers[1:]] == ["answer 1", "answer 2", "answer 3"]


def test_an_answer_too_few_is_an_error_of_all() -> None:
    """A mistake of the commit must not leave a caller waiting for ever."""
    group = GroupCommit[int, str](lambda _: [])
    with pytest.raises(ValueError, match="zip"):
        group.submit(1)
