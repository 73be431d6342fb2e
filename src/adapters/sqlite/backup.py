"""A backup of everything: one zip with a file of each store, and what each must be."""

import hashlib
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from pydantic import BaseModel, ConfigDict

import cinestats
from cinestats.application.ports import StoreUnavailable
from cinestats.application.upkeep.integrity import check_events, heads_of

from .data_folder import FORMS, SAVED, DataFolder
from .database import TABLES, reading, refuse_newer
from .deep_checks import sound
from .errors import FAULTS
from .event_log import SqliteEventLog

UNFINISHED = "cinestats-unfinished."
"""How the folders begin that a backup which was interrupted leaves behind."""
_MANIFEST = "manifest.json"
_BLOCK = 2**20
_DAY = 24 * 60 * 60
_LONGEST_MANIFEST = 2**20
_BROKEN = (
    *(OSError, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What a damaged zip raises; a manifest that does not fit raises a ValueError."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Model):
    """A file in a backup; ``rows`` are counted by table."""

    size: int
    sha256: str
    rows: Mapping[str, int]


class Manifest(_Model):
    """What a backup holds. The settings are for reading: they come from the environment."""

    cinestats: str
    made_at: datetime
    parts: Mapping[str, Part]
    heads: tuple[tuple[int, int, str], ...]
    settings: Mapping[str, str]

    def check_end(self, events: int) -> None:
        """Raise StoreUnavailable unless the log that was unpacked is as long as it was."""
        if sum(position for _, position, _ in self.heads) != events:
            raise StoreUnavailable("The backup's log is not as long as its manifest says.")


def back_up_all(
    folder: DataFolder, target: Path, now: datetime, settings: Mapping[str, str]
) -> Manifest:
    """Write every store that cannot be rebuilt to a new file, while reads and writes go on.

    Each file is copied as it stands at one moment, checked, and described in the manifest.
    """
    _clear(target.parent, now)
    with TemporaryDirectory(prefix=UNFINISHED, dir=target.parent) as name:
        copies = Path(name)
        # The log comes last: nothing that was copied before is ahead of it then.
        parts = {each: copy_file(folder.path / each, copies / each) for each in SAVED[::-1]}
        with closing(SqliteEventLog(copies / "log.db")) as log:
            check_events(log)
            heads = tuple((h.partition, h.position, h.chain) for h in heads_of(log))
        manifest = Manifest(
            cinestats=cinestats.__version__,
            made_at=now,
            parts={each: _part(copies / each) for each, is_there in parts.items() if is_there},
            heads=heads,
            settings=settings,
        )
        target.touch(mode=0o600)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_MANIFEST, manifest.model_dump_json(indent=2))
            for each in manifest.parts:
                archive.write(copies / each, each)
    return manifest


def _clear(folder: Path, now: datetime) -> None:
    """Remove what backups left that were killed; one that is a day old is no longer made."""
    for path in folder.glob(f"{UNFINISHED}*"):
        if path.is_dir() and now.timestamp() - path.lstat().st_mtime > _DAY:
            shutil.rmtree(path)


def copy_file(source: Path, target: Path) -> bool:
    """Copy a store's file as it stands at one moment; returns whether there is one."""
    if not source.exists():
        return False
    target.touch(mode=0o600)
    try:
        with reading(source) as old, closing(sqlite3.connect(target)) as copy:
            old.backup(copy)
    except FAULTS as error:
        raise StoreUnavailable(f"{source} cannot be copied: {error}.") from error
    sound(target)
    return True


def is_complete_backup(path: Path) -> bool:
    """Whether a file is such a zip, and not a log alone."""
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def unpack(backup: Path, target: Path) -> Manifest:
    """Write the parts into a folder; raises StoreUnavailable unless each is as it was."""
    try:
        with zipfile.ZipFile(backup) as archive:
            with archive.open(_MANIFEST) as file:
                manifest = Manifest.model_validate_json(file.read(_LONGEST_MANIFEST))
            if unknown := set(manifest.parts) - set(SAVED):
                raise StoreUnavailable(
                    f"{backup} holds {min(unknown)}, which this cinestats"
                    f" {cinestats.__version__} does not know: upgrade cinestats."
                )
            for name, part in manifest.parts.items():
                with archive.open(name) as packed:
                    _unpack(packed, target / name, part)
                refuse_newer(target / name, FORMS[name])
    except _BROKEN as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise StoreUnavailable(f"The backup {backup} is damaged: {reason}.") from error
    if "log.db" not in manifest.parts:
        raise StoreUnavailable(f"The backup {backup} holds no log.")
    return manifest


def _unpack(packed: IO[bytes], target: Path, part: Part) -> None:
    digest, size = hashlib.sha256(), 0
    target.touch(mode=0o600)
    with target.open("wb") as file:
        while (block := packed.read(_BLOCK)) and size <= part.size:
            digest.update(block)
            size += len(block)
            file.write(block)
    if (size, digest.hexdigest()) != (part.size, part.sha256):
        raise StoreUnavailable(f"The backup's {target.name} is not as its manifest says.")


def _part(path: Path) -> Part:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with reading(path) as file:
        names = [name for (name,) in file.execute(TABLES)]
        rows = {n: file.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}
    return Part(size=path.stat().st_size, sha256=digest, rows=rows)
