"""Read what everybody is watching."""

from fastapi import APIRouter
from pydantic import Field

from cinestats.adapters.documents import Document, global_stats_document
from cinestats.entrypoints.api.http.answers import (
    Answer,
    Count,
    FilmName,
    FilmYear,
    Moment,
    PosterUrl,
)
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.problems import NotYet
from cinestats.entrypoints.api.http.services import Injected, SignedIn

router = APIRouter(tags=["Statistics"])


class TopMovieAnswer(Answer):
    """A film of the top list."""

    name: FilmName
    year: FilmYear | None
    count: Count
    poster_url: PosterUrl | None


class GenreAnswer(Answer):
    """A genre and its plays."""

    genre: str = Field(examples=["Sci-Fi"])
    count: Count


class MovementAnswer(Answer):
    """A film's place now, and in the window that ended 7 days ago; null if it had none."""

    name: FilmName
    year: FilmYear | None
    rank: int = Field(ge=1, le=10, examples=[1])
    previous_rank: int | None = Field(ge=1, examples=[4])
    count: Count
    previous_count: Count = Field(examples=[3])


class GenreMovementAnswer(GenreAnswer):
    """A genre's plays now, and in the window that ended 7 days ago."""

    previous_count: Count = Field(examples=[3])


class TrendsAnswer(Answer):
    """The `global_stats` document. The movements have the order of the lists they belong to."""

    id: str = Field(alias="_id", examples=["global"])
    top_movies: list[TopMovieAnswer]
    trending_genres: list[GenreAnswer]
    movie_counts: dict[str, int] = Field(examples=[{"Inception": 7}])
    genre_counts: dict[str, int] = Field(examples=[{"Sci-Fi": 7}])
    poster_cache: dict[str, str] = Field(
        examples=[{"Inception": "https://films.example/inception.jpg"}]
    )
    window_days: int = Field(examples=[30])
    movements: list[MovementAnswer]
    genre_movements: list[GenreMovementAnswer]
    updated_at: Moment


@router.get("/trends", response_model=TrendsAnswer, responses=CONDITIONAL)
def get_trends(_: SignedIn, services: Injected, condition: Condition) -> Document:
    """What everybody added to their diaries in the last 30 days."""
    current = services.board.get()
    if current is None:
        raise NotYet("The trends are not worked out yet; try again.")
    condition.check(current[1])
    return global_stats_document(*current, services.zone)
