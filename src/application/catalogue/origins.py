"""Which source told what of a film, by group of fields."""

from datetime import date
from typing import Literal, NamedTuple, get_args

Group = Literal[
    "film", "ids", "titles", "credits", "genres", "length", "poster", "production", "votes"
]
GROUPS: tuple[Group, ...] = get_args(Group)


class Origin(NamedTuple):
    """A source that told a group of fields, and the day it was asked.

    "film" is that there is the film at all: nobody told of it before.
    """

    group: Group
    source: str
    fetched_on: date
