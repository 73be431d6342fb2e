"""What a correction changed, for people to read."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import Field

from cinestats.adapters.entry_json import figure_document
from cinestats.domain.entry import Entry
from cinestats.domain.events import EntryCorrected, Event
from cinestats.domain.movie import FilmName

from .fields import Answer

Shown = str | int | float | bool | list[str] | None


class ChangedField(Answer):
    """A field of an entry that was corrected; null where nothing was, or is, said."""

    field: str = Field(examples=["watched_date"])
    before: Shown = Field(examples=["2025-01-20"])
    after: Shown = Field(examples=["2025-01-19"])


def changed_fields(event: Event) -> list[ChangedField]:
    """What a correction changed, field by field; nothing for other events."""
    if not isinstance(event, EntryCorrected):
        return []
    before, after = _shown(event.entry), _shown(event.corrected)
    return [
        ChangedField(field=name, before=value, after=after[name])
        for name, value in before.items()
        if value != after[name]
    ]


def _shown(entry: Entry) -> Mapping[str, Any]:
    """All that may change, each as a value or a list of texts.

    ``film`` is the name in a catalogue, ``sources`` the services that told of the play.
    """
    movie = entry.movie
    fields = figure_document(entry) | {
        "rewatch": entry.rewatch,
        "liked": entry.liked,
        "tags": entry.tags,
        "review": entry.review,
        "place": entry.place,
        "company": entry.company,
        "ids": [f"{name} {id_}" for name, id_ in movie.ids._asdict().items() if id_],
        "film": None if movie.listed is None else _named(movie.listed),
        "film_chosen": entry.film_chosen,
        "apart": entry.apart,
        "sources": [each.service for each in entry.sources],
    }
    lists = ("genres", "director", "actors", "tags")
    texts = {name: list(cast("tuple[str, ...]", fields[name])) for name in lists}
    return fields | texts


def _named(film: FilmName) -> str:
    return film.title if film.year is None else f"{film.title} ({film.year})"
