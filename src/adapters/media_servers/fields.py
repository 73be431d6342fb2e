"""Fields of other programs' documents: what is there and of the right kind, else None."""

import re
from datetime import datetime
from typing import Any, cast

from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_DURATION,
    MAX_TMDB_ID,
    FilmIds,
)

TICKS = 600_000_000
"""In a minute, as Emby and what came of it count them."""

_IMDB = re.compile(r"tt\d{5,12}")


class Fields:
    """The fields of a JSON object; what is not one has no fields."""

    def __init__(self, value: object) -> None:
        self._values = cast(dict[str, Any], value) if isinstance(value, dict) else {}

    @classmethod
    def required(cls, value: object, field: str) -> "Fields":
        """The fields of ``value``, which must be a JSON object; raises InvalidInput."""
        fields = cls(value)
        if not isinstance(value, dict):
            raise InvalidInput(field, "must be a JSON object")
        return fields

    def part(self, name: str) -> "Fields":
        """The object in a field; an empty one where there is none."""
        return Fields(self._values.get(name))

    def parts(self, name: str) -> list["Fields"]:
        """The objects of the list in a field; what is not one has no fields."""
        return [Fields(item) for item in self._items(name)]

    def texts(self, name: str) -> list[str]:
        """The texts of the list in a field, but for blank ones."""
        stripped = (item.strip() for item in self._items(name) if isinstance(item, str))
        return [item for item in stripped if item]

    def text(self, name: str) -> str | None:
        """The text in a field, unless it is blank."""
        value = self._values.get(name)
        return value.strip() or None if isinstance(value, str) else None

    def required_text(self, name: str, missing: str) -> str:
        """The same; raises InvalidInput, which says ``missing``, for none."""
        text = self.text(name)
        if text is None:
            raise InvalidInput(name, f"is missing{missing}")
        return text

    def imdb_id(self, name: str) -> str | None:
        """The id of IMDb in a field, if it is one."""
        found = _IMDB.fullmatch(self.text(name) or "")
        return found and found[0]

    def whole(self, name: str) -> int | None:
        """The whole number in a field, also where a template has put it in quotes."""
        value = self._values.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
            return int(value)
        return value if type(value) is int else None

    def is_true(self, name: str) -> bool:
        """Whether a field is true, or says so as a template writes it."""
        value = self._values.get(name)
        return value is True or (isinstance(value, str) and value.lower() == "true")

    def year(self, name: str) -> int | None:
        """The year in a field, if a film can be from then."""
        number = self.whole(name)
        return number if number is not None and FIRST_YEAR <= number <= LAST_YEAR else None

    def minutes(self, name: str, units_in_a_minute: int) -> int | None:
        """The duration in a field in minutes, if a film can run for so long."""
        number = self.whole(name)
        duration = None if number is None else round(number / units_in_a_minute)
        return duration if duration is not None and 0 < duration <= MAX_DURATION else None

    def moment(self, name: str) -> datetime | None:
        """The time in a field, if it says its zone."""
        try:
            time = datetime.fromisoformat(self.text(name) or "")
        except ValueError:
            return None  # it is only a hint: without one the notification's arrival counts
        return time if time.tzinfo is not None else None

    def lower_case(self) -> "Fields":
        """The same fields, with their names in lower case."""
        return Fields({name.lower(): value for name, value in self._values.items()})

    def _items(self, name: str) -> list[object]:
        value = self._values.get(name)
        return cast(list[object], value) if isinstance(value, list) else []


def film_ids(imdb: str | None, tmdb: int | None) -> FilmIds:
    """The ids of a film, but for what cannot be one."""
    return FilmIds(imdb, tmdb if tmdb is not None and 0 < tmdb <= MAX_TMDB_ID else None)


def named(value: str | None) -> str:
    """``value`` as a sentence may name it, however long it is."""
    return "nothing that has a name" if value is None else value[:40]
