"""Group commit: callers that come at the same time share one commit, and what it costs.

A commit costs the same for one item as for many. So whoever comes while another commits
waits in line, and the first of them who may go on takes all that wait along.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from cinestats.domain.errors import CinestatsError

Item = TypeVar("Item")
Answer = TypeVar("Answer")
LIMIT = 100


class GroupCommit(Generic[Item, Answer]):
    """Hands items of any number of threads to ``commit``, at most ``LIMIT`` at a time.

    ``commit`` gives an answer for each item, in their order, and is never called by two
    threads at once. It must be safe to repeat: when its caller is interrupted, or an item is
    too bad to be refused, the others' items are handed to it again.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Answer]]) -> None:
        self._commit = commit
        self._waiting: deque[tuple[Item, Future[Answer]]] = deque()
        self._suspects = 0  # how many in front may have brought what nobody expected
        self._committing = Lock()

    def submit(self, item: Item) -> Answer:
        """Commit an item, perhaps with others.

        Raises what ``commit`` raises: a CinestatsError of the group, or an error of the item.
        """
        answer = Future[Answer]()
        self._waiting.append((item, answer))
        with self._committing:
            while not answer.done():
                self._commit_group()
        return answer.result()

    def _commit_group(self) -> None:
        count = 1 if self._suspects else min(LIMIT, len(self._waiting))
        self._suspects = max(0, self._suspects - 1)
        group = [self._waiting.popleft() for _ in range(count)]
        try:
            answers = self._commit([item for item, _ in group])
            answered = list(zip(group, answers, strict=True))
        except Exception as error:  # noqa: BLE001 - it is raised by whom it belongs to
            if count > 1 and not isinstance(error, CinestatsError):
                self._waiting.extendleft(reversed(group))
                self._suspects = count  # one by one: whoever brought it is to have it alone
                return
            for _, future in group:
                future.set_exception(error)
        except BaseException:
            self._waiting.extendleft(reversed(group))
            raise
        else:
            for (_, future), answer in answered:
                future.set_result(answer)
