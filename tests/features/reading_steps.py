"""Steps that read figures."""

import json
from datetime import date

from pytest_bdd import parsers, then, when

from cinestats.adapters.documents.read_models import AffinityAnswer, TotalsAnswer
from cinestats.application.diary.reader import entries_as_of
from cinestats.domain.figures.credits import entries_behind
from cinestats.domain.figures.overview import overview_of
from cinestats.domain.figures.period import ALL_TIME
from cinestats.domain.recompute import compute_user_stats

from .world import World


@then(parsers.parse("the statistics of {user} are"))
def statistics(world: World, user: str, datatable: list[list[str]]) -> None:
    stats = world.stats(user)
    expected = {field: json.loads(value) for field, value in datatable}
    assert {field: stats[field] for field in expected} == expected
    assert world.app.verifier().verify().equal


@then(parsers.re(r"(?P<user>\w+) has watched (?P<n>\d+) films?$"))
def watched(world: World, user: str, n: str) -> None:
    assert world.stats(user)["total_watched"] == int(n)


@then(parsers.parse("{user} has watched {films:d} distinct film with {n:d} rewatch"))
def distinct(world: World, user: str, films: int, n: int) -> None:
    overview = overview_of(world.app.diaries().entries(user), ALL_TIME)
    assert (overview.films, overview.rewatches) == (films, n)


@then(
    parsers.re(
        r'(?P<user>\w+) has watched the (?P<type_>\w+) "(?P<name>[^"]+)" (?P<n>\d+) times?'
        r" with ratings summing to (?P<total>\S+)"
    )
)
def affinity(world: World, user: str, type_: str, name: str, n: str, total: str) -> None:
    world.app.projector().catch_up()
    found = world.app.models().affinities(user, type_)
    (told,) = [AffinityAnswer.stored(d, world.app.zone()) for d in found if d.name == name]
    assert (told.count, told.sum_voti) == (int(n), float(total))


@then(parsers.parse('{user} has never watched the {type_} "{name}"'))
def no_affinity(world: World, user: str, type_: str, name: str) -> None:
    world.app.projector().catch_up()
    assert name not in {
        d.name for d in world.app.models().affinities(user, type_) if d.affinity.plays
    }


@then(parsers.parse("{user} has no director at all"))
def no_director(world: World, user: str) -> None:
    assert list(world.app.models().affinities(user, "director")) == []


@then(parsers.parse('it is refused because "{reason}"'))
def refused(world: World, reason: str) -> None:
    assert reason in str(world.refusal)


@then("nothing was recorded")
def unchanged(world: World) -> None:
    assert world.receipt is not None
    assert world.receipt.event is None


@when(parsers.parse("{user} asks for the statistics as of {day}"))
def as_of(world: World, user: str, day: str) -> None:
    history = world.app.log().of_user(user)
    entries = entries_as_of(history, date.fromisoformat(day), world.app.zone())
    full = compute_user_stats(entries)
    world.answer = TotalsAnswer.of(full.stats).document()


@then("the answer says")
def answer(world: World, datatable: list[list[str]]) -> None:
    assert {k: world.answer[k] for k, _ in datatable} == {
        k: json.loads(v) for k, v in datatable
    }


@when(parsers.parse('{user} asks what is behind the director "{name}"'))
def explain(world: World, user: str, name: str) -> None:
    entries = entries_behind(world.app.diaries().entries(user), "director", name)
    world.answer = {"days": ", ".join(str(entry.watched_on) for entry in entries)}


@then(parsers.parse("the answer lists the days {days}"))
def answer_days(world: World, days: str) -> None:
    assert world.answer["days"] == days
