"""Steps that change a diary; said in the past tense they are history."""

from datetime import UTC, date, datetime, time

from pytest_bdd import given, parsers, step, then

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.movie import Movie

from .world import World

ADD = r'(?P<user>\w+) adds? "(?P<title>[^"]+)" \((?P<year>\d+)\)'
ADDED = ADD.replace("adds?", "(?:adds|added)")


@given(parsers.parse("today is {day}"))
def today(world: World, day: str) -> None:
    world.now = datetime.combine(date.fromisoformat(day), time(12), UTC)


@given("the catalogue lists")
def catalogue(world: World, datatable: list[list[str]]) -> None:
    films: list[CatalogueFilm] = []
    for title, italian, year, director, actors, genres, minutes in datatable[1:]:
        movie = Movie.create(
            title,
            year=int(year),
            directors=director,
            actors=[name for name in actors.split(", ") if name],
            genres=genres.split(", "),
            duration=int(minutes),
        )
        films.append(CatalogueFilm(movie, title, italian or None))
    world.app.catalogue().load(films)


@step(parsers.re(ADDED + r" watched on (?P<day>\S+)(?: rated (?P<rating>\S+))?$"))
def add(world: World, user: str, title: str, year: str, day: str, rating: str | None) -> None:
    stars = None if rating is None else float(rating)
    world.add(user, title, int(year), date.fromisoformat(day), stars)


@step(parsers.re(ADDED + " on an unknown day$"))
def add_undated(world: World, user: str, title: str, year: str) -> None:
    world.add(user, title, int(year), None, None)


@step(parsers.re(ADD + r' with the key "(?P<key>[^"]+)"$'))
def add_with_key(world: World, user: str, title: str, year: str, key: str) -> None:
    world.add(user, title, int(year), "today", None, key)


@then("the first answer is given again")
def answered_again(world: World) -> None:
    first, *_, last = world.receipts
    assert last == first


@step(parsers.re(r'(?P<user>\w+) (?:deletes|deleted) "(?P<title>[^"]+)"$'))
def delete(world: World, user: str, title: str) -> None:
    world.delete(user, title)


@step(parsers.re(r'(?P<user>\w+) (?:rates|rated) "(?P<title>[^"]+)" (?P<rating>\S+)$'))
def rate(world: World, user: str, title: str, rating: str) -> None:
    world.rate(user, title, float(rating))


@step(parsers.parse('{user} takes the rating of "{title}" away'))
def unrate(world: World, user: str, title: str) -> None:
    world.rate(user, title, None)
