"""Read lists: what somebody means to see, likes, or put together. No figure counts them."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from cinestats.adapters.documents.fields import Answer, Count, Day, FilmName, FilmYear
from cinestats.adapters.entry_json import IdsDocument
from cinestats.adapters.list_json import listing_document
from cinestats.application.lists.keep import ListNotFound
from cinestats.domain.lists import Listing, ListKey, ListKind, by_list, order_of
from cinestats.domain.movie import MAX_NAME_LENGTH, MAX_TITLE_LENGTH
from cinestats.entrypoints.api.http import cursors
from cinestats.entrypoints.api.http.answers import NextCursor
from cinestats.entrypoints.api.http.callers import UserToRead
from cinestats.entrypoints.api.http.services import Injected

router = APIRouter(prefix="/users/{user}/lists", tags=["Diary"])


class ListAnswer(Answer):
    """A list at a service. ``total`` is how many films are on it."""

    service: str = Field(examples=["letterboxd"])
    kind: ListKind = Field(examples=["list"])
    name: str = Field(examples=["Silent films"])
    description: str | None = Field(examples=["The best before sound."])
    url: str | None = Field(examples=["https://boxd.it/9IQmS"])
    tags: list[str] = Field(examples=[["silent"]])
    total: Count


class ListsAnswer(Answer):
    """The lists of a user, by service, kind and name."""

    items: list[ListAnswer]


class ListedAnswer(Answer):
    """A film on a list, as the source says it; ``title`` is null where it has ids only."""

    title: FilmName | None
    year: FilmYear | None
    ids: IdsDocument
    position: int | None = Field(ge=1, examples=[1])
    note: str | None = Field(examples=["With music."])
    listed_on: Day | None


class ListFilmsAnswer(ListAnswer):
    """A page of a list: by position, else by the day on which the films came there."""

    items: list[ListedAnswer]
    next_cursor: NextCursor | None


@router.get("")
def list_lists(user: UserToRead, services: Injected) -> ListsAnswer:
    """The watchlist, the likes and the lists that imports brought."""
    lists = by_list(services.container.lists().lists(user))
    return ListsAnswer.of(
        items=[ListAnswer.of(about, total=len(films)) for about, films in lists.items()]
    )


@router.get("/{service}/{kind}/{name:path}")
def get_list(
    user: UserToRead,
    services: Injected,
    service: Annotated[
        str,
        Path(max_length=MAX_NAME_LENGTH, description="Whose list.", examples=["letterboxd"]),
    ],
    kind: Annotated[ListKind, Path(description="What it is.", examples=["watchlist"])],
    name: Annotated[
        str,
        Path(
            max_length=MAX_TITLE_LENGTH,
            description="Its name, whatever it holds; that of a watchlist and of likes is their"
            " kind.",
            examples=["watchlist"],
        ),
    ],
    limit: cursors.Limit = 50,
    cursor: cursors.Cursor = None,
) -> ListFilmsAnswer:
    """The films of a list, page by page; a `next_cursor` of null ends the pages."""
    lists = by_list(services.container.lists().lists(user))
    wanted = ListKey(service, kind, name)
    found = next((item for item in lists.items() if item[0].key == wanted), None)
    if found is None:
        raise ListNotFound(f"{user} has no such list.")
    about, films = found
    last = () if cursor is None else cursors.decode_cursor(cursor)
    rest = [film for film in films if _place(film) > last]
    page = rest[:limit]
    return ListFilmsAnswer.of(
        about,
        total=len(films),
        items=[ListedAnswer.model_validate(listing_document(film)) for film in page],
        next_cursor=cursors.encode_cursor(*_place(page[-1])) if len(rest) > limit else None,
    )


def _place(listing: Listing) -> tuple[str, ...]:
    """The film's place on its list as texts, in the same order."""
    position, day, film = order_of(listing)
    return f"{position:012}", day.isoformat(), film
