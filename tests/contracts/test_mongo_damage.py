"""A damaged document in MongoDB is told by its collection and id, never by a traceback."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from cinestats.adapters.mongo.deep_checks import deep_checks
from cinestats.adapters.mongo.stores import MongoStores
from cinestats.application.access.audit import AuditRecord
from cinestats.application.access.ports import Account, Credential
from cinestats.application.diary.record import Recorder
from cinestats.application.figures.project import Projector
from cinestats.application.figures.trends import refresh_trends
from cinestats.application.following.accounts import Asked, FollowedAccount
from cinestats.application.lists.keep import ListKeeper
from cinestats.application.ports import StoreUnavailable
from cinestats.application.streaming.dead_letters import DeadLetter
from cinestats.application.streaming.ports import Lost, Published, TopicClaim
from cinestats.application.upkeep.examine import examine
from cinestats.application.upkeep.integrity import check_diary, check_events
from cinestats.application.upkeep.verify import Verifier
from cinestats.application.webhooks.subscriptions import Progress, Webhook
from cinestats.domain.errors import CinestatsError
from cinestats.domain.lists import Listing, watchlist_of

from .builders import added
from .catalogue import VERTIGO
from .test_mongo import Mongo, _numbers

NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")
COLLECTIONS = (
    *("accounts", "credentials", "audit", "webhooks", "followed", "lists", "dead_letters"),
    *("films", "missing_films", "events", "diary", "diary_positions", "user_stats"),
    *("user_affinities", "global_days", "global_stats", "checkpoints", "relay_positions"),
    *("topics", "topic_positions", "topic_ways"),
)
ABSENT = object()
DAMAGES = (ABSENT, "x", [1])

pytestmark = pytest.mark.distributed


@pytest.fixture(scope="module")
def stores(mongo: Mongo) -> MongoStores:
    """A database with a document or more in each collection."""
    stores = MongoStores(mongo.uri, f"test_damage{next(_numbers)}", "topic", ROME, 1)
    fill(stores)
    return stores


def fill(stores: MongoStores) -> None:
    log = stores.log
    log.append(0, 0, [added(n, "u") for n in range(3)])
    Recorder(log, stores.diaries).catch_up(0)
    Projector(log, stores.models, lambda: NOW).catch_up()
    refresh_trends(stores.models, lambda: NOW, ROME)
    stores.catalogue.load([VERTIGO])
    stores.catalogue.note_missing("tmdb", ["a film"], NOW.date())
    account = Account("u", "hash", False, "private", None, None, NOW)
    stores.access.accounts.add(account)
    access = "c", "secret", "token", "u", "mine", frozenset({"read"}), NOW, None, None
    stores.access.credentials.add(Credential(*access))
    stores.access.audit_trail.append(AuditRecord("r", NOW, "u", "made", "u", "nothing"))
    progress = Progress(1, NOW)
    hook = Webhook("w", "u", "https://a.org", b"k", frozenset({"added"}), NOW, progress)
    stores.webhooks.add(hook, 5)
    stores.followed.add(FollowedAccount("u", "letterboxd", "me", NOW, Asked(NOW)), 5)
    keeper = ListKeeper(stores.lists, lambda: NOW, lambda: "list event")
    keeper.take_in("u", [Listing(watchlist_of("letterboxd"), "Vertigo", 1958)], (), "import")
    stores.relay_positions.advance(0, 2)
    stores.relay_positions.note(0, Published(2, b"chain"))
    stores.dead_letters.park([DeadLetter("topic", 0, 1, b"u", b"x", "No event.", NOW)])
    stores.topic_positions.advance("topic", 0, 2)
    stores.topic_positions.give_up("topic", Lost(0, 2, 3), NOW)
    stores.taking_in.begin("topic", 0, 3)
    stores.topic_claims.put("topic", TopicClaim("id", 1, "ours"))
    stores.topic_ways.settle("topic", "loose")


def read_all(stores: MongoStores) -> list[str]:
    """What `doctor --deep` finds wrong; whatever else passes fails the test."""
    wrong = [
        f.detail for f in examine(c._replace(needs=()) for c in deep_checks(stores)) if not f.ok
    ]
    log = stores.log
    projector = Projector(log, stores.models, lambda: NOW)
    for look in (
        lambda: check_events(log),
        lambda: check_diary(log, stores.diaries),
        lambda: differs(Verifier(log, stores.models, projector, stores.opening)),
        lambda: stores.relay_positions.get(0),
        lambda: stores.relay_positions.noted(0),
        lambda: stores.topic_claims.get("topic"),
        lambda: stores.topic_ways.get("topic"),
        lambda: stores.topic_positions.get("topic", 0),
        lambda: stores.topic_positions.given_up("topic", 0),
        stores.taking_in.under_way,
    ):
        try:
            look()
        except CinestatsError as error:
            wrong.append(str(error))
    return wrong


def differs(verifier: Verifier) -> None:
    verdict = verifier.verify()
    if not verdict.equal:
        raise StoreUnavailable(f"{verdict.differences}")


def told(stores: MongoStores) -> list[object]:
    """Everything that the reads that users see say."""
    models, day = stores.models, date.min
    return [
        models.user_stats("u"),
        models.affinities("u", "director"),
        sorted(models.film_days(day)),
        list(stores.log.of_user("u")),
        {entry.entry_id: entry for entry in stores.diaries.entries("u")},
        stores.lists.of_user("u"),
    ]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_fault_25_a_damaged_document_is_named_or_harmless(
    stores: MongoStores, name: str
) -> None:
    """Every field of a document becomes something else, one at a time."""
    assert read_all(stores) == []
    before = told(stores)
    collection = stores.database.collection(name)
    document = collection.find_one(sort=[("_id", -1)])  # of films: one that is current
    assert document is not None
    noticed = 0
    for field in document.keys() - {"_id"}:
        for damage in DAMAGES:
            change = {"$unset": {field: ""}} if damage is ABSENT else {"$set": {field: damage}}
            collection.update_one({"_id": document["_id"]}, change)
            try:
                if read_all(stores):
                    noticed += 1
                else:
                    assert told(stores) == before, (field, damage)
            finally:
                collection.replace_one({"_id": document["_id"]}, document)
    assert noticed


@pytest.mark.parametrize(
    ("name", "field"),
    [
        *(("accounts", "created_at"), ("audit", "at"), ("webhooks", "progress")),
        *(("followed", "asked"), ("lists", "body"), ("films", "body"), ("diary", "entry_id")),
        *(("user_stats", "updated_at"), ("global_days", "day"), ("dead_letters", "reason")),
    ],
)
def test_fault_25_the_sentence_names_collection_and_document(
    stores: MongoStores, name: str, field: str
) -> None:
    """So that whoever looks after the database finds it."""
    collection = stores.database.collection(name)
    document = collection.find_one({field: {"$exists": True}}, sort=[("_id", -1)])
    assert document is not None
    collection.update_one({"_id": document["_id"]}, {"$set": {field: [1]}})
    try:
        wrong = " ".join(read_all(stores))
    finally:
        collection.replace_one({"_id": document["_id"]}, document)
    assert f"{document['_id']!r} of the collection {name} in" in wrong
