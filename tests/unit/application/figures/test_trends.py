"""What everybody is watching is worked out for today, and published."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cinestats.application.figures.trends import refresh_trends
from tests.unit.application.application import Application


def test_the_window_ends_today_in_the_zone() -> None:
    """At 23:30 in London it is the next day in Rome, where the first film has left."""
    app = Application()
    app.recorder.record(app.add("Old"))
    app.now += timedelta(days=29)
    app.projector.catch_up()
    night = datetime(2025, 2, 19, 23, 30, tzinfo=UTC)
    london = refresh_trends(app.models, lambda: night, UTC)
    assert london.movie_counts == {"Old": 1}
    rome = refresh_trends(app.models, lambda: night, ZoneInfo("Europe/Rome"))
    assert rome.movie_counts == {}
    assert app.models.get() == (rome, night)
