"""The stores of one MongoDB database: a collection each, or a few."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from cinestats.adapters.catalogue_sample import with_sample
from cinestats.application.stores import Stores
from cinestats.application.upkeep.examine import Check, counted, size_of

from .access import MongoAccess
from .catalogue import MongoCatalogue
from .database import MongoDatabase
from .dead_letters import MongoDeadLetters
from .deep_checks import deep_checks
from .diary_store import MongoDiaryStore
from .event_log import MongoEventLog, partitions_of
from .followed import MongoFollowed
from .forms import bring_up, refuse_newer
from .lists import MongoLists
from .opening import MongoOpening
from .original import refuse_half_adopted
from .read_models import MongoReadModels
from .relay_positions import MongoRelayPositions
from .short_log import refuse_short_log
from .topic_claims import MongoTopicClaims
from .topic_positions import MongoTakingIn, MongoTopicPositions
from .topic_ways import MongoTopicWays
from .webhooks import MongoWebhooks

_DOCTOR_SECONDS = 2.0


class _Indexed(Protocol):
    def create_indexes(self) -> None: ...


_Store = TypeVar("_Store", bound=_Indexed)


@dataclass(frozen=True)
class MongoStores(Stores):
    """The relay publishes to ``topic``; times are written in ``zone``.

    ``partitions`` is how many a log gets that is made now. With ``set_up`` a store gets its
    indexes when it is opened, and a catalogue that is empty the films that the package ships;
    Spark's workers leave the one to their driver, and the other out.

    Making one connects to nothing. Pickled it is its settings alone, so that a task of Spark's
    can carry it to the workers.
    """

    uri: str = field(repr=False)
    name: str
    topic: str
    zone: ZoneInfo
    partitions: int = 4
    set_up: bool = True

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def database(self) -> MongoDatabase:
        """The database, its parts brought up to the forms of this version."""
        database = MongoDatabase(self.uri, self.name)
        refuse_half_adopted(database)
        if self.set_up:
            refuse_short_log(database)
        (bring_up if self.set_up else refuse_newer)(database)
        return database

    @cached_property
    def log(self) -> MongoEventLog:
        kept = partitions_of(self.database)
        return MongoEventLog(self.database, kept or self.partitions)

    @cached_property
    def diaries(self) -> MongoDiaryStore:
        return MongoDiaryStore(self.database)

    @cached_property
    def models(self) -> MongoReadModels:
        return self._indexed(MongoReadModels(self.database, self.zone))

    @cached_property
    def catalogue(self) -> MongoCatalogue:
        catalogue = self._indexed(MongoCatalogue(self.database))
        return with_sample(catalogue) if self.set_up else catalogue

    @cached_property
    def access(self) -> MongoAccess:
        return self._indexed(MongoAccess(self.database))

    @cached_property
    def webhooks(self) -> MongoWebhooks:
        return self._indexed(MongoWebhooks(self.database))

    @cached_property
    def followed(self) -> MongoFollowed:
        return self._indexed(MongoFollowed(self.database))

    @cached_property
    def lists(self) -> MongoLists:
        return self._indexed(MongoLists(self.database))

    @cached_property
    def relay_positions(self) -> MongoRelayPositions:
        return MongoRelayPositions(self.database, self.topic)

    @cached_property
    def dead_letters(self) -> MongoDeadLetters:
        return self._indexed(MongoDeadLetters(self.database))

    @cached_property
    def topic_claims(self) -> MongoTopicClaims:
        return MongoTopicClaims(self.database)

    @cached_property
    def topic_ways(self) -> MongoTopicWays:
        return MongoTopicWays(self.database)

    @cached_property
    def topic_positions(self) -> MongoTopicPositions:
        return MongoTopicPositions(self.database)

    @cached_property
    def taking_in(self) -> MongoTakingIn:
        return MongoTakingIn(self.database)

    @cached_property
    def opening(self) -> MongoOpening:
        return MongoOpening(self.database)

    def prepare(self, *, with_catalogue: bool = True) -> None:
        """Make the indexes that a consumer needs, and bring the catalogue up to its form.

        The version before does not open the catalogue afterwards, so it may be left out where
        nobody asks for a film.
        """
        self.models.create_indexes()
        self.dead_letters.create_indexes()
        if with_catalogue:
            bring_up(self.database, ["catalogue"])
            self.catalogue.create_indexes()

    def checks(self, *, deep: bool = False) -> Sequence[Check]:
        return (
            Check(
                "MongoDB",
                self._server,
                "Start it, or set CINESTATS_MONGO_URI to where it runs; 4.4 or newer.",
            ),
            Check(
                "stores",
                self._every_collection,
                "The user in CINESTATS_MONGO_URI needs the role readWrite on the database.",
                ("MongoDB",),
            ),
            *(deep_checks(self) if deep else ()),
        )

    def sweep(self, user_id: str | None = None) -> None:
        if user_id is not None:
            self.dead_letters.drop_of(user_id)

    def close(self) -> None:
        MongoDatabase(self.uri, self.name).close()

    def _server(self) -> str:
        database = MongoDatabase(self.uri, self.name, selection_seconds=_DOCTOR_SECONDS)
        try:
            sessions = database.has_sessions()
            with database.translated():
                about = database.collection("meta").database.command("buildInfo")
        finally:
            database.close()
        found = f"version {about['version']}, database {self.name}"
        return found if sessions else f"{found}; without sessions, so a stand-in"

    def _every_collection(self) -> str:
        self.prepare()
        events, films = (
            counted(size_of(self.log), "event"),
            counted(self.catalogue.size(), "film"),
        )
        partitions = counted(self.log.partitions, "partition")
        lists = f"lists of {counted(len(self.lists.users()), 'user')}"
        return f"{events} in {partitions}, {films}, {lists}; indexes in place"

    def _indexed(self, store: _Store) -> _Store:
        if self.set_up:
            store.create_indexes()
        return store
