"""The plays as other services take them in."""

from dataclasses import replace

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.application.diary.export import exported_plays
from tests.unit.domain.diaries import play


def test_plays_go_out_in_their_order() -> None:
    """The year tells films of one title apart; a play of an unknown day is no rewatch."""
    said = replace(play("Nobody knows it", "2024-05-04"), rewatch=True)
    diary = [
        play("Heat", None, year=1995),
        play("Heat", "2024-05-02", year=1995),
        replace(play("Heat", "2024-05-01", year=1995), rewatch=None),
        play("Heat", "2024-05-03", year=1986),
        said,
        replace(play("Heat", "2024-05-05", year=1986), rewatch=False),
    ]
    told = [
        (p.entry.watched_on and p.entry.watched_on.day, p.rewatch)
        for p in exported_plays(diary, MemoryCatalogue())
    ]
    assert told == [(1, False), (2, True), (3, False), (4, True), (5, False), (None, False)]
