"""The daily backup of the server."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cinestats.application.ports import StoreFull, StoreUnavailable
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.backup_worker import (
    BackupWorker,
    backups_in,
    begun_by,
    latest_backup,
)
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Disk:
    """Writes what it is asked for, or fails in the middle."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.made = 0

    def __call__(self, target: Path) -> None:
        target.write_text("half")
        if self.error is not None:
            raise self.error
        self.made += 1
        target.write_text(f"whole {self.made}")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(tmp_path: Path, disk: Disk, clock: Clock) -> Iterator[BackupWorker]:
    worker = BackupWorker(tmp_path, 2, disk, clock)
    yield worker
    worker.stop()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_made_once_a_day(
    worker: BackupWorker, disk: Disk, clock: Clock, tmp_path: Path
) -> None:
    """A restart changes nothing: the names in the folder tell when the last one was made."""
    worker.back_up_if_due()
    assert names(tmp_path) == ["cinestats-2025-03-01T120000Z.backup"]
    clock.now += 23 * HOUR
    BackupWorker(tmp_path, 2, disk, clock).back_up_if_due()
    assert disk.made == 1
    clock.now += HOUR
    worker.back_up_if_due()
    assert disk.made == 2
    assert worker.last() == NOON + 24 * HOUR


def test_the_last_ones_are_kept_and_nothing_else_is_deleted(
    worker: BackupWorker, clock: Clock, tmp_path: Path
) -> None:
    """Files of other names stay."""
    (tmp_path / "mine.backup").touch()
    for _ in range(4):
        worker.back_up_if_due()
        clock.now += 24 * HOUR
    assert [path.read_text() for _, path in backups_in(tmp_path)] == ["whole 3", "whole 4"]
    assert (tmp_path / "mine.backup").exists()


def test_what_a_killed_backup_left_goes_when_it_is_a_day_old(
    worker: BackupWorker, clock: Clock, tmp_path: Path
) -> None:
    """One that is younger may be another process's, at work; other files are not ours."""
    old, young, other = (
        tmp_path / name
        for name in (
            "cinestats-2025-02-27T120000Z.backup.part",
            "cinestats-2025-03-01T115900Z.backup.part",
            "mine.backup.part",
        )
    )
    for path, age in ((old, 48), (young, 0.1), (other, 48)):
        path.write_text("half")
        at = clock.now.timestamp() - age * 3600
        os.utime(path, (at, at))
    worker.back_up_if_due()
    assert not old.exists()
    assert young.exists()
    assert other.exists()


def test_a_failure_is_told_leaves_the_old_ones_and_is_tried_again(
    worker: BackupWorker, disk: Disk, clock: Clock, tmp_path: Path
) -> None:
    """No half file is left, nothing old is deleted, and an hour later comes another attempt."""
    worker.back_up_if_due()
    for error in (StoreFull("There is no room."), OSError(28, "No space left on device")):
        clock.now += 24 * HOUR
        disk.error = error
        worker.back_up_if_due()
        assert worker.failure is not None
        assert worker.failure.endswith(".")
        assert [path.read_text() for _, path in backups_in(tmp_path)] == ["whole 1"]
        assert len(names(tmp_path)) == 1
        disk.error = None
        worker.back_up_if_due()
        assert disk.made == 1
    clock.now += HOUR
    worker.back_up_if_due()
    assert (worker.failure, disk.made) == (None, 2)


def test_doctor_tells_when_the_last_backup_is_old(
    worker: BackupWorker, clock: Clock, tmp_path: Path
) -> None:
    """None at all, a folder that is not there, and one of three days ago are findings."""
    with pytest.raises(StoreUnavailable, match="no backup"):
        latest_backup(tmp_path, NOON)
    with pytest.raises(StoreUnavailable, match="Cannot use"):
        latest_backup(tmp_path / "nowhere", NOON)
    worker.back_up_if_due()
    assert "1 kept" in latest_backup(tmp_path, NOON + 25 * HOUR)
    with pytest.raises(StoreUnavailable, match="2025-03-01 12:00 UTC"):
        latest_backup(tmp_path, NOON + 72 * HOUR)


@pytest.mark.slow
def test_the_server_saves_everything_and_shows_a_failure(tmp_path: Path) -> None:
    """The file is a backup of everything; health and metrics say when none could be made."""
    folder = tmp_path / "backups"
    folder.mkdir()
    settings = Settings(data_dir=tmp_path / "data", backup_dir=folder)
    with closing(make_container(settings)) as container:
        worker = container.backup_worker()
        assert worker is not None
        worker.back_up_if_due()
        ((_, path),) = backups_in(folder)
        assert path.stat().st_mode & 0o777 == 0o600
        assert {"manifest.json", "log.db"} <= set(zipfile.ZipFile(path).namelist())
        app = create_app(container)
        with TestClient(app, base_url="http://127.0.0.1") as client:
            assert "backup_failure" not in client.get("/health/ready").json()
            path.unlink()
            folder.rmdir()
            worker.back_up_if_due()
            assert str(folder) in client.get("/health/ready").json()["backup_failure"]
            registry = app.state.services.metrics.registry
            assert registry.get_sample_value("cinestats_backup_failed") == 1


def test_only_the_embedded_backend_is_saved() -> None:
    """A setting that would do nothing is refused."""
    settings = Settings(backend="memory", backup_dir=Path("/nowhere"))
    with pytest.raises(InvalidInput, match="embedded"):
        make_container(settings).backup_worker()


def test_an_erasure_names_the_backups_that_may_hold_the_user(tmp_path: Path) -> None:
    """Also one in the making, but none of a later day, nor a file of somebody else."""
    old, making = "cinestats-2025-02-27T120000Z.backup", "cinestats-2025-03-01T115959Z.backup"
    later = "cinestats-2025-03-02T120000Z.backup"
    for name in (old, f"{making}.part", later, "other.part", "other.backup"):
        (tmp_path / name).touch()
    assert begun_by(tmp_path, NOON) == [old, making]
    settings = Settings(data_dir=tmp_path / "data", backup_dir=tmp_path)
    container = make_container(settings)
    body = {"confirm": "anna"}
    api = create_app(container)
    token = {"Authorization": f"Bearer {container.home_token()}"}
    with TestClient(api, base_url="http://localhost", headers=token) as client:
        client.post("/users/anna/movies", json={"name": "Heat"})
        answer = client.request("DELETE", "/users/anna", json=body).json()
        assert answer["erased_events"] == 2
        assert {old, making} <= set(answer["backups"])
    container.close()


def test_an_erasure_says_that_the_backups_cannot_be_listed(tmp_path: Path) -> None:
    """It is done all the same."""
    settings = Settings(data_dir=tmp_path / "data", backup_dir=tmp_path / "none")
    container = make_container(settings)
    token = {"Authorization": f"Bearer {container.home_token()}"}
    api = create_app(container)
    with TestClient(api, base_url="http://localhost", headers=token) as client:
        client.post("/users/anna/movies", json={"name": "Heat"})
        answer = client.request("DELETE", "/users/anna", json={"confirm": "anna"}).json()
    assert answer == {"erased_events": 2, "backups": None}
    container.close()
