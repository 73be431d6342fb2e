"""Fetching IMDb's datasets, from a stand-in on loopback."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cinestats.adapters.sources.imdb_fetch import fetch_datasets
from cinestats.adapters.sources.imdb_files import FILES, file_name
from cinestats.domain.errors import CinestatsError

from .stand_in import ELSEWHERE, SERVER_ERROR, Asked, Reply, StandIn, served


class Datasets:
    """Knows ranges, and that a file has changed by its tag."""

    def __init__(self) -> None:
        self.content = {file_name(each): each.encode() * 1000 for each in FILES}
        self.tag = '"1"'

    def answer(self, asked: Asked) -> Reply:
        content, headers = self.content[asked.path[1:]], {"ETag": self.tag}
        if asked.headers.get("If-Range") != self.tag:
            return Reply(200, content, headers)
        start = int(asked.headers["Range"].removeprefix("bytes=").rstrip("-"))
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return Reply(206, content[start:], headers)


@pytest.fixture
def datasets() -> Datasets:
    return Datasets()


@pytest.fixture
def server(datasets: Datasets) -> Iterator[StandIn]:
    with ExitStack() as stack:
        yield stack.enter_context(served(StandIn(datasets.answer)))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def broken_off(server: StandIn, datasets: Datasets, folder: Path) -> None:
    """The first file ends too early."""
    content = datasets.content[file_name(FILES[0])]
    server.faults = [Reply(200, content[:500], {"ETag": datasets.tag}, length=len(content))]
    with pytest.raises(CinestatsError, match=r"broke off.*The same command goes on"):
        fetch_datasets(folder, base=server.url)


def test_all_files_are_fetched_once(
    server: StandIn, datasets: Datasets, tmp_path: Path
) -> None:
    told = list[tuple[str, int, int | None]]()
    fetched = fetch_datasets(tmp_path, lambda *now: told.append(now), base=server.url)
    assert contents(tmp_path) == datasets.content
    assert fetched == list(datasets.content)
    assert {name: there for name, there, _ in told} == {
        name: len(content) for name, content in datasets.content.items()
    }
    assert fetch_datasets(tmp_path, base=server.url) == []
    assert len(server.asked) == len(FILES)


def test_what_broke_off_goes_on(server: StandIn, datasets: Datasets, tmp_path: Path) -> None:
    broken_off(server, datasets, tmp_path)
    fetch_datasets(tmp_path, base=server.url)
    assert server.asked[1].headers["Range"] == "bytes=500-"
    assert contents(tmp_path) == datasets.content


def test_a_file_that_has_changed_since_begins_anew(
    server: StandIn, datasets: Datasets, tmp_path: Path
) -> None:
    broken_off(server, datasets, tmp_path)
    datasets.content = {name: content * 2 for name, content in datasets.content.items()}
    datasets.tag = '"2"'
    fetch_datasets(tmp_path, base=server.url)
    assert contents(tmp_path) == datasets.content


@pytest.mark.parametrize(
    "reply", [SERVER_ERROR, ELSEWHERE, Reply(206, b"x", {"Content-Range": "bytes 7-7/8"})]
)
def test_an_answer_that_is_no_file_leaves_none(
    server: StandIn, tmp_path: Path, reply: Reply
) -> None:
    server.faults = [reply]
    with pytest.raises(CinestatsError, match="run the same command again later"):
        fetch_datasets(tmp_path, base=server.url)
    assert contents(tmp_path) == {}


def test_no_address_of_the_own_network_is_asked(tmp_path: Path) -> None:
    with pytest.raises(CinestatsError, match="is not public"):
        fetch_datasets(tmp_path, base="https://10.0.0.1")
