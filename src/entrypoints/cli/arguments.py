"""The arguments and options that several commands have."""

import re
from datetime import date
from typing import Annotated

from typer import Argument, Option

from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.domain.days import parse_day
from cinestats.domain.movie import clean_text
from cinestats.domain.rating import parse_rating

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


User = Annotated[str, Argument(metavar="USER", parser=parse_user, help="Whose diary.")]
Title = Annotated[
    str,
    Argument(
        metavar="TITLE", help="The film by any of its titles: Italian, original or another."
    ),
]
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
Yes = Annotated[bool, Option("--yes", help="Do not ask.")]
