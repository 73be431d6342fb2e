"""The OpenAPI document: whether it is one, and whether it leaves anything unsaid."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

DOCUMENT = create_app(make_container(Settings(backend="memory"))).openapi()
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
PROBLEM = "application/problem+json"

every_operation = pytest.mark.parametrize("name", sorted(OPERATIONS))


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, with everything that it refers to."""
    return {**schema, "components": DOCUMENT["components"]}


def successes(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each media type of each good answer that has a body."""
    for status, answer in operation["responses"].items():
        if status.startswith("2") and status != "204":
            assert answer["content"], status
            yield from answer["content"].values()


def example_of(media: dict[str, Any]) -> Any:
    """The example of a media type, which may be that of the schema it refers to."""
    if "example" in media:
        return media["example"]
    schema = media["schema"]
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema["examples"][0]


def test_it_is_openapi(client: TestClient) -> None:
    """What the server shows is valid by the meta-schema of OpenAPI 3.1."""
    shown = client.get("/openapi.json").json()
    assert shown == DOCUMENT
    assert shown["openapi"].startswith("3.1")
    OPENAPI_31_VALIDATOR.validate(shown)


def test_it_says_what_holds_for_every_operation() -> None:
    """Its licence, that its paths are those of the server itself, and how to sign in."""
    assert DOCUMENT["info"]["license"] == {"name": "Apache 2.0", "identifier": "Apache-2.0"}
    assert [server["url"] for server in DOCUMENT["servers"]] == ["/"]
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"token", "session"}
    for path in ("/schemas/event.json", "/schemas/asyncapi.json"):
        assert f"({path})" in DOCUMENT["info"]["description"]
        assert path in DOCUMENT["paths"]


def test_every_tag_is_described_and_used() -> None:
    """In the order in which the reference shows them."""
    used = {tag for _, _, operation in OPERATIONS.values() for tag in operation["tags"]}
    assert {tag["name"] for tag in DOCUMENT["tags"]} == used
    assert all(tag["description"] for tag in DOCUMENT["tags"])


@every_operation
def test_an_operation_is_described(name: str) -> None:
    """Its id reads as a command, its summary as a sentence, and its parameters are told."""
    method, path, operation = OPERATIONS[name]
    assert "__" not in name
    verb = name.partition("_")[0]
    assert verb not in ("get", "list", "search") or method == "GET"
    assert len(operation["summary"]) > 10
    assert operation["description"].startswith(operation["summary"][:10])
    for parameter in operation.get("parameters", []):
        told = parameter.get("description") or "enum" in str(parameter["schema"])
        assert told, f"{method} {path}: {parameter['name']}"


@every_operation
def test_an_operation_has_examples_that_are_right(name: str) -> None:
    """Of its body and of every good answer, each as its own schema wants it."""
    _, _, operation = OPERATIONS[name]
    contents = [*successes(operation)]
    contents += operation.get("requestBody", {"content": {}})["content"].values()
    for media in contents:
        if media["schema"].get("format") == "binary":
            continue  # a file is shown by its name, not by its bytes
        example = example_of(media)
        Draft202012Validator(resolved(media["schema"])).validate(example)
        assert example not in ({}, "", None)


@every_operation
def test_an_operation_tells_its_errors(name: str) -> None:
    """As problem documents alone; a credential that is missing, and a body that is wrong."""
    _, path, operation = OPERATIONS[name]
    answers = operation["responses"]
    for status, answer in answers.items():
        if int(status) >= 400:
            assert list(answer["content"]) == [PROBLEM]
            assert answer["description"]
    if operation.get("security"):
        assert {"401", "403", "404", "422", "429", "503"} <= set(answers)
    else:
        open_ = ("/health/", "/schemas/", "/session", "/hooks/", "/password-resets")
        assert path.startswith(open_)
    if "requestBody" in operation:
        assert {"400", "409", "413", "415", "422"} <= set(answers)


def test_a_schema_names_no_field_without_an_example() -> None:
    """So that the examples of whole answers, which are made of them, are complete."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        example = schema["examples"][0]
        Draft202012Validator(resolved(schema)).validate(example)
        assert set(schema["required"]) <= set(example), name
