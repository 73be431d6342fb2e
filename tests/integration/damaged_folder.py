"""A data folder with every kind of file, the same whenever it is made, and ways to spoil it."""

import hashlib
import json
import random
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result
from typer.main import get_command

from cinestats.adapters import ids
from cinestats.application.following.accounts import Asked, FollowedAccount
from cinestats.application.streaming.ports import Published
from cinestats.application.webhooks.subscriptions import Progress, Webhook
from cinestats.domain.lists import Listing, watchlist_of
from cinestats.entrypoints import container as containers
from cinestats.entrypoints.cli.app import app
from cinestats.entrypoints.settings import Settings

NOW = datetime(2025, 6, 15, 20, tzinfo=UTC)
FIGURES = (
    *("stats u --json", "diary u --json", "stats v --json", "diary v --json"),
    *("affinities u director --json", "trends --json", "events export"),
    *("lists u --json", "catalog find Interstellar --json"),
)
"""What must be as before. (Records of accounts have no checksum of their own.)"""
READS = (*FIGURES, "follow u --json", "user list --json")
_COMMAND = get_command(app)  # once: it takes longer than most commands do
_MOVING = ("updated_at",)  # when it was counted is no figure
CATALOGUE = "title,year,directors,imdb_id\n" + "".join(
    f"Ours{number},{1950 + number % 60},Director {number % 7},tt9{number:06}\n"
    for number in range(300)
)


def fix_what_is_random(patch: pytest.MonkeyPatch) -> None:
    """Let clock, ids and secrets be the same in every run."""
    seconds, numbers, chance = count(), count(1), random.Random(25)
    patch.setattr(containers, "_system_clock", lambda: NOW + timedelta(seconds=next(seconds)))
    patch.setattr(ids, "new_id", lambda: f"00000000-0000-7000-8000-{next(numbers):012}")
    patch.setattr(secrets, "token_bytes", chance.randbytes)


def run(folder: Path, command: str) -> Result:
    """Run a command in this process; no exception may pass but the end of the program."""
    runner = CliRunner(env={"CINESTATS_DATA_DIR": str(folder)})
    result = runner.invoke(_COMMAND, command.split())
    ended = result.exception is None or isinstance(result.exception, SystemExit)
    assert ended, (command, result.exc_info)
    assert "Traceback" not in result.output
    assert result.exit_code in (0, 1, 2), (command, result.output)
    return result


def done(folder: Path, command: str) -> str:
    """What a command prints that must succeed."""
    result = run(folder, command)
    assert result.exit_code == 0, (command, result.output)
    return result.stdout


def told(folder: Path, *commands: str) -> Mapping[str, object]:
    """What reading commands say; all figures where none is named."""
    return {
        command: _without_moments(json.loads(out)) if "--json" in command else out
        for command in commands or FIGURES
        for out in [done(folder, command)]
    }


def _without_moments(value: object) -> object:
    if isinstance(value, dict):
        return {k: _without_moments(v) for k, v in value.items() if k not in _MOVING}
    return [_without_moments(each) for each in value] if isinstance(value, list) else value


def make_folder(base: Path) -> None:
    """Make ``data``, with a row or more in each store, and ``backup`` of all beside it."""
    data = base / "data"
    done(data, "demo --user u --films 30")
    done(data, "demo --user v --films 8")
    for number in range(5):  # without credits, which the catalogue of the test has
        done(data, f"add u Ours{number} --year {1950 + number}")
    done(data, "user add anna --oidc-subject sub")
    _fill_stores(data)
    told(data)
    done(data, f"backup --all {base / 'backup'}")
    done(data, "doctor --deep")


def _fill_stores(data: Path) -> None:
    container = containers.make_container(Settings(data_dir=data))
    try:
        hook = "00000000-0000-7000-8000-00000000beef", "u", "https://example.org/hook"
        key, wanted, progress = bytes(range(32)), frozenset({"added"}), Progress(3, NOW)
        assert container.webhooks().add(Webhook(*hook, key, wanted, NOW, progress), 10)
        asked = Asked(NOW, NOW, "Nothing new.")
        followed = FollowedAccount("u", "letterboxd", "somebody", NOW, asked)
        assert container.followed().add(followed, 5)
        watchlist, days = watchlist_of("letterboxd"), (date(2025, 1, n) for n in range(1, 10))
        films = [Listing(watchlist, f"Film {d.day}", 2000, listed_on=d) for d in days]
        assert container.lists().take_in("u", films, (), "an import")
        relay, log = container.relay_positions(), container.log()
        chain = log.chain_at(0, 4)
        assert chain is not None
        relay.advance(0, 4)
        relay.note(0, Published(4, chain))
    finally:
        container.close()


def fingerprint(base: Path) -> str:
    """A hash of all databases of the folder: the same when nothing in it is random."""
    digest = hashlib.sha256()
    for path in sorted((base / "data").glob("*.db")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


class Spoilt(NamedTuple):
    """What was done to a file."""

    file: str
    kind: str
    at: int
    end: int


def spoil(path: Path, chance: random.Random) -> Spoilt:
    """Change a byte of a file, cut its end off, or set some of it to 0."""
    data = bytearray(path.read_bytes())
    at = end = chance.randrange(len(data))
    kind = chance.choice(("change", "cut", "zero"))
    if kind == "change":
        data[at] ^= chance.randrange(1, 256)
    elif kind == "cut":
        del data[at:]
    else:
        end = min(at + chance.choice((1, 16, 512, 4096)), len(data))
        data[at:end] = bytes(end - at)
    path.write_bytes(data)
    return Spoilt(path.name, kind, at, end)
