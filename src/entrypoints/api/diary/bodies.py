"""What requests say of films and of plays; what a field may hold is the domain's to say."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import AwareDatetime, ConfigDict, Field, PlainValidator

from cinestats.adapters.entry_json import Day, read_said
from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.adapters.film_json import read_ids
from cinestats.adapters.sources.names import SourceName
from cinestats.application.corrections.batch import MAX_ENTRIES
from cinestats.application.corrections.decide import Decision
from cinestats.application.corrections.many import Change
from cinestats.domain import movie as films
from cinestats.domain.days import parse_day
from cinestats.domain.diary import Correction, Said
from cinestats.domain.entry import MAX_REVIEW_LENGTH, MAX_TAGS
from cinestats.domain.errors import InvalidInput
from cinestats.domain.rating import parse_rating
from cinestats.domain.texts import clean_text
from cinestats.entrypoints.api.http.bodies import LINE_PATTERN, Body

MAX_REF_LENGTH = 800
"""Of what a catalogue calls a film: its title and year at most."""

_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"


def _watched_date(value: object) -> date | None:
    return None if value is None else parse_day(value, "watched_date")


def _timestamp(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise InvalidInput(
            "timestamp",
            f"must be a time such as 2025-01-20T21:30:00+01:00, not {str(value)[:40]!r}",
        ) from error
    if moment.tzinfo is None:
        raise InvalidInput("timestamp", f"must say its zone, as in {moment.isoformat()}+01:00")
    return moment


_STARS: Any = {"type": ["number", "null"], "minimum": 0.5, "maximum": 5, "multipleOf": 0.5}

Rating = Annotated[
    int | None,
    PlainValidator(parse_rating),
    Field(description="Stars in half steps; null for none.", json_schema_extra=_STARS),
]
WatchedDate = Annotated[
    date | None, PlainValidator(_watched_date, json_schema_input_type=Day | None)
]
Again = Annotated[
    bool, Field(description="Whether it may be one more play of its film on that day.")
]


def _text(limit: int) -> Any:
    """What the domain checks of a text, with sentences of its own."""
    return Field(
        json_schema_extra={"minLength": 1, "maxLength": limit, "pattern": LINE_PATTERN}
    )


def _whole(least: int, most: int) -> Any:
    return Field(json_schema_extra={"minimum": least, "maximum": most})


def _free(limit: int, pattern: str = _LINE) -> Any:
    """A text that may be blank, which is none."""
    return Field(json_schema_extra={"maxLength": limit, "pattern": pattern})


_Name = Annotated[str, _text(films.MAX_NAME_LENGTH)]
_Tags = Annotated[list[_Name], Field(json_schema_extra={"maxItems": MAX_TAGS})]
_EntryId = Annotated[str, Field(min_length=1, max_length=MAX_ID_LENGTH)]
_EntryIds = Annotated[list[_EntryId], Field(min_length=1, max_length=MAX_ENTRIES)]
_Ref = Annotated[
    str,
    Field(
        max_length=MAX_REF_LENGTH, description="What the catalogue calls it, of a candidate."
    ),
]


class IdsBody(Body):
    """What others know a film by; one of them is enough."""

    example: ClassVar = {"imdb": "tt1375666"}

    imdb: Annotated[str, Field(json_schema_extra={"pattern": "^tt[0-9]{5,12}$"})] | None = None
    tmdb: Annotated[int, _whole(1, films.MAX_TMDB_ID)] | None = None
    wikidata: (
        Annotated[str, Field(json_schema_extra={"pattern": "^Q[1-9][0-9]{0,11}$"})] | None
    ) = None
    letterboxd: Annotated[str, _text(films.MAX_URI_LENGTH)] | None = None

    def film_ids(self) -> films.FilmIds:
        """The ids; raises InvalidInput with the name of the one that is wrong."""
        return films.checked_ids(read_ids({"ids": self.model_dump()}))


class PlayBody(Body):
    """What is said of a play beside its film, its day and its rating; null for nothing."""

    rewatch: bool | None = None
    liked: bool | None = None
    review: Annotated[str, _free(MAX_REVIEW_LENGTH, _LINES)] | None = None
    place: Annotated[str, _free(films.MAX_NAME_LENGTH)] | None = None
    company: Annotated[str, _free(films.MAX_NAME_LENGTH)] | None = None

    def said(self) -> Said:
        """What the body says; raises InvalidInput with the name of the field that is wrong."""
        names = self.model_fields_set & Said.__annotations__.keys()
        nothing = {name: () if name == "tags" else None for name in names}
        said = read_said({name: getattr(self, name) for name in names})
        return cast(Said, nothing | said)


class MovieBody(PlayBody):
    """A film that was watched, as the ``movie`` of an ADD event has it.

    ``rating`` is in half stars once it is parsed. A ``watched_date`` that is absent is the
    day of the ``timestamp``, which is now unless given; null says that the day is unknown.
    """

    example: ClassVar = {"name": "Inception", "rating": 4.5, "watched_date": "2025-01-20"}

    name: Annotated[str, _text(films.MAX_TITLE_LENGTH)]
    year: Annotated[int, _whole(films.FIRST_YEAR, films.LAST_YEAR)] | None = None
    rating: Rating = None
    genres: Annotated[list[_Name], Field(default_factory=list[str])]
    actors: Annotated[list[_Name], Field(default_factory=list[str])]
    director: str | list[_Name] | None = None
    duration: Annotated[int, _whole(1, films.MAX_DURATION)] | None = None
    watched_date: Annotated[
        WatchedDate,
        Field(description="The day of the timestamp unless given; null if it is unknown."),
    ] = None
    poster_url: Annotated[str, _text(films.MAX_POSTER_URL_LENGTH)] | None = None
    ids: IdsBody | None = None
    tags: _Tags | None = None
    again: Again = False
    timestamp: Annotated[
        datetime | None,
        PlainValidator(_timestamp, json_schema_input_type=AwareDatetime),
        Field(description="When the film was added, with its zone; now unless given."),
    ] = None

    def movie(self) -> films.Movie:
        """The film; raises InvalidInput with the name of the field that is wrong."""
        return films.Movie.create(
            clean_text(self.name, "name", films.MAX_TITLE_LENGTH),
            year=self.year,
            genres=self.genres,
            directors=self.director or (),
            actors=self.actors,
            duration=self.duration,
            poster_url=self.poster_url and films.checked_poster(self.poster_url),
            ids=films.NO_IDS if self.ids is None else self.ids.film_ids(),
        )


class _EditBody(PlayBody):
    """What shall be otherwise: a field that is absent stays, null is for none."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    rating: Rating = None
    watched_date: WatchedDate = None
    again: Again = False

    def correction(self) -> Correction:
        """The correction, without the rating; raises InvalidInput, also for nothing said."""
        if not self.model_fields_set - {"again"}:
            raise InvalidInput("body", "must say what shall be otherwise")
        correction = cast(Correction, self.said())
        if "watched_date" in self.model_fields_set:
            correction["watched_on"] = self.watched_date
        return correction

    def new_rating(self) -> int | Literal["unchanged"] | None:
        """The rating in half stars, or none."""
        return self.rating if "rating" in self.model_fields_set else "unchanged"


class CorrectionBody(_EditBody):
    """What of an entry shall be otherwise: a field that is absent stays, null is for none."""

    example: ClassVar = {"rating": 4.5, "watched_date": "2025-01-19", "tags": ["cinema"]}

    tags: _Tags | None = None


class FilmBody(Body):
    """Which film: by ids, by what the catalogue calls it, or none that it has."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [each]} for each in ("ids", "ref", "none")]}
    )
    example: ClassVar = {"ids": {"imdb": "tt1375666"}}

    ids: IdsBody | None = None
    ref: _Ref | None = None
    none: Literal[True] | None = None

    def chosen(self) -> tuple[films.FilmIds, str | None]:
        """The ids or the ref; raises InvalidInput unless exactly one thing is said."""
        said = [name for name in ("ids", "ref", "none") if getattr(self, name) is not None]
        if len(said) != 1 or len({"ids", "ref", "none"} & self.model_fields_set) != 1:
            raise InvalidInput("film", "must be told by exactly one of ids, ref and none")
        ids = films.NO_IDS if self.ids is None else self.ids.film_ids()
        if self.ids is not None and not any(ids):
            raise InvalidInput("ids", "must hold an id")
        return ids, self.ref


class DecisionBody(FilmBody):
    """Which film some entries are of."""

    entries: _EntryIds


class DecisionsBody(Body):
    """Which films entries are of, each entry named once."""

    example: ClassVar = {
        "decisions": [
            {"entries": ["019483f0-0000-7000-8000-000000000000"], "ref": "inception|2010"}
        ]
    }

    decisions: Annotated[list[DecisionBody], Field(min_length=1, max_length=MAX_ENTRIES)]

    def decided(self) -> list[Decision]:
        """The decisions; raises InvalidInput for more entries than one request may name."""
        if sum(len(each.entries) for each in self.decisions) > MAX_ENTRIES:
            raise InvalidInput("decisions", f"name more than {MAX_ENTRIES} entries")
        return [Decision(tuple(each.entries), *each.chosen()) for each in self.decisions]


class ChangeBody(_EditBody):
    """What of each entry shall be otherwise; tags are added to its own, or removed."""

    add_tags: Annotated[_Tags, Field(default_factory=list[str])]
    remove_tags: Annotated[_Tags, Field(default_factory=list[str])]

    def change(self) -> Change:
        """The change; raises InvalidInput with the name of the field that is wrong."""
        add, remove = (
            cast(tuple[str, ...], read_said({"tags": tags}).get("tags", ()))
            for tags in (self.add_tags, self.remove_tags)
        )
        return Change(self.correction(), self.new_rating(), add, remove, self.again)


class ManyBody(Body):
    """Entries to change alike, or to delete."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["delete"]}, {"required": ["change"]}]}
    )
    example: ClassVar = {
        "entries": ["019483f0-0000-7000-8000-000000000000"],
        "change": {"add_tags": ["cinema"], "watched_date": None},
    }

    entries: _EntryIds
    delete: Literal[True] | None = None
    change: ChangeBody | None = None

    def wanted(self) -> Change | None:
        """The change, None to delete; raises InvalidInput unless exactly one is asked for."""
        given = {"delete", "change"} & self.model_fields_set
        if len(given) != 1 or (self.delete is None) == (self.change is None):
            raise InvalidInput("change", "must be there, or delete, and not both")
        return None if self.change is None else self.change.change()


class MergeBody(Body):
    """Two entries that are one play: the one to keep, and the one to delete."""

    example: ClassVar = {
        "keep": "019483f0-0000-7000-8000-000000000000",
        "drop": "019483f0-0000-7000-8000-000000000001",
    }

    keep: _EntryId
    drop: _EntryId


class ApartBody(Body):
    """Entries of which each is a play of its own."""

    example: ClassVar = {
        "entries": [
            "019483f0-0000-7000-8000-000000000000",
            "019483f0-0000-7000-8000-000000000001",
        ]
    }

    entries: _EntryIds


class EnrichBody(Body):
    """Where to look films up, and whether what is there gives way; ``dry_run`` only tells."""

    example: ClassVar = {"source": "catalogue"}

    source: Literal["catalogue", SourceName] = "catalogue"
    refresh: bool = False
    dry_run: bool = False
