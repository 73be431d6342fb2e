"""The files that commands read and write; what goes wrong with one is said in a sentence."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cinestats.domain.errors import CinestatsError

STANDARD = Path("-")
"""The file that is standard input or output."""


@contextmanager
def using(file: Path) -> Generator[None]:
    """Say in a sentence that the file cannot be read or written."""
    try:
        yield
    except OSError as error:
        raise CinestatsError(f"Cannot use the file {file}: {error.strerror}.") from error


def read_file(path: Path, most: int) -> bytes:
    """The content of a file, up to one byte more than ``most``; raises CinestatsError."""
    with using(path), path.open("rb") as file:
        return file.read(most + 1)


@contextmanager
def completing(file: Path) -> Generator[Path]:
    """A file to write, which appears under the given name when the block has succeeded."""
    part = file.with_name(file.name + ".part")
    try:
        with using(file):
            yield part
            part.replace(file)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def writing(file: Path) -> Generator[IO[bytes]]:
    """Standard output, or a file that appears under its name when it is complete."""
    if file == STANDARD:
        yield sys.stdout.buffer
    else:
        with completing(file) as part, part.open("wb") as out:
            yield out
