"""Notifications as the three servers send them, of one film; of no real person or server."""

from typing import Any


def plex(**changes: Any) -> dict[str, Any]:
    """The part ``payload`` of Plex's form; ``changes`` are made in its Metadata."""
    return {
        "event": "media.scrobble",
        "user": True,
        "owner": True,
        "Account": {"id": 1, "thumb": "https://plex.example/avatar", "title": "Anna"},
        "Server": {"title": "Attic", "uuid": "f00d"},
        "Player": {"local": True, "title": "Sofa", "uuid": "p1", "publicAddress": "192.0.2.7"},
        "Metadata": {
            "librarySectionType": "movie",
            "ratingKey": "2841",
            "key": "/library/metadata/2841",
            "guid": "plex://movie/5d776825880197001ec90a11",
            "type": "movie",
            "title": "Inception",
            "year": 2010,
            "duration": 8_880_000,
            "lastViewedAt": 1_500_000_000,
            "Guid": [{"id": "imdb://tt1375666"}, {"id": "tmdb://27205"}, {"id": "tvdb://113"}],
            "Genre": [{"id": 1, "tag": "Fantascienza"}],
            "Director": [{"id": 2, "tag": "Christopher Nolan"}],
            "Role": [{"id": 3, "tag": "Leonardo DiCaprio", "role": "Cobb"}],
            **changes,
        },
    }


def jellyfin(**changes: Any) -> dict[str, Any]:
    """What the webhook plugin sends with all properties."""
    return {
        "ServerId": "beef",
        "ServerName": "attic",
        "ServerVersion": "10.10.3",
        "ServerUrl": "http://attic.example:8096",
        "NotificationType": "PlaybackStop",
        "Timestamp": "2025-01-20T22:30:00.1234567+01:00",
        "UtcTimestamp": "2025-01-20T21:30:00.1234567Z",
        "Name": "Inception",
        "Overview": "A thief who steals secrets.",
        "ItemId": "0a1b2c3d",
        "ItemType": "Movie",
        "RunTimeTicks": 88_800_000_000,
        "RunTime": "02:28:00",
        "Year": 2010,
        "Genres": "Science Fiction, Action",
        "Provider_imdb": "tt1375666",
        "Provider_tmdb": "27205",
        "PlaybackPositionTicks": 88_000_000_000,
        "IsPaused": False,
        "PlayedToCompletion": True,
        "NotificationUsername": "Anna",
        "UserId": "u1u1",
        **changes,
    }


def emby(**changes: Any) -> dict[str, Any]:
    """Emby's body; ``changes`` are made in its Item."""
    return {
        "Title": "Anna has finished playing Inception on Sofa",
        "Description": "Monday, 20 January 2025 22:30",
        "Date": "2025-01-20T21:30:00.1234567Z",
        "Event": "playback.stop",
        "Severity": "Info",
        "User": {"Name": "Anna", "Id": "a1"},
        "Item": {
            "Name": "Inception",
            "OriginalTitle": "Inception",
            "ServerId": "cafe",
            "Id": "4916",
            "Type": "Movie",
            "ProductionYear": 2010,
            "RunTimeTicks": 88_800_000_000,
            "Genres": ["Science Fiction", "Action"],
            "ProviderIds": {"Tmdb": "27205", "IMDB": "tt1375666", "Official Website": "x"},
            **changes,
        },
        "Server": {"Name": "attic", "Id": "cafe", "Version": "4.8.10.0"},
        "PlaybackInfo": {"PositionTicks": 88_000_000_000, "PlayedToCompletion": True},
    }
