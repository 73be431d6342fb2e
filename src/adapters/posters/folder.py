"""A folder of bytes by key, of a bounded size."""

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cinestats.adapters import own

_BLOCK = 4096  # what a file takes on a disk at least


class PosterFolder:
    """What is put in is there until it is the one of longest ago, and room is needed.

    ``most_bytes`` are never exceeded. Other processes may take files away meanwhile. A folder
    that cannot be written keeps what is in it; see ``is_open``.
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether anything can be put in. Raises StoreUnavailable for a folder of others."""
        own.refuse_link(self._path)
        own.refuse_open_folder(self._path)
        there = self._path if self._path.exists() else self._path.parent
        return os.access(there, os.W_OK | os.X_OK)

    def get(self, key: str) -> bytes | None:
        """What is kept by the key; it is now the one that was asked for last."""
        file = self._path / key
        try:
            data = file.read_bytes()
            if os.access(file, os.W_OK):
                os.utime(file)
        except FileNotFoundError:
            return None
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep it, and drop others first; what is larger than all may be is not kept.

        Raises OSError where it cannot be written.
        """
        wanted = _blocks(len(data))
        if wanted > self._most_bytes:
            return
        with self._lock:
            self._path.mkdir(mode=0o700, exist_ok=True)
            self._make_room(wanted)
            handle, name = tempfile.mkstemp(dir=self._path)  # for its owner alone, 0600
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                os.replace(name, self._path / key)
            except OSError:
                os.unlink(name)
                raise

    def size(self) -> tuple[int, int]:
        """How many there are, and the bytes that they take."""
        statuses = [status for _, status in self._files()]
        return len(statuses), sum(_blocks(status.st_size) for status in statuses)

    def clear(self, beginning: str = "") -> None:
        """Drop all of it, or what keys with that beginning keep."""
        with self._lock:
            for path, _ in list(self._files()):
                if Path(path).name.startswith(beginning):
                    Path(path).unlink(missing_ok=True)

    def _make_room(self, wanted: int) -> None:
        files = sorted(self._files(), key=lambda each: each[1].st_mtime_ns)
        taken = sum(_blocks(status.st_size) for _, status in files)
        for path, status in files:
            if taken + wanted <= self._most_bytes:
                return
            Path(path).unlink(missing_ok=True)
            taken -= _blocks(status.st_size)

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        if not self._path.exists():
            return
        with os.scandir(self._path) as found:
            for entry in found:
                with suppress(FileNotFoundError):  # another process took it away
                    yield entry.path, entry.stat(follow_symlinks=False)


def _blocks(size: int) -> int:
    return max(-(-size // _BLOCK), 1) * _BLOCK
