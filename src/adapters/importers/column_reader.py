"""Readers of cells that only their whole column explains."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

_T_co = TypeVar("_T_co", covariant=True)


class ColumnReader(Generic[_T_co]):
    """Reads cells of a column: what 1/2/2024 means, or a rating of 4, the other rows tell.

    A record that is asked to read by one has it judge the column first, once for each reader.
    """

    __slots__ = ()

    def __call__(self, cell: str, field: str) -> _T_co | None:
        """What a cell says that stands alone. Raises InvalidInput."""
        raise NotImplementedError

    def judged(self, column: Sequence[str], field: str) -> Callable[[str, str], _T_co | None]:
        """The reader of the cells of ``column``, which raises InvalidInput.

        Raises another CinestatsError where the column as a whole cannot be understood.
        """
        raise NotImplementedError
