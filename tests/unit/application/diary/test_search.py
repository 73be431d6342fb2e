"""What of a diary is found, and in which order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.diary.search import (
    DiaryQuery,
    Sort,
    rewatches_in,
    search_diary,
)
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from tests.unit.domain.diaries import ADDED, play

CATALOGUE = MemoryCatalogue(
    [
        CatalogueFilm(Movie.create("Jaws", year=1975), italian_title="Lo squalo"),
        CatalogueFilm(Movie.create("Jaws 2", year=1978), italian_title="Lo squalo 2"),
    ]
)
JAWS = play("Jaws", "2024-05-01", 9, year=1975, genres=["Thriller", "Horror"])
HEAT = play("Heat", "2024-05-03", 8, year=1995, genres=["Crime"])
ALIEN = play("Alien", None, None, year=1979, genres=["Horror"])
DIARY = [JAWS, HEAT, ALIEN]


def found(query: DiaryQuery, sort: Sort = "title", entries: list[Entry] = DIARY) -> str:
    """The titles that are found, in their order."""
    return " ".join(e.movie.title for e in search_diary(entries, query, sort, CATALOGUE))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        (DiaryQuery(), "Alien Heat Jaws"),
        (DiaryQuery(rating=8), "Heat"),
        (DiaryQuery(rating="none"), "Alien"),
        (DiaryQuery(year=1975), "Jaws"),
        (DiaryQuery(genre="HORROR"), "Alien Jaws"),
        (DiaryQuery(genre="Horr"), ""),
        (DiaryQuery(watched_from=date(2024, 5, 1)), "Heat Jaws"),
        (DiaryQuery(watched_from=date(2024, 5, 2)), "Heat"),
        (DiaryQuery(watched_to=date(2024, 5, 3)), "Heat Jaws"),
        (DiaryQuery(watched_to=date(2024, 5, 2)), "Jaws"),
        (DiaryQuery(genre="horror", rating=9), "Jaws"),
        (DiaryQuery(genre="horror", rating=8), ""),
    ],
)
def test_every_condition_holds_for_what_is_found(query: DiaryQuery, titles: str) -> None:
    """The days include both ends; a play of an unknown day is on no side of any."""
    assert found(query) == titles


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("jaws", "Jaws"),
        ("JAW", "Jaws"),
        ("aws", ""),
        ("jaws heat", ""),
        ("squalo lo", "Jaws"),
        ("squ", "Jaws"),
        ("sqalo", ""),
        ("  ", "Alien Heat Jaws"),
    ],
)
def test_each_word_begins_a_word_of_one_of_the_titles(text: str, titles: str) -> None:
    """Also of a title that only the catalogue knows; typing errors are not mended."""
    assert found(DiaryQuery(text=text)) == titles


def test_the_latest_come_first_and_titles_from_a_to_z() -> None:
    """By watched day the unknown come last, by rating the unrated."""
    late = replace(ALIEN, added_on=ADDED + timedelta(days=1))
    diary = [JAWS, HEAT, late]
    assert found(DiaryQuery(), "watched", diary) == "Heat Jaws Alien"
    assert found(DiaryQuery(), "added", diary) == "Alien Heat Jaws"
    assert found(DiaryQuery(), "rating", diary) == "Jaws Heat Alien"
    assert found(DiaryQuery(), "title", diary) == "Alien Heat Jaws"


@pytest.mark.parametrize(("sort", "wanted"), [("rating", "3 2 1 0"), ("title", "0 1 2 3")])
def test_equals_go_by_watched_day_then_added_day_then_id(sort: Sort, wanted: str) -> None:
    """So pages neither repeat a play nor leave one out."""
    film = Movie.create("Heat", year=1995)
    day, later = date(2024, 5, 1), date(2024, 5, 2)
    plays = [
        Entry("0", film, 8, day, day),
        Entry("1", film, 8, day, later),
        Entry("2", film, 8, later, day),
        Entry("3", film, 8, later, day),
    ]
    for order in (plays, plays[::-1]):
        ids = [e.entry_id for e in search_diary(order, DiaryQuery(), sort, CATALOGUE)]
        assert " ".join(ids) == wanted


def test_films_of_one_title_go_by_year() -> None:
    """An unknown year is before every other; the key of a title ignores its case."""
    films = [("HEAT", 1995), ("Heat", 1986), ("heat", None), ("Heated", 1900)]
    diary = [play(title, year=year) for title, year in films]
    ordered = search_diary(diary, DiaryQuery(), "title", CATALOGUE)
    assert [e.movie.year for e in ordered] == [None, 1986, 1995, 1900]


def test_half_a_star_sorts_below_five() -> None:
    """As numbers, not as texts: ten half stars are more than nine."""
    diary = [play("Nine", None, 9), play("Ten", None, 10), play("One", None, 1), play("None")]
    assert found(DiaryQuery(), "rating", diary) == "Ten Nine One None"


def test_all_plays_of_a_film_but_the_first_are_rewatches() -> None:
    """The first of the whole diary, be it on the page or not; an unknown day is before all."""
    first, second, third = (play("A", day) for day in (None, "2024-01-01", "2024-01-02"))
    other = play("B", "2024-01-03")
    diary = [third, other, second]
    assert rewatches_in(diary, diary) == {third.entry_id}
    assert rewatches_in([third, other], diary) == {third.entry_id}
    assert rewatches_in(diary, [*diary, first]) == {second.entry_id, third.entry_id}
    assert rewatches_in([second], diary) == frozenset()
