"""What the read models counted before there was a log, in dictionaries."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cinestats.application.figures.ports import States
from cinestats.domain import projections
from cinestats.domain.global_trend import ToldDay

from .read_models import MemoryReadModels


class MemoryOpening:
    """Implements OpeningBalances."""

    def __init__(self, models: MemoryReadModels) -> None:
        self._models = models
        self._states: dict[str, dict[Any, Any]] | None = None

    def users(self) -> Sequence[str]:
        return sorted({key[0] for key in self._of("user_stats")})

    def states(self, owner: str | int) -> Mapping[str, States]:
        if isinstance(owner, str):
            return {
                each.name: {k: s for k, s in self._of(each.name).items() if k[0] == owner}
                for each in projections.of_user()
            }
        return {
            each.name: {
                ToldDay(date.fromisoformat(day), *rest): state
                for (day, *rest, partition), state in self._of(each.name).items()
                if partition == owner
            }
            for each in projections.of_all()
        }

    def forget(self, user_id: str) -> bool:
        mine = [
            (each.name, key)
            for each in projections.of_user()
            for key in self._of(each.name)
            if key[0] == user_id
        ]
        for name, key in mine:
            del self._of(name)[key]
        return bool(mine)

    def begun(self) -> bool:
        return self._states is not None

    def record(self, partitions: int) -> None:  # noqa: ARG002 - it resets every one
        if self._states is None:
            self._states = self._models.begin_anew()

    def _of(self, name: str) -> dict[Any, Any]:
        return {} if self._states is None else self._states[name]
