"""Following an account on the command line and in the server, with a stand-in on loopback."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cinestats.adapters import guarded_http, letterboxd_feed
from cinestats.adapters.letterboxd_feed import LetterboxdFeed
from cinestats.application.following.accounts import follow
from cinestats.entrypoints import container as composition
from cinestats.entrypoints.api.http.services import Services
from cinestats.entrypoints.cli.app import app
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .test_letterboxd_feed import FEED, sent
from .webhook_receiver import Receiver, status

Run = Callable[..., Result]


@pytest.fixture
def letterboxd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Stands for Letterboxd, for this test's process."""
    with Receiver() as receiver:
        receiver.default = sent(FEED)

        def readers(zone: tzinfo) -> dict[str, LetterboxdFeed]:
            origin = f"http://127.0.0.1:{receiver.port}"
            return {"letterboxd": LetterboxdFeed(zone, origin=origin, private_addresses=True)}

        monkeypatch.setattr(composition, "_feed_readers", readers)
        yield receiver


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program; asserts the exit code, 0 unless another is given."""

    def run(*arguments: str, code: int = 0) -> Result:
        runner = CliRunner(env={"CINESTATS_DATA_DIR": str(tmp_path / "data")})
        result = runner.invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


def test_an_account_is_followed_listed_and_let_go(run: Run, letterboxd: Receiver) -> None:
    """The first turn is taken at once, the next not before its time."""
    answer = json.loads(run("follow", "anna", "letterboxd", "Anna", "--json").stdout)
    assert (answer["name"], answer["result"], answer["failures"]) == ("anna", "3 added.", 0)
    assert (answer["report"]["added"], answer["report"]["skipped"]) == (3, 2)
    again = run("follow", "anna", "letterboxd", "anna")
    assert "Not asked again yet" in again.stderr
    (listed,) = json.loads(run("follow", "anna", "--json").stdout)
    assert listed == {key: answer[key] for key in listed}
    assert datetime.fromisoformat(listed["due_at"]) - datetime.fromisoformat(
        listed["asked_at"]
    ) >= timedelta(minutes=30)
    assert "3 added." in run("follow", "anna").stdout
    assert letterboxd.connections == 1
    diary = json.loads(run("diary", "anna", "--json").stdout)
    assert sorted(entry["name"] for entry in diary) == [
        "Amélie",
        "Heat",
        "Howl's Moving Castle",
    ]
    run("verify")
    run("unfollow", "anna", "letterboxd", "Anna")
    run("unfollow", "anna", "letterboxd", "Anna", code=1)
    assert run("follow", "anna").stdout == "anna follows nobody.\n"
    assert len(json.loads(run("diary", "anna", "--json").stdout)) == 3


def test_undo_takes_a_poll_back(run: Run, letterboxd: Receiver) -> None:
    """As it does with the import of a file."""
    told = run("follow", "anna", "letterboxd", "anna").stderr
    assert "This was follow:" in told
    assert "Took back 3 changes of follow:" in run("undo", "anna").stdout
    assert json.loads(run("diary", "anna", "--json").stdout) == []


def test_an_account_that_is_not_there_is_not_followed(run: Run, letterboxd: Receiver) -> None:
    """One that cannot be reached now is."""
    letterboxd.behaviours = [status(404), status(500)]
    gone = run("follow", "anna", "letterboxd", "nobody", code=1)
    assert gone.stderr == "Letterboxd has no public account nobody.\n"
    failed = run("follow", "anna", "letterboxd", "anna", code=1)
    assert failed.stdout == "Letterboxd answered 500.\n"
    (listed,) = json.loads(run("follow", "anna", "--json").stdout)
    assert (listed["name"], listed["failures"]) == ("anna", 1)


def test_an_account_that_goes_away_is_followed_still(
    run: Run, letterboxd: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may come back; its list says what is wrong."""
    run("follow", "anna", "letterboxd", "anna")
    letterboxd.behaviours = [status(404)]
    later = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr(composition, "_system_clock", lambda: later)
    run("follow", "anna", "letterboxd", "anna", code=1)
    (listed,) = json.loads(run("follow", "anna", "--json").stdout)
    assert listed["result"] == "Letterboxd has no public account anna."


def test_bad_use_is_refused_with_one_sentence(run: Run) -> None:
    """And nobody is asked."""
    assert run("follow", "anna", "letterboxd", code=2).stderr.startswith("NAME: is missing")
    assert "letters, digits" in run("follow", "anna", "letterboxd", "a/b", code=2).stderr
    run("follow", "anna", "trakt", "anna", code=2)


def test_forget_ends_what_a_user_follows(run: Run, letterboxd: Receiver) -> None:
    """Also where nothing else is known of the user."""
    letterboxd.behaviours = [status(500)]
    run("follow", "anna", "letterboxd", "anna", code=1)
    run("forget", "anna", "--yes")
    assert run("follow", "anna").stdout == "anna follows nobody.\n"
    run("forget", "anna", "--yes", code=1)


def served(folder: Path, seconds: float, until: Callable[[], bool]) -> None:
    """What a server does in the background, for so long at most."""
    with closing(make_container(Settings(data_dir=folder / "data"))) as container:
        services = Services(container)
        services.background.start()
        try:
            deadline = time.monotonic() + seconds
            while not until() and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            services.background.stop()
            services.follow_worker.stop()


def test_a_server_asks_those_whose_time_has_come(
    run: Run, letterboxd: Receiver, tmp_path: Path
) -> None:
    """By itself, and the others not."""
    with closing(make_container(Settings(data_dir=tmp_path / "data"))) as container:
        follow(container.followed(), container.clock(), "anna", "letterboxd", "anna")

    def is_there() -> bool:
        return len(letterboxd.messages) == 1

    served(tmp_path, 10, is_there)
    assert is_there()
    (listed,) = json.loads(run("follow", "anna", "--json").stdout)
    assert listed["result"] == "3 added."
    served(tmp_path, 0.5, lambda: False)
    assert letterboxd.connections == 1


def test_no_socket_opens_while_nothing_is_followed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that nobody told to follow anybody looks up no name."""

    def refuse(*arguments: object, **_: object) -> object:
        raise AssertionError(f"a name was looked up: {arguments}")

    monkeypatch.setattr(guarded_http.socket, "getaddrinfo", refuse)
    monkeypatch.setattr(guarded_http.socket, "socket", refuse)
    loaded: list[object] = []
    monkeypatch.setattr(letterboxd_feed.LetterboxdFeed, "__call__", lambda *a: loaded.append(a))
    run("add", "anna", "Heat")
    run("follow", "anna")
    run("unfollow", "anna", "letterboxd", "anna", code=1)
    served(tmp_path, 1, lambda: False)
    assert loaded == []
