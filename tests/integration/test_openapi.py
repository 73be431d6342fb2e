"""The API as its OpenAPI document has it, tried with what a machine thinks up from it.

``CINESTATS_TEST_EXAMPLES`` says how many requests are thought up for each operation, besides
its examples and the edges of its values.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from jsonschema import Draft202012Validator

from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .server_process import ServerProcess

EXAMPLES = os.environ.get("CINESTATS_TEST_EXAMPLES", "2")
# Not positive_data_acceptance: no schema can say that a position must be one of the log, or
# that a file must be the export of the service that it is said to be.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
# What exists is named often enough to get past the answers 404. The user of the examples is
# erased, so it is another one whose diary all the rest is about.
CONFIG = """
max-stream-events = 1
generation.with-security-parameters = false
headers = {headers}

[dictionaries]
users.values = ["bert"]
erased.values = ["anna"]
entries.values = {entries}
imports.values = {imports}
hooks.values = {hooks}
positions.values = [0, 1]

[parameters]
"path.user" = {{ dictionary = "users", probability = 0.9 }}
"path.entry" = {{ dictionary = "entries", probability = 0.7 }}
"path.import_id" = {{ dictionary = "imports", probability = 0.7 }}
"query.at_least" = {{ dictionary = "positions", probability = 0.9 }}
"path.secret" = {{ dictionary = "hooks", probability = 0.7 }}

[[operations]]
include-operation-id = ["erase_user", "forget_user", "remove_account", "give_password"]
parameters = {{ "path.user" = {{ dictionary = "erased", probability = 0.9 }} }}

[[operations]]  # or all that comes after it would be tried by nobody
include-operation-id = "sign_out"
headers = {{ Cookie = "cinestats_session=another" }}
"""
FILM = {"rating": 4, "genres": ["Drama"], "director": ["Jane Campion"], "duration": 120}
PASSWORD = "four random words"  # which the examples have, too


class Api(NamedTuple):
    """A server, and the headers by which Bert is known there as somebody who may do all."""

    url: str
    headers: dict[str, str]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Api]:
    settings = {"CINESTATS_WEBHOOK_PRIVATE_ADDRESSES": "false"}
    with ServerProcess(tmp_path / "data", **settings) as server:
        token = server.link.partition("token=")[2]
        yield Api(server.url, {"Authorization": f"Bearer {token}"})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Api]:
    data = tmp_path / "data"
    container = make_container(Settings(backend="embedded", data_dir=data))
    container.account_manager().register("bert", PASSWORD, actor="test", is_admin=True)
    secret = container.sessions().sign_in("bert", PASSWORD).secret
    container.close()
    settings = {"CINESTATS_ACCESS": "server", "CINESTATS_RATE_LIMIT_PER_MINUTE": "1000000"}
    with ServerProcess(data, **settings) as server:
        cookie = {"Cookie": f"cinestats_session={secret}", "Sec-Fetch-Site": "same-origin"}
        yield Api(server.url, cookie)


def written_config(api: Api) -> str:
    """Fills the diary; returns the configuration that names what is in it."""
    with httpx2.Client(base_url=f"{api.url}/users/bert", headers=api.headers) as http:
        films = [{"name": f"Film {n}", "year": 2000 + n, **FILM} for n in range(20)]
        entries = [http.post("/movies", json=film).json()["entry_id"] for film in films]
        file = b"Title,Year,WatchedDate,Rating\nHeat,1995,2025-01-20,4.5\n"
        imported = http.post("/imports", content=file).json()["import_id"]
        hook = http.post("/hooks", json={"service": "jellyfin"}).json()["url"]
    return CONFIG.format(
        headers="{" + ", ".join(f'{k} = "{v}"' for k, v in api.headers.items()) + "}",
        entries=json.dumps(entries),
        imports=json.dumps([imported]),
        hooks=json.dumps([hook.rpartition("/")[2]]),
    )


@pytest.mark.parametrize("mode", ["home", "server"])
def test_every_operation_answers_as_documented(
    mode: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """No 5xx, nothing that is not documented, and no wrong value taken."""
    api: Api = request.getfixturevalue(mode)
    config = tmp_path / "schemathesis.toml"
    config.write_text(written_config(api))
    ended = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "--no-color"),
            *("--config-file", config, "run", f"{api.url}/openapi.json"),
            *("--phases", "examples,coverage,fuzzing"),
            *("--checks", ",".join(CHECKS), "--max-examples", EXAMPLES),
        ],
        cwd=tmp_path,  # where it leaves files
        capture_output=True,
        text=True,
        check=False,
    )
    print(ended.stdout)  # the figures, for who asks for them with -s
    assert ended.returncode == 0, ended.stdout
    operations = len(operations_of(api))
    assert f"Selected: {operations}/{operations}\n  Tested: {operations}" in ended.stdout


def operations_of(api: Api) -> list[str]:
    """The id of every operation that is documented."""
    paths = httpx2.get(f"{api.url}/openapi.json").json()["paths"]
    return [
        operation["operationId"] for methods in paths.values() for operation in methods.values()
    ]


def test_an_event_of_the_stream_is_as_documented(home: Api) -> None:
    """The stream has no end; its first event comes at once, and has its schema."""
    document = httpx2.get(f"{home.url}/openapi.json").json()
    operation = document["paths"]["/users/{user}/stream"]["get"]
    schema = operation["responses"]["200"]["content"]["text/event-stream"]["schema"]
    url = f"{home.url}/users/anna/stream"
    with httpx2.stream("GET", url, headers=home.headers) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        event = dict(line.split(": ", 1) for line in iter(lines.__next__, ""))
    Draft202012Validator(schema).validate(event)
    content = schema["properties"]["data"]["contentSchema"]
    Draft202012Validator(content).validate(json.loads(event["data"]))
