"""The posters that pages show: each is asked for once, and kept for months."""

import hashlib
import logging
import re
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import NamedTuple

from cinestats.application.ports import Clock

from .folder import PosterFolder
from .host import BadAnswer, HostRests, ImageHost, NoPicture
from .picture import media_type_of

KEPT = timedelta(days=150)
"""A source's terms may want what it told to be renewed within six months."""
ABSENT = timedelta(days=30)
"""What is not there is not asked for again before; as it is for films."""
FAILED = timedelta(minutes=10)
_PATH = re.compile(r"[^\x00-\x1f\x7f?#\\\ud800-\udfff]{1,500}")  # half a surrogate is no text
_logger = logging.getLogger(__name__)


class Poster(NamedTuple):
    data: bytes
    media_type: str


class Posters:
    """``hosts`` are those of the sources that are on, by the name of the source.

    Without any, nothing is ever asked for, nor shown.
    """

    def __init__(
        self, folder: PosterFolder, hosts: Mapping[str, ImageHost], clock: Clock
    ) -> None:
        self._folder = folder
        self._hosts = hosts
        self._clock = clock
        self._asked: dict[str, Future[Poster | None]] = {}
        self._lock = threading.Lock()

    def get(self, source: str, path: str) -> Poster | None:
        """The poster at a path of the source's image host; None where there is none.

        Whoever asks for the same one meanwhile waits for it.
        """
        host = self._hosts.get(source)
        if host is None or not _is_plain(path):
            return None
        key = f"{source}-{hashlib.sha256(path.encode()).hexdigest()}"
        if (kept := self._kept(key)) is not None:
            return kept.poster
        mine = Future[Poster | None]()
        with self._lock:
            first = self._asked.setdefault(key, mine)
        if first is not mine:
            return first.result()
        try:
            again = self._kept(key)  # somebody may have been a moment faster
            poster = self._ask(key, host, path) if again is None else again.poster
            mine.set_result(poster)
            return poster
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._asked[key]

    def _ask(self, key: str, host: ImageHost, path: str) -> Poster | None:
        if not self._folder.is_open:
            return None  # it would be asked for again and again
        try:
            data = host.get(path)
        except NoPicture:
            self._keep(key, b"", ABSENT)
            return None
        except BadAnswer:
            self._keep(key, b"", FAILED)
            return None
        except HostRests:
            return None
        self._keep(key, data, KEPT)
        return _poster(data)

    def _keep(self, key: str, data: bytes, time: timedelta) -> None:
        until = (self._clock() + time).isoformat().encode()
        try:
            self._folder.put(key, until + b"\n" + data)
        except OSError as error:
            _logger.warning("A poster could not be kept: %s", error.strerror)

    def _kept(self, key: str) -> "_Kept | None":
        """What is known of it; None where it has to be asked for."""
        record = self._folder.get(key)
        if record is None:
            return None
        until, _, data = record.partition(b"\n")
        try:
            if datetime.fromisoformat(until.decode("ascii")) <= self._clock():
                return None
        except (ValueError, TypeError):
            return None  # the file is damaged, and will be written anew
        poster = _poster(data)
        return None if data and poster is None else _Kept(poster)


class _Kept(NamedTuple):
    poster: Poster | None


def _poster(data: bytes) -> Poster | None:
    media_type = media_type_of(data)
    return None if media_type is None else Poster(data, media_type)


def _is_plain(path: str) -> bool:
    """Whether it leads below the base address and nowhere else."""
    parts = path.split("/")
    return bool(_PATH.fullmatch(path)) and not {"", ".", ".."}.intersection(parts)
