"""Fetches IMDb's datasets from the one host that has them, on its owner's command."""

import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cinestats.adapters.environment import LOOPBACK
from cinestats.adapters.guarded_http import GuardedHttp, PrivateAddress
from cinestats.domain.errors import CinestatsError

from .http import USER_AGENT
from .imdb_files import FILES, file_name, untold

DATASETS = "https://datasets.imdbws.com"
SECONDS = 3600.0
"""How long one file may take."""
MAX_BYTES = 4 * 2**30
_CHUNK = 2**18


def fetch_datasets(
    folder: Path,
    progress: Callable[[str, int, int | None], None] = untold,
    *,
    base: str = DATASETS,
) -> list[str]:
    """Fetch what the folder lacks; what broke off goes on where it ended.

    ``progress`` is told the file, how many bytes are there, and of how many. Returns the names
    of the files that were fetched; raises CinestatsError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    url = urlsplit(base)
    names = [file_name(dataset) for dataset in FILES]
    missing = [name for name in names if not (folder / name).exists()]
    for name in missing:
        try:
            _fetch(url, folder / name, progress)
        except PrivateAddress as error:
            raise CinestatsError(f"The address of {url.hostname} is not public.") from error
        except (OSError, HTTPException, UnicodeError) as error:
            raise CinestatsError(
                f"Fetching {name} broke off: {type(error).__name__}. The same command goes on."
            ) from error
    return missing


def _fetch(
    url: SplitResult, target: Path, progress: Callable[[str, int, int | None], None]
) -> None:
    part, tag = target.with_suffix(".part"), target.with_suffix(".etag")
    headers = {
        "Host": url.netloc,
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    there = part.stat().st_size if part.exists() and tag.exists() else 0
    if there:
        headers |= {"Range": f"bytes={there}-", "If-Range": tag.read_text()}
    http = GuardedHttp(private_addresses=url.hostname in LOOPBACK)
    with http.connection(url, time.monotonic() + SECONDS) as connection:
        connection.request("GET", f"{url.path}/{target.name}", headers=headers)
        with connection.getresponse() as answer:
            if answer.status == 200:  # the file has changed since, or none was there
                there = 0
                tag.unlink(missing_ok=True)
                if etag := answer.getheader("ETag"):
                    tag.write_text(etag)
            elif answer.status != 206 or not _goes_on(answer, there):
                tag.unlink(missing_ok=True)
                raise CinestatsError(
                    f"{url.hostname} answered {answer.status} for {target.name}: run the same"
                    " command again later."
                )
            _write(answer, part, there, target.name, progress)
    part.replace(target)
    tag.unlink(missing_ok=True)


def _goes_on(answer: HTTPResponse, there: int) -> bool:
    return (answer.getheader("Content-Range") or "").startswith(f"bytes {there}-")


def _write(
    answer: HTTPResponse,
    part: Path,
    there: int,
    name: str,
    progress: Callable[[str, int, int | None], None],
) -> None:
    total = None if answer.length is None else there + answer.length
    if total is not None and total > MAX_BYTES:
        raise CinestatsError(f"The file {name} has more than {MAX_BYTES // 2**30} GiB.")
    with part.open("ab" if there else "wb") as file:
        while chunk := answer.read(_CHUNK):
            file.write(chunk)
            there += len(chunk)
            progress(name, there, total)
            if there > MAX_BYTES:
                raise CinestatsError(f"The file {name} has more than {MAX_BYTES // 2**30} GiB.")
    if answer.length:  # http.client counts what a short answer lacks
        raise CinestatsError(
            f"Fetching {name} broke off after {there:,} bytes. The same command goes on."
        )
