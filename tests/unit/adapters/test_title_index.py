"""Matching beyond the exact title, on a catalogue in memory."""

import pytest

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.title_index import bare_key, head_key, loose_key
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found, Suggested
from cinestats.domain.movie import FilmIds, Movie


def catalogue(*titles: tuple[str, int | None]) -> MemoryCatalogue:
    return MemoryCatalogue(CatalogueFilm(Movie.create(t, year=y)) for t, y in titles)


def suggested(known: str, known_year: int | None, title: str, year: int | None) -> bool:
    """Whether the known film is suggested; found it must not be."""
    answer = catalogue((known, known_year)).find(FilmQuery(title, year))
    assert not isinstance(answer, Found)
    return answer is not None


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ("The Godfather", "Godfather, The"),
        ("L'avventura", "Avventura, L'"),
        ("I soliti sospetti", "Soliti sospetti, I"),
        ("Tom & Jerry", "Tom e Jerry"),
        ("Romeo + Juliet", "Romeo and Juliet"),
        ("Rock 'n' Roll", "Rock and Roll"),
        ("Rocky II", "Rocky 2"),
        ("Kill Bill: Vol. 2", "Kill Bill - Vol. II"),
        ("Twelve Monkeys", "12 Monkeys"),
        ("WALL·E", "Walle"),
        ("Spider-Man", "Spiderman"),
        ("M*A*S*H", "MASH"),
        ("E.T.", "ET"),
        ("10,000 BC", "10000 BC"),
    ],
)
@pytest.mark.parametrize("year", [2000, None])
def test_another_spelling_of_the_whole_title_is_suggested(
    known: str, title: str, year: int | None
) -> None:
    """With a year or without."""
    assert suggested(known, 2000, title, year)


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ("The Matrix", "Matrix"),
        ("Shining", "The Shining"),
        ("Gift", "The Gift"),
        ("Toy Story", "Toy Story - Il mondo dei giocattoli"),
        ("Frozen", "Frozen: Il regno di ghiaccio"),
        ("Léon", "Leon (The Professional)"),
        ("Transformers", "Transfomers"),
        ("Pulp Fiction", "Plup Fiction"),
        ("The Shawshank Redemption", "The Shawsank Redemtion"),
    ],
)
def test_a_longer_or_mistyped_title_needs_the_year(known: str, title: str) -> None:
    """The year speaks for the film; without it the title is too little."""
    assert suggested(known, 2000, title, 2000)
    assert not suggested(known, 2000, title, None)


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ("Scream 2", "Scream 3"),
        ("Psycho II", "Psycho III"),
        ("Rocky IV", "Rocky VI"),
        ("Mission: Impossible II", "Mission: Impossible III"),
        ("Die Hard with a Vengeance 3", "Die Hard with a Vengeance"),
        ("Ocean's Eleven", "Ocean's Twelve"),
        ("Agente speciale numero due", "Agente speciale numero tre"),
        ("X", "10"),
        ("Antz", "Ants"),
        ("Heat", "Heart"),
        ("The Ring", "The King"),
        ("Alien: Covenant", "Alien: Resurrection"),
        ("Star Wars: Episode IV - A New Hope", "Star Wars: Episode V - A New Hope"),
        ("Superman", "Supermen of Malegaon"),
        ("The Lord of the Rings: The Return of the King", "The Lord of the Rings"),
        ("Alien: Covenant", "Alien: Covenant - Prologue: Last Supper"),
    ],
)
@pytest.mark.parametrize("year", [2000, None])
def test_another_film_is_not_nearly_the_same(known: str, title: str, year: int | None) -> None:
    """Sequels, short words and films of one series are films of their own."""
    assert not suggested(known, 2000, title, year)


def test_a_film_beside_the_year_needs_a_title_that_is_closer() -> None:
    """One error in eight characters is too many there, one in sixteen is not."""
    assert suggested("Pulp Fiction", 1994, "Pulp Fction", 1994)
    assert not suggested("Pulp Fiction", 1994, "Pulp Fction", 1995)
    assert suggested("The Shawshank Redemption", 1994, "The Shawshank Redemtion", 1995)
    assert not suggested("The Shawshank Redemption", 1994, "The Shawshank Redemtion", 1996)


def test_a_subtitle_is_not_dropped_for_a_film_beside_the_year() -> None:
    """A sequel may follow within a year."""
    assert not suggested("The Purge", 2013, "The Purge: Anarchy", 2014)
    assert not suggested("The Purge: Anarchy", 2014, "The Purge", 2013)


def near(films: MemoryCatalogue, title: str, year: int | None) -> list[tuple[str, int | None]]:
    answer = films.find(FilmQuery(title, year))
    assert isinstance(answer, Suggested)
    assert not answer.namesakes
    return [(film.movie.title, film.movie.year) for film in answer.near]


def test_between_two_near_titles_there_is_no_choice() -> None:
    """A typing error that leads to either film suggests both."""
    films = catalogue(("Monster House", 2006), ("Monster Mouse", 2006))
    both = [("Monster House", 2006), ("Monster Mouse", 2006)]
    assert near(films, "Monster Xouse", 2006) == both
    assert isinstance(films.find(FilmQuery("Monster House", 2006)), Found)


def test_an_exact_title_beside_the_year_comes_before_a_near_one_of_the_year() -> None:
    """What stands in the file is taken at its word first."""
    films = catalogue(("The Piano Teachers", 2002), ("The Piano Teacher", 2001))
    both = [("The Piano Teacher", 2001), ("The Piano Teachers", 2002)]
    assert near(films, "The Piano Teacher", 2002) == both


def test_films_a_year_off_on_both_sides_are_both_suggested() -> None:
    """Nothing says which of them is meant; that of another decade is not."""
    films = catalogue(("The Island", 2004), ("The Island", 2006), ("The Island", 1980))
    assert near(films, "The Island", 2005) == [("The Island", 2004), ("The Island", 2006)]


def test_a_title_without_a_year_has_the_films_that_are_called_so_and_no_others() -> None:
    """Other spellings are looked for only where there are none."""
    films = catalogue(("Walle", 2008), ("WALL-E", 2009))
    answer = films.find(FilmQuery("walle"))
    assert isinstance(answer, Suggested)
    assert [film.movie.year for film in answer.candidates] == [2008]


def test_two_films_under_one_id_are_told_apart_by_title_and_year_or_not_at_all() -> None:
    """A catalogue may list one TMDB page twice."""
    twins = [
        CatalogueFilm(Movie.create(title, year=2002, ids=FilmIds(imdb, 4912)))
        for title, imdb in (
            ("Confessions", "tt0290538"),
            ("Confessions of a Mind", "tt0270288"),
        )
    ]
    films = MemoryCatalogue(twins)
    ids = FilmIds(tmdb=4912)
    assert films.find(FilmQuery("Confessions", 2002, ids)) == Found(twins[0])
    assert films.find(FilmQuery("", None, ids)) == Suggested(tuple(twins))
    assert films.find(FilmQuery("", None, twins[1].movie.ids)) == Found(twins[1])


@pytest.mark.parametrize("title", ["The", "L'", ", The", "A", "$", "…", "e", "& Co", "A & B"])
def test_no_title_is_left_with_an_empty_key(title: str) -> None:
    """However little of it remains, something does."""
    assert loose_key(title)
    assert bare_key(title)


def test_a_title_that_begins_with_a_separator_has_no_empty_head() -> None:
    """Only what stands before a subtitle is a head."""
    assert head_key(": Alpha - Beta") == "alpha"
