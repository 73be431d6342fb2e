"""Complete the films of a diary: at once from the catalogue, or by a job from a source."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import Field

from cinestats.adapters.documents.fields import Answer, Count, Id, Position
from cinestats.adapters.documents.reports import EnrichAnswer, JobAnswer
from cinestats.adapters.sources.registry import SOURCES
from cinestats.application.corrections.diary_films import is_complete
from cinestats.application.corrections.enrich import enrich
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.api.http.answers import WRITE_PROBLEMS
from cinestats.entrypoints.api.http.bodies import takes
from cinestats.entrypoints.api.http.callers import OwnUser, User
from cinestats.entrypoints.api.http.problems import SourceOff
from cinestats.entrypoints.api.http.services import Injected, Services
from cinestats.entrypoints.api.http.turns import InTurn

from .bodies import EnrichBody

router = APIRouter(prefix="/users/{user}/enrich", tags=["Corrections"])


class EnrichedAnswer(EnrichAnswer):
    """What became of the films that lacked something: ``films`` is the sum of the next four.

    ``requests`` counts what was asked of a source elsewhere. ``undo`` takes it back; null
    where nothing changed.
    """

    undo: Annotated[Id, Field(examples=["enrich:019483f0-0000-7000-8000-000000000000"])] | None
    position: Position


class SourceAnswer(Answer):
    """A source of films: what it needs and gets; if not `allowed`, the admin has to say yes."""

    source: str = Field(examples=["wikidata"])
    label: str = Field(examples=["Wikidata"])
    needs: str = Field(examples=["nothing"])
    sends: str = Field(examples=["titles, years and ids of films"])
    credit: str = Field(examples=["Data of Wikidata, in the public domain (CC0)."])
    on: bool = Field(examples=[False])
    allowed: bool = Field(examples=[True])


class CompletionAnswer(Answer):
    """How many of the plays lack details, who can be asked, and the job, if there was one."""

    plays: Count = Field(examples=[913])
    lacking: Count = Field(examples=[911])
    sources: list[SourceAnswer]
    job: JobAnswer | None


@router.get("")
def get_completion(user: OwnUser, services: Injected) -> CompletionAnswer:
    """How many plays lack directors, genres or length, and what can be done about it."""
    entries = services.diary_reader.read(user).entries
    on = services.container.settings().sources
    sources = [
        SourceAnswer.of(info, source=name, on=name in on, allowed=_allowed(services, name))
        for name, info in SOURCES.items()
    ]
    job = services.source_worker.job(user)
    return CompletionAnswer(
        plays=len(entries),
        lacking=sum(not is_complete(entry.movie) for entry in entries),
        sources=sources,
        job=None if job is None else JobAnswer.of(job),
    )


_BEGUN = {"model": JobAnswer, "description": "The job that has begun."}


@router.post(
    "", response_model=EnrichedAnswer, **takes(EnrichBody, {**WRITE_PROBLEMS, 202: _BEGUN})
)
def enrich_diary(
    user: User,
    body: Annotated[EnrichBody, Depends(EnrichBody.read)],
    turn: InTurn,
    services: Injected,
) -> EnrichedAnswer | JSONResponse:
    """Complete the films that lack credits or a length, from the catalogue as it is by now.

    What is there stays, unless `refresh` lets the catalogue's credits take its place. A film
    that somebody chose stays in any case.

    With a `source` elsewhere it begins a job, or goes on with one that was paused: 202. The
    source gets titles, years and ids. On a server it must be one that the admin turned on.
    """
    if body.source != "catalogue":
        if not _allowed(services, body.source):
            raise SourceOff(
                f"The admin of this server has not turned {SOURCES[body.source].label} on."
            )
        if body.dry_run:
            raise InvalidInput("dry_run", "is for the catalogue: a source is asked in earnest")
        job = services.source_worker.start(user, body.source, refresh=body.refresh)
        return JSONResponse(JobAnswer.of(job).document(), 202)
    with services.writing():
        report = enrich(
            services.diary,
            user=user,
            refresh=body.refresh,
            dry_run=body.dry_run,
            check=turn.check,
        )
    done = report.completed and not body.dry_run
    undo = report.cause if done else None
    return EnrichedAnswer.of(report, undo=undo, position=services.position(user))


@router.delete("")
def pause_completion(user: User, services: Injected) -> CompletionAnswer:
    """Pause the job after the films in hand; the same POST goes on where it was."""
    services.source_worker.pause(user)
    return get_completion(user, services)


def _allowed(services: Services, source: str) -> bool:
    settings = services.container.settings()
    return settings.access == "home" or source in settings.sources
