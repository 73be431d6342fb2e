"""What every catalogue promises."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinestats.application.catalogue.origins import Origin
from cinestats.application.catalogue.ports import (
    Catalogue,
    CatalogueFilm,
    FilmQuery,
    Found,
    Loaded,
    Suggested,
)
from cinestats.domain.details import FilmDetails
from cinestats.domain.movie import FilmIds

from .builders import movie

_IDS = FilmIds._fields


def film(title: str, year: int | None = None, **details: object) -> CatalogueFilm:
    ids = FilmIds(**{kind: details.pop(kind) for kind in _IDS if kind in details})  # type: ignore[arg-type]
    of_movie = {
        k: details.pop(k) for k in ("directors", "duration", "film_key") if k in details
    }
    if "original_title" in details:
        of_movie["details"] = FilmDetails(details.pop("original_title"))  # type: ignore[arg-type]
    return CatalogueFilm(movie(title, year, ids=ids, **of_movie), **details)  # type: ignore[arg-type]


def asked(title: str, year: int | None = None, **ids: str | int) -> FilmQuery:
    return FilmQuery(title, year, FilmIds(**ids))  # type: ignore[arg-type]


def namesakes(*films: CatalogueFilm) -> Suggested:
    return Suggested(namesakes=films)


def near(*films: CatalogueFilm) -> Suggested:
    return Suggested(near=films)


IDS_TOLD: list[tuple[str, ...]] = [(), ("imdb",), ("tmdb",), ("imdb", "tmdb")]


@st.composite
def told(
    draw: st.DrawFn, ids_told: list[tuple[str, ...]], renamed: bool = False
) -> CatalogueFilm:
    """A row of one of two namesakes, which has some of its ids and spells its title somehow."""
    number = draw(st.sampled_from([1, 2]))
    ids = {"imdb": f"tt000000{number}", "tmdb": number}
    titles = ["Emilia Pérez", "Emilia Perez", "emilia perez!"]
    return film(
        draw(st.sampled_from([*titles, f"Emilia {number}"] if renamed else titles)),
        2024,
        directors=draw(st.sampled_from([[f"D{number}"], [f"D{number}", f"E{number}"]])),
        duration=draw(st.sampled_from([None, 90, 91])),
        alternative_titles=draw(st.sampled_from([(), ("Emilia",)])),
        **{kind: ids[kind] for kind in draw(st.sampled_from(ids_told))},
    )


SOLARIS = film("Solaris", 1972, original_title="Солярис", imdb="tt0069293", tmdb=593)
SOLARIS_AGAIN = film(
    "Solaris", 2002, imdb="tt0307479", tmdb=2103, wikidata="Q213411", letterboxd="https://x/s"
)
VERTIGO = film("Vertigo", 1958, italian_title="La donna che visse due volte")
SEVEN = film("Seven", 1995, alternative_titles=("Se7en", "The Seven Deadly Sins"))

WHIPLASH_SHORT = film("Whiplash", 2013, imdb="tt2654430", duration=18)
SAW_SHORT = film("Saw", 2003, imdb="tt0495241", duration=9)
STEVE_JOBS_MACHINE = film(
    "Steve Jobs: The Man in the Machine", 2015, imdb="tt4425064", duration=128
)
RED_RIDING = [
    film(f"Red Riding: The Year of Our Lord {year}", 2009, imdb=imdb)
    for year, imdb in ((1974, "tt1259574"), (1980, "tt1259573"), (1983, "tt1259575"))
]
RIGHT = [
    WHIPLASH_SHORT,
    SAW_SHORT,
    STEVE_JOBS_MACHINE,
    *RED_RIDING,
    *(
        film(title, year)
        for title, year in (
            ("Circle", 2015),
            ("Spiral", 2019),
            ("Gift", 2015),
            ("Void", 2017),
            ("Love", 2016),
            ("Piper", 2016),
            ("Hospital", 1970),
            ("1917", 2019),
            ("8½", 1963),
            ("(500) Days of Summer", 2009),
        )
    ),
]
"""Films that others have been taken for."""

DECOYS = [
    film("Whiplash", 2014, imdb="tt2582802", duration=106),
    film("Saw", 2004, imdb="tt0387564", duration=103),
    film("Steve Jobs", 2015, imdb="tt2080374", duration=122),
    film("Red Riding", 2009),
    film("The Circle", 2016),
    film("The Circle", 2014),
    film("Spiral", 2018),
    film("The Gift", 2015),
    film("The Void", 2016),
    film("Love", 2015),
    film("The Piper", 2015),
    film("The Hospital", 1971),
    film("1918", 2019),
    film("8", 1963),
    film("Days of Summer", 2009),
]
REMAKES = [
    film(title, year)
    for title, years in (
        ("RoboCop", (1987, 2014)),
        ("Ghostbusters", (1984, 2016)),
        ("Suspiria", (1977, 2018)),
    )
    for year in years
]


class CatalogueContract(ABC):
    @abstractmethod
    def make(self) -> Catalogue: ...

    def with_films(self, *films: CatalogueFilm) -> Catalogue:
        catalogue = self.make()
        catalogue.load(films, replace=True)
        return catalogue

    @pytest.fixture
    def catalogue(self) -> Catalogue:
        return self.with_films(SOLARIS, SOLARIS_AGAIN, VERTIGO, SEVEN)

    def test_an_empty_catalogue_finds_nothing(self) -> None:
        """Before the first load every question has the answer None."""
        catalogue = self.make()
        assert catalogue.size() == 0
        for query in (
            FilmQuery("Solaris"),
            asked("A Title With Many Letters", 1972, imdb="tt0069293", tmdb=593),
            FilmQuery("A Title With Many Letters"),
            FilmQuery("", film_key="solaris|1972"),
        ):
            assert catalogue.find(query) is None
        assert catalogue.search("Solaris", 8) == catalogue.search("Solarys", 8) == []

    def test_a_film_comes_back_as_it_was_loaded(self) -> None:
        """Every field survives, whether filled or not."""
        full = CatalogueFilm(
            movie(
                "Amélie",
                2001,
                actors=["A", "B"],
                poster_url="https://x.example/p.jpg",
                ids=FilmIds("tt0211915", 194, "Q484048", "https://letterboxd.com/film/amelie/"),
                details=FilmDetails("Le Fabuleux Destin d'Amélie Poulain", ("France",)),
            ),
            "Il favoloso mondo di Amélie",
            ("Amelie", "Amélie from Montmartre"),
            (2002, 2001),
            (Origin("credits", "wikidata", date(2026, 11, 28)),),
        )
        empty = CatalogueFilm(
            movie("Nothing Known", None, genres=(), directors=(), actors=(), duration=None)
        )
        catalogue = self.make()
        assert catalogue.load([full, empty]) == Loaded(2, 0, 2)
        assert catalogue.find(FilmQuery("amelie", 2001)) == Found(full)
        assert catalogue.find(FilmQuery("Nothing known")) == namesakes(empty)

    @pytest.mark.parametrize("title", ["VERTIGO!", "La donna che visse due volte"])
    def test_a_film_is_found_by_its_title_and_its_italian_title(
        self, catalogue: Catalogue, title: str
    ) -> None:
        """With its year. Without, it may be meant, as the only one that is called so."""
        assert catalogue.find(FilmQuery(title, 1958)) == Found(VERTIGO)
        assert catalogue.find(FilmQuery(title)) == namesakes(VERTIGO)

    def test_a_film_is_found_by_its_original_and_alternative_titles(
        self, catalogue: Catalogue
    ) -> None:
        """In whatever script the original title is written."""
        assert catalogue.find(FilmQuery("Солярис", 1972)) == Found(SOLARIS)
        assert catalogue.find(FilmQuery("se7en", 1995)) == Found(SEVEN)

    def test_a_film_is_found_by_every_year_of_a_release(self) -> None:
        """Festivals show a film the year before; that is no other film."""
        nomadland = film("Nomadland", 2021, release_years=(2020,), imdb="tt9770150")
        catalogue = self.with_films(nomadland, film("300", 2007, imdb="tt0416449"))
        assert catalogue.find(FilmQuery("Nomadland", 2020)) == Found(nomadland)
        assert catalogue.find(FilmQuery("Nomadland", 2021)) == Found(nomadland)
        suggested = catalogue.find(FilmQuery("Nomadland", 2022))
        assert suggested == near(nomadland)
        assert isinstance(catalogue.find(FilmQuery("300", 2006)), Suggested)
        assert isinstance(catalogue.find(asked("300", 2006, imdb="tt0416449")), Found)

    def test_the_year_tells_namesakes_apart(self, catalogue: Catalogue) -> None:
        """That of the year beside it is no more than suggested."""
        assert catalogue.find(FilmQuery("Solaris", 2002)) == Found(SOLARIS_AGAIN)
        assert catalogue.find(FilmQuery("Solaris", 1973)) == near(SOLARIS)

    def test_namesakes_without_a_year_are_all_suggested(self, catalogue: Catalogue) -> None:
        """The newest first."""
        assert catalogue.find(FilmQuery("Solaris")) == namesakes(SOLARIS_AGAIN, SOLARIS)

    def test_a_film_of_another_decade_is_never_the_answer(self, catalogue: Catalogue) -> None:
        """A known title with a foreign year is an unknown film."""
        assert catalogue.find(FilmQuery("Solaris", 1985)) is None
        assert catalogue.find(FilmQuery("Vertigo", 1960)) is None

    def test_a_film_of_no_known_year_is_only_suggested(self) -> None:
        """Nothing speaks against it, but nothing for it either."""
        moonlight = film("Moonlight")
        catalogue = self.with_films(moonlight)
        assert catalogue.find(FilmQuery("Moonlight", 2016)) == near(moonlight)
        assert catalogue.find(FilmQuery("Moonlight: The Return", 2016)) is None

    def test_an_id_decides_whatever_the_title_says(self, catalogue: Catalogue) -> None:
        """The first kind that the catalogue knows a film by; the title may be blank."""
        for query in (
            asked("Vertigo", 1958, imdb="tt0307479"),
            asked("Vertigo", 1958, tmdb=2103),
            asked("", imdb="tt0307479", tmdb=593),
            asked("", wikidata="Q213411"),
            asked("", letterboxd="https://x/s"),
        ):
            assert catalogue.find(query) == Found(SOLARIS_AGAIN)

    def test_an_id_that_is_not_known_is_not_replaced_by_another_film(
        self, catalogue: Catalogue
    ) -> None:
        """Not by title and year, nor by the next id: not even as a suggestion."""
        for query in (
            asked("Solaris", 2002, imdb="tt9999999"),
            asked("Solaris", 2002, tmdb=9999999),
            asked("Solaris", 2003, imdb="tt9999999", tmdb=2103),
            asked("Solarys", None, wikidata="Q1"),
            asked("", imdb="tt9999999"),
        ):
            assert catalogue.find(query) is None
        other = catalogue.find(asked("Solaris", None, imdb="tt0307470", wikidata="Q1"))
        assert other is None

    def test_a_film_of_unknown_id_is_found_by_its_title(self, catalogue: Catalogue) -> None:
        """The catalogue knows no id of it that could say otherwise."""
        query = asked("Vertigo", 1958, imdb="tt0052357", tmdb=426)
        assert catalogue.find(query) == Found(VERTIGO)

    def test_what_the_catalogue_itself_calls_a_film_alone_decides(
        self, catalogue: Catalogue
    ) -> None:
        """It is what a person chose."""
        key = SOLARIS.movie.film_key
        query = FilmQuery("Vertigo", 1958, SOLARIS_AGAIN.movie.ids, film_key=key)
        assert catalogue.find(query) == Found(SOLARIS)
        assert catalogue.find(FilmQuery("Vertigo", 1958, film_key="vertigo|1957")) is None

    def test_a_title_with_a_typing_error_is_suggested(self, catalogue: Catalogue) -> None:
        """Never more."""
        for year in (1958, None):
            query = FilmQuery("La donna che vise due volte", year)
            assert catalogue.find(query) == near(VERTIGO)

    @pytest.mark.parametrize("right", RIGHT, ids=lambda film: film.movie.film_key)
    def test_a_film_is_not_taken_for_its_decoy(self, right: CatalogueFilm) -> None:
        """With the right film it is found; without, no other is."""
        name = FilmQuery(right.movie.title, right.movie.year)
        others = [film for film in RIGHT if film is not right]
        absent = self.with_films(*DECOYS, *others)
        for query in (name, FilmQuery(name.title, name.year, right.movie.ids)):
            assert not isinstance(absent.find(query), Found)
        present = self.with_films(*DECOYS, *RIGHT)
        assert present.find(name) == Found(right)

    @pytest.mark.parametrize("right", REMAKES, ids=lambda film: film.movie.film_key)
    def test_a_remake_is_not_its_original(self, right: CatalogueFilm) -> None:
        """Each by its own year."""
        query = FilmQuery(right.movie.title, right.movie.year)
        assert self.with_films(*REMAKES).find(query) == Found(right)
        absent = self.with_films(*(film for film in REMAKES if film is not right))
        assert absent.find(query) is None

    def test_a_title_is_cut_at_its_subtitle_only_for_a_suggestion(self) -> None:
        """And not at all where it is known to be whole."""
        steve_jobs = film("Steve Jobs", 2015)
        catalogue = self.with_films(steve_jobs)
        title = STEVE_JOBS_MACHINE.movie.title
        assert catalogue.find(FilmQuery(title, 2015)) == near(steve_jobs)
        assert catalogue.find(FilmQuery(title, 2015, whole=True)) is None

    @pytest.mark.parametrize(
        ("title", "year"), [("Under the Skin", 2013), ("The Witch", 2015), ("Enemy", 2013)]
    )
    def test_of_two_films_of_one_title_and_year_a_person_is_asked(
        self, title: str, year: int
    ) -> None:
        """Unless an id or the length tells."""
        feature = film(title, year, imdb="tt1441395", duration=108)
        short = film(title, year, imdb="tt2973532", duration=12, film_key="short")
        catalogue = self.with_films(feature, short)
        assert catalogue.find(FilmQuery(title, year)) == namesakes(feature, short)
        for right in (feature, short):
            minutes = right.movie.duration
            assert minutes is not None
            for query in (
                FilmQuery(title, year, duration=minutes + 2),
                FilmQuery(title, year, right.movie.ids),
            ):
                assert catalogue.find(query) == Found(right)
        assert isinstance(catalogue.find(FilmQuery(title, year, duration=60)), Suggested)

    def test_the_length_tells_nothing_where_one_is_unknown_or_alike(self) -> None:
        """The film without one may have it as well."""
        for duration in (None, 100):
            films = [
                film("Enemy", 2013, imdb="tt2316411", duration=91),
                film("Enemy", 2013, imdb="tt2316412", duration=duration),
            ]
            catalogue = self.with_films(*films)
            query = FilmQuery("Enemy", 2013, duration=91)
            assert isinstance(catalogue.find(query), Suggested)

    def test_what_a_film_is_called_itself_goes_before_what_another_is_also_called(
        self,
    ) -> None:
        """Its own title of its own year; but the Italian title is no less its own."""
        psycho = film("Psycho", 1960, imdb="tt0054215", duration=109)
        also = film("The Boss", 1960, imdb="tt0000010", alternative_titles=("Psycho",))
        later = film("Psycho", 1961, imdb="tt0000011", release_years=(1960,))
        catalogue = self.with_films(also, later, psycho)
        assert catalogue.find(FilmQuery("Psycho", 1960)) == Found(psycho)
        assert isinstance(catalogue.find(FilmQuery("Psycho", 1960, duration=15)), Suggested)
        giant = film("Giant", 1956, italian_title="Il gigante", imdb="tt0049261")
        gigante = film("Il gigante", 1956, imdb="tt0000012")
        catalogue = self.with_films(giant, gigante)
        assert catalogue.find(FilmQuery("Il gigante", 1956)) == namesakes(gigante, giant)

    def test_letters_of_another_script_are_not_guessed(self) -> None:
        """Two words of Chinese are written alike in Latin letters."""
        he, stalker = film("他", 2010), film("Сталкер", 1979)
        catalogue = self.with_films(he, stalker)
        assert catalogue.find(FilmQuery("他", 2010)) == Found(he)
        assert catalogue.find(FilmQuery("她", 2010)) == near(he)
        assert catalogue.find(FilmQuery("Stalker", 1979)) == Found(stalker)

    def test_suggestions_are_few_and_the_best_come_first(self) -> None:
        """The exact title beside the year, other spellings, then typing errors."""
        films = [
            film("The Long Voyages", 1990),
            film("Long Voyage", 1990),
            film("The Long Voyage", 1991),
            film("The Long Voyage", None),
            film("The-Long-Voyage", 1989),
            film("Thelong Voyage", 1990),
            film("Short Voyage", 1990),
        ]
        catalogue = self.with_films(*films)
        found = catalogue.find(FilmQuery("The Long Voyage", 1990))
        assert isinstance(found, Suggested)
        assert not found.namesakes
        years = [(each.movie.title, each.movie.year) for each in found.near]
        assert sorted(years[:2]) == [("The Long Voyage", 1991), ("The-Long-Voyage", 1989)]
        assert years[2:] == [
            ("The Long Voyage", None),
            ("Thelong Voyage", 1990),
            ("Long Voyage", 1990),
        ]

    @pytest.mark.parametrize(
        ("text", "films"),
        [
            ("solaris", [SOLARIS_AGAIN, SOLARIS]),
            ("SOL", [SOLARIS_AGAIN, SOLARIS]),
            ("Соля", [SOLARIS]),
            ("la donna che", [VERTIGO]),
            ("donna che vis", [VERTIGO]),
            ("volte due", [VERTIGO]),
            ("vertigo 1958", [VERTIGO]),
            ("deadly seven", [SEVEN]),
            ("metropolis", []),
            ("…", []),
            (" ", []),
            ("' OR 1=1 --", []),
            ("[.*", []),
            ("\0", []),
            ("$gt", []),
        ],
    )
    def test_a_film_is_found_while_its_title_is_typed(
        self, catalogue: Catalogue, text: str, films: list[CatalogueFilm]
    ) -> None:
        """By what words of any of its titles begin with, namesakes newest first."""
        assert catalogue.search(text, 8) == films

    @pytest.mark.parametrize("text", ["vertgo", "vretigo", "vartig", "dona due volta"])
    def test_typing_errors_are_mended_where_nothing_else_is_found(
        self, catalogue: Catalogue, text: str
    ) -> None:
        """One in a word of four letters, two in one of eight, also before it ends."""
        assert catalogue.search(text, 8) == [VERTIGO]

    def test_a_short_word_and_a_number_are_what_they_are(self, catalogue: Catalogue) -> None:
        """There are too many others beside them."""
        assert catalogue.search("duo", 8) == []
        assert catalogue.search("solaris 1973", 8) == []

    def test_the_best_films_come_first(self) -> None:
        """The title itself, its beginning, a word of it; each kind newest first."""
        titles = [
            ("Pale Rider", 1985),
            ("Rider", None),
            ("The Rider", 2017),
            ("Knight Rider", 2008),
            ("Rider", 2001),
            ("Riders of Justice", 2020),
            ("Rider on the Rain", 1970),
        ]
        films = [film(title, year) for title, year in titles]
        catalogue = self.make()
        catalogue.load(films)
        best = [films[n] for n in (4, 1, 2, 5, 6, 3, 0)]
        assert catalogue.search("rider", 8) == best
        assert catalogue.search("rider", 3) == best[:3]

    def test_replacing_leaves_nothing_of_what_was_there(self, catalogue: Catalogue) -> None:
        """Old films are gone from every way of finding them, new ones are there."""
        typing_error = FilmQuery("La donna che vise due volte", 1958)
        assert catalogue.find(typing_error) is not None
        new = film("La donna che visse tre volte", 1958, tmdb=1)
        assert catalogue.load([new], replace=True) == Loaded(1, 0, 1)
        assert catalogue.size() == 1
        assert catalogue.find(asked("Solaris", 2002, imdb="tt0307479", tmdb=2103)) is None
        assert catalogue.find(FilmQuery("Vertigo", 1958)) is None
        assert catalogue.find(typing_error) is None  # "tre" would be another number
        assert catalogue.find(FilmQuery("La dona che visse tre volte", 1958)) == near(new)
        assert catalogue.search("Sol", 9) == catalogue.search("Solariz", 9) == []
        assert catalogue.search("visse t", 9) == [new]

    def test_loading_adds_and_updates(self, catalogue: Catalogue) -> None:
        """By any id, else by title and year; a film that is not in the load stays."""
        new = film("Metropolis", 1927)
        known = film("Solaris!", 2002, tmdb=2103, italian_title="Solaris 2")
        assert catalogue.load([new, known]) == Loaded(1, 1, 5)
        assert catalogue.find(FilmQuery("Metropolis", 1927)) == Found(new)
        found = catalogue.find(asked("", imdb="tt0307479"))
        assert isinstance(found, Found)
        assert found.film.movie.title == "Solaris!"
        assert found.film.movie.ids == SOLARIS_AGAIN.movie.ids
        assert found.film.movie.film_key == SOLARIS_AGAIN.movie.film_key
        assert catalogue.find(FilmQuery("Solaris 2", 2002)) == found
        assert catalogue.find(FilmQuery("Vertigo", 1958)) == Found(VERTIGO)

    def test_a_field_that_the_new_row_lacks_stays(self) -> None:
        """One that it has replaces the old one; what it was found by before finds nothing."""
        catalogue = self.with_films(
            film("Heat", 1995, directors=["Mann"], duration=1, alternative_titles=("Calor",))
        )
        new = CatalogueFilm(
            movie("HEAT", 1995, directors=(), genres=["Crime"], actors=(), duration=170),
            italian_title="Heat - La sfida",
            alternative_titles=("Fuego",),
        )
        assert catalogue.load([new]) == Loaded(0, 1, 1)
        found = catalogue.find(FilmQuery("heat", 1995))
        assert isinstance(found, Found)
        heat = found.film.movie
        assert (heat.title, heat.directors, heat.genres) == ("HEAT", ("Mann",), ("Crime",))
        assert (heat.actors, heat.duration) == (("Leonardo DiCaprio",), 170)
        assert catalogue.find(FilmQuery("Fuego", 1995)) == found
        assert catalogue.find(FilmQuery("Calor", 1995)) is None
        assert catalogue.search("calor", 8) == []
        assert catalogue.search("fuego", 8) == [found.film]

    def test_loading_again_adds_nothing(self) -> None:
        """Whatever is known of the films, and in whatever order they come."""
        films = [
            film("Emma", 1996, imdb="tt0116191"),
            film("Emma", 1996, imdb="tt0118308"),
            film("Emma", 1996, tmdb=3573, directors=["C"]),
            film("Emma", 1996, directors=["A"]),
            film("Emma", 1996, directors=["B"]),
            film("Emma", 1996, directors=(), duration=None),
            film("Bugs!", 2003, directors=(), duration=39),
            film("Bugs", 2003, directors=(), duration=82),
            film("Vertigo", 1958),
            film("Vertigo"),
            film("Bon appetit!", 2010, imdb="tt1259520", duration=91),
            film("Bon appetit", 2010, directors=(), duration=2),
        ]
        catalogue = self.make()
        for number, order in enumerate((films, films, films[::-1])):
            added = 0 if number else len(films)
            assert catalogue.load(order) == Loaded(added, len(films) - added, len(films))
        everything = catalogue.search("1996", 99) + catalogue.search("2003", 99)
        assert len({each.movie.film_key for each in everything}) == len(everything) == 8

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows=st.lists(told(IDS_TOLD), max_size=5))
    def test_a_file_may_be_loaded_again(self, rows: list[CatalogueFilm]) -> None:
        """It tells a film more than once, by one id, another or none: nothing changes."""
        catalogue = self.make()
        catalogue.load(rows, replace=True)
        films = catalogue.search("emilia", 99)
        assert catalogue.load(rows).added == 0
        assert catalogue.search("emilia", 99) == films

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows=st.lists(told([("imdb",), ("imdb", "tmdb")], renamed=True), max_size=5))
    def test_a_file_may_be_loaded_in_parts(self, rows: list[CatalogueFilm]) -> None:
        """Where each row has the id of its film: on an empty catalogue, and again."""
        catalogue = self.make()
        catalogue.load(rows, replace=True)
        films = catalogue.search("emilia", 99)
        catalogue.load([], replace=True)
        for _ in range(2):
            for row in rows:
                catalogue.load([row])
            assert catalogue.search("emilia", 99) == films

    def test_a_namesake_with_another_id_is_another_film(self, catalogue: Catalogue) -> None:
        """It gets a key of its own; the film that was there keeps its."""
        other = film("Solaris", 2002, imdb="tt5555555")
        assert catalogue.load([other]) == Loaded(1, 0, 5)
        found = catalogue.find(asked("", imdb="tt5555555"))
        assert isinstance(found, Found)
        assert found.film.movie.film_key == "solaris|2002|tt5555555"
        assert catalogue.find(FilmQuery("", film_key="solaris|2002")) == Found(SOLARIS_AGAIN)
        assert isinstance(catalogue.find(FilmQuery("Solaris", 2002)), Suggested)

    def test_two_films_of_a_load_do_not_share_one_that_is_there(self) -> None:
        """Which of them it is nobody knows."""
        catalogue = self.with_films(film("Emma", 1996, directors=()))
        two = [film("Emma", 1996, imdb="tt0116191"), film("Emma", 1996, imdb="tt0118308")]
        assert catalogue.load(two) == Loaded(2, 0, 3)

    def test_the_same_film_twice_in_a_load_is_one(self) -> None:
        """The later one counts."""
        catalogue = self.make()
        films = [
            film("Emma", 1996, imdb="tt0116191", duration=1),
            film("Emma", 1997, imdb="tt0116191", duration=2),
        ]
        assert catalogue.load(films) == Loaded(1, 1, 1)
        found = catalogue.find(FilmQuery("Emma", 1997))
        assert isinstance(found, Found)
        assert (found.film.movie.duration, found.film.movie.film_key) == (2, "emma|1996")

    def test_a_load_that_fails_changes_nothing(self, catalogue: Catalogue) -> None:
        """All or none: the films from before are still there."""

        def films() -> Iterator[CatalogueFilm]:
            yield film("Metropolis", 1927)
            yield film("Vertigo", 1958, duration=1)
            raise ValueError("the source broke off")

        for replace in (False, True):
            with pytest.raises(ValueError, match="broke off"):
                catalogue.load(films(), replace=replace)
            assert catalogue.size() == 4
            assert catalogue.find(FilmQuery("Metropolis", 1927)) is None
            assert catalogue.find(FilmQuery("Vertigo", 1958)) == Found(VERTIGO)
