"""Work out what everybody is watching, and put it where everybody reads it."""

from datetime import tzinfo

from cinestats.application.ports import Clock
from cinestats.domain.days import local_day
from cinestats.domain.global_trend import GlobalTrend, first_day, summarize

from .ports import Models


def refresh_trends(models: Models, clock: Clock, zone: tzinfo) -> GlobalTrend:
    """Summarise the days of the window that ends today in ``zone``, and publish it.

    The first call is the bootstrap: it needs nothing but the days.
    """
    now = clock()
    today = local_day(now, zone)
    trend = summarize(models.film_days(first_day(today)), today)
    models.put(trend, now)
    return trend
