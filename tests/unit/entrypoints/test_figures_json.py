"""The JSON of every figure, on the command line and over HTTP, against what was once recorded.

The diaries are random but always the same. ``figures.json`` holds every answer as it is
written; an entry is told by its id there, and the entries are told once.
"""

import json
import random
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from dependency_injector import providers
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from cinestats.application.figures.trends import refresh_trends
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.cli.app import app
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

RECORDED = Path(__file__).with_name("figures.json")
NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
API = (
    "/users/anna/stats",
    "/users/anna/stats?as_of=2025-02-20",
    "/users/nobody/stats",
    "/users/anna/years/2024",
    "/users/anna/years/1999",
    "/users/anna/overview",
    "/users/anna/overview?period=2024",
    "/users/anna/overview?period=2024-05&as_of=2025-02-20",
    "/users/bert/overview?period=last-30-days",
    "/users/nobody/overview",
    "/users/anna/affinities?type=director&by=rating&limit=4",
    "/users/anna/affinities?type=genre&limit=2",
    "/users/anna/affinities/actor/Actor 1/entries",
    "/users/anna/credits/director/Director 0",
    "/users/anna/credits/actor/Actor 3?limit=2",
    "/users/anna/credits/genre/Genre 1",
    "/users/anna/compare/bert",
    "/users/bert/compare/nobody",
    "/trends",
)
CLI = (
    "stats anna --json",
    "stats anna --full --json",
    "stats anna --as-of 2025-02-20 --json",
    "stats anna --full --as-of 2025-02-20 --json",
    "stats anna --period 2024 --json",
    "stats anna --period 2024 --full --as-of 2025-02-20 --json",
    "stats nobody --full --json",
    "affinities anna actor --json",
    "explain anna director 'director 2' --json",
    "compare anna bert --json",
    "export bert --format json",
)
PAGES = (
    "stats anna",
    "stats anna --full",
    "stats anna --period 2024 --full",
    "stats anna --as-of 2025-02-20",
    "stats nobody",
    "stats anna --period 1999",
    "affinities anna director --limit 5",
    "explain anna genre 'genre 0'",
    "compare anna bert",
)


def _events(user: str, seed: int, plays: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(seed)

    def some(kind: str, among: int, most: int) -> list[str]:
        return [f"{kind} {n}" for n in dice.sample(range(among), dice.randint(0, most))]

    films = [
        {
            "name": f"Film {n % 25}",
            "year": None if n % 7 == 0 else 1960 + 2 * n,
            "director": some("Director", 6, 2),
            "actors": some("Actor", 14, 4),
            "genres": some("Genre", 4, 2),
            "duration": dice.choice([None, 90, 90, 120, 61]),
            "poster_url": dice.choice([None, f"https://films.example/{n}.jpg"]),
        }
        for n in range(28)
    ]
    for n in range(plays):
        day = date(2023, 11, 1) + timedelta(days=round(dice.triangular(0, 480, 200)))
        moment = datetime(2025, 2, 10, 9, tzinfo=UTC) + timedelta(hours=7 * n)
        yield {
            "event_type": "ADD",
            "user_id": user,
            "movie": {
                **dice.choice(films),
                "rating": dice.choice([None, 0.5, 2, 3.5, 4, 4, 4.5, 5]),
                "watched_date": None if dice.random() < 0.1 else day.isoformat(),
            },
            "timestamp": moment.isoformat(),
            "event_id": f"{user}-{n}",
            "entry_id": f"{user}-{n:02}",
            "schema": 1,
        }


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each address and each command answers, as it is written."""
    folder = tmp_path_factory.mktemp("figures")
    events = [*_events("anna", 1, 60), *_events("bert", 2, 12)]
    export = folder / "events.jsonl"
    export.write_text("".join(json.dumps(event) + "\n" for event in events))
    environment = {"CINESTATS_DATA_DIR": str(folder / "data"), "COLUMNS": "100"}
    runner = CliRunner(env={**environment, "CINESTATS_TIMEZONE": "Europe/Rome"})

    def run(command: str) -> str:
        result = runner.invoke(app, shlex.split(command), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    run(f"events import {export}")
    answers = {command: run(command) for command in (*CLI, *PAGES)}
    container = make_container(Settings(data_dir=folder / "data", timezone="Europe/Rome"))
    container.clock.override(providers.Object(lambda: NOW))
    models = container.models()
    headers = {"Authorization": f"Bearer {container.home_token()}"}
    with TestClient(create_app(container), headers=headers, base_url="http://localhost") as api:
        refresh_trends(models, container.clock(), container.zone())
        for address in API:
            response = api.get(address)
            assert response.status_code == 200, response.text
            answers[address] = response.text
    container.close()
    return answers


def _short(value: Any, entries: dict[str, Any]) -> Any:
    """Entries by their ids, moments of writing left out."""
    if isinstance(value, list):
        return [_short(each, entries) for each in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    fields = cast(dict[str, Any], value)
    if "watched_date" in fields:
        known = entries.setdefault(fields["entry_id"], {})  # a figure tells less of it
        assert all(fields[name] == known[name] for name in fields.keys() & known.keys())
        known |= fields
        return fields["entry_id"]
    left_out = ("updated_at", "exported_at")
    return {k: "…" if k in left_out else _short(v, entries) for k, v in fields.items()}


def recorded_form(answers: dict[str, str]) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    told = {name: answers[name].splitlines() for name in PAGES}
    short = {name: _short(json.loads(answers[name]), entries) for name in (*CLI, *API)}
    return {"entries": dict(sorted(entries.items())), **short, **told}


def test_every_answer_is_as_it_was_recorded(answers: dict[str, str]) -> None:
    """The same fields in the same order with the same values."""
    recorded = json.loads(RECORDED.read_text())
    told = recorded_form(answers)
    assert list(told) == list(recorded)
    for name, answer in told.items():
        assert json.dumps(answer, indent=1) == json.dumps(recorded[name], indent=1), name


def test_one_document_is_the_same_on_the_command_line_and_over_http(
    answers: dict[str, str],
) -> None:
    """The bytes of HTTP are those of the command line, but for the spaces of either."""
    for command, address in (
        ("stats anna --period 2024 --json", "/users/anna/overview?period=2024"),
        ("compare anna bert --json", "/users/anna/compare/bert"),
    ):
        assert json.dumps(json.loads(answers[command])) == json.dumps(
            json.loads(answers[address])
        )
