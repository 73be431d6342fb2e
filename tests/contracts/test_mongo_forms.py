"""A database of an earlier form is brought up, one of a later form is refused."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import cinestats
from cinestats.adapters.mongo import forms
from cinestats.adapters.mongo.stores import MongoStores
from cinestats.application.catalogue.ports import FilmQuery, Found
from cinestats.application.diary.record import Recorder
from cinestats.application.figures.project import Projector
from cinestats.application.ports import StoreUnavailable
from cinestats.application.upkeep.integrity import check_events, heads_of
from cinestats.application.upkeep.verify import Verifier
from cinestats.domain.movie import FilmIds

from .builders import added, deleted, entry, movie
from .catalogue import VERTIGO, near
from .test_mongo import Mongo, _numbers

NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)

pytestmark = pytest.mark.distributed


@pytest.fixture
def made(mongo: Mongo) -> Callable[..., MongoStores]:
    """Makes the stores of one database, as a process that starts does."""
    name = f"test_forms{next(_numbers)}"

    def make(**options: Any) -> MongoStores:
        return MongoStores(mongo.uri, name, "topic", ZoneInfo("Europe/Rome"), 1, **options)

    return make


def meta(stores: MongoStores, _id: str) -> dict[str, Any]:
    (found,) = stores.database.find("meta", {"_id": _id})
    return found


def test_a_new_database_has_the_forms_of_this_version(made: Callable[..., MongoStores]) -> None:
    """The forms that differ from the first are written down."""
    forms_of_today = {"_id": "forms", "log": 2, "views": 2, "catalogue": 3, "access": 3}
    assert meta(made(), "forms") == forms_of_today


def test_events_of_the_first_form_get_their_seals(made: Callable[..., MongoStores]) -> None:
    """Also those of an append that is still folded, and erased ones; broken off, it goes on."""
    stores = made()
    stores.log.append(0, 0, [added(n, "a" if n % 2 else "b") for n in range(6)])
    stores.log.erase("b", 3)
    events = stores.database.collection("events")
    gone: dict[str, Any] = dict.fromkeys(("salt", "digest", "chain"), "")
    events.update_many({}, {"$unset": gone})
    stores.database.collection("meta").delete_one({"_id": "forms"})
    upgraded = made()
    assert check_events(upgraded.log) == 6
    heads = heads_of(upgraded.log)
    events.update_many({"_id": {"$gt": 4}}, {"$unset": {"digest": "", "chain": ""}})
    stores.database.collection("meta").delete_one({"_id": "forms"})
    again = made()
    assert check_events(again.log) == 6
    assert heads_of(again.log) == heads
    again.log.append(0, 6, [added(9, "a")])
    assert check_events(again.log) == 7


def test_a_log_that_lost_its_end_is_refused(made: Callable[..., MongoStores]) -> None:
    """Fault 26: where the diary has seen more, nothing is opened and nothing is written."""
    stores = made()
    for number in range(3):
        stores.log.append(0, number, [added(number, "a")])
    Recorder(stores.log, stores.diaries).catch_up(0)
    assert made().log.tail(0) == 3
    stores.database.collection("events").delete_one({"_id": 3})
    with pytest.raises(StoreUnavailable, match=r"ends at position 2 .*has seen position 3"):
        made().database.find("events", {})


@pytest.mark.parametrize("form", [1, 2])
@pytest.mark.parametrize("set_up", [True, False])
def test_films_of_earlier_forms_are_taken_over(
    made: Callable[..., MongoStores], form: int, set_up: bool
) -> None:
    """A catalogue has no log to be read from again: its documents get what they lack.

    A consumer (``set_up=False``) brings it up where it asks for films, and else leaves it to
    the version that writes there.
    """
    stores = made()
    stores.catalogue.load([VERTIGO], replace=True)
    films, movie = stores.database.collection("films"), VERTIGO.movie
    fields = {
        "year": movie.year,
        "film_key": movie.film_key,
        "genres": movie.genres,
        "actors": movie.actors,
        "duration": movie.duration,
        "poster_url": movie.poster_url,
    }
    ids = {"imdb_id": "tt0052357", "tmdb_id": 426}
    others = {"original_title": None, "italian_title": VERTIGO.italian_title}
    first = {"movie": {"title": movie.title, "directors": movie.directors, **fields}}
    body = {"name": movie.title, "director": movie.directors, **fields, **ids, **others}
    second = {"body": {**body, "alternative_titles": []}}
    new = dict.fromkeys(("body", "shelves", "film_key", "release_years", *FilmIds._fields), "")
    films.update_many({}, {"$unset": new})
    films.update_many({}, {"$set": {**ids, **others, **(first if form == 1 else second)}})
    forms_before = {"_id": "forms"} if form == 1 else {"_id": "forms", "catalogue": 2}
    stores.database.collection("meta").replace_one({"_id": "forms"}, forms_before)
    opened = made(set_up=set_up)
    if not set_up:
        opened.prepare(with_catalogue=False)
        assert meta(stores, "forms") == forms_before
        opened.prepare()
    catalogue = opened.catalogue
    known = replace(VERTIGO, movie=replace(movie, ids=FilmIds("tt0052357", 426)))
    assert catalogue.find(FilmQuery("Vertigo", 1958)) == Found(known)
    assert catalogue.find(FilmQuery("", ids=FilmIds(tmdb=426))) == Found(known)
    assert catalogue.find(FilmQuery("La donna che vise due volte", 1958)) == near(known)
    assert catalogue.search("La donna che", 8) == [known]


def test_what_follows_from_the_log_is_read_from_there_again(
    made: Callable[..., MongoStores], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The diary of an earlier form begins anew, and ends equal; the read models stay."""

    def bring_up_to_date(stores: MongoStores) -> None:
        Recorder(stores.log, stores.diaries).catch_up(0)
        Projector(stores.log, stores.models, lambda: NOW).catch_up()

    before = made()
    before.log.append(0, 0, [added(1, rating=9), added(2, rating=None)])
    bring_up_to_date(before)
    entries, stats = before.diaries.entries("u1"), before.models.user_stats("u1")
    monkeypatch.setattr(forms, "FORMS", {**forms.FORMS, "diary": 2})
    after = made()
    assert (after.diaries.position(0), after.models.checkpoint(0)) == (0, 2)
    bring_up_to_date(after)
    assert after.diaries.entries("u1") == entries
    assert after.models.user_stats("u1") == stats
    projector = Projector(after.log, after.models, lambda: NOW)
    verifier = Verifier(after.log, after.models, projector, after.opening)
    assert verifier.verify().equal
    assert made().diaries.position(0) == 2


def test_ids_that_name_films_are_replaced(made: Callable[..., MongoStores]) -> None:
    """A document keeps its count and its fence; one that counts nothing keeps no name.

    The upgrade may be broken off: a document may be there under both ids.
    """
    before = made()
    counted, gone = added(1, rating=9), added(2, of=entry("e2", movie("Gone")))
    before.log.append(0, 0, [counted, gone, deleted(3, gone.entry)])
    Projector(before.log, before.models, lambda: NOW).catch_up()
    days = before.database.collection("global_days")
    for day in before.database.find("global_days", {}):
        old = f"{day['day']}|{day['partition']}|{day['film_key']}"
        days.insert_one({**day, "_id": old})
        if day["count"]:
            days.delete_one({"_id": day["_id"]})
    before.database.collection("meta").update_one({"_id": "forms"}, {"$set": {"views": 1}})
    after = made()
    kept, nameless = sorted(
        after.database.find("global_days", {}), key=lambda day: day["count"], reverse=True
    )
    assert (kept["name"], kept["count"], kept["position"]) == ("Inception", 1, 1)
    assert nameless == {"_id": nameless["_id"], "count": 0, "position": 3}
    assert not any("|" in day["_id"] for day in (kept, nameless))
    projector = Projector(after.log, after.models, lambda: NOW)
    assert Verifier(after.log, after.models, projector, after.opening).verify().equal
    after.log.append(0, 3, [added(4, of=entry("e4", movie("Gone")))])
    assert Verifier(after.log, after.models, projector, after.opening).verify().equal
    assert {d["name"] for d in after.database.find("global_days", {})} == {"Inception", "Gone"}
    days.update_one({"name": "Gone"}, {"$set": {"poster_url": "https://films.example/x.jpg"}})
    assert not Verifier(after.log, after.models, projector, after.opening).verify().equal


@pytest.mark.parametrize("part", forms.FORMS)
@pytest.mark.parametrize("set_up", [True, False])
def test_a_part_of_a_later_form_is_refused(
    made: Callable[..., MongoStores], part: str, set_up: bool
) -> None:
    """Fault 30: by a server and by Spark's workers, whichever part is asked for."""
    collection = made().database.collection("meta")
    collection.update_one({"_id": "forms"}, {"$set": {part: 99}})
    with pytest.raises(
        StoreUnavailable, match=f"The {part} .* form 99, .*: upgrade"
    ) as refused:
        _ = made(set_up=set_up).models
    assert cinestats.__version__ in str(refused.value)


def test_a_log_that_a_later_version_wrote_to_is_refused(
    made: Callable[..., MongoStores],
) -> None:
    """The log notes the latest schema of its events."""
    stores = made()
    stores.log.append(0, 0, [added(1)])
    collection = stores.database.collection("meta")
    collection.update_one({"_id": "log"}, {"$set": {"schema": 99}})
    with pytest.raises(StoreUnavailable, match=r"schema: 99 .*: upgrade"):
        _ = made().log
