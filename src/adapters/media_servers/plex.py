"""Webhooks of Plex Media Server: the part ``payload`` of a form, and a picture."""

import re

from cinestats.application.media_servers.record_play import Ignored, Play
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import MAX_ACTORS, MAX_DIRECTORS, Movie

from .fields import Fields, film_ids, named

_MILLISECONDS = 60_000  # in a minute
_SEEN = "media.scrobble"  # sent once, when 90 % have been played
_IMDB = re.compile(r"(?:com\.plexapp\.agents\.)?imdb://(tt\d{5,12})")
_TMDB = re.compile(r"(?:com\.plexapp\.agents\.the)?(?:movie|tm)db://(\d{1,9})")


def read_plex(document: object) -> Play | Ignored:
    """A webhook's payload; raises InvalidInput for what Plex would not send.

    It has no time of its own: ``lastViewedAt`` may be that of the view before.
    """
    payload = Fields.required(document, "payload")
    event = payload.required_text("event", " from the payload")
    if event != _SEEN:
        return Ignored(f"{named(event)} is not {_SEEN}.")
    film = payload.part("Metadata")
    kind = film.text("type")
    if kind != "movie":
        return Ignored(f"It is not a film, but {named(kind)}.")
    item = film.text("ratingKey") or film.text("guid")
    if item is None:
        raise InvalidInput("ratingKey", "is missing from the payload's Metadata")
    server = payload.part("Server").text("uuid") or ""
    ids = [film.text("guid") or "", *(g.text("id") or "" for g in film.parts("Guid"))]
    imdb = next((found[1] for each in ids if (found := _IMDB.match(each))), None)
    tmdb = next((int(found[1]) for each in ids if (found := _TMDB.match(each))), None)
    return Play(
        f"{server}/{item}",
        Movie.create(
            film.text("title") or "",
            year=film.year("year"),
            genres=_tags(film, "Genre"),
            directors=_tags(film, "Director")[:MAX_DIRECTORS],
            actors=_tags(film, "Role")[:MAX_ACTORS],
            duration=film.minutes("duration", _MILLISECONDS),
            ids=film_ids(imdb, tmdb),
        ),
        payload.part("Account").text("title"),
        None,
    )


def _tags(film: Fields, name: str) -> list[str]:
    return [tag for each in film.parts(name) if (tag := each.text("tag")) is not None]
