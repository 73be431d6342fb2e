"""Notifications of Jellyfin's webhook plugin that hold all its properties."""

from cinestats.application.media_servers.record_play import Ignored, Play
from cinestats.domain.movie import Movie

from .fields import TICKS, Fields, film_ids, named

_PLAYED_BY = ("TogglePlayed", "PlaybackFinished")


def read_jellyfin(document: object) -> Play | Ignored:
    """A notification; raises InvalidInput for what the plugin would not send.

    A film counts as seen when playback stops with ``PlayedToCompletion``, and when a person
    marks it as played.
    """
    notice = Fields.required(document, "body")
    type_ = notice.required_text("NotificationType", ": let the plugin send all properties")
    if type_ not in ("PlaybackStop", "UserDataSaved"):
        return Ignored(f"{named(type_)} is neither PlaybackStop nor UserDataSaved.")
    kind = notice.text("ItemType")
    if kind != "Movie":
        return Ignored(f"It is not a film, but {named(kind)}.")
    if type_ == "PlaybackStop" and not notice.is_true("PlayedToCompletion"):
        return Ignored("The film was not played to its end.")
    if type_ == "UserDataSaved" and not (
        notice.is_true("Played") and notice.text("SaveReason") in _PLAYED_BY
    ):
        return Ignored("The film was not marked as played.")
    item = notice.required_text("ItemId", ": let the plugin send all properties")
    return Play(
        f"{notice.text('ServerId') or ''}/{item}",
        Movie.create(
            _unescaped(notice.text("Name") or ""),
            year=notice.year("Year"),
            genres=[
                g for each in (notice.text("Genres") or "").split(",") if (g := each.strip())
            ],
            duration=notice.minutes("RunTimeTicks", TICKS),
            ids=film_ids(notice.imdb_id("Provider_imdb"), notice.whole("Provider_tmdb")),
        ),
        _user_name(notice),
        notice.moment("UtcTimestamp") or notice.moment("Timestamp"),
    )


def _user_name(notice: Fields) -> str | None:
    name = notice.text("NotificationUsername") or notice.text("Username")
    return None if name is None else _unescaped(name)


def _unescaped(value: str) -> str:
    """The plugin escapes quotes for its templates, and then once more as JSON."""
    return value.replace('\\"', '"')
