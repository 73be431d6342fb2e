"""Import the export of another service, list past imports, undo one."""

import os
from collections.abc import AsyncGenerator
from typing import Annotated, BinaryIO, Literal, NamedTuple

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from starlette.datastructures import UploadFile

from cinestats.adapters.documents.fields import Answer, Count, Id, Position
from cinestats.adapters.documents.reports import PastImportAnswer
from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.adapters.importers import (
    DELIMITER_NAMES,
    FIELDS,
    MAX_BYTES,
    SCALES,
    DateOrder,
    format_names,
    importers,
)
from cinestats.application.imports import undo
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.api.http.answers import WRITE_PROBLEMS
from cinestats.entrypoints.api.http.bodies import bounded, documented_body
from cinestats.entrypoints.api.http.callers import OwnUser, SignedIn, User
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.problems import BodyTooLarge
from cinestats.entrypoints.api.http.services import Injected
from cinestats.entrypoints.api.http.turns import InTurn, Turn, WorkPlace, turn_of

from .apart import run_apart
from .job import MAX_ROWS_SHOWN, ImportAnswer, ImportJob, run_job

MAX_UPLOAD_BYTES = 64 * 2**20

router = APIRouter(tags=["Imports"])

_PIECE_BYTES = 2**20


class PastImportsAnswer(Answer):
    """Past imports, latest first."""

    items: list[PastImportAnswer]


class UndoneAnswer(Answer):
    """``undone`` counts the events that were taken back."""

    import_id: Id
    undone: Count
    position: Position


class FormatAnswer(Answer):
    """A format that imports understand; ``hint`` says by language where its files are."""

    format: str = Field(examples=["letterboxd"])
    label: str = Field(examples=["Letterboxd"])
    hint: dict[Literal["en", "it"], str] = Field(examples=[{"en": "The zip as it comes."}])


class FormatsAnswer(Answer):
    """What can be imported."""

    items: list[FormatAnswer]


class Upload(NamedTuple):
    """A file that lies on the disk, without a name there; its sender's turn has come."""

    name: str
    file: BinaryIO
    turn: Turn

    def checked(self) -> BinaryIO:
        """The file from its beginning; raises BodyTooLarge."""
        self.file.seek(0, os.SEEK_END)
        if self.file.tell() > MAX_BYTES:
            raise BodyTooLarge(f"The file is larger than {MAX_BYTES:,} bytes.")
        self.file.seek(0)
        return self.file


async def _upload(
    request: Request,
    place: WorkPlace,
    services: Injected,
    filename: Annotated[
        str, Query(max_length=1000, description="The name of a file that is the whole body.")
    ] = "",
) -> AsyncGenerator[Upload]:
    """The file in a request, once it has come as a whole and the account's turn is there."""
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    received = bounded(request, MAX_UPLOAD_BYTES if is_form else MAX_BYTES, to_disk=True)
    if is_form:
        async with received.form(max_files=1, max_fields=1) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise InvalidInput("file", "is missing from the form")
            turn = await turn_of(place, request, services)
            yield Upload(part.filename or filename, part.file, turn)
        return
    with services.temporary_file() as file:
        piece = bytearray()  # many small writes would cost a thread each
        async for chunk in received.stream():
            piece += chunk
            if len(piece) >= _PIECE_BYTES:
                await run_in_threadpool(file.write, bytes(piece))
                piece.clear()
        file.write(piece)
        file.seek(0)
        yield Upload(filename, file, await turn_of(place, request, services))


@router.get("/imports/formats")
def list_formats(_: SignedIn) -> FormatsAnswer:
    """The formats that imports understand."""
    return FormatsAnswer.of(items=importers())


_BINARY = {"type": "string", "format": "binary"}
_EXAMPLE = "Title,Year,WatchedDate,Rating\nInception,2010,2025-01-20,4.5\n"
_FORM = {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}
_UPLOAD = {
    "multipart/form-data": {"schema": _FORM, "example": {"file": _EXAMPLE}},
    "application/octet-stream": {"schema": _BINARY, "example": _EXAMPLE},
}


@router.post(
    "/users/{user}/imports",
    response_model=ImportAnswer,
    responses=WRITE_PROBLEMS,
    openapi_extra=documented_body(_UPLOAD),
)
def import_file(
    user: User,
    upload: Annotated[Upload, Depends(_upload, scope="function")],
    services: Injected,
    format: Annotated[
        str,
        Query(
            description="Whose export it is; `auto` sees it by its content.",
            json_schema_extra={"enum": format_names()},
        ),
    ] = "auto",
    dates: Annotated[
        DateOrder | None, Query(description="What comes first in days such as 1/2/2024.")
    ] = None,
    scale: Annotated[
        int | None,
        Query(
            description="What the ratings of a table are out of.",
            json_schema_extra={"enum": list(SCALES)},
        ),
    ] = None,
    delimiter: Annotated[
        str | None,
        Query(
            description="What parts the cells of a table.",
            json_schema_extra={"enum": list(DELIMITER_NAMES)},
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        Query(
            max_length=40,
            description="The encoding of the file, where it is not told rightly.",
            examples=["windows-1251"],
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        Query(
            max_length=len(FIELDS),
            description="Which column of a table is what, as `field=name`. A blank name leaves"
            f" the field out. The fields are {', '.join(FIELDS)}.",
            examples=[["title=Film seen"]],
        ),
    ] = None,
    mirror: Annotated[
        bool,
        Query(description="Delete the plays of earlier imports of its kind that it lacks."),
    ] = False,
    confirmed: Annotated[
        bool,
        Query(description="Let `mirror` delete more than a fifth of the diary, too."),
    ] = False,
    dry_run: Annotated[
        bool, Query(description="Only say what would become of each row.")
    ] = False,
    rows: Annotated[
        bool,
        Query(description=f"Tell of each row what becomes of it, up to {MAX_ROWS_SHOWN:,}."),
    ] = False,
) -> Response:
    """Import a file, as a form's field ``file`` or as the whole body with its ``filename``.

    Good rows go in, each bad one is listed with its reason. Importing a file again adds
    nothing. What `mirror` would delete is `missing` without it. An account's imports
    go in one after the other. One whose client has gone stops: what went in until then stays.
    """
    job = ImportJob(
        user,
        upload.name,
        format=format,
        dates=dates,
        scale=scale,
        delimiter=delimiter,
        encoding=encoding,
        columns=tuple(column or ()),
        mirror=mirror,
        confirmed=confirmed,
        dry_run=dry_run,
        rows=rows,
    )
    file, check, settings = upload.checked(), upload.turn.check, services.container.settings()
    with services.writing():
        if settings.backend == "memory":  # which no process shares
            answer = run_job(job, file.read, services.container, check)
        else:
            answer = run_apart(job, file, settings, check)
    return Response(answer, media_type="application/json")


@router.get("/users/{user}/imports", responses=CONDITIONAL)
def list_imports(user: OwnUser, services: Injected, condition: Condition) -> PastImportsAnswer:
    """The imports that the log remembers, latest first."""
    version = services.diary_reader.history_version(user)
    lists = services.container.list_log().of_user(user)
    condition.check(version, len(lists))
    past = undo.past_imports(services.diary_reader.history(user), lists)
    return PastImportsAnswer.of(items=past, zone=services.zone)


@router.post("/users/{user}/imports/{import_id}/undo", responses=WRITE_PROBLEMS)
def undo_import(
    user: User,
    import_id: Annotated[Id, Path(max_length=MAX_ID_LENGTH, description="Which import.")],
    turn: InTurn,
    services: Injected,
) -> UndoneAnswer:
    """Take back what an import did and nobody changed since."""
    with services.writing():
        undone = undo.undo_import(
            services.diary, user=user, import_id=import_id, check=turn.check
        )
    return UndoneAnswer(import_id=import_id, undone=undone, position=services.position(user))
