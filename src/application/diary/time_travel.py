"""Diaries as they were known on a date."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from cinestats.application.log.ports import Recorded
from cinestats.domain.days import local_day
from cinestats.domain.diary import evolve
from cinestats.domain.entry import Entry


def entries_as_of(history: Iterable[Recorded], day: date, zone: tzinfo) -> list[Entry]:
    """The entries at the end of ``day`` in ``zone``, from what the log held then.

    A film that was watched before ``day`` but added after it is not known yet.
    """

    def known(moment: datetime) -> bool:
        return local_day(moment, zone) <= day

    events = (r.event for r in history if r.event is not None and known(r.event.occurred_at))
    return list(evolve({}, events).values())
