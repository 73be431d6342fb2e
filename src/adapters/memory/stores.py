"""The stores of a process that keeps nothing: for tests, and to try things out."""

import sys
from collections.abc import Sequence
from functools import cached_property

from cinestats.adapters.catalogue_sample import with_sample
from cinestats.application.stores import Stores
from cinestats.application.streaming.dead_letters import names
from cinestats.application.upkeep.examine import Check, contents_of, counted, lag_of

from .access import MemoryAccess
from .catalogue import MemoryCatalogue
from .dead_letters import MemoryDeadLetters
from .diary_store import MemoryDiaryStore
from .event_log import MemoryEventLog
from .followed import MemoryFollowed
from .lists import MemoryLists
from .opening import MemoryOpening
from .read_models import MemoryReadModels
from .relay_positions import MemoryRelayPositions
from .topic_claims import MemoryTopicClaims
from .topic_positions import MemoryTakingIn, MemoryTopicPositions
from .topic_ways import MemoryTopicWays
from .webhooks import MemoryWebhooks


class MemoryStores(Stores):
    """All that is kept is lost when the process ends."""

    log = cached_property(lambda _: MemoryEventLog())
    diaries = cached_property(lambda _: MemoryDiaryStore())
    models = cached_property(lambda _: MemoryReadModels())
    catalogue = cached_property(lambda _: with_sample(MemoryCatalogue()))
    access = cached_property(lambda _: MemoryAccess())
    webhooks = cached_property(lambda _: MemoryWebhooks())
    followed = cached_property(lambda _: MemoryFollowed())
    lists = cached_property(lambda _: MemoryLists())
    relay_positions = cached_property(lambda _: MemoryRelayPositions())
    dead_letters = cached_property(lambda _: MemoryDeadLetters())
    topic_claims = cached_property(lambda _: MemoryTopicClaims())
    topic_ways = cached_property(lambda _: MemoryTopicWays())
    topic_positions = cached_property(lambda _: MemoryTopicPositions())
    taking_in = cached_property(lambda self: MemoryTakingIn(self.topic_positions))
    opening = cached_property(lambda self: MemoryOpening(self.models))

    def checks(self, *, deep: bool = False) -> Sequence[Check]:  # noqa: ARG002 - no files
        log = self.log
        return (
            Check("data folder", lambda: "none: all is lost when the process ends"),
            Check("SQLite", lambda: "not in use"),
            Check("log", lambda: contents_of(log, log)),
            Check("diary", lambda: lag_of(log, self.diaries.position)),
            Check("figures", lambda: lag_of(log, self.models.checkpoint)),
            Check("catalogue", lambda: counted(self.catalogue.size(), "film")),
            Check("lists", lambda: f"of {counted(len(self.lists.users()), 'user')}"),
        )

    def sweep(self, user_id: str | None = None) -> None:
        for letter in self.dead_letters.waiting(sys.maxsize):
            if user_id is not None and names(letter.key, letter.value, user_id):
                self.dead_letters.settle(letter.id)

    def close(self) -> None:
        """There is nothing to close."""
