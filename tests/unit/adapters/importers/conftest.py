"""Reading made-up exports, in the shapes of real ones."""

from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest

from cinestats.adapters.importers import Export, read_export

FILES = Path(__file__).parent / "files"


class Read(Protocol):
    """Reads text or bytes as the export called ``path``; without them, a file in FILES."""

    def __call__(
        self, path: str, content: str | bytes | None = None, format: str = "auto"
    ) -> Export: ...


@pytest.fixture
def read() -> Read:
    def read(path: str, content: str | bytes | None = None, format: str = "auto") -> Export:
        if content is None:
            content = (FILES / path).read_bytes()
        data = content.encode() if isinstance(content, str) else content
        return read_export(path, data, format=format, zone=ZoneInfo("Europe/Rome"))

    return read
