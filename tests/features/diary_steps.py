"""Steps that change a diary; said in the past tense they are history."""

from datetime import UTC, date, datetime, time

from pytest_bdd import given, parsers, step, then

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.imports.undo import undo_import
from cinestats.domain.movie import Movie, film_key_of

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
        films.append(CatalogueFilm(movie, italian or None))
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


@step(parsers.parse('{user} corrects the day of "{title}" to {day}'))
def correct_day(world: World, user: str, title: str, day: str) -> None:
    world.correct(user, title, {"watched_on": date.fromisoformat(day)})


@step(parsers.parse('{user} takes the day of "{title}" away'))
def correct_no_day(world: World, user: str, title: str) -> None:
    world.correct(user, title, {"watched_on": None})


@step(parsers.parse('{user} tags "{title}" with "{tag}"'))
def correct_tags(world: World, user: str, title: str, tag: str) -> None:
    world.correct(user, title, {"tags": (tag,)})


@step(
    parsers.re(
        r'(?P<user>\w+) (?:says|said) that "(?P<title>[^"]+)" was'
        r' "(?P<film>[^"]+)" \((?P<year>\d+)\)$'
    )
)
def correct_film(world: World, user: str, title: str, film: str, year: str) -> None:
    world.match(user, title, film_key_of(film, int(year)))


@step(parsers.parse("{user} takes the correction back"))
def take_back(world: World, user: str) -> None:
    causes = [receipt.event.cause for receipt in world.receipts if receipt.event]
    (cause,) = filter(None, causes)
    undo_import(world.app.keeper(), user=user, import_id=cause)
