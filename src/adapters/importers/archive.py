"""A zip file from a stranger, read in memory and never unpacked."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from cinestats.domain.errors import CinestatsError

MAX_MEMBERS = 5_000
MAX_MEMBER_BYTES = 32 * 2**20
MAX_TOTAL_BYTES = 64 * 2**20
# Diaries shrink to a fifth or so; small files of blanks may shrink more and do no harm.
MAX_RATIO = 100
MIN_SUSPECT_BYTES = 2**20

_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others cannot be read in bounds
_ENCRYPTED = 0x1
_NESTED = re.compile(r"\.(zip|gz|tgz|bz2|xz|7z|rar|tar)$", re.IGNORECASE)


# What zipfile raises for damaged files, by Python's versions: it reads most fields as they are.
UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip file does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class Archive:
    """The members of a zip file; ``names`` are the paths of its files.

    Raises CinestatsError before anything is read from an archive that no export service
    makes: names that lead out of it or come twice, links, encrypted or packed members,
    sizes and ratios beyond the limits above.
    """

    def __init__(self, data: bytes) -> None:
        with _translated():
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise CinestatsError(f"The zip file has more than {MAX_MEMBERS:,} members.")
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in members:
            path = info.orig_filename.replace("\\", "/")
            _check(path, info)
            if path in self._members:
                raise CinestatsError(f"The zip file holds {path[:80]!r} twice.")
            self._members[path] = info
        _check_total(members, len(data))

    @property
    def names(self) -> Sequence[str]:
        return [path for path in self._members if not path.endswith("/")]

    def read(self, name: str) -> bytes:
        """The content of a member.

        Raises CinestatsError when it is not what the archive's directory says.
        """
        info = self._members[name]
        with _translated(), self._zip.open(info) as stream:
            data = stream.read(info.file_size + 1)
        if len(data) != info.file_size:
            raise CinestatsError(f"The zip file lies about the size of {name[:80]!r}.")
        if is_zip(data):
            raise CinestatsError(f"The zip file holds another archive, {name[:80]!r}.")
        return data


def _check(path: str, info: zipfile.ZipInfo) -> None:
    shown = repr(path[:80])
    leads_out = path.startswith("/") or ".." in path.split("/") or re.match("[A-Za-z]:", path)
    # The type of a file stands there where the archive was made on Unix; 0 means a plain one.
    kind = stat.S_IFMT(info.external_attr >> 16)
    size, most = info.file_size, MAX_MEMBER_BYTES
    for is_wrong, what in (
        (
            leads_out or not path.isprintable() or not path,
            f"{shown}, a name that leads out of it",
        ),
        (kind not in (0, stat.S_IFREG, stat.S_IFDIR), f"{shown}, a link or a special file"),
        (info.flag_bits & _ENCRYPTED, f"{shown} encrypted; save it without password"),
        (info.compress_type not in _PLAIN_METHODS, f"{shown} packed in an unusual way"),
        (_NESTED.search(path), f"another archive, {shown}"),
        (size > most, f"{shown} of {size:,} bytes, more than {most:,}"),
    ):
        if is_wrong:
            raise CinestatsError(f"The zip file holds {what}.")


def _check_total(members: Sequence[zipfile.ZipInfo], packed: int) -> None:
    total = sum(info.file_size for info in members)
    if total > MAX_TOTAL_BYTES:
        raise CinestatsError(
            f"The zip file unpacks to {total:,} bytes, more than {MAX_TOTAL_BYTES:,}."
        )
    if total > MIN_SUSPECT_BYTES and total > packed * MAX_RATIO:
        raise CinestatsError(
            f"The zip file unpacks to more than {MAX_RATIO} times its size, as a bomb does."
        )


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise CinestatsError(f"The zip file is damaged: {str(error)[:200]}.") from error
