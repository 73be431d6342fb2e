"""The OpenAPI document: what it says of the API as a whole, and the examples that it gives.

Each field of an answer has an example beside its type. Those of whole answers are put
together from them, so that none can name a field that is not there.
"""

import re
from typing import Any

from fastapi import FastAPI

import cinestats

from .answers import ProblemAnswer

_DESCRIPTION = """\
Every answer is JSON, every error a problem document (RFC 9457) whose `type` tells programs
what its `detail` tells people. Ratings are in stars (0.5 to 5 in half steps), durations in
minutes, days as `2025-01-20`, and moments with their zone.

A write answers with its `position` in the log; a read with `?at_least=` that position counts it
in. The events themselves are described by the JSON Schema at
[/schemas/event.json](/schemas/event.json), the topic that carries them by the AsyncAPI document
at [/schemas/asyncapi.json](/schemas/asyncapi.json).
"""

_TAGS = [
    {"name": "Diary", "description": "Add, rate, delete and find what was watched."},
    {"name": "Corrections", "description": "Put right what is wrong, one entry or many."},
    {"name": "Catalogue", "description": "Find a film by any of its titles."},
    {"name": "Imports", "description": "Bring the export of another service, or undo that."},
    {"name": "Statistics", "description": "What a diary says, now and on any day before."},
    {"name": "Webhooks", "description": "Be told by a media server; tell other programs."},
    {"name": "Access", "description": "Accounts, sessions, tokens, and who may read a diary."},
    {"name": "Admin", "description": "For who runs the server; for others nothing is here."},
    {"name": "Operations", "description": "Health, metrics, and the schemas of the events."},
]

_FIRST_SENTENCE = re.compile(r".*?[.](?=\s|$)", re.DOTALL)


class DocumentedApi(FastAPI):
    """An application that documents itself; the arguments are FastAPI's own."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(
            title="cinestats",
            summary="Exact statistics from the event log of a film diary.",
            description=_DESCRIPTION,
            version=cinestats.__version__,
            license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
            openapi_tags=_TAGS,
            servers=[{"url": "/", "description": "The server that shows this document."}],
            generate_unique_id_function=lambda route: route.name,
            docs_url=None,  # FastAPI's own page loads its scripts from another host
            redoc_url=None,
            **arguments,
        )

    def openapi(self) -> dict[str, Any]:
        """The document, made when it is first asked for."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        schemas: dict[str, Any] = document["components"]["schemas"]
        schemas[ProblemAnswer.__name__] = ProblemAnswer.model_json_schema()
        for schema in schemas.values():
            schema.setdefault("examples", [_example(schema, schemas)])
        for operation in (
            each for path in document["paths"].values() for each in path.values()
        ):
            first = _FIRST_SENTENCE.match(operation["description"])
            if first is not None:
                operation["summary"] = " ".join(first[0].rstrip(".").split())
            for media in operation["responses"].get("200", {}).get("content", {}).values():
                media.pop("itemSchema", None)  # FastAPI writes it, and OpenAPI 3.1 has it not
        return document


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example of what a schema describes; KeyError where its fields give none."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("type") == "object":
        fields: dict[str, Any] = schema["properties"]
        return {name: _example(field, schemas) for name, field in fields.items()}
    if schema.get("type") == "array":
        return [_example(schema["items"], schemas)]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], schemas)
    raise KeyError(f"No example of {schema}")
