"""The forms of what is exchanged elsewhere than over HTTP: the event, and the topic."""

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

from cinestats.entrypoints.api.http.answers import answer

_DATA = files("cinestats.adapters") / "data"

router = APIRouter(prefix="/schemas", tags=["Operations"])


_OBJECT = {"type": "object"}
_EXAMPLE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:cinestats:event:1",
}
_EVENT = answer("The document.", "application/schema+json", _OBJECT, _EXAMPLE)
_ASYNCAPI = answer("The document.", "application/json", _OBJECT, {"asyncapi": "3.1.0"})


@router.get("/event.json", response_class=Response, responses={200: _EVENT})
def get_event_schema() -> Response:
    """The JSON Schema of an event."""
    document = (_DATA / "event.schema.json").read_bytes()
    return Response(document, media_type="application/schema+json")


@router.get("/asyncapi.json", response_class=Response, responses={200: _ASYNCAPI})
def get_asyncapi() -> Response:
    """The AsyncAPI document of the topic."""
    return Response((_DATA / "asyncapi.json").read_bytes(), media_type="application/json")
