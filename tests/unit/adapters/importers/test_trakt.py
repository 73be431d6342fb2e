import io
import json
import zipfile
from datetime import date

import pytest

from cinestats.adapters.importers import source
from cinestats.adapters.importers.formats import trakt
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow
from cinestats.domain.errors import CinestatsError
from cinestats.domain.lists import Listing, watchlist_of


def history(**changes):
    movie = {"title": "Metropolis", "year": 1927, "ids": {"imdb": None, "tmdb": 19}}
    movie |= changes.pop("movie", {})
    item = {"watched_at": "2024-01-31T12:00:00.000Z", "type": "movie", "movie": movie} | changes
    return json.dumps([item])


def test_history_gives_plays_on_the_local_day(read):
    """Half past eleven at night in UTC is the next day in Rome."""
    export = read("trakt_history.json")
    assert export.format == "Trakt history"
    assert export.rows[0] == ImportedRow(
        line=1,
        kind="play",
        title="Metropolis",
        year=1927,
        watched_on=date(2024, 2, 1),
        imdb_id="tt0017136",
        tmdb_id=19,
        service="trakt",
        reference="1",
    )


def test_episodes_are_skipped_and_missing_ids_are_none(read):
    """Films and series are mixed; ids may be null or empty."""
    _, episode, film = read("trakt_history.json").rows
    assert episode == SkippedRow(2, "not a film: episode")
    assert (film.title, film.year, film.imdb_id, film.tmdb_id) == ("Häxan", None, None, None)


def test_ratings_give_films_seen(read):
    """Ratings from 1 to 10 are as many half stars; others are left out."""
    export = read("trakt_ratings.json")
    film, season, bad = export.rows
    assert (film.kind, film.rating, film.watched_on) == ("film", 9, None)
    assert film.logged_on == date(2024, 2, 1)
    assert season == SkippedRow(2, "not a film: season")
    assert (bad.kind, bad.rating, film.reference) == ("film", None, None)
    assert export.notes == ("rating could not be read in 1 item and was left out there.",)


def test_a_summary_gives_the_last_view_of_each_film(read):
    """A note tells that earlier views are not in it; the epoch stands for an unknown day."""
    export = read("trakt_watched.json")
    assert [(row.kind, row.watched_on) for row in export.rows] == [
        ("play", date(2024, 4, 27)),
        ("play", None),
    ]
    assert export.notes == (
        "A summary of what was watched tells only the last day of each film: 1 earlier view was"
        " not added; import the history for that.",
    )
    assert {row.reference for row in export.rows} == {None}


def test_a_watchlist_adds_nothing(read):
    """Its items are listed, not watched."""
    item = {"listed_at": "2024-01-01T00:00:00Z", "movie": {"title": "Greed", "ids": {}}}
    export = read("watchlist.json", json.dumps([item]))
    (row,) = export.rows
    assert row.reason == "on your watchlist: kept as a list, not as a play"
    assert row.listed == Listing(watchlist_of("trakt"), "Greed", listed_on=date(2024, 1, 1))
    assert "no play was added" in export.notes[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"watched_at": "2024-01-31T12:00:00"}, "watched_at"),
        ({"watched_at": "yesterday"}, "watched_at"),
        ({"watched_at": "0001-01-01T00:00:00Z"}, "watched_at"),
        ({"watched_at": "9999-12-31T23:59:59Z"}, "watched_at"),
        ({"watched_at": "1888-12-31T23:59:59Z"}, "watched_at"),
        ({"watched_at": "2201-01-01T00:00:00Z"}, "watched_at"),
        ({"watched_at": None}, "watched_at"),
        ({"watched_at": 5}, "watched_at"),
        ({"movie": {"year": True}}, "year"),
        ({"movie": {"year": "1927"}}, "year"),
        ({"movie": {"year": 1869}}, "year"),
        ({"movie": {"year": 2201}}, "year"),
        ({"movie": {"ids": {"tmdb": 1.5}}}, "tmdb"),
        ({"movie": {"ids": {"tmdb": 0}}}, "tmdb"),
        ({"movie": {"ids": {"imdb": 133093}}}, "imdb"),
        ({"movie": {"ids": [19]}}, "ids"),
        ({"id": "7"}, "id"),
        ({"id": 0}, "id"),
        ({"id": True}, "id"),
    ],
)
def test_no_damaged_field_costs_a_play(read, changes, field):
    """Bad inputs 3, 9, 12, 16 and 18: what is left is kept, and a note names the field."""
    export = read("history.json", history(**changes))
    (row,) = export.rows
    assert (row.kind, row.title) == ("play", "Metropolis")
    assert export.notes == (f"{field} could not be read in 1 item and was left out there.",)
    told = {"watched_at": row.watched_on, "year": row.year, "tmdb": row.tmdb_id}
    told |= {"imdb": row.imdb_id, "ids": row.tmdb_id, "id": row.reference}
    assert told[field] is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (history(movie={"title": "  ", "ids": {}}), "title: must not be blank"),
        (history(movie={"title": None, "ids": {}}), "title: must not be blank"),
        (history(movie={"title": 5}), "title: found 5, expected text"),
        ('[{"watched_at": 1}]', "movie: found None"),
        ('[1, {"watched_at": "2024-01-01T00:00:00Z"}]', "item: found 1"),
    ],
)
def test_an_item_of_no_film_is_rejected_alone(read, text, reason):
    """Each reason names the field and what was found."""
    row = read("history.json", text).rows[0]
    assert isinstance(row, RejectedRow)
    assert row.reason.startswith(f"item 1: {reason}")


def test_an_id_stands_for_the_title(read):
    """Trakt knows the film by it."""
    (row,) = read("history.json", history(movie={"title": None})).rows
    assert (row.title, row.tmdb_id) == ("", 19)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1, 2", "The JSON file is not JSON"),
        ('[{"watched_at": NaN}]', "holds NaN"),
        ("[" * 100_000, "nests deeper than 64 levels"),
        ("[" + "1" * 5000 + "]", "5,000 digits"),
        ('[{"watched_at": 1, "watched_at": 2}]', "twice"),
        ('{"a": 1}', "holds no list"),
        ('[{"a": 1}]', "Trakt's"),
        ("[3]", "Trakt's"),
    ],
)
def test_other_json_is_refused_whole(read, text, message):
    """Bad inputs 1, 5, 6 and 7: one sentence says what was found."""
    with pytest.raises(CinestatsError, match=message):
        read("history.json", text)


def test_a_file_of_too_many_items_is_refused(read, monkeypatch):
    """The limit is that of rows."""
    monkeypatch.setattr(source, "MAX_ROWS", 2)
    with pytest.raises(CinestatsError, match="more than 2 items"):
        read("history.json", "[1, 2, 3]")


def test_an_empty_history_has_no_rows(read):
    """Nothing watched is nothing wrong."""
    assert read("history.json", "[]").rows == ()


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("1889-01-01T12:00:00Z", date(1889, 1, 1)),
        ("2200-12-31T12:00:00Z", date(2200, 12, 31)),
        ("1970-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:01Z", date(1970, 1, 1)),
    ],
)
def test_a_moment_on_the_bound_is_read(read, moment, day):
    """Only the epoch itself stands for an unknown day."""
    (row,) = read("history.json", history(watched_at=moment, movie={"year": 1870})).rows
    assert (row.kind, row.watched_on, row.year) == ("play", day, 1870)


@pytest.mark.parametrize(
    ("rating", "is_good"), [(0, False), (1, True), (10, True), (11, False)]
)
def test_ratings_go_from_one_to_ten(read, rating, is_good):
    """Both are let in."""
    item = {"rated_at": "2024-01-31T12:00:00Z", "rating": rating, "movie": {"title": "M"}}
    (row,) = read("ratings.json", json.dumps([item])).rows
    assert (getattr(row, "rating", None) == rating) == is_good


@pytest.mark.parametrize("moment", ["listed_at", "collected_at"])
def test_what_was_not_watched_is_skipped(read, moment):
    """A list and a collection, each with a note."""
    item = {moment: "2024-01-01T00:00:00Z", "movie": {"title": "Greed", "ids": {}}}
    export = read("x.json", json.dumps([item]))
    assert isinstance(export.rows[0], SkippedRow)
    assert export.notes[0].endswith("was added.")


@pytest.mark.parametrize("other", ["episode", "season", "show"])
def test_what_is_no_film_is_skipped_by_its_key_or_its_type(read, other):
    """Backup tools write the one or the other."""
    for changes in ({other: {}}, {"type": other}):
        (row,) = read("history.json", history(**changes)).rows
        assert row == SkippedRow(1, f"not a film: {other}")


HEAT = {"title": "Heat", "year": 1995, "ids": {"trakt": 1, "imdb": "tt0113277", "tmdb": 949}}
JAWS = {"title": "Jaws", "year": 1975, "ids": {"trakt": 2, "imdb": None, "tmdb": None}}
ALIEN = {"title": "Alien", "year": 1979, "ids": {"trakt": 3, "imdb": None, "tmdb": 348}}
EVENING, NIGHT = "2024-03-15T18:00:00.000Z", "2024-03-15T22:00:00.000Z"
SHOW = {"title": "Seinfeld", "year": 1989, "ids": {}}

# As Trakt writes it today: all files beside each other, long ones in numbered parts.
EXPORT = {
    "user-profile.json": {"username": "anna"},
    "watched-history-1.json": [
        {"id": 12, "watched_at": NIGHT, "action": "watch", "type": "movie", "movie": HEAT},
        {"id": 11, "watched_at": EVENING, "action": "watch", "type": "movie", "movie": HEAT},
    ],
    "watched-history-2.json": [
        {"id": 10, "watched_at": EVENING, "action": "scrobble", "type": "movie", "movie": JAWS}
        | {"action": "checkin"},
        {"id": 9, "watched_at": EVENING, "action": "scrobble", "type": "episode"}
        | {"episode": {"season": 1, "number": 1}, "show": SHOW},
    ],
    "watched-movies.json": [
        {"plays": 2, "last_watched_at": NIGHT, "last_updated_at": NIGHT, "movie": HEAT},
        {"plays": 1, "last_watched_at": EVENING, "last_updated_at": NIGHT, "movie": JAWS},
        {"plays": 3, "last_watched_at": EVENING, "last_updated_at": NIGHT, "movie": ALIEN},
    ],
    "watched-shows.json": [{"plays": 9, "last_watched_at": NIGHT, "show": SHOW, "seasons": []}],
    "ratings-movies.json": [{"rated_at": NIGHT, "rating": 9, "type": "movie", "movie": HEAT}],
    "lists-watchlist.json": [{"listed_at": NIGHT, "type": "movie", "movie": ALIEN}],
    "collection-movies.json": [{"collected_at": NIGHT, "movie": HEAT}],
    "comments-movies.json": [{"type": "movie", "movie": HEAT, "comment": {"comment": "Good"}}],
    "ratings-episodes.json": [],
}


def packed(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, value in files.items():
            archive.writestr(name, json.dumps(value))
    return buffer.getvalue()


def told(export):
    return [
        (row.kind, row.title, row.reference, row.rating)
        for row in export.rows
        if isinstance(row, ImportedRow)
    ]


def test_the_zip_gives_each_play_once_and_the_ratings(read):
    """A film that the history has is not counted by the summary, too; ratings are films'."""
    export = read("trakt-export.zip", packed(EXPORT))
    assert export.format == "Trakt export"
    assert told(export) == [
        ("film", "Heat", None, 9),
        ("play", "Heat", "12", None),
        ("play", "Heat", "11", None),
        ("play", "Jaws", "10", None),
        ("play", "Alien", None, None),
    ]
    assert [row.watched_on for row in export.rows if getattr(row, "reference", None)] == [
        date(2024, 3, 15)
    ] * 3
    skipped = [(row.file, row.reason) for row in export.rows if isinstance(row, SkippedRow)]
    assert skipped == [
        ("collection-movies.json", "on a collection"),
        ("lists-watchlist.json", "on your watchlist: kept as a list, not as a play"),
        ("watched-history-2.json", "not a film: episode"),
        ("watched-movies.json", "its plays are in the history"),
        ("watched-movies.json", "its plays are in the history"),
        ("watched-shows.json", "not a film: show"),
    ]
    assert export.notes[-1] == (
        "comments-movies.json, user-profile.json: not known, and left alone."
    )


def test_the_former_zip_with_its_folders_is_read_too(read):
    """The user's name, then folders of files."""
    former = {
        "anna/watched/history-1.json": EXPORT["watched-history-1.json"],
        "anna/watched/watched-movies.json": EXPORT["watched-movies.json"][:1],
        "anna/ratings/ratings-movies.json": EXPORT["ratings-movies.json"],
    }
    export = read("trakt.zip", packed(former))
    assert [(kind, title) for kind, title, _, _ in told(export)] == [
        ("film", "Heat"),
        ("play", "Heat"),
        ("play", "Heat"),
    ]
    assert export.notes == ()


def test_a_summary_without_a_history_gives_its_last_views(read):
    """It is all there is."""
    export = read("trakt.zip", packed({"a.json": EXPORT["watched-movies.json"]}))
    assert [title for _, title, _, _ in told(export)] == ["Heat", "Jaws", "Alien"]
    assert "3 earlier views were not added" in export.notes[0]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("lists-watchlist.json", "on your watchlist"),
        ("lists-favorites.json", "on your list favorites"),
        ("lists-list-100-noir.json", "on your list noir"),
    ],
)
def test_lists_are_told_by_their_names(read, path, place):
    """Their items are alike."""
    export = read(path, json.dumps(EXPORT["lists-watchlist.json"]))
    (row,) = export.rows
    assert row.reason == f"{place}: kept as a list, not as a play"
    assert export.lists == (row.listed.list.key,)


def test_a_backup_of_too_many_items_is_refused(read, monkeypatch):
    """All its lists count."""
    monkeypatch.setattr(trakt, "MAX_ROWS", 1)
    backup = {"history": EXPORT["watched-history-1.json"][:1]}
    assert len(read("dump.json", json.dumps(backup)).rows) == 1
    backup["ratings"] = EXPORT["ratings-movies.json"]
    with pytest.raises(CinestatsError, match="more than 1 items"):
        read("dump.json", json.dumps(backup))


def test_a_backup_of_several_lists_in_one_file_is_read(read):
    """The lists are told by their names, as files of a zip are."""
    backup = {
        "username": "anna",
        "stats": {"movies": {"plays": 3}},
        "followers": [],
        "watchlist": EXPORT["lists-watchlist.json"],
        "ratings": EXPORT["ratings-movies.json"],
        "history": EXPORT["watched-history-1.json"],
    }
    export = read("dump.json", json.dumps(backup))
    assert export.format == "Trakt backup"
    assert [(row.file, row.line) for row in export.rows] == [
        ("watchlist", 1),
        ("ratings", 1),
        ("history", 1),
        ("history", 2),
    ]
    assert [row[2] for row in told(export)] == [None, "12", "11"]
