"""Webhooks of Emby Server: a JSON body, or the part ``data`` of a form."""

from cinestats.application.media_servers.record_play import Ignored, Play
from cinestats.domain.movie import Movie

from .fields import TICKS, Fields, film_ids, named

_STOPPED, _MARKED = "playback.stop", "item.markplayed"


def read_emby(document: object) -> Play | Ignored:
    """A webhook's body; raises InvalidInput for what Emby would not send.

    A film counts as seen when playback stops with ``PlayedToCompletion``, and when a person
    marks it as played.
    """
    body = Fields.required(document, "body")
    event = body.required_text("Event", " from the body")
    if event not in (_STOPPED, _MARKED):
        return Ignored(f"{named(event)} is neither {_STOPPED} nor {_MARKED}.")
    film = body.part("Item")
    kind = film.text("Type")
    if kind != "Movie":
        return Ignored(f"It is not a film, but {named(kind)}.")
    if event == _STOPPED and not body.part("PlaybackInfo").is_true("PlayedToCompletion"):
        return Ignored("The film was not played to its end.")
    item = film.required_text("Id", " from the body's Item")
    server = body.part("Server").text("Id") or film.text("ServerId") or ""
    ids = film.part("ProviderIds").lower_case()
    return Play(
        f"{server}/{item}",
        Movie.create(
            film.text("Name") or "",
            year=film.year("ProductionYear"),
            genres=film.texts("Genres"),
            duration=film.minutes("RunTimeTicks", TICKS),
            ids=film_ids(ids.imdb_id("imdb"), ids.whole("tmdb")),
        ),
        body.part("User").text("Name"),
        body.moment("Date"),
    )
