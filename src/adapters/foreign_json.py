"""Records of other applications: a blemish in an optional field costs that field, not the play.

A record is turned into our own form, and then read as strictly as our own.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple, cast

from cinestats.domain.days import local_day
from cinestats.domain.details import DETAIL_FIELDS
from cinestats.domain.entry import MAX_TAGS
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import Event
from cinestats.domain.movie import FIRST_YEAR, MAX_GENRES, FilmIds
from cinestats.domain.texts import clean_text

from .entry_json import SAID_FIELDS, read_said
from .event_json import (
    MAX_ID_LENGTH,
    TYPES,
    parse_event,
    parse_record,
    read_moment,
    refuse_newer_schema,
)
from .film_json import FILM_FIELDS, SOMETIMES, read_movie
from .foreign_values import (
    are_plain_names,
    day_of,
    flag_of,
    instant_of,
    latest_day,
    minutes_of,
    names_of,
    says_nothing,
    shown,
    split_text,
    whole_of,
)
from .strict_json import Fields, as_object, flag, optional_text, text

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PLAYS = ("movie", "corrected")
_DAYS = ("watched_date", "date")
_PARTS = {"ids": FilmIds._fields, "details": DETAIL_FIELDS}
_VALUES: Mapping[str, Callable[[object, str], object]] = {
    "year": whole_of,
    "duration": minutes_of,
    "rewatch": flag_of,
    "liked": flag_of,
}
_NAMES: Mapping[str, Callable[[str], list[str]]] = {
    "director": split_text,
    "actors": split_text,
    "genres": split_text,
    "tags": lambda text: [text],
}
_MOST_NAMES = {"genres": MAX_GENRES, "tags": MAX_TAGS}
_OF_THE_FILM = (*(each.name for each in FILM_FIELDS if each.name != "name"), *SOMETIMES)
_OF_THE_EVENT: Mapping[str, Callable[[Fields, str], object]] = {
    "said_by": optional_text,
    "again": flag,
    "rating_of": lambda fields, name: read_said({name: fields[name]}),
}

NOTED_FIELDS = frozenset(
    (*_DAYS, "added_on", *_OF_THE_EVENT, *_OF_THE_FILM, *SAID_FIELDS),
)
"""The fields that a note may be of."""


class Note(NamedTuple):
    """An optional field that was left out, whole or in part, and the sentence that says why."""

    field: str
    problem: str


class ForeignEvent(NamedTuple):
    """An event of another application; only a relay's has a ``position``."""

    event: Event
    position: int | None
    notes: tuple[Note, ...]


def read_foreign(data: bytes, zone: tzinfo, now: datetime) -> ForeignEvent:
    """A record's bytes as an event, and what of it was left out.

    Days behind both ``now`` and the event's own time are left out. Raises InvalidInput where
    something is wrong with what no play can do without (who, which film, when, the rating, ids
    of the event), and NewerEvent. A record with a position is our own relay's: it is read as
    strictly as by ``read_event``.
    """
    record = parse_record(data.removeprefix(_BYTE_ORDER_MARK), values=False)
    document = as_object(record, "event")
    if document.get("position") is not None:
        return ForeignEvent(*parse_event(document, zone), ())
    reading = _Reading(zone, now)
    fields = reading.in_our_form(document)
    try:
        event = parse_event(fields, zone).event
    except InvalidInput:
        if not reading.leave_out(fields):
            raise
        event = parse_event(fields, zone).event
    return ForeignEvent(event, None, tuple(reading.notes))


@dataclass(slots=True)
class _Reading:
    """One record on its way into our form."""

    zone: tzinfo
    now: datetime
    notes: list[Note] = field(default_factory=list[Note])

    def in_our_form(self, document: Fields) -> dict[str, Any]:
        """The event as we would write it: every day said, and every value in its type.

        What cannot be an event at all stays as it is, for ``parse_event`` to say so.
        """
        fields = dict(document)
        if isinstance(verb := fields.get("event_type"), str):
            fields["event_type"] = clean_text(verb.upper(), "event_type", MAX_ID_LENGTH)
        type_, schema = TYPES.get(str(fields.get("event_type"))), fields.get("schema")
        if type_ is None:
            if type(schema) is not int:  # an envelope has a schema of its own
                fields.pop("schema", None)
            return fields
        _refuse_schema(schema, type_)
        _refuse_unclean_user(fields)
        if type(fields.get("event_id")) is int:
            fields["event_id"] = str(fields["event_id"])
        _drop_blank(fields, (*_OF_THE_EVENT, "event_id", "entry_id", "cause"))
        moment = _moment(fields)
        self.now = max(self.now, moment)
        fields["timestamp"] = moment.isoformat()
        added_on = self._day(fields, "added_on")
        fields["added_on"] = None if added_on is None else added_on.isoformat()
        # The original's form has no day where it was the day of the event.
        unsaid = local_day(moment, self.zone) if schema is None else None
        fields["schema"] = type_.names.schema
        for name in _PLAYS:
            if isinstance(play := fields.get(name), dict):
                fields[name] = self._play(cast(Fields, play), unsaid)
        return fields

    def _play(self, said: Fields, unsaid: date | None) -> dict[str, Any]:
        film = dict(said)
        if type(name := film.get("name")) is int:
            film["name"] = str(name)  # 1917 is a film
        _drop_blank(film, NOTED_FIELDS)
        for field_, read in _VALUES.items():
            if (value := film.get(field_)) is not None:
                try:
                    film[field_] = read(value, field_)
                except InvalidInput as error:
                    self._drop(film, field_, str(error))
        for field_ in _NAMES:
            value = film.get(field_)
            if value is not None and not are_plain_names(value):
                try:
                    film[field_] = self._names(value, field_)
                except InvalidInput as error:
                    self._drop(film, field_, str(error))
        poster = film.get("poster_url")
        if isinstance(poster, str) and says_nothing(poster):
            self._drop(film, "poster_url", f"poster_url: {shown(poster)} is no address")
        for field_, parts in _PARTS.items():
            if isinstance(given := film.get(field_), dict):
                known = cast(Fields, given)
                film[field_] = {part: known[part] for part in parts if part in known}
        day = self._watched_on(film, unsaid)
        film.pop("date", None)
        film["watched_date"] = None if day is None else day.isoformat()
        return film

    def _drop(self, fields: dict[str, Any], name: str, problem: str) -> None:
        self.notes.append(Note(name, problem))
        del fields[name]

    def _names(self, value: object, name: str) -> list[str]:
        names, problems = names_of(value, name, _NAMES[name])
        names = list(dict.fromkeys(names))
        most = _MOST_NAMES.get(name, len(names))
        if len(names) > most:
            problems.append(f"holds {len(names):,} names, of which the first {most} count")
        self.notes += [Note(name, f"{name}: {problem}") for problem in problems]
        return names[:most]

    def _watched_on(self, film: Fields, unsaid: date | None) -> date | None:
        """The day that the play says: ``unsaid`` for none, None for one that cannot be."""
        said = [name for name in _DAYS if film.get(name) is not None]
        days = [self._day(film, name) for name in said]
        return next((day for day in days if day is not None), None) if said else unsaid

    def _day(self, fields: Fields, name: str) -> date | None:
        """The day that a field says; None where it says none, or one that cannot be."""
        value = fields.get(name)
        if value is None or value == "":
            return None
        try:
            day = day_of(value, name, self.zone)
            if day.year < FIRST_YEAR:
                raise InvalidInput(name, f"must be from {FIRST_YEAR} on, not {day}")
            if day > latest_day(self.now):
                raise InvalidInput(name, f"must not be in the future, as {day} is")
        except InvalidInput as error:
            self.notes.append(Note(name, str(error)))
            return None
        return day

    # What our own reader refuses.

    def leave_out(self, fields: dict[str, Any]) -> bool:
        """Leave out each optional field that is refused by itself; False if none is."""
        before = len(self.notes)
        for name in _OF_THE_EVENT:
            self._leave_out_if_refused(fields, name, None)
        for play in (fields.get(name) for name in _PLAYS):
            film = cast(dict[str, Any], play) if isinstance(play, dict) else {}
            for name in (*_OF_THE_FILM, *SAID_FIELDS):
                if name in _PARTS and isinstance(given := film.get(name), dict):
                    parts = cast(dict[str, Any], given)
                    for part in list(parts):
                        self._leave_out_if_refused(parts, part, name)
                self._leave_out_if_refused(film, name, None)
        return len(self.notes) > before

    def _leave_out_if_refused(
        self, fields: dict[str, Any], name: str, part_of: str | None
    ) -> None:
        if (value := fields.get(name)) is None:
            return
        noted = part_of or name
        try:
            _try(noted, {name: value} if part_of else value)
        except InvalidInput as error:
            self.notes.append(Note(noted, str(error)))
            del fields[name]


def _try(name: str, value: object) -> None:
    """Read a play that has but this field; raises InvalidInput."""
    if name in _OF_THE_EVENT:
        _OF_THE_EVENT[name]({name: value}, name)
    elif name in _OF_THE_FILM:
        read_movie({"name": "-", name: value})
    else:
        read_said({name: value})


def _drop_blank(fields: dict[str, Any], names: Container[str]) -> None:
    """Take a blank text for one that is not there."""
    texts = [name for name, value in fields.items() if isinstance(value, str)]
    for name in texts:
        if name in names and not fields[name].strip():
            del fields[name]


def _refuse_schema(schema: object, type_: type[Event]) -> None:
    if type(schema) is int:
        refuse_newer_schema(schema)
    if schema is not None and (type(schema) is not int or schema != type_.names.schema):
        form = f"must be {type_.names.schema} for {type_.names.verb}, or absent"
        raise InvalidInput("schema", f"{form}, not {shown(schema)}")


def _refuse_unclean_user(fields: Fields) -> None:
    """The key is the user_id byte for byte: one that we would write otherwise fits no key."""
    written = text(fields, "user_id")
    cleaned = clean_text(written, "user_id", MAX_ID_LENGTH)
    if written != written.strip():
        raise InvalidInput("user_id", f"must not begin or end with blanks, as {written!r} does")
    if written != cleaned:
        form = f"must be in Unicode's composed form (NFC), {cleaned!r}"
        raise InvalidInput("user_id", form)


def _moment(fields: Fields) -> datetime:
    value = fields.get("timestamp")
    if (moment := instant_of(value)) is not None:
        return moment
    if value is not None and not isinstance(value, str):
        form = "must be a time such as 2025-01-20T21:30:00+01:00, or seconds since 1970"
        raise InvalidInput("timestamp", f"{form}, not {shown(value)}")
    return read_moment({"timestamp": clean_text(text(fields, "timestamp"), "timestamp", 200)})
