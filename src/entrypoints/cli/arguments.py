"""The arguments and options that several commands have."""

import re
from datetime import date
from typing import Annotated

from typer import Argument, Option

from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.domain.days import parse_day
from cinestats.domain.movie import NO_IDS, FilmIds, checked_ids
from cinestats.domain.rating import parse_rating
from cinestats.domain.texts import clean_text

SHOWN = 20
"""How many plays or names the terminal shows unless it is told."""

_NUMBER = re.compile(r"\d{1,3}(\.\d+)?", re.ASCII)


def parse_user(text: str) -> str:
    """A user id; raises InvalidInput for what cannot be one."""
    return clean_text(text, "user", MAX_ID_LENGTH)


def parse_stars(text: str) -> int | None:
    """Half stars from "0.5" to "5", or None from "none"; raises InvalidInput."""
    if text == "none":
        return None
    return parse_rating(float(text) if _NUMBER.fullmatch(text) else text)


def parse_ids(imdb: str | None, tmdb: int | None) -> FilmIds:
    """The ids that are given, NO_IDS for none; raises InvalidInput."""
    return NO_IDS if imdb is None and tmdb is None else checked_ids(FilmIds(imdb, tmdb))


User = Annotated[str, Argument(metavar="USER", parser=parse_user, help="Whose diary.")]
_TITLE = Argument(
    metavar="TITLE", help="The film by any of its titles: Italian, original or another."
)
Title = Annotated[str, _TITLE]
TitleOrId = Annotated[str | None, _TITLE]
Year = Annotated[
    int | None, Option(metavar="YYYY", help="The film's year, where titles are alike.")
]
PlayDay = Annotated[
    date | None,
    Option(
        "--watched",
        metavar="DATE",
        parser=parse_day,
        help="Which play is meant, by its day; the latest when not given.",
    ),
]
Limit = Annotated[
    int | None,
    Option(min=1, metavar="N", help=f"How many; {SHOWN} in the terminal, all with --json."),
]
AsJson = Annotated[bool, Option("--json", help="Answer in JSON.")]
EntryId = Annotated[
    str,
    Argument(
        metavar="ENTRY",
        help="The play by its entry's id, or by what begins no other id: see cinestats diary"
        " --ids.",
    ),
]
EntryOption = Annotated[
    str | None,
    Option("--entry", metavar="ENTRY", help="The play by its entry's id, in place of TITLE."),
]
Imdb = Annotated[str | None, Option(metavar="ID", help="The film's id at IMDb: tt0113277.")]
Tmdb = Annotated[int | None, Option(metavar="N", help="The film's number at TMDB.")]
Yes = Annotated[bool, Option("--yes", help="Do not ask.")]
