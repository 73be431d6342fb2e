"""Take a diary away as a file."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from cinestats.adapters.diary_files import ExportFormat, export_file, file_name
from cinestats.entrypoints.api.http.callers import OwnUser
from cinestats.entrypoints.api.http.services import Injected

router = APIRouter(tags=["Diary"])

_CONTENT: dict[str, Any] = {
    "text/csv": {
        "schema": {"type": "string"},
        "example": "Title,Year,WatchedDate,Rating\nInception,2010,2025-01-20,4.5\n",
    },
    "application/zip": {"schema": {"type": "string", "format": "binary"}},
    "application/jsonl": {
        "schema": {"type": "string"},
        "example": '{"event_type":"ADD","user_id":"anna","movie":{"name":"Inception"}}\n',
    },
    "application/json": {
        "schema": {"type": "object"},
        "example": {
            "user_id": "anna",
            "entries": [],
            "lists": [],
            "stats": {"total_watched": 0},
        },
    },
}


@router.get(
    "/users/{user}/export",
    response_class=Response,
    responses={200: {"description": "A file.", "content": _CONTENT}},
)
def export_diary(user: OwnUser, format: ExportFormat, services: Injected) -> Response:
    """Everything in a diary. Importing it into an empty one leads to the same statistics.

    `letterboxd` is a table that Letterboxd imports, a zip of several when it is large; `jsonl`
    the events of diary and lists, one a line; `json` the entries with their statistics, and
    the lists.
    """
    now = services.clock().astimezone(services.zone)
    diaries, lists = services.container.diaries(), services.container.list_log().of_user(user)
    file = export_file(user, format, diaries, services.log, lists, services.catalogue, now)
    name = file_name(user, now, file.suffix)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(file.chunks, headers=headers, media_type=file.media_type)
