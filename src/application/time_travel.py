"""Statistics as they were known on a date."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from cinestats.domain.days import local_day
from cinestats.domain.recompute import FullStats, compute_user_stats, entries_after

from .ports import Recorded


def stats_as_of(history: Iterable[Recorded], day: date, zone: tzinfo) -> FullStats:
    """The statistics at the end of ``day`` in ``zone``, from what the log held then.

    A film that was watched before ``day`` but added after it is not known yet.
    """

    def known(moment: datetime) -> bool:
        return local_day(moment, zone) <= day

    events = (r.event for r in history if r.event is not None and known(r.event.occurred_at))
    return compute_user_stats(entries_after(events))
