"""Steps about the global trends."""

import re

from pytest_bdd import parsers, then, when

from cinestats.application.figures.trends import refresh_trends

from .world import World


@when("the trends are refreshed")
def refresh(world: World) -> None:
    app = world.app
    app.projector().catch_up()
    refresh_trends(app.models(), app.clock(), app.zone())


@when(parsers.parse("{days:d} days have passed and the trends are refreshed"))
def refresh_later(world: World, days: int) -> None:
    world.pass_days(days)
    refresh(world)


@then(parsers.parse("the top films are {films}"))
def top_films(world: World, films: str) -> None:
    stored = world.app.models().get()
    assert stored is not None
    assert [(film.title, film.count) for film in stored[0].top_movies] == _listed(films)


@then(parsers.parse("the top genres are {genres}"))
def top_genres(world: World, genres: str) -> None:
    stored = world.app.models().get()
    assert stored is not None
    assert list(stored[0].trending_genres) == _listed(genres)


def _listed(text: str) -> list[tuple[str, int]]:
    return [(name, int(count)) for name, count in re.findall(r'"([^"]+)" (\d+)', text)]
