"""Days and moments: which day a moment belongs to depends on the zone."""

from datetime import date, datetime, tzinfo


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The calendar day of ``moment`` (aware) in ``zone``."""
    return moment.astimezone(zone).date()
