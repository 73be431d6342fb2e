"""The forms of what is exchanged elsewhere than over HTTP: the event, and the topic."""

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

_DATA = files("cinestats.adapters") / "data"

router = APIRouter(prefix="/schemas", tags=["Operations"])


@router.get("/event.json", response_class=Response)
def get_event_schema() -> Response:
    """The JSON Schema of an event."""
    document = (_DATA / "event.schema.json").read_bytes()
    return Response(document, media_type="application/schema+json")


@router.get("/asyncapi.json", response_class=Response)
def get_asyncapi() -> Response:
    """The AsyncAPI document of the topic."""
    return Response((_DATA / "asyncapi.json").read_bytes(), media_type="application/json")
