"""IMDb's non-commercial datasets as they are on a disk.

After https://developer.imdb.com/non-commercial-datasets/, as of 2026-11-28: tab-separated
UTF-8, a line of column names, and ``\\N`` for what is not known. The first column is the id of
a title (tt0113277) or of a person (nm0000520).
"""

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path

from cinestats.domain.errors import CinestatsError

FILES = (
    "title.ratings",
    "title.basics",
    "title.akas",
    "title.crew",
    "title.principals",
    "name.basics",
)
UNKNOWN = "\\N"
_BUFFER = 2**20
_EACH = 2**16  # rows between two reports of progress


def file_name(dataset: str) -> str:
    """What the file of a dataset is called."""
    return f"{dataset}.tsv.gz"


def untold(*_: object) -> None:
    """Progress that nobody is told."""


class ImdbFiles:
    """The datasets in a folder.

    ``odd`` counts, by file, the rows of another shape that were passed over.
    """

    def __init__(self, folder: Path, progress: Callable[[int, int], None] = untold) -> None:
        self.odd: Counter[str] = Counter()
        self._folder = folder
        self._progress = progress
        self._done = 0

    def signature(self) -> str:
        """Changes when one of the files does; raises CinestatsError where one is missing."""
        return " ".join(
            f"{stat.st_size}:{stat.st_mtime_ns}" for stat in map(Path.stat, self._paths())
        )

    def rows(
        self, dataset: str, columns: Sequence[str], wanted: Container[int] | None = None
    ) -> Iterator[tuple[int, list[str]]]:
        """The number of each id, and the values of the columns, of the ids that are wanted.

        Raises CinestatsError for a file that is damaged, or has other columns.
        """
        name = file_name(dataset)
        total = sum(path.stat().st_size for path in self._paths())
        with (self._folder / name).open("rb") as file:
            packed = gzip.GzipFile(fileobj=file)
            lines = io.BufferedReader(packed, _BUFFER)
            try:
                header = next(lines, b"").decode("utf-8", "replace").rstrip("\r\n").split("\t")
                places = [_place(name, header, column) for column in columns]
                for number, line in enumerate(lines):
                    if number % _EACH == 0:
                        self._progress(self._done + file.tell(), total)
                    try:
                        of_id = int(line[2 : line.index(b"\t")])
                        if wanted is not None and of_id not in wanted:
                            continue
                        values = line.decode().rstrip("\r\n").split("\t")
                    except ValueError:  # no id, or no UTF-8
                        self.odd[name] += 1
                        continue
                    if len(values) == len(header):
                        yield of_id, [values[place] for place in places]
                    else:
                        self.odd[name] += 1
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise CinestatsError(
                    f"The file {name} is damaged or cut short: fetch it again."
                ) from error
            self._done += file.tell()

    def _paths(self) -> list[Path]:
        paths = [self._folder / file_name(dataset) for dataset in FILES]
        missing = [path.name for path in paths if not path.is_file()]
        if missing:
            raise CinestatsError(
                f"The folder {self._folder} has no {', '.join(missing)}:"
                f" cinestats catalog fetch {self._folder} gets IMDb's files."
            )
        return paths


def _place(name: str, header: Sequence[str], column: str) -> int:
    if column not in header:
        raise CinestatsError(f"The file {name} has no column {column}: is it IMDb's?")
    return header.index(column)
