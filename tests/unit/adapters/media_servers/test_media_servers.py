"""What is read out of the notifications of Plex, Jellyfin and Emby."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cinestats.adapters.media_servers.emby import read_emby
from cinestats.adapters.media_servers.jellyfin import read_jellyfin
from cinestats.adapters.media_servers.plex import read_plex
from cinestats.application.media_servers.record_play import Ignored, Play
from cinestats.domain.errors import InvalidInput

from .payloads import emby, jellyfin, plex

SEEN_AT = datetime(2025, 1, 20, 21, 30, 0, 123456, tzinfo=UTC)
SERVERS = [
    pytest.param(read_plex, plex, "title", "year", id="plex"),
    pytest.param(read_jellyfin, jellyfin, "Name", "Year", id="jellyfin"),
    pytest.param(read_emby, emby, "Name", "ProductionYear", id="emby"),
]


def play(result: Play | Ignored) -> Play:
    assert isinstance(result, Play), result
    return result


def reason(result: Play | Ignored) -> str:
    assert isinstance(result, Ignored), result
    return result.reason


@pytest.mark.parametrize(
    ("read", "payload", "item", "seen_at"),
    [
        (read_plex, plex(), "f00d/2841", None),
        (read_jellyfin, jellyfin(), "beef/0a1b2c3d", SEEN_AT),
        (read_emby, emby(), "cafe/4916", SEEN_AT),
    ],
)
def test_a_finished_film_is_a_play(
    read: Callable[[object], Play | Ignored],
    payload: dict[str, Any],
    item: str,
    seen_at: datetime | None,
) -> None:
    """Film, identifiers, user and time are read; Plex says no time of this view."""
    read_play = play(read(payload))
    assert (read_play.item, read_play.seen_at) == (item, seen_at)
    assert (read_play.movie.title, read_play.movie.year) == ("Inception", 2010)
    assert read_play.movie.duration == 148
    assert read_play.movie.ids[:2] == ("tt1375666", 27205)
    assert read_play.user_name == "Anna"


def test_plex_brings_credits() -> None:
    """They count where the catalogue does not know the film."""
    movie = play(read_plex(plex())).movie
    assert movie.directors == ("Christopher Nolan",)
    assert (movie.genres, movie.actors) == (("Fantascienza",), ("Leonardo DiCaprio",))


@pytest.mark.parametrize(
    ("guid", "ids"),
    [
        ("com.plexapp.agents.imdb://tt0133093?lang=en", ("tt0133093", None)),
        ("com.plexapp.agents.themoviedb://603?lang=en", (None, 603)),
        ("local://2841", (None, None)),
    ],
)
def test_plex_old_agents_name_the_film_in_one_guid(
    guid: str, ids: tuple[str | None, int | None]
) -> None:
    """Libraries that were never moved to Plex's new agent have no list of Guids."""
    read = play(read_plex(plex(guid=guid, Guid=None)))
    assert read.movie.ids[:2] == ids


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (read_plex({**plex(), "event": "media.stop"}), "media.stop is not media.scrobble."),
        (read_plex(plex(type="episode")), "It is not a film, but episode."),
        (read_plex(plex(type="track")), "It is not a film, but track."),
        (
            read_jellyfin(jellyfin(NotificationType="PlaybackStart")),
            "PlaybackStart is neither PlaybackStop nor UserDataSaved.",
        ),
        (read_jellyfin(jellyfin(ItemType="Episode")), "It is not a film, but Episode."),
        (
            read_jellyfin(jellyfin(PlayedToCompletion=False)),
            "The film was not played to its end.",
        ),
        (
            read_jellyfin(jellyfin(NotificationType="UserDataSaved", Played=False)),
            "The film was not marked as played.",
        ),
        (
            read_jellyfin(
                jellyfin(NotificationType="UserDataSaved", Played=True, SaveReason="Import")
            ),
            "The film was not marked as played.",
        ),
        (
            read_emby({**emby(), "Event": "item.rate"}),
            "item.rate is neither playback.stop nor item.markplayed.",
        ),
        (read_emby(emby(Type="Audio")), "It is not a film, but Audio."),
        (read_emby(emby(Type=None)), "It is not a film, but nothing that has a name."),
        (read_emby({**emby(), "PlaybackInfo": {}}), "The film was not played to its end."),
    ],
)
def test_everything_else_is_ignored_with_a_reason(result: Play | Ignored, why: str) -> None:
    """Only films count, and only when they were seen to their end."""
    assert reason(result) == why


def test_a_film_marked_as_played_counts() -> None:
    """A person may mark a film that was seen elsewhere."""
    marked = {**emby(), "Event": "item.markplayed"}
    del marked["PlaybackInfo"]
    assert play(read_emby(marked)).movie.title == "Inception"
    toggled = jellyfin(NotificationType="UserDataSaved", Played=True, SaveReason="TogglePlayed")
    assert play(read_jellyfin(toggled)).movie.title == "Inception"


def test_a_jellyfin_template_may_quote_everything() -> None:
    """Templates write numbers and truth as text; the plugin escapes quotes twice."""
    read = play(
        read_jellyfin(
            jellyfin(PlayedToCompletion="True", Year="2010", Name='The \\"Great\\" Escape')
        )
    )
    assert (read.movie.title, read.movie.year) == ('The "Great" Escape', 2010)


@pytest.mark.parametrize(("read", "make", "title", "year"), SERVERS)
def test_a_bad_hint_is_left_out(
    read: Callable[[object], Play | Ignored],
    make: Callable[..., dict[str, Any]],
    title: str,
    year: str,
) -> None:
    """A year or a duration that no film has does not cost the play."""
    hints = {year: 12, "duration": -1, "RunTimeTicks": 10**18, "UtcTimestamp": "soon"}
    movie = play(read(make(**hints))).movie
    assert (movie.year, movie.duration) == (None, None)


@pytest.mark.parametrize(("read", "make", "title", "year"), SERVERS)
def test_what_no_server_sends_is_refused(
    read: Callable[[object], Play | Ignored],
    make: Callable[..., dict[str, Any]],
    title: str,
    year: str,
) -> None:
    """Not an object, no kind of event, no title, no item: an error that names the field."""
    for garbled in ([], "x", None, 1, {}, {"event": 1}):
        with pytest.raises(InvalidInput):
            read(garbled)
    for blank in (" ", None, 7, {"$ne": 1}):
        with pytest.raises(InvalidInput, match="title"):
            read(make(**{title: blank}))
    with pytest.raises(InvalidInput, match=r"Id|ratingKey"):
        read(make(Id=None, ItemId=None, ratingKey=None, guid=None))
