"""Imports in a process of their own: their memory is bounded, and nobody else's grows."""

import io
import sys
from pathlib import Path

import pytest

from cinestats.entrypoints.api.http.problems import BodyTooLarge
from cinestats.entrypoints.api.imports.apart import run_apart
from cinestats.entrypoints.api.imports.job import ImportAnswer, ImportJob
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

MIB = 2**20


class Upload(io.BytesIO):
    """Notes the most that was read of it at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.most = max(self.most, len(piece))
        return piece


def test_an_import_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    """Whatever the format: here 13 MB of JSON that come to 400 in memory."""
    if sys.platform != "linux":
        pytest.skip("only Linux can bound what a process takes")
    settings = Settings(data_dir=tmp_path, import_memory_mib=128)
    file = Upload(b"[" + b"{}," * (13 * MIB // 3) + b"{}]")
    with pytest.raises(BodyTooLarge, match="128 MiB of memory"):
        run_apart(ImportJob("u", "history.json"), file, settings, lambda: None)
    assert file.most <= MIB, "The server itself holds a piece of the file at most."
    small = Upload(b"Title,Year,WatchedDate\nHeat,1995,2025-01-20\n")
    answer = run_apart(ImportJob("u", "diary.csv"), small, settings, lambda: None)
    assert ImportAnswer.model_validate_json(answer).added == 1
