"""After anything that may happen to it, the embedded product says: equal."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cinestats.adapters.catalogue_sample import sample_films
from cinestats.application.imports.events import export_events, import_events
from cinestats.domain.diary import AddMovie, Command, DeleteMovie, UpdateRating
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings


def random_commands(app: Container, chance: random.Random, count: int) -> list[Command]:
    """Additions, deletions and re-ratings by a handful of users, some of them refused."""
    films = [film.movie for film in sample_films()] + [Movie.create("Unknown", year=2001)]
    now = datetime.now(UTC)
    commands: list[Command] = []
    entries: list[tuple[str, str]] = []
    for _ in range(count):
        event_id, rating = app.new_id()(), chance.choice([None, *range(1, 11)])
        kind = chance.random()
        if kind < 0.6 or not entries:
            user = f"user {chance.randrange(7)}"
            day = chance.choice([None, (now - timedelta(days=chance.randrange(900))).date()])
            added_on = (now - timedelta(days=chance.randrange(40))).date()
            entries.append((user, event_id))
            commands.append(
                AddMovie(
                    event_id=event_id,
                    user_id=user,
                    entry=Entry(event_id, chance.choice(films), rating, day, added_on),
                    today=now.date(),
                    now=now,
                )
            )
        elif kind < 0.85:
            commands.append(
                UpdateRating(
                    event_id=event_id,
                    **_named(chance.choice(entries)),
                    new_rating=rating,
                    now=now,
                )
            )
        else:
            commands.append(
                DeleteMovie(event_id=event_id, **_named(chance.choice(entries)), now=now)
            )
    return commands


def _named(entry: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("user_id", "entry_id"), entry, strict=True))


def test_a_thousand_random_commands(tmp_path: Path) -> None:
    """One by one and in batches of any size, projected now and then."""
    app = make_container(Settings(data_dir=tmp_path))
    chance = random.Random(4)
    commands = random_commands(app, chance, 1000)
    while commands:
        size = chance.choice([1, 1, 5, 60])
        app.recorder().record_all(commands[:size])
        commands = commands[size:]
        if chance.random() < 0.2:
            app.projector().catch_up()
    verdict = app.verifier().verify()
    assert verdict.equal, verdict.differences
    assert verdict.users == 7
    assert app.log().tail(0) > 700
    app.close()


def test_the_same_log_replayed_twice(tmp_path: Path) -> None:
    """Into another store, into the same one, and into one that was rebuilt in between."""
    source = make_container(Settings(data_dir=tmp_path / "source"))
    source.recorder().record_all(random_commands(source, random.Random(5), 300))
    events = [r.event for r in export_events(source.log()) if r.event is not None]
    lines = list(enumerate(events, 1))
    target = make_container(Settings(data_dir=tmp_path / "target"))
    assert import_events(target.keeper(), lines).added == len(events)
    assert import_events(target.keeper(), lines).skipped == len(events)
    target.projector().catch_up()
    target.rebuilder().rebuild()
    assert import_events(target.keeper(), lines).skipped == len(events)
    for app in (source, target):
        assert app.verifier().verify().equal
    for user in source.log().users():
        ours, theirs = (app.models().user_stats(user) for app in (source, target))
        assert ours is not None
        assert theirs is not None
        assert ours.stats.total_watched == theirs.stats.total_watched
        assert ours.stats.sum_ratings == theirs.stats.sum_ratings
    source.close()
    target.close()
