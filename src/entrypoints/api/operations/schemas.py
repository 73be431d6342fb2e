"""The forms of what is exchanged elsewhere than over HTTP: the event, and the topic."""

from importlib.resources import files
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

_DATA = files("cinestats.adapters") / "data"

router = APIRouter(prefix="/schemas", tags=["Operations"])


def _document(media_type: str, example: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "object"}, "example": example}}
    return {200: {"description": "The document.", "content": content}}


@router.get(
    "/event.json",
    response_class=Response,
    responses=_document(
        "application/schema+json",
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "urn:cinestats:event:1",
        },
    ),
)
def get_event_schema() -> Response:
    """The JSON Schema of an event."""
    document = (_DATA / "event.schema.json").read_bytes()
    return Response(document, media_type="application/schema+json")


@router.get(
    "/asyncapi.json",
    response_class=Response,
    responses=_document("application/json", {"asyncapi": "3.1.0"}),
)
def get_asyncapi() -> Response:
    """The AsyncAPI document of the topic."""
    return Response((_DATA / "asyncapi.json").read_bytes(), media_type="application/json")
