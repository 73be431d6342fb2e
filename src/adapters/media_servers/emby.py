"""Webhooks of Emby Server: a JSON body, or the part ``data`` of a form."""

from cinestats.application.media_servers.record_play import Ignored, Play
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import Movie

from .fields import (
    TICKS,
    as_object,
    imdb_id,
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
    ids = part(film, "ProviderIds")
    names = {name.lower(): name for name in ids}
    return Play(
        f"{server}/{item}",
        Movie.create(
            text(film, "Name") or "",
            year=year(film, "ProductionYear"),
            genres=texts(film, "Genres"),
            duration=minutes(film, "RunTimeTicks", TICKS),
        ),
        imdb_id(ids, names.get("imdb", "")),
        whole(ids, names.get("tmdb", "")),
        text(part(body, "User"), "Name"),
        moment(body, "Date"),
    )
