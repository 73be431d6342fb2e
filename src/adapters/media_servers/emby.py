"""Webhooks of Emby Server: a JSON body, or the part ``data`` of a form."""

import re
from datetime import datetime

from cinestats.application.record_play import Ignored, Play
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import Movie

from .fields import (
    Fields,
    as_object,
    is_true,
    minutes,
    moment,
    named,
    part,
    text,
    texts,
    whole,
    year,
)

_TICKS = 600_000_000  # in a minute
_IMDB = re.compile(r"tt\d{5,12}")
_STOPPED, _MARKED = "playback.stop", "item.markplayed"


def read_emby(document: object) -> Play | Ignored:
    """A webhook's body; raises InvalidInput for what Emby would not send.

    A film counts as seen when playback stops with ``PlayedToCompletion``, and when a person
    marks it as played.
    """
    body = as_object(document, "body")
    event = text(body, "Event")
    if event is None:
        raise InvalidInput("Event", "is missing from the body")
    if event not in (_STOPPED, _MARKED):
        return Ignored(f"{named(event)} is neither {_STOPPED} nor {_MARKED}.")
    film = part(body, "Item")
    kind = text(film, "Type")
    if kind != "Movie":
        return Ignored(f"It is not a film, but {named(kind)}.")
    if event == _STOPPED and not is_true(part(body, "PlaybackInfo"), "PlayedToCompletion"):
        return Ignored("The film was not played to its end.")
    item = text(film, "Id")
    if item is None:
        raise InvalidInput("Id", "is missing from the body's Item")
    server = text(part(body, "Server"), "Id") or text(film, "ServerId") or ""
    ids = {name.lower(): name for name in part(film, "ProviderIds")}
    imdb = _IMDB.fullmatch(text(part(film, "ProviderIds"), ids.get("imdb", "")) or "")
    return Play(
        f"{server}/{item}",
        Movie.create(
            text(film, "Name") or "",
            year=year(film, "ProductionYear"),
            genres=texts(film, "Genres"),
            duration=minutes(film, "RunTimeTicks", _TICKS),
        ),
        imdb and imdb[0],
        whole(part(film, "ProviderIds"), ids.get("tmdb", "")),
        text(part(body, "User"), "Name"),
        _time(body),
    )


def _time(body: Fields) -> datetime | None:
    return moment(body, "Date")
