"""Import the export of another service, list past imports, undo one."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import UploadFile

from cinestats.adapters.documents import Document, import_document
from cinestats.adapters.importers import MAX_BYTES, Format, read_export
from cinestats.application.undo_import import past_imports, undo_import
from cinestats.domain.errors import InvalidInput

from .bodies import bounded
from .problems import BodyTooLarge
from .services import Injected, User, UserToRead

_MAX_UPLOAD_BYTES = 64 * 2**20

router = APIRouter(prefix="/users/{user}/imports", tags=["Imports"])


class _Upload(NamedTuple):
    name: str
    data: bytes


async def _upload(
    request: Request,
    filename: Annotated[
        str, Query(max_length=1000, description="The name of a file that is the whole body.")
    ] = "",
) -> _Upload:
    request = bounded(request, _MAX_UPLOAD_BYTES)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        upload = _Upload(filename, await request.body())
    else:
        async with request.form(max_files=1, max_fields=1) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise InvalidInput("file", "is missing from the form")
            upload = _Upload(file.filename or filename, await file.read())
    if len(upload.data) > MAX_BYTES:
        raise BodyTooLarge(f"The file is larger than {MAX_BYTES:,} bytes.")
    return upload


_BINARY = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}
_OPENAPI_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _FORM},
            "application/octet-stream": {"schema": _BINARY},
        },
    }
}


@router.post("", openapi_extra=_OPENAPI_UPLOAD)
def import_file(
    user: User,
    upload: Annotated[_Upload, Depends(_upload)],
    services: Injected,
    format: Format = "auto",
    dry_run: Annotated[
        bool, Query(description="Only say what would become of each row.")
    ] = False,
) -> Document:
    """Import a file, as a form's field ``file`` or as the whole body with its ``filename``.

    Good rows go in, each bad one is listed with its reason. Importing a file again adds
    nothing.
    """
    export = read_export(upload.name, upload.data, format=format, zone=services.zone)
    with services.writing():
        report = services.importer.run(user, export.rows, dry_run=dry_run)
    return {
        **import_document(report),
        "import_id": report.import_id,
        "format": export.format,
        "notes": list(export.notes),
        "position": services.position(user),
    }


@router.get("")
def list_imports(user: UserToRead, services: Injected) -> Document:
    """The imports that the log remembers, latest first."""
    return {
        "items": [
            {
                "import_id": past.import_id,
                "at": past.at.astimezone(services.zone).isoformat(),
                "changes": past.changes,
                "undone": past.undone,
            }
            for past in past_imports(services.history.of_user(user))
        ]
    }


@router.post("/{import_id}/undo")
def undo(user: User, import_id: str, services: Injected) -> Document:
    """Take back what an import did and nobody changed since."""
    with services.writing():
        undone = undo_import(
            user,
            import_id,
            recorder=services.recorder,
            history=services.history,
            diaries=services.diaries,
            clock=services.clock,
            new_id=services.new_id,
            zone=services.zone,
        )
    return {"import_id": import_id, "undone": undone, "position": services.position(user)}
