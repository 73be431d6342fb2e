"""Home mode's token: made once, kept for one user of the system."""

import os
import stat
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from cinestats.application.ports import StoreUnavailable
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.home_token import home_link, home_token
from cinestats.entrypoints.settings import Settings


def settings(folder: Path, **given: object) -> Settings:
    return Settings(data_dir=folder, **given)  # type: ignore[arg-type]


def test_a_token_is_made_once(tmp_path: Path) -> None:
    """In a folder that is made as well; its owner alone can read it."""
    folder = tmp_path / "new" / "data"
    token = home_token(settings(folder))
    assert len(token) == 43
    assert home_token(settings(folder)) == token
    assert [path.name for path in folder.iterdir()] == ["token"]
    assert stat.S_IMODE((folder / "token").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_that_start_at_once_agree(tmp_path: Path) -> None:
    """Whoever is first makes the token; nobody reads half of one."""
    tokens: list[str] = []
    threads = [
        threading.Thread(target=lambda: tokens.append(home_token(settings(tmp_path))))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 16
    assert len(set(tokens)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def test_the_settings_token_comes_first(tmp_path: Path) -> None:
    """It is written nowhere and shown nowhere."""
    given = settings(tmp_path, token=SecretStr("a-token-of-my-own"))
    assert home_token(given) == "a-token-of-my-own"
    assert list(tmp_path.iterdir()) == []
    assert "a-token-of-my-own" not in repr(given)


def test_the_memory_backend_keeps_nothing(tmp_path: Path) -> None:
    """Its token is made for the process."""
    given = settings(tmp_path, backend="memory")
    assert home_token(given) != home_token(given)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"\xff" * 40])
def test_a_file_without_a_token_opens_nothing(tmp_path: Path, content: bytes) -> None:
    """An empty file must not mean that the empty token is right."""
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(InvalidInput, match="delete it"):
        home_token(settings(tmp_path))


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Here it is a folder."""
    (tmp_path / "token").mkdir()
    with pytest.raises(StoreUnavailable, match="token"):
        home_token(settings(tmp_path))


def test_the_umask_does_not_open_the_file(tmp_path: Path) -> None:
    """Not even for the moment in which it is written."""
    before = os.umask(0)
    try:
        home_token(settings(tmp_path))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600


def test_any_token_survives_in_a_link() -> None:
    """What an address cannot hold is escaped."""
    assert home_link("127.0.0.1", 80, "a+b&c#d") == "http://127.0.0.1:80/?token=a%2Bb%26c%23d"
