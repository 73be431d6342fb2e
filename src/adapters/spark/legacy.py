"""The older way (V3): recompute the whole history of each user."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from cinestats.adapters.foreign_json import read_foreign
from cinestats.application.figures.ports import UserDocuments
from cinestats.application.figures.project import ProjectedElsewhere
from cinestats.application.log.ports import NewerEvent
from cinestats.application.stores import Stores
from cinestats.application.streaming.consume import Outcome
from cinestats.application.upkeep.rebuild import Rebuilder, replace_user
from cinestats.domain import projections
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.partition import partition_of

from .completion import Completion
from .user_statistics import read_films
from .worker import Job, result_row

_NAMED = 5

_logger = logging.getLogger(__name__)


class NothingToRecompute(CinestatsError):
    """A user has figures, and nothing is there that they could be recomputed from."""


FilmsOf = Callable[[str], Sequence[Any]]
"""The films that an application itself has of a user, in the original's form."""


def _no_films(_user_id: str) -> Sequence[Any]:
    return ()


def _now() -> datetime:
    return datetime.now(UTC)


def process_partition_legacy(
    iterator: Iterable[pa.RecordBatch], job: Job
) -> Iterator[pa.RecordBatch]:
    """Recompute every user that a partition's records name from the log, O(N) each (V3).

    It counts nothing new in: what is recomputed reaches up to the checkpoint. For migration,
    and for looking twice. A user with an event of a newer version keeps the figures they have,
    and the partition is reported as stopped; so it is, with nothing written, where a user has
    figures and the log has nothing of them.
    """
    started = time.perf_counter()
    users, partition, stopped = set[str](), None, None
    for batch in iterator:
        columns = batch.to_pydict()
        partition = columns["partition"][0] if columns["partition"] else partition
        for value in columns["value"]:
            try:
                users.add(read_foreign(value or b"", job.zone, _now()).event.user_id)
            except NewerEvent as reason:
                stopped = str(reason)
            except CinestatsError:
                continue  # a bad record names nobody; counting in parks it
    if partition is None:
        return
    try:
        stopped = recompute_users(sorted(users), job.stores) or stopped
    except NothingToRecompute as reason:
        stopped = str(reason)
    outcome = Outcome(0, 0, 0, 0, job.stores.models.checkpoint(partition))
    yield result_row(partition, outcome, time.perf_counter() - started, stopped, {})


def recompute_users(
    users: Sequence[str], stores: Stores, films_of: FilmsOf = _no_films
) -> str | None:
    """Recompute users from the log, or from their films where the log has nothing of them.

    Films are completed from the catalogue, as events are. One that breaks a rule is left out,
    as its event would be parked: the log says of whom, and how many. Returns why a user was
    left as they are, whose log is of a newer version. Raises NothingToRecompute,
    before anything is written, where a user's figures would be lost.
    """
    log, models = stores.log, stores.models
    logged = {user_id for user_id in users if _is_logged(stores, user_id)}
    films = {u: _read(u, films_of(u), stores) for u in users if u not in logged}
    lost = [u for u, theirs in films.items() if not theirs and models.user_stats(u) is not None]
    if lost:
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        raise NothingToRecompute(
            f"The figures of {', '.join(lost[:_NAMED])}{more} cannot be recomputed: neither the"
            " log nor the collection of the application's films has anything of them. Nothing"
            " was changed."
        )
    elsewhere = ProjectedElsewhere(log, models, _now)
    rebuilder = Rebuilder(log, models, elsewhere, _now, stores.opening)
    stopped = None
    for user_id in users:
        try:
            if user_id in logged:
                rebuilder.rebuild_user(user_id)
            elif films[user_id]:
                _recompute_from(films[user_id], user_id, stores)
        except NewerEvent as reason:
            stopped = str(reason)
    return stopped


def _read(user_id: str, films: Sequence[Any], stores: Stores) -> Sequence[Entry]:
    """A user's films, with what they lack from the catalogue."""
    entries, left_out = read_films(films)
    if left_out:
        _logger.warning(
            "Of the %d films of user %s %d are left out, each named above: the figures are"
            " those of the others.",
            *(len(films), user_id, len(left_out)),
        )
    completion = Completion(stores.catalogue)
    return [completion.entry(entry) for entry in entries]


def _is_logged(stores: Stores, user_id: str) -> bool:
    try:
        return next(iter(stores.log.of_user(user_id)), None) is not None
    except NewerEvent:
        return True


def _recompute_from(entries: Sequence[Entry], user_id: str, stores: Stores) -> None:
    """Set a user's documents to what their films say; later events count on from there."""
    states = {each.name: each.recompute(user_id, entries) for each in projections.of_user()}
    partition = partition_of(user_id, stores.log.partitions)

    def documents(base: int) -> UserDocuments:
        return UserDocuments(user_id, states, _now(), base)

    replace_user(stores.models, partition, user_id, documents)
