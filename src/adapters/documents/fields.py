"""What documents are made of: their base, and the types of their fields, with examples."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from cinestats.adapters.entry_json import Day as IsoDay
from cinestats.adapters.entry_json import (
    EntryDocument,
    PlayDocument,
    Stars,
    entry_document,
    figure_document,
)
from cinestats.domain.rating import distribution_key, stars

from . import Document


class Answer(BaseModel):
    """A JSON answer. A field that its model does not name is a bug, not a leak."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, defer_build=True)

    @classmethod
    def of(cls, *values: object, zone: tzinfo | None = None, **fields: object) -> Self:
        """The document of ``values``: each field is an attribute of the first that has it.

        ``fields`` are those that no value has, or not as they shall be shown. Moments are shown
        in ``zone``.
        """
        try:
            return cls.model_validate(_Attributes(values, fields), context=zone)
        except ValidationError as error:  # not of a request: a bug of ours
            raise TypeError(str(error)) from error

    def document(self) -> Document:
        """The same as plain values, by the names that JSON has."""
        return self.model_dump(mode="json", by_alias=True)


class _Attributes:
    """Its own attributes are the fields; what it lacks it looks up in the values."""

    def __init__(self, values: Sequence[object], fields: Mapping[str, object]) -> None:
        self.__dict__.update(fields)
        self._values = values

    def __getattr__(self, name: str) -> object:
        for value in self._values:
            found = getattr(value, name, self)
            if found is not self:
                return found
        raise AttributeError(name)


def _iso(value: date | str) -> str:
    return value.isoformat() if isinstance(value, date) else value


def _moment(value: datetime | str, info: ValidationInfo) -> str:
    if isinstance(value, datetime) and info.context is not None:
        value = value.astimezone(info.context)
    return _iso(value)


def _keyed(write: Callable[[Any], str]) -> BeforeValidator:
    """Counts under keys that JSON can write, in their order; a count of 0 is left out."""

    def written(counts: Mapping[Any, int]) -> dict[str, int]:
        return {write(key): n for key, n in sorted(counts.items()) if n}

    return BeforeValidator(written)


Moment = Annotated[
    str,
    BeforeValidator(_moment),
    Field(json_schema_extra={"format": "date-time"}, examples=["2025-01-21T00:45:00+01:00"]),
]
Day = Annotated[IsoDay, BeforeValidator(_iso)]
Id = Annotated[str, Field(examples=["019483f0-0000-7000-8000-000000000000"])]
HalfStars = Annotated[Stars, BeforeValidator(stars)]
"""Stars, of a domain's rating in half stars."""
StarSum = Annotated[
    float,
    Field(multiple_of=0.5, json_schema_extra={"minimum": 0}, examples=[27.5]),
    BeforeValidator(stars),
]
"""Ratings added up in stars, of a domain's sum in half stars."""
Mean = Annotated[float, Field(ge=0.5, le=5, examples=[3.875])]
"""A mean of ratings in stars."""
# What is counted over a topic that lacks events may be negative: it is shown, not refused.
Count = Annotated[int, Field(json_schema_extra={"minimum": 0}, examples=[7])]
Minutes = Annotated[int, Field(json_schema_extra={"minimum": 0}, examples=[148])]
Position = Annotated[int, Field(ge=0, examples=[417])]
"""A place in the log, to be waited for with ``at_least``."""
FilmName = Annotated[str, Field(examples=["Inception"])]
FilmYear = Annotated[int, Field(examples=[2010])]
PersonName = Annotated[str, Field(examples=["Christopher Nolan"])]
UserId = Annotated[str, Field(examples=["anna"])]
PosterUrl = Annotated[str, Field(examples=["https://films.example/inception.jpg"])]

ByRating = Annotated[
    dict[str, int], _keyed(distribution_key), Field(examples=[{"0_5": 1, "4": 7}])
]
"""Plays by rating in stars; a half star is written ``_5``."""
ByDay = Annotated[dict[str, int], _keyed(date.isoformat), Field(examples=[{"2024-05-01": 2}])]
ByMonth = Annotated[
    dict[str, int],
    _keyed(lambda month: f"{month[0]:04}-{month[1]:02}"),
    Field(examples=[{"2024-05": 9}]),
]
ByYear = Annotated[dict[str, int], _keyed(str), Field(examples=[{"2024": 120}])]
ByDecade = Annotated[dict[str, int], _keyed(str), Field(examples=[{"1990": 31}])]
ByWeekday = Annotated[
    list[int], Field(min_length=7, max_length=7, examples=[[9, 4, 5, 6, 21, 40, 35]])
]
"""Plays by weekday, from Monday on."""


Play = Annotated[PlayDocument, BeforeValidator(figure_document)]
"""A play, of an entry of the diary."""
ShownPlay = Annotated[EntryDocument, BeforeValidator(entry_document)]
"""An entry with all that was said of it, of one as it is shown."""
