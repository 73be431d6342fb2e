"""Read and search a diary."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from cinestats.adapters.documents.fields import Answer, Count
from cinestats.adapters.entry_json import EntryDocument, entry_document
from cinestats.application.diary import search
from cinestats.application.diary.shown import shown
from cinestats.domain.days import parse_day
from cinestats.domain.entry import Entry
from cinestats.domain.movie import FIRST_YEAR, LAST_YEAR, MAX_NAME_LENGTH
from cinestats.domain.rating import parse_rating
from cinestats.entrypoints.api.http import cursors
from cinestats.entrypoints.api.http.answers import NextCursor
from cinestats.entrypoints.api.http.callers import UserToRead
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Injected

router = APIRouter(tags=["Diary"])


class DiaryAnswer(Answer):
    """A page of a diary. ``total`` is how many entries are asked for, on all pages."""

    items: list[EntryDocument]
    next_cursor: NextCursor | None
    total: Count


@router.get("/users/{user}/diary", responses=CONDITIONAL)
def list_diary(
    user: UserToRead,
    services: Injected,
    condition: Condition,
    limit: cursors.Limit = 50,
    cursor: cursors.Cursor = None,
    q: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Words, each of which begins a word of one of the film's titles.",
            examples=["donna due"],
        ),
    ] = None,
    rating: Annotated[
        str | None,
        Query(
            pattern=r"^(none|[0-5](\.[05])?)$",
            description="Stars in half steps, or `none` for the unrated.",
            examples=["4.5"],
        ),
    ] = None,
    year: Annotated[
        int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR, description="The film's year.")
    ] = None,
    genre: Annotated[
        str | None,
        Query(max_length=MAX_NAME_LENGTH, description="One of its genres.", examples=["Drama"]),
    ] = None,
    watched_from: Annotated[
        str | None, Query(max_length=10, description="The first day.", examples=["2025-01-01"])
    ] = None,
    watched_to: Annotated[
        str | None, Query(max_length=10, description="The last day.", examples=["2025-12-31"])
    ] = None,
    sort: Annotated[
        search.Sort, Query(description="By title from A to Z, else the latest or best first.")
    ] = "watched",
) -> DiaryAnswer:
    """Find entries of a diary, page by page.

    Those without a day come behind the others. A `next_cursor` of null ends the pages; it
    belongs to one `sort`.
    """
    if q is None:  # what a search finds depends on the catalogue as well
        condition.check(services.diary_reader.position(user))
    query = search.DiaryQuery(
        text=q,
        rating=None if rating is None else _half_stars(rating),
        year=year,
        genre=genre,
        watched_from=None if watched_from is None else parse_day(watched_from, "watched_from"),
        watched_to=None if watched_to is None else parse_day(watched_to, "watched_to"),
    )
    entries = services.diary_reader.read(user).entries
    found = search.search_diary(entries, query, sort, services.catalogue)
    rest = found if cursor is None else _behind(found, cursor, sort)
    page = rest[:limit]
    more, place_of = len(rest) > limit, search.PLACES[sort]
    return DiaryAnswer.of(
        items=[entry_document(each) for each in shown(page, entries, services.catalogue)],
        next_cursor=cursors.encode_cursor(sort, *place_of(page[-1])) if more else None,
        total=len(found),
    )


def _half_stars(text: str) -> int | Literal["none"] | None:
    return "none" if text == "none" else parse_rating(float(text))


def _behind(entries: Sequence[Entry], cursor: str, sort: search.Sort) -> Sequence[Entry]:
    """The entries behind the place in the cursor, of those sorted so."""
    of_sort, *last = cursors.decode_cursor(cursor)
    if of_sort != sort:
        raise cursors.invalid_cursor()
    place_of, place = search.PLACES[sort], tuple(last)
    if search.is_descending(sort):
        return [entry for entry in entries if place_of(entry) < place]
    return [entry for entry in entries if place_of(entry) > place]
