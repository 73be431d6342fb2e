"""Posters are asked for once, kept within bounds, and not at all where no source is on."""

import os
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from cinestats.adapters import guarded_http
from cinestats.adapters.posters.cache import ABSENT, FAILED, KEPT, Poster, Posters
from cinestats.adapters.posters.folder import PosterFolder
from cinestats.adapters.posters.host import ImageHost
from cinestats.application.ports import StoreUnavailable
from tests.unit.adapters.sources.stand_in import Reply, StandIn, served

from .pictures import PNG, picture

MEGABYTE = 2**20


class World:
    """A cache before a stand-in; time is set by hand."""

    def __init__(self, path: Path, server: StandIn) -> None:
        self.path, self.server = path, server
        self.now = datetime(2026, 11, 29, tzinfo=UTC)
        self.folder = PosterFolder(path, MEGABYTE)
        hosts = {"tmdb": ImageHost(server.url, seconds=1)}
        self.posters = Posters(self.folder, hosts, lambda: self.now)

    def get(self, path: str = "w342/heat.png", source: str = "tmdb") -> Poster | None:
        return self.posters.get(source, path)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(StandIn(lambda _: picture())) as server:
        yield World(tmp_path / "posters", server)


def test_a_poster_is_asked_for_once(world: World) -> None:
    """Whoever asks, and after a restart too; until a source's terms want it renewed."""
    assert world.get() == world.get() == Poster(PNG, "image/png")
    world = World(world.path, world.server)
    assert world.get() == Poster(PNG, "image/png")
    assert len(world.server.asked) == 1
    world.now += KEPT
    assert world.get() == Poster(PNG, "image/png")
    assert len(world.server.asked) == 2


def test_many_askers_wait_for_one_download(world: World) -> None:
    askers = 12
    together = threading.Barrier(askers)
    slow = threading.Event()

    def answer(_: object) -> Reply:
        slow.wait(0.2)
        return picture()

    def ask(_: int) -> Poster | None:
        together.wait()
        return world.get()

    world.server.answer = answer
    with ThreadPoolExecutor(askers) as pool:
        assert set(pool.map(ask, range(askers))) == {Poster(PNG, "image/png")}
    assert len(world.server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "time"), [(Reply(404, b""), ABSENT), (Reply(500, b""), FAILED)]
)
def test_what_is_not_there_is_not_asked_for_again(
    world: World, reply: Reply, time: timedelta
) -> None:
    world.server.faults = [reply]
    assert world.get() is world.get() is None
    world.now += time - timedelta(seconds=1)
    assert world.get() is None
    assert len(world.server.asked) == 1
    world.now += timedelta(seconds=1)
    assert world.get() == Poster(PNG, "image/png")


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("wikidata", "a.png"),
        ("../tmdb", "a.png"),
        ("tmdb", "../../etc/passwd"),
        ("tmdb", "a/./b.png"),
        ("tmdb", "a//b.png"),
        ("tmdb", "/etc/passwd"),
        ("tmdb", ""),
        ("tmdb", "a.png?x=1"),
        ("tmdb", "a.png#x"),
        ("tmdb", "a\r\nHost: evil.example"),
        ("tmdb", "a\\b"),
        ("tmdb", "a\udcaf.png"),
        ("tmdb", "a" * 501),
    ],
)
def test_nothing_else_is_asked_for(world: World, source: str, path: str) -> None:
    """No other host, and no address that leads out of where the posters are."""
    assert world.get(path, source) is None
    assert world.server.asked == []
    assert not world.path.exists()


def test_without_a_source_nothing_is_asked_nor_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a name is looked up, and what was kept stays hidden."""
    assert world.get() is not None

    def refuse(*arguments: object, **_: object) -> object:
        raise AssertionError(f"a connection was opened: {arguments}")

    monkeypatch.setattr(guarded_http.socket, "getaddrinfo", refuse)
    monkeypatch.setattr(guarded_http.socket, "socket", refuse)
    off = Posters(world.folder, {}, lambda: world.now)
    assert off.get("tmdb", "w342/heat.png") is off.get("tmdb", "w342/ali.png") is None


def test_the_folder_never_holds_more_and_drops_what_was_asked_for_longest_ago(
    tmp_path: Path,
) -> None:
    """At every moment, for pictures of any size; one that is kept in use stays."""
    random, folder = Random(5), PosterFolder(tmp_path / "posters", 100 * 4096)
    folder.put("used", b"u")
    for n in range(300):
        os.utime(tmp_path / "posters" / "used", ns=(n, n))
        assert folder.get("used") == b"u"
        folder.put(f"k{n}", bytes(random.randrange(40_000)))
        assert folder.size()[1] <= 100 * 4096
        assert folder.get(f"k{n}") is not None
    assert folder.get("k0") is None
    folder.put("huge", bytes(101 * 4096))
    assert folder.get("huge") is None


def test_what_is_kept_is_for_its_owner_alone(world: World) -> None:
    world.get()
    (file,) = world.path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(world.path.stat().st_mode) == 0o700


def test_a_source_that_is_forgotten_takes_its_posters_along(world: World) -> None:
    world.get()
    world.folder.put("wikidata-1", b"x")
    world.folder.clear("tmdb-")
    assert [file.name for file in world.path.iterdir()] == ["wikidata-1"]
    world.folder.clear()
    assert world.folder.size() == (0, 0)


@pytest.mark.parametrize("damaged", [b"", b"x", b"2027-01-01T00:00:00\n", b"\xff\n\xff"])
def test_a_damaged_file_is_asked_for_again(world: World, damaged: bytes) -> None:
    world.get()
    (file,) = world.path.iterdir()
    file.write_bytes(damaged)
    assert world.get() == Poster(PNG, "image/png")
    assert len(world.server.asked) == 2


def test_a_folder_that_is_a_link_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    world.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreUnavailable, match="link"):
        world.get()
    assert world.server.asked == []


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="root and Windows can write there"
)
def test_nothing_is_asked_where_nothing_can_be_kept(world: World) -> None:
    world.get()
    world.path.chmod(0o500)
    try:
        assert world.get() == Poster(PNG, "image/png")
        assert world.get("w342/ali.png") is None
    finally:
        world.path.chmod(0o700)
    assert len(world.server.asked) == 1
