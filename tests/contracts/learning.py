"""What every catalogue promises of what sources tell."""

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import date, timedelta

from cinestats.application.catalogue.learn import groups_of, told_by
from cinestats.application.catalogue.ports import (
    CatalogueFilm,
    FilmQuery,
    FilmStore,
    Found,
    Loaded,
    SourceShare,
)
from cinestats.domain.details import FilmDetails, Votes
from cinestats.domain.movie import FilmIds, Movie

DAY = date(2026, 11, 28)
LATER = DAY + timedelta(days=40)

HEAT = CatalogueFilm(
    Movie.create(
        "Heat",
        year=1995,
        directors=["Michael Mann"],
        actors=["Al Pacino"],
        genres=["Crime"],
        duration=170,
        poster_url="https://img.example/heat.jpg",
        ids=FilmIds("tt0113277", 949),
        details=FilmDetails(
            "Heat!",
            ("United States",),
            composers=("Elliot Goldenthal",),
            votes=Votes("x", 8, 9),
        ),
    ),
    "La sfida",
    ("Fuego",),
    (1996,),
)
ASKED = FilmQuery("Heat", 1995)


class LearningContract(ABC):
    @abstractmethod
    def make(self) -> FilmStore:
        """A catalogue without films; in a store that outlives it, the same one each time."""

    def found(self, catalogue: FilmStore) -> CatalogueFilm:
        answer = catalogue.find(ASKED)
        assert isinstance(answer, Found)
        return answer.film

    def test_a_film_that_nobody_knew_is_learned_and_forgotten_whole(self) -> None:
        catalogue = self.make()
        told = told_by(HEAT, "wikidata", DAY)
        assert catalogue.learn([told]) == Loaded(1, 0, 1)
        assert self.found(catalogue) == told
        assert catalogue.learn([told]) == Loaded(0, 1, 1)
        assert catalogue.shares() == [SourceShare("wikidata", 1, DAY)]
        assert catalogue.forget("tmdb") == 0
        assert catalogue.forget("wikidata") == 1
        assert catalogue.find(ASKED) is None
        assert (catalogue.size(), list(catalogue.shares())) == (0, [])

    def test_a_source_adds_to_the_owners_film_and_replaces_nothing(self) -> None:
        """What it told goes again when it is forgotten; what is the owner's stays."""
        catalogue = self.make()
        own = CatalogueFilm(Movie.create("Heat", year=1995, duration=1, genres=["Mine"]))
        catalogue.load([own])
        catalogue.learn([told_by(HEAT, "wikidata", DAY)])
        film = self.found(catalogue)
        assert (film.movie.duration, film.movie.genres) == (1, ("Mine",))
        assert film.movie.directors == ("Michael Mann",)
        assert film.movie.ids == HEAT.movie.ids
        assert film.movie.details == HEAT.movie.details
        assert {o.group for o in film.origins} == set(groups_of(HEAT)) - {"length", "genres"}
        assert catalogue.forget("wikidata") == 1
        assert self.found(catalogue) == own

    def test_the_first_source_keeps_a_group_and_renews_it(self) -> None:
        catalogue = self.make()
        bare = CatalogueFilm(Movie.create("Heat", year=1995, directors=["M. Mann"]))
        catalogue.learn([told_by(bare, "wikidata", DAY)])
        catalogue.learn([told_by(HEAT, "tmdb", DAY)])
        film = self.found(catalogue)
        assert (film.movie.directors, film.movie.duration) == (("M. Mann",), 170)
        renewed = replace(bare, movie=replace(bare.movie, directors=("Michael K. Mann",)))
        catalogue.learn([told_by(renewed, "wikidata", LATER)])
        film = self.found(catalogue)
        assert (film.movie.directors, film.movie.duration) == (("Michael K. Mann",), 170)
        assert list(catalogue.shares()) == [
            SourceShare("tmdb", 1, DAY),
            SourceShare("wikidata", 1, LATER),
        ]
        assert catalogue.forget("wikidata") == 1
        left = self.found(catalogue)
        assert (left.movie.directors, left.movie.duration) == ((), 170)

    def test_the_owners_file_takes_the_place_of_what_a_source_told(self) -> None:
        """Then it is no longer the source's to forget."""
        catalogue = self.make()
        catalogue.learn([told_by(HEAT, "wikidata", DAY)])
        own = CatalogueFilm(Movie.create("Heat", year=1995, duration=171))
        catalogue.load([own])
        catalogue.forget("wikidata")
        assert self.found(catalogue).movie.duration == 171
        assert self.found(catalogue).movie.directors == ()

    def test_what_was_told_long_ago_is_found_oldest_first(self) -> None:
        catalogue = self.make()
        other = CatalogueFilm(Movie.create("Ali", year=2001, duration=157))
        newest = CatalogueFilm(Movie.create("Thief", year=1981, duration=123))
        catalogue.learn([told_by(HEAT, "tmdb", DAY + timedelta(days=1))])
        catalogue.learn([told_by(other, "tmdb", DAY), told_by(newest, "tmdb", LATER)])
        titles = [f.movie.title for f in catalogue.told_by("tmdb", LATER, 10)]
        assert titles == ["Ali", "Heat"]
        assert [f.movie.title for f in catalogue.told_by("tmdb", LATER, 1)] == ["Ali"]
        assert catalogue.told_by("wikidata", LATER, 10) == []

    def test_what_a_source_does_not_know_is_remembered_for_a_while(self) -> None:
        catalogue = self.make()
        catalogue.note_missing("tmdb", ["a|1", "b|2"], DAY)
        catalogue.note_missing("tmdb", ["b|2"], LATER)
        assert set(catalogue.missing("tmdb", ["a|1", "b|2", "c|3"], DAY)) == {"a|1", "b|2"}
        assert set(catalogue.missing("tmdb", ["a|1", "b|2", "c|3"], LATER)) == {"b|2"}
        assert not catalogue.missing("wikidata", ["a|1"], DAY)
        catalogue.forget("tmdb")
        assert not catalogue.missing("tmdb", ["a|1", "b|2"], DAY)

    def test_films_of_nobody_are_dropped_with_all_that_was_asked_in_vain(self) -> None:
        catalogue = self.make()
        other = CatalogueFilm(Movie.create("Ali", year=2001, duration=157))
        catalogue.learn([told_by(HEAT, "tmdb", DAY), told_by(other, "tmdb", DAY)])
        before = catalogue.size()
        catalogue.note_missing("tmdb", ["a|1"], DAY)
        catalogue.note_missing("wikidata", ["a|1"], DAY)
        catalogue.forget_asked({HEAT.movie.film_key})
        assert catalogue.find(ASKED) is None
        assert catalogue.size() == before - 1
        assert isinstance(catalogue.find(FilmQuery("Ali", 2001)), Found)
        assert not catalogue.missing("tmdb", ["a|1"], DAY)
        assert not catalogue.missing("wikidata", ["a|1"], DAY)
        catalogue.forget_asked(())
        assert catalogue.size() == before - 1

    def test_what_was_learned_is_seen_at_once(self) -> None:
        """Answers that were kept are not given again."""
        catalogue = self.make()
        assert catalogue.find(ASKED) is None
        catalogue.learn([told_by(HEAT, "tmdb", DAY)])
        assert isinstance(catalogue.find(ASKED), Found)
        catalogue.forget("tmdb")
        assert catalogue.find(ASKED) is None
