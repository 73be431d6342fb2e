"""Where a side finds the topic, the database and a folder for its recovery."""

import os
from typing import NamedTuple, Self


class Settings(NamedTuple):
    """What the runner tells a side, in the environment."""

    kafka: str
    topic: str
    mongo: str
    database: str
    state: str

    @classmethod
    def read(cls) -> Self:
        """From the environment of a side's process."""
        return cls(*(os.environ[f"BENCH_{name.upper()}"] for name in cls._fields))

    def environment(self) -> dict[str, str]:
        """This process's environment with the settings in it."""
        mine = {f"BENCH_{name.upper()}": value for name, value in self._asdict().items()}
        return {**os.environ, **mine}
