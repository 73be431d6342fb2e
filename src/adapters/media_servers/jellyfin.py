"""Notifications of Jellyfin's webhook plugin that hold all its properties."""

from datetime import datetime

from cinestats.application.media_servers.record_play import Ignored, Play
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import Movie

from .fields import (
    TICKS,
    Fields,
    as_object,
    imdb_id,
    is_true,
    minutes,
    moment,
    named,
    text,
    whole,
    year,
)

_PLAYED_BY = ("TogglePlayed", "PlaybackFinished")


def read_jellyfin(document: object) -> Play | Ignored:
    """A notification; raises InvalidInput for what the plugin would not send.

    A film counts as seen when playback stops with ``PlayedToCompletion``, and when a person
    marks it as played.
    """
    notice = as_object(document, "body")
    type_ = text(notice, "NotificationType")
    if type_ is None:
        raise InvalidInput("NotificationType", "is missing: let the plugin send all properties")
    if type_ not in ("PlaybackStop", "UserDataSaved"):
        return Ignored(f"{named(type_)} is neither PlaybackStop nor UserDataSaved.")
    kind = text(notice, "ItemType")
    if kind != "Movie":
        return Ignored(f"It is not a film, but {named(kind)}.")
    if type_ == "PlaybackStop" and not is_true(notice, "PlayedToCompletion"):
        return Ignored("The film was not played to its end.")
    if type_ == "UserDataSaved" and not (
        is_true(notice, "Played") and text(notice, "SaveReason") in _PLAYED_BY
    ):
        return Ignored("The film was not marked as played.")
    item = text(notice, "ItemId")
    if item is None:
        raise InvalidInput("ItemId", "is missing: let the plugin send all properties")
    return Play(
        f"{text(notice, 'ServerId') or ''}/{item}",
        Movie.create(
            _unescaped(text(notice, "Name") or ""),
            year=year(notice, "Year"),
            genres=[
                g for each in (text(notice, "Genres") or "").split(",") if (g := each.strip())
            ],
            duration=minutes(notice, "RunTimeTicks", TICKS),
        ),
        imdb_id(notice, "Provider_imdb"),
        whole(notice, "Provider_tmdb"),
        _user_name(notice),
        _time(notice),
    )


def _user_name(notice: Fields) -> str | None:
    name = text(notice, "NotificationUsername") or text(notice, "Username")
    return None if name is None else _unescaped(name)


def _time(notice: Fields) -> datetime | None:
    return moment(notice, "UtcTimestamp") or moment(notice, "Timestamp")


def _unescaped(value: str) -> str:
    """The plugin escapes quotes for its templates, and then once more as JSON."""
    return value.replace('\\"', '"')
