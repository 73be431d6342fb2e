"""The posters that pages show, from this server's own address."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.exceptions import HTTPException

from cinestats.adapters.posters.picture import MEDIA_TYPES
from cinestats.entrypoints.api.http.callers import SignedIn
from cinestats.entrypoints.api.http.services import Injected

router = APIRouter(tags=["Catalogue"])

_PICTURE = {"schema": {"type": "string", "format": "binary"}}


@router.get(
    "/posters/{source}/{path:path}",
    response_class=Response,
    responses={
        200: {
            "description": "The picture.",
            "content": dict.fromkeys(sorted(MEDIA_TYPES), _PICTURE),
        }
    },
)
def get_poster(
    _: SignedIn,
    services: Injected,
    source: Annotated[
        str, Path(max_length=20, description="Whose image host it is at.", examples=["tmdb"])
    ],
    path: Annotated[
        str,
        Path(
            max_length=500,
            description="What follows in `poster_url` on the address of that host.",
            examples=["w342/inception.jpg"],
        ),
    ],
) -> Response:
    """A film's poster, which the server asks the source's image host for once, and keeps.

    404 where the host has no picture there, and for every source that is not on.
    """
    poster = services.posters.get(source, path)
    if poster is None:
        raise HTTPException(404, "There is no poster at this address.")
    headers = {"Cache-Control": "private, max-age=604800"}
    return Response(poster.data, headers=headers, media_type=poster.media_type)
