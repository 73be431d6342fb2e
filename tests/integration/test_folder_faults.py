"""A data folder that is full, read-only, or not the user's own (fault 29)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from cinestats.adapters.sqlite.data_folder import DataFolder
from cinestats.adapters.sqlite.restore import restore
from cinestats.application.ports import StoreBusy, StoreUnavailable
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.cli.app import app
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.home_token import home_token
from cinestats.entrypoints.settings import Settings

from .test_server import fill, small_disk

pytestmark = pytest.mark.slow
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no owners and modes.")

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs a command in this process."""

    def run(*arguments: str) -> Result:
        runner = CliRunner(env={"CINESTATS_DATA_DIR": str(folder)})
        return runner.invoke(app, arguments, catch_exceptions=False)

    return run


@contextmanager
def read_only(folder: Path) -> Generator[None]:
    """Nobody can write there, not even root, whom no mode keeps out."""
    if os.geteuid() == 0:
        mount = ["mount", "--bind", str(folder), str(folder)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("This root may not mount; run the test as an ordinary user.")
        again = ["mount", "-o", "remount,ro,bind", str(folder)]
        try:
            subprocess.run(again, check=True)
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)
        return
    folder.chmod(0o500)
    for file in folder.iterdir():
        file.chmod(0o400)
    try:
        yield
    finally:
        folder.chmod(0o700)


READING = (
    ("stats", "anna"),
    ("affinities", "anna", "director"),
    ("diary", "anna"),
    ("trends",),
    ("export", "anna"),
    ("events", "export"),
    ("imports", "anna"),
    ("user", "list"),
    ("token",),
    ("verify",),
)
WRITING = (
    ("add", "anna", "Halloween"),
    ("delete", "anna", "Inception"),
    ("rebuild",),
    ("forget", "anna", "--yes"),
    ("user", "add", "bruno", "--oidc-subject", "x"),
)


@posix
@pytest.mark.parametrize("derived", ["there", "behind", "missing"])
def test_reading_commands_work_in_a_read_only_folder(
    run: Run, folder: Path, derived: str
) -> None:
    """What follows from the log is read where it is up to date, and else counted in memory."""
    run("add", "anna", "Inception", "--rating", "4")
    run("token")
    old = {name: (folder / name).read_bytes() for name in ("diary.db", "views.db")}
    run("add", "anna", "Heat", "--rating", "5")
    run("user", "list")
    for name, content in old.items():
        if derived == "behind":
            (folder / name).write_bytes(content)
        if derived == "missing":
            (folder / name).unlink()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with read_only(folder):
        for command in READING:
            done = run(*command)
            assert (done.exit_code, done.stderr.count("Traceback")) == (0, 0), done
        assert '"total_watched": 2' in run("stats", "anna", "--json").stdout
        for command in WRITING:
            done = run(*command)
            assert done.exit_code == 2, done
            assert "is read-only for you" in done.stderr
            assert done.stderr.count("\n") == 1
        doctor = run("doctor", "--json")
        assert doctor.exit_code == 1
        assert doctor.stdout.count("is read-only for you") == 1
        assert doctor.stdout.count('"ok": false') == 2  # the folder, and so the whole
        assert "elete" not in doctor.stdout
    assert before == {file.name: file.read_bytes() for file in folder.iterdir()}


@posix
def test_ready_says_that_the_folder_is_read_only(run: Run, folder: Path) -> None:
    """503 with the reason; reads are answered all the same."""
    run("add", "anna", "Inception", "--rating", "4")
    token = run("token").stdout.split("token=")[1].strip()
    with read_only(folder):
        container = make_container(Settings(data_dir=folder))
        headers = {"Authorization": f"Bearer {token}"}
        api = create_app(container)
        with TestClient(api, base_url="http://localhost", headers=headers) as client:
            ready = client.get("/health/ready")
            assert (ready.status_code, "is read-only for you" in ready.text) == (503, True)
            assert client.get("/users/anna/stats").json()["total_watched"] == 1
            assert client.get("/trends").status_code == 200
            added = client.post("/users/anna/movies", json={"name": "Heat"})
            assert added.status_code == 503
            assert "is read-only for you" in added.json()["detail"]
        container.close()


@posix
def test_what_a_crash_left_in_a_read_only_folder_is_named(run: Run, folder: Path) -> None:
    """The half of a commit cannot be taken back there, and is not read as if it were whole."""
    run("add", "anna", "Inception")
    script = (
        "import os, sqlite3, sys\n"
        "file = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "file.execute('PRAGMA journal_mode = DELETE')\n"
        "file.execute('PRAGMA cache_size = 1')\n"
        "file.execute('BEGIN IMMEDIATE')\n"
        "file.execute('CREATE TABLE more (body)')\n"
        "rows = [(b'x' * 4000,) for n in range(1, 200)]\n"
        "file.executemany('INSERT INTO more VALUES (?)', rows)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    log = str(folder / "log.db")
    subprocess.run([sys.executable, "-c", script, log], check=False)
    with read_only(folder):
        done = run("stats", "anna")
        assert done.exit_code == 2
        assert "log.db-journal holds what was written last" in done.stderr
    assert run("stats", "anna").exit_code == 0


def test_a_first_start_on_a_full_disk_says_why(tmp_path: Path) -> None:
    """And no advice tells to delete or put back anything; with room again it starts."""
    with small_disk(tmp_path / "disk") as disk:
        filler = disk / "filler"
        fill(filler)
        runner = CliRunner(env={"CINESTATS_DATA_DIR": str(disk / "data")})
        done = runner.invoke(app, ["stats", "anna"])
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert "There is no room left" in done.stderr
        doctor = runner.invoke(app, ["doctor"])
        assert doctor.exit_code == 1
        assert "no room" in doctor.stdout
        assert "elete" not in doctor.stdout
        assert "restore" not in doctor.stdout
        filler.unlink()
        assert runner.invoke(app, ["add", "anna", "Inception"]).exit_code == 0


def test_ready_says_that_the_disk_is_full(tmp_path: Path) -> None:
    """503 with the reason, before any write has failed."""
    with small_disk(tmp_path / "disk") as disk:
        container = make_container(Settings(data_dir=disk / "data"))
        with TestClient(create_app(container), base_url="http://localhost") as client:
            assert client.get("/health/ready").status_code == 200
            fill(disk / "filler")
            ready = client.get("/health/ready")
            assert (ready.status_code, "no room left" in ready.text) == (503, True)
        container.close()


STORES = ("log.db", "diary.db", "views.db", "access.db", "catalog.db", "in-use.lock")


@pytest.mark.parametrize("name", STORES)
def test_a_store_that_is_a_link_is_refused(
    run: Run, folder: Path, tmp_path: Path, name: str
) -> None:
    """Whoever could put it there could make the program write elsewhere."""
    run("add", "anna", "Inception")
    run("user", "list")
    victim = tmp_path / "victim"
    (folder / name).rename(victim)
    (folder / name).symlink_to(victim)
    before = victim.read_bytes()
    done = run("add", "anna", "Heat")
    assert done.exit_code == 2
    assert f"{name} is a link" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "is a link" in run("doctor").stdout.replace("\n", " ")
    assert victim.read_bytes() == before


def test_a_token_that_is_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    """Nor is one made where a link leads to nothing."""
    folder.mkdir(mode=0o700)
    (folder / "token").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreUnavailable, match="token is a link"):
        home_token(Settings(data_dir=folder))
    assert not (tmp_path / "elsewhere").exists()


@posix
def test_a_folder_that_everybody_can_write_is_refused(run: Run, folder: Path) -> None:
    """One sentence says how to mend it."""
    run("add", "anna", "Inception")
    folder.chmod(0o777)
    done = run("stats", "anna")
    assert done.exit_code == 2
    assert "Everybody can write in the data folder" in done.stderr
    with pytest.raises(StoreUnavailable, match="Everybody can write"):
        home_token(Settings(data_dir=folder))
    folder.chmod(0o700)
    assert run("stats", "anna").exit_code == 0


@posix
@pytest.mark.parametrize("name", [".", "log.db", "token", "in-use.lock"])
def test_what_belongs_to_somebody_else_is_refused(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Root gives it away; an ordinary user takes another id, as far as the program can see."""
    run("add", "anna", "Inception")
    run("token")
    if os.geteuid() == 0:
        os.chown(folder / name, 65534, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 65534)
    settings = Settings(data_dir=folder)
    with pytest.raises(StoreUnavailable, match="belongs to another user"):
        home_token(settings) if name == "token" else make_container(settings).stores()


@posix
def test_nobody_else_can_hold_the_lock(run: Run, folder: Path) -> None:
    """Its file is the user's alone, also one that an earlier version made."""
    run("add", "anna", "Inception")
    lock = folder / "in-use.lock"
    assert lock.stat().st_mode & 0o777 == 0o600
    lock.chmod(0o644)
    run("stats", "anna")
    assert lock.stat().st_mode & 0o777 == 0o600


def test_the_lock_still_keeps_a_restore_out(run: Run, folder: Path, tmp_path: Path) -> None:
    """Making the file the user's own does not let go of it."""
    run("add", "anna", "Inception")
    run("backup", str(tmp_path / "backup.db"))
    data = DataFolder(folder)
    with data.in_use(), DataFolder(folder).in_use(), pytest.raises(StoreBusy):
        restore(data, tmp_path / "backup.db")


@posix
@pytest.mark.parametrize("left", ["restore.new", "restore.ready"])
def test_a_restore_that_was_broken_off_waits_for_a_folder_that_can_be_written(
    run: Run, folder: Path, left: str
) -> None:
    """Until then what is there is read, and nothing is written; afterwards it is settled."""
    run("add", "anna", "Inception")
    (folder / left).mkdir(mode=0o700)
    shutil.copy(folder / "log.db", folder / left / "log.db")
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    with read_only(folder):
        done = run("stats", "anna", "--json")
        assert done.exit_code == 0
        assert '"total_watched": 1' in done.stdout
        assert run("verify").exit_code == 0
    after = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert after == before
    assert run("stats", "anna").exit_code == 0
    assert not (folder / left).exists()


def test_a_restore_that_is_a_link_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    """It would be taken for one that was broken off, and its files for the user's own."""
    run("add", "anna", "Inception")
    (tmp_path / "elsewhere").mkdir()
    (folder / "restore.ready").symlink_to(tmp_path / "elsewhere")
    done = run("stats", "anna")
    assert (done.exit_code, "restore.ready is a link" in done.stderr) == (2, True)
    assert (tmp_path / "elsewhere").is_dir()


@posix
def test_a_short_log_in_a_read_only_folder_is_refused(run: Run, folder: Path) -> None:
    """What follows from it is not counted anew in memory, as if all were well (fault 26)."""
    run("add", "anna", "Inception")
    short = (folder / "log.db").read_bytes()
    run("add", "anna", "Heat")
    (folder / "log.db").write_bytes(short)
    with read_only(folder):
        done = run("stats", "anna")
        assert done.exit_code == 2
        assert "has seen position 2" in done.stderr
        assert done.stderr.count("\n") == 1


@posix
def test_a_folder_that_leads_nowhere_is_refused(run: Run, folder: Path) -> None:
    """A link to itself: one sentence names it."""
    folder.symlink_to(folder)
    done = run("stats", "anna")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert str(folder) in done.stderr
