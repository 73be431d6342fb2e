"""Webhooks of a real server process, and every example of their page."""

import json
import re
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from .server_process import ServerProcess
from .webhook_receiver import Receiver, hang, status

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
_EXAMPLE = re.compile(r"```sh\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)
_SECRET = re.compile(r"csh_[\w-]+")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def subscribe(server: ServerProcess, receiver: Receiver) -> str:
    made = httpx2.post(f"{server.url}/users/anna/webhooks", json={"url": receiver.url})
    assert made.status_code == 201, made.text
    return str(made.json()["secret"])


def add(server: ServerProcess, title: str) -> str:
    answer = httpx2.post(f"{server.url}/users/anna/movies", json={"name": title})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["event_id"])


def told(receiver: Receiver, count: int) -> list[str]:
    return [message.headers["webhook-id"] for message in receiver.wait_for(count)]


def is_genuine() -> Any:
    """The function that the page gives to receivers."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    return names["is_genuine"]


def test_a_receiver_is_told_and_can_tell_that_it_is_genuine(
    data_dir: Path, receiver: Receiver
) -> None:
    """The page's own function accepts what comes, and nothing that was changed."""
    with ServerProcess(data_dir) as server:
        secret = subscribe(server, receiver)
        event_id = add(server, "Heat")
        (message,) = receiver.wait_for(1)
        assert message.headers["webhook-id"] == event_id
        genuine = is_genuine()
        assert genuine(secret, message.headers, message.body)
        assert not genuine(secret, message.headers, message.body + b" ")
        assert not genuine(secret, {**message.headers, "webhook-id": "x"}, message.body)
        assert not genuine("whsec_AAAA", message.headers, message.body)
        assert server.end() == 0


def test_a_kill_in_the_middle_costs_no_event_and_no_order(
    data_dir: Path, receiver: Receiver
) -> None:
    """What was not answered is sent again by the next process, and first."""
    receiver.behaviours = [status(200)]
    receiver.default = hang
    with ServerProcess(data_dir) as server:
        subscribe(server, receiver)
        events = [add(server, title) for title in ("Heat", "Ronin", "Alien")]
        assert told(receiver, 1) == events[:1]
        deadline = time.monotonic() + 10
        while receiver.connections < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        server.kill()  # with the second delivery under way
    receiver.messages.clear()
    receiver.default = status(200)
    _forget_lease(data_dir)
    with ServerProcess(data_dir):
        assert told(receiver, 2) == events[1:]


def test_a_receiver_that_hangs_holds_up_neither_figures_nor_others(
    data_dir: Path, receiver: Receiver
) -> None:
    """The other webhook is told and the statistics follow while the first waits."""
    with Receiver() as slow, ServerProcess(data_dir) as server:
        slow.default = hang
        subscribe(server, slow)
        subscribe(server, receiver)
        events = [add(server, title) for title in ("Heat", "Ronin")]
        assert told(receiver, 2) == events
        position = httpx2.get(f"{server.url}/users/anna/stats?at_least=1").json()["position"]
        assert position >= 1
        assert slow.messages == []


def test_what_a_server_is_told_of_a_failure_is_in_its_list(
    data_dir: Path, receiver: Receiver
) -> None:
    """Status and sentence are shown; a webhook that is gone is shown as ended."""
    receiver.default = status(410)
    with ServerProcess(data_dir) as server:
        subscribe(server, receiver)
        add(server, "Heat")
        receiver.wait_for(1)
        deadline = time.monotonic() + 20
        shown: dict[str, Any] = {"active": True}
        while shown["active"] and time.monotonic() < deadline:
            (shown,) = httpx2.get(f"{server.url}/users/anna/webhooks").json()["items"]
        assert (shown["active"], shown["last_status"]) == (False, 410)
        assert shown["last_error"] == "The receiver answered 410 Gone."


def test_the_page_has_its_examples() -> None:
    """A page that lost them would pass by saying nothing; each command has its answer."""
    assert len(_EXAMPLE.findall(PAGE)) == PAGE.count("```sh\n") == 8


def test_every_example_of_the_page_comes_out_as_shown(data_dir: Path) -> None:
    """Run in order by a shell; "…" stands for what differs each time."""
    secret = ""
    with ServerProcess(data_dir) as server:
        for command, shown in _EXAMPLE.findall(PAGE):
            real = command.replace("http://127.0.0.1:8000", server.url)
            done = subprocess.run(
                ["bash", "-c", real.replace("csh_…", secret)],
                capture_output=True,
                text=True,
                check=True,
            )
            _compare(json.loads(shown), json.loads(done.stdout))
            found = _SECRET.search(done.stdout)
            secret = found[0] if found else secret


def _compare(shown: dict[str, Any], real: dict[str, Any]) -> None:
    assert shown.keys() == real.keys(), real
    for name, value in shown.items():
        if isinstance(value, str) and "…" in value:
            assert re.fullmatch(re.escape(value).replace("…", ".+"), real[name])
        else:
            assert real[name] == value, real


def _forget_lease(data_dir: Path) -> None:
    """Let the time pass in which the process that was killed could still have been alive."""
    with closing(sqlite3.connect(data_dir / "webhooks.db")) as store, store:
        store.execute("UPDATE webhooks SET held_until = ''")
