"""Search the catalogue while a title is being typed."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from cinestats.adapters.documents.fields import Answer, PosterUrl
from cinestats.domain.movie import MAX_TITLE_LENGTH
from cinestats.entrypoints.api.http.callers import SignedIn
from cinestats.entrypoints.api.http.services import Injected

router = APIRouter(tags=["Catalogue"])

MAX_FOUND = 50


class FilmAnswer(Answer):
    """A film of the catalogue; ``name`` is the title that diaries show."""

    name: str = Field(validation_alias="title", examples=["Life Is Beautiful"])
    year: int | None = Field(examples=[1997])
    original_title: str | None = Field(examples=["La vita è bella"])
    italian_title: str | None = Field(examples=["La vita è bella"])
    director: list[str] = Field(validation_alias="directors", examples=[["Roberto Benigni"]])
    poster_url: PosterUrl | None
    film_key: str = Field(examples=["life is beautiful|1997"])


class FilmsAnswer(Answer):
    """The films that may be meant, best first."""

    items: list[FilmAnswer]


@router.get("/catalogue")
def search_catalogue(
    _: SignedIn,
    services: Injected,
    q: Annotated[
        str,
        Query(
            max_length=MAX_TITLE_LENGTH,
            description="What has been typed of any title that the film has.",
            examples=["vita e be"],
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=MAX_FOUND, description="How many at most.")] = 8,
) -> FilmsAnswer:
    """Find films by a title, the beginning of a title, or words of it.

    Where there are none, those that would be there but for typing errors.
    """
    found = services.catalogue.search(q, limit)
    return FilmsAnswer(
        items=[FilmAnswer.of(film, film.movie, film.movie.details) for film in found]
    )
